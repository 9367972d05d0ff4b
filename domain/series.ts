/**
 * Names of the series: the contract between domain, store and dashboards. A changed name here is a broken dashboard.
 * Tags never change in a meter's life; every field is written every time and is a float; times are whole seconds.
 * A half-hour that is no longer known is rewritten with `missing = 1` and zeros, so every query says `missing = 0`.
 */
export const series = {
  reading: {
    tags: ['meter', 'quantity', 'kind'],
    fields: ['value', 'period_s', 'received_s'],
    database: 'readings',
    time: "the reading's second",
  },
  half_hour: {
    tags: ['meter', 'site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      // 0 where the number beside it says nothing: a water meter's energy, a missing half-hour.
      'energy_known',
      'volume_known',
      'measured',
      'estimated',
      'missing',
      'rule',
      'register_version',
    ],
    database: 'figures',
    time: 'UTC start of the half-hour',
  },
  day_meter: {
    tags: ['meter', 'site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      'measured_energy_kwh',
      'measured_volume_m3',
      'measured_half_hours',
      'estimated_half_hours',
      'missing_half_hours',
      'measured_share',
      'emissions_location_kgco2e',
      'emissions_location_known',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  day_site: {
    tags: ['site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      'measured_share',
      'emissions_location_kgco2e',
      'emissions_location_known',
      // Beside the energy, so that a dashboard can say kWh per m²: the mean over days is the day-weighted area. 0 is
      // not known.
      'gross_internal_area_m2',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  // What the counted meters of a site take now, once a minute: the live picture, where nothing is in it twice.
  site_now: {
    tags: ['site', 'utility'],
    fields: [
      'power_kw',
      'flow_m3_per_h',
      'known',
      'usual_power_kw',
      'usual_flow_m3_per_h',
      'usual_known',
      'heard_meters',
      'silent_meters',
    ],
    database: 'figures',
    time: 'UTC start of the minute',
  },
} as const;

export type SeriesId = keyof typeof series;
/** The two databases (buckets on 2.x), by the word that ends their name. */
export type DatabaseRole = (typeof series)[SeriesId]['database'];

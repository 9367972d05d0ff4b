/**
 * The series of the four-step plan: where places stand, what is done about it and what came of it, as the API answers.
 * What it costs to do something is no price of energy and stands there. What it saves in pounds is one over the kWh: it
 * stands there only where every supply point that pays for the meters says `publish_costs`.
 */

/** Written over day by day, so that a month that is over keeps what was so at its end. */
const monthTime = 'UTC instant of local midnight on the first of the month in which it is so';
const yearTime = 'UTC instant of local midnight on the first day of the reporting year';
const database = 'figures';

/**
 * `listed` is 1 as long as it is so. What left the register, or has another day in it, is written over with zeros: a
 * point of a series can be written over, but not looked for. Steps and indicators have none: those of a place that left
 * the register stand to the end of its last month, as what was so in a month does.
 */
export const planSeries = {
  plan_step: {
    tags: ['site', 'kind', 'place', 'step'],
    // `state`: 0 no measures, 1 planned, 2 under way, 3 done, 4 contradicted: done by the register, not by its meters.
    // `stands_at`: the first step of the place that is not done; 0 where all are.
    fields: [
      'state',
      'stands_at',
      'planned_measures',
      'installing_measures',
      'installed_measures',
      'withdrawn_measures',
    ],
    words: ['because'],
    database,
    time: monthTime,
  },
  plan_indicator: {
    tags: ['site', 'kind', 'place', 'step', 'indicator'],
    // `value` and its least and most are in `unit`. `missing`: how many of the things that it needs are not there.
    fields: ['value', 'value_known', 'low', 'high', 'range_known', 'measured_share', 'measured_share_known', 'missing'],
    words: ['name', 'unit', 'says', 'needs', 'warnings'],
    database,
    time: monthTime,
  },
  // One point of a measure, written over as it comes about. Pounds without VAT.
  plan_measure: {
    tags: ['measure', 'site', 'step'],
    fields: [
      'listed',
      // 1: it is to come, or being done. Or: its works are over.
      'planned',
      'installed',
      // Its place in the order of its site’s measures, from 1.
      'place',
      'saves_from_s',
      'saves_from_known',
      'capital_gbp',
      'capital_known',
      'secured_gbp',
      'funding_gap_gbp',
      'funding_gap_known',
      // Expected; below 0 what it takes more. Fuel: all that is burnt; heat: steam and cooling too.
      'yearly_electricity_kwh',
      'yearly_electricity_known',
      'yearly_fuel_kwh',
      'yearly_fuel_known',
      'yearly_heat_kwh',
      'yearly_heat_known',
      'yearly_water_m3',
      'yearly_water_known',
      'yearly_saving_gbp',
      'yearly_saving_known',
      'yearly_emissions_kgco2e',
      'yearly_emissions_known',
      'payback_years',
      'payback_known',
      'net_present_value_gbp',
      'net_present_value_known',
      'cost_per_tonne_gbp',
      'cost_per_tonne_known',
      // How many measures should come first and do not.
      'out_of_order',
    ],
    // `order_says`: what that means for them. `because`: what cannot be said of it.
    words: ['name', 'kind', 'building', 'status', 'confidence', 'owner', 'expected', 'order_says', 'because'],
    database,
    time: 'UTC instant of local midnight on the day of its first status',
  },
  // What was done at a meter and what else changed it: texts to stand beside the curves. `event`: works_begin,
  // works_end, change_begins, change_ends; `of`: the measure, or what is no measure.
  plan_event: {
    tags: ['of', 'site', 'event'],
    fields: ['listed'],
    // `meters`: the ids of all meters that are to show it, a space before and after each.
    words: ['title', 'says', 'meters'],
    database,
    time: 'UTC instant of local midnight at which the first day begins, or the last one ends',
  },
  // What was saved at a meter by the measures that are verified together there, to date and in a year, least and most
  // of 90 %; what a meter of its own counts is no estimate, and its least and most are the same. `measure`: the first.
  plan_saving: {
    tags: ['meter', 'site', 'utility', 'measure'],
    fields: [
      'listed',
      'since_s',
      // 1 saves, 0 not shown, -1 uses more; 2 makes, 3 takes, as a meter of its own counts; -2 disqualified, -3
      // nothing shows it.
      'outcome',
      // 1: a meter above shows the same measures, and this saving is within that one.
      'inside',
      'saved_low_kwh',
      'saved_kwh',
      'saved_high_kwh',
      'energy_known',
      'saved_low_m3',
      'saved_m3',
      'saved_high_m3',
      'volume_known',
      'saved_share',
      'saved_share_known',
      'yearly_low_kwh',
      'yearly_kwh',
      'yearly_high_kwh',
      'yearly_energy_known',
      'yearly_low_m3',
      'yearly_m3',
      'yearly_high_m3',
      'yearly_volume_known',
      // What was expected of them in a year.
      'expected_kwh',
      'expected_m3',
      'expected_known',
      'yearly_saving_gbp',
      'yearly_saving_known',
      'yearly_emissions_kgco2e',
      'yearly_emissions_known',
      'known_days',
    ],
    // `measures`: the ids of all of them. `because`: what is doubtful or, where there is no number, what is not passed.
    words: ['measures', 'names', 'verdict', 'because'],
    database,
    time: 'UTC instant of local midnight on the first day after the works',
  },
  // A split of what several measures saved together, by what was expected of each: no meter says it.
  plan_saving_split: {
    tags: ['meter', 'site', 'utility', 'measure'],
    fields: ['listed', 'share', 'saved_kwh', 'energy_known', 'saved_m3', 'volume_known'],
    words: ['name'],
    database,
    time: 'as that of the saving',
  },
  // Emissions of each reporting year, also of those to come, and the lines of the target.
  plan_trajectory: {
    tags: ['organisation', 'target', 'baseline'],
    fields: [
      'listed',
      'actual_kgco2e',
      'actual_known',
      'lower_kgco2e',
      'upper_kgco2e',
      'lines_known',
      // With the use of the last twelve months; what a greener grid takes off that; what is left with measures that are
      // committed, with probable ones too, and with possible ones too.
      'unchanged_kgco2e',
      'grid_kgco2e',
      'committed_kgco2e',
      'probable_kgco2e',
      'possible_kgco2e',
      'ahead_known',
      // Since the baseline: by what is used, and by other factors, those of the grid above all.
      'by_use_kgco2e',
      'by_factors_kgco2e',
      'parted_known',
    ],
    words: ['because'],
    database,
    time: yearTime,
  },
  // How far the plan is from a milestone in a year in which it is due; below 0 it is met with room to spare.
  plan_gap: {
    tags: ['organisation', 'target', 'baseline', 'year'],
    fields: [
      'listed',
      'level_kgco2e',
      'gap_committed_kgco2e',
      'gap_probable_kgco2e',
      'gap_possible_kgco2e',
      'gap_known',
      'planned_gbp',
      'planned_known',
      'unsecured_gbp',
      'unsecured_known',
      'rest_gbp',
      'rest_known',
    ],
    words: ['says', 'because'],
    database,
    time: yearTime,
  },
} as const;

export const planSeriesNames = Object.keys(planSeries) as (keyof typeof planSeries)[];

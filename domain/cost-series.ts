/**
 * The series of costs, of supply points whose entry says `publish_costs`: whoever may open a dashboard sees them. No
 * rate, offer or invoice is in any of them, and yet cost over use is a price.
 */

/** Pounds without VAT, its VAT, and both. A range where half-hours are missing or only a power factor is stated. */
const moneyFields = [
  'cost_low_gbp',
  'cost_gbp',
  'cost_high_gbp',
  'vat_low_gbp',
  'vat_gbp',
  'vat_high_gbp',
  'total_low_gbp',
  'total_gbp',
  'total_high_gbp',
  'cost_known',
] as const;

/** With the use at the meter: kWh, or m³ of water. */
const costFields = [
  ...moneyFields,
  'use_low_kwh',
  'use_kwh',
  'use_high_kwh',
  'energy_known',
  'use_m3',
  'volume_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

const ofPoint = ['supply_point', 'site', 'organisation', 'utility'] as const;
const dayTime = 'UTC instant of local midnight';
const monthTime = 'UTC instant of local midnight on the first of the month';
const database = 'figures';

export const costSeries = {
  // `because`: why nothing could be costed, and what to do about it.
  day_cost: { tags: ofPoint, fields: costFields, words: ['rate_standing', 'because'], database, time: dayTime },
  month_cost: { tags: ofPoint, fields: costFields, words: ['rate_standing', 'because'], database, time: monthTime },
  // By kind of charge, in series of their own, so that nobody adds them to their sum.
  day_cost_component: {
    tags: [...ofPoint, 'component'],
    fields: moneyFields,
    words: ['rate_standing'],
    database,
    time: dayTime,
  },
  month_cost_component: {
    tags: [...ofPoint, 'component'],
    fields: moneyFields,
    words: ['rate_standing'],
    database,
    time: monthTime,
  },
  // The same, each band of the day apart: red, amber and green, or day and night; `none` of charges without any.
  month_cost_band: {
    tags: [...ofPoint, 'component', 'band'],
    fields: moneyFields,
    words: ['rate_standing'],
    database,
    time: monthTime,
  },
  // The half-hours of the month's days that are over, added up by type of day and time on the clock on the wall.
  month_cost_profile: {
    tags: [...ofPoint, 'day_type', 'time_of_day'],
    fields: ['cost_gbp', 'cost_known', 'use_kwh', 'energy_known', 'half_hours'],
    database,
    time: monthTime,
  },
  month_capacity: {
    tags: ofPoint,
    fields: [
      'agreed_capacity_kva',
      'agreed_known',
      'maximum_demand_low_kva',
      'maximum_demand_kva',
      'maximum_demand_high_kva',
      'demand_known',
      'complete',
    ],
    database,
    time: monthTime,
  },
  // Up to yesterday, beside the same days of the year before. `span`: month or financial_year.
  cost_so_far: {
    tags: [...ofPoint, 'span'],
    fields: [
      'cost_low_gbp',
      'cost_gbp',
      'cost_high_gbp',
      'cost_known',
      'use_kwh',
      'energy_known',
      'complete',
      'last_year_cost_low_gbp',
      'last_year_cost_gbp',
      'last_year_cost_high_gbp',
      'last_year_cost_known',
      'last_year_use_kwh',
      'last_year_energy_known',
      'last_year_complete',
    ],
    database,
    time: 'UTC instant of local midnight on the first day that is in it',
  },
  // `about`: notice, the last day to give it, or end, the last day of a contract that no other follows.
  notice_due: {
    tags: [...ofPoint, 'about'],
    // `due`: the first of the days on which somebody is to be reminded has come.
    fields: ['days_left', 'due', 'known'],
    words: ['supplier'],
    database,
    time: 'UTC instant of local midnight on the date',
  },
} as const;

export const costSeriesNames = Object.keys(costSeries) as (keyof typeof costSeries)[];

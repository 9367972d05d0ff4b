/** What boards need beside figures: what can be chosen on them, and marks of what people did. */

const database = 'figures';

export const boardSeries = {
  // What hangs under what, asked for names alone and never added up: so a building may be a tag here, and a meter that
  // moved is found under both. `none`: no building is named, or the site has no meter.
  place: {
    tags: ['organisation', 'site', 'building', 'utility', 'meter'],
    fields: ['listed'],
    database,
    time: 'UTC instant of local midnight on the first of the month in which it is so',
  },
  // A new meter in the place of an old one. `listed` as in the plan.
  exchange: {
    tags: ['meter', 'site', 'utility'],
    fields: ['listed', 'closing', 'opening'],
    words: ['title', 'says'],
    database,
    time: 'the second of the exchange',
  },
  // A figure that a person signed. Who and why stays in the state file.
  sign_off: {
    tags: ['sign_off', 'figure'],
    fields: ['period_from_s', 'period_to_s'],
    // `sites`: the ids of all sites that it was made of, a space before and after each.
    words: ['title', 'says', 'sites'],
    database,
    time: 'the second of the signature',
  },
} as const;

export const boardSeriesNames = Object.keys(boardSeries) as (keyof typeof boardSeries)[];

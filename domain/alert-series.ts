/**
 * The series of abnormal use: what the state file knows of alerts, for dashboards. Pounds are only those that may be
 * seen by whoever opens a dashboard: pounds over kWh are a price, and of a price its supply point decides.
 */

const ofAlert = ['alert', 'site', 'family'] as const;
const dayTime = 'UTC instant of local midnight';
const database = 'figures';

export const alertSeries = {
  // One point of an alert, written over as the alert changes: what is live is all points that say so.
  alert: {
    tags: ofAlert,
    fields: [
      // 1: somebody may still have to do something about it. `taken_up`: and somebody has.
      'live',
      'taken_up',
      // 1: it is over, and: there was nothing, or it was over by itself before anybody could look.
      'judged',
      'nuisance',
      // 1 at once, 2 today, 3 this week, 4 in the weekly digest.
      'severity',
      'began_s',
      'weekly_cost_gbp',
      'weekly_cost_known',
      'cost_gbp',
      'cost_known',
      'weekly_emissions_kgco2e',
      'weekly_emissions_known',
      'emissions_kgco2e',
      'emissions_known',
      'weekly_excess_kwh',
      'energy_known',
      'weekly_excess_m3',
      'volume_known',
      // 1: that it is mended was seen at the meter, and a saving is booked until then. `saved`: so far.
      'booked',
      'booked_until_s',
      'weekly_saving_gbp',
      'weekly_saving_known',
      'saved_gbp',
      'saved_gbp_known',
      'saved_kgco2e',
      'saved_kgco2e_known',
      'saved_kwh',
      'saved_m3',
    ],
    // `because`: why its cost is not known here. `owner` and `due` while it is live.
    words: ['kind', 'says', 'subject', 'place', 'state', 'owner', 'due', 'because'],
    database,
    time: 'the second at which it was raised',
  },
  // What happened in its life: texts to stand beside the curves. `event`: began, raised, worsened, ended and the like.
  alert_event: {
    tags: [...ofAlert, 'event'],
    fields: ['severity'],
    // `meters`: the ids of all meters that show it, a space before and after each.
    words: ['title', 'says', 'meters'],
    database,
    time: 'the second of the event',
  },
  // `live` at the end of the day, or now; `raised` and `over` on it. Pounds and kgCO2e a week of those that are live.
  day_alert: {
    tags: ['site', 'family', 'severity'],
    fields: [
      'live',
      'raised',
      'over',
      'weekly_cost_gbp',
      // How many of the live ones are in it, and in the emissions.
      'costed',
      'weekly_emissions_kgco2e',
      'with_emissions',
    ],
    database,
    time: dayTime,
  },
  // What was saved on a day by what was mended, as far as the meter shows; for twelve months at most.
  day_saving: {
    tags: ofAlert,
    fields: [
      'saved_gbp',
      'saved_gbp_known',
      'saved_kgco2e',
      'saved_kgco2e_known',
      'saved_kwh',
      'energy_known',
      'saved_m3',
      'volume_known',
    ],
    database,
    time: dayTime,
  },
  // What was told on a day by a channel, digests apart: `notices_of_one` to the recipient who was told most; `floods`:
  // stretches of ten minutes on the clock in which one was told more than ten.
  day_alarm_load: {
    tags: ['channel'],
    fields: ['recipients', 'notices', 'notices_of_one', 'at_once', 'most_in_ten_minutes', 'floods'],
    database,
    time: dayTime,
  },
  // The smallest change that is told at a meter as it is, if it lasts for so many hours; `kind` is what tells it.
  detectable_size: {
    tags: ['meter', 'site', 'utility'],
    fields: [
      'detectable_kw',
      'power_known',
      'detectable_m3_per_h',
      'flow_known',
      'lasting_h',
      'lasting_known',
      'learned_until_s',
      'learned_known',
    ],
    words: ['kind', 'place'],
    database,
    time: 'UTC instant of local midnight of the day on which it was so',
  },
} as const;

export const alertSeriesNames = Object.keys(alertSeries) as (keyof typeof alertSeries)[];

import type { Alert } from '../../../domain/alerts/life.ts';
import { utcDateOf } from '../../../domain/time.ts';

/**
 * Every alert of the school, judged by a person who looked at its half-hours beside the same weeks of the years before
 * and after, of which the product knew only the earlier ones.
 */
type Verdict = 'true' | 'plausible' | 'nuisance';
interface Judgement {
  readonly verdict: Verdict;
  readonly because: string;
  /** Meter, kind and date of each. */
  readonly alerts: readonly string[];
}

const judgements: readonly Judgement[] = [
  {
    verdict: 'plausible',
    because:
      'an afternoon or evening in use until 18:00 or 19:00 (a club, a meeting), true by the half-hours; pence to a few pounds',
    alerts: [
      'electricity always_above 2013-10-01',
      'electricity always_above 2013-11-19',
      'electricity always_above 2014-02-27',
      'electricity always_above 2014-07-15',
      'electricity always_above 2014-10-20',
      'electricity always_above 2014-11-03',
      'electricity always_above 2014-11-06',
      'electricity always_above 2014-11-12',
      'electricity always_above 2014-11-20',
      'electricity always_above 2014-11-27',
      'electricity always_above 2014-12-04',
      'electricity always_above 2014-12-18',
      'electricity left_on 2015-01-28',
      'electricity always_above 2015-02-03',
      'electricity always_above 2015-07-14',
      'electricity always_above 2015-11-11',
    ],
  },
  {
    verdict: 'plausible',
    because: 'Thursday afternoons and the Friday after them in use: every week until Christmas, and again a year later',
    alerts: [
      'electricity always_above 2013-11-07',
      'electricity always_above 2013-11-14',
      'electricity always_above 2013-11-21',
      'electricity always_above 2013-11-28',
      'electricity always_above 2013-12-05',
    ],
  },
  {
    verdict: 'nuisance',
    because:
      'one half-hour of 0 between 5.9 and 6.6 kWh: a reading that is missing and written as 0; told as a lost supply',
    alerts: ['electricity supply_lost 2013-11-07'],
  },
  {
    verdict: 'true',
    because:
      'a third to a half more electricity than in the same weeks of the next two years, at night too: electric heating',
    alerts: ['electricity night_base 2013-12-11', 'electricity night_base 2014-01-10'],
  },
  {
    verdict: 'true',
    because: 'the same winter: nights and weekends that used twice what they do later',
    alerts: [
      'electricity always_above 2014-01-04',
      'electricity always_above 2014-01-08',
      'electricity always_above 2014-02-04',
      'electricity always_above 2014-02-09',
      'electricity always_above 2014-02-11',
      'electricity always_above 2014-02-23',
    ],
  },
  {
    verdict: 'true',
    because:
      'gas that went from next to nothing to 230 kWh a day: heating that was taken into use, or a meter that counted wrongly before',
    alerts: ['gas night_base 2014-10-12'],
  },
  {
    verdict: 'nuisance',
    because: 'the same once more: what is usual of it was not known yet, and nobody closed the first one',
    alerts: [
      'gas always_above 2014-12-22',
      'gas out_of_hours 2014-11-10',
      'gas always_above 2015-01-02',
      'gas step 2014-11-20',
      'gas night_base 2015-01-21',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'as much as in the years after: nothing had been learned of a meter that had just begun',
    alerts: [
      'gas out_of_hours 2015-04-07',
      'gas out_of_hours 2015-04-13',
      'gas out_of_hours 2015-04-17',
      'gas left_on 2015-04-20',
      'gas night_base 2015-03-16',
    ],
  },
  {
    verdict: 'plausible',
    because: 'heating into May: more than in two or three of the other years',
    alerts: ['gas left_on 2015-04-27', 'gas out_of_hours 2015-05-05', 'gas out_of_hours 2015-05-11'],
  },
  {
    verdict: 'nuisance',
    because: 'a morning as in other years',
    alerts: ['electricity always_above 2015-05-05', 'electricity always_above 2015-05-12'],
  },
  {
    verdict: 'nuisance',
    because: 'hot water of summer mornings, as in later summers: expected by what was before the meter began',
    alerts: [
      'gas always_above 2015-06-15',
      'gas always_above 2015-06-22',
      'gas always_above 2015-06-29',
      'gas always_above 2015-07-06',
      'gas always_above 2015-07-13',
      'gas always_above 2015-07-20',
      'gas always_above 2015-09-02',
    ],
  },
  {
    verdict: 'plausible',
    because: 'hot water on weekday mornings of the summer holidays: true and needless, though so each summer',
    alerts: [
      'gas always_above 2015-07-27',
      'gas step 2015-08-02',
      'gas always_above 2015-08-10',
      'gas always_above 2015-08-17',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'term begins: the last eight weeks were holidays',
    alerts: ['electricity out_of_hours 2015-08-26'],
  },
  {
    verdict: 'nuisance',
    because:
      'weeks of term, expected by the holidays: what an alert calls abnormal is not learned, and nobody closed the one of September',
    alerts: [
      'electricity always_above 2015-09-11',
      'electricity out_of_hours 2015-09-14',
      'electricity out_of_hours 2015-09-20',
      'electricity always_above 2015-09-25',
      'electricity out_of_hours 2015-09-28',
      'electricity left_on 2015-10-02',
      'electricity always_above 2015-09-18',
      'electricity out_of_hours 2015-10-05',
      'electricity out_of_hours 2015-10-12',
      'electricity left_on 2015-10-16',
      'electricity out_of_hours 2015-10-19',
    ],
  },
  {
    verdict: 'plausible',
    because: 'heating begins in October with more than in the other years',
    alerts: ['gas out_of_hours 2015-10-18'],
  },
  {
    verdict: 'nuisance',
    because: 'a winter as the ones before and after it',
    alerts: [
      'gas night_base 2015-10-18',
      'gas out_of_hours 2015-12-21',
      'gas out_of_hours 2016-01-04',
      'gas night_base 2016-01-11',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'as in other years, expected by what was learned long ago',
    alerts: [
      'electricity night_base 2015-11-02',
      'electricity step 2016-02-20',
      'electricity night_base 2016-03-28',
      'electricity always_above 2016-03-29',
      'electricity night_base 2016-04-03',
      'electricity always_above 2016-04-21',
      'electricity night_base 2016-04-03',
    ],
  },
  {
    verdict: 'plausible',
    because: 'a fifth above the same weeks of other years',
    alerts: ['electricity night_base 2016-06-05'],
  },
  {
    verdict: 'true',
    because: 'weeks of the holidays with a half more than in other years',
    alerts: ['electricity out_of_hours 2016-08-01', 'electricity night_base 2016-08-19'],
  },
  {
    verdict: 'true',
    because:
      'the largest: electricity up by two thirds from September to April, £283 a week; it was over when the panels came',
    alerts: ['electricity out_of_hours 2016-08-30'],
  },
  {
    verdict: 'nuisance',
    because: 'a heating season like others, by what was learned of a mild one',
    alerts: ['gas out_of_hours 2016-09-14', 'gas out_of_hours 2016-12-13', 'gas out_of_hours 2017-03-31'],
  },
  {
    verdict: 'true',
    because: 'heated over Christmas, when nobody was there: twice as much as in the other years',
    alerts: ['gas night_base 2016-12-19', 'gas night_base 2016-12-26'],
  },
  {
    verdict: 'nuisance',
    because:
      'the first sunny weekend of new panels that have no meter of their own: the supply is not lost, nothing is imported',
    alerts: ['electricity supply_lost 2017-04-08'],
  },
  {
    verdict: 'nuisance',
    because: 'less than in other years',
    alerts: [
      'gas out_of_hours 2017-04-10',
      'gas left_on 2017-04-17',
      'gas left_on 2017-04-24',
      'gas out_of_hours 2017-05-05',
    ],
  },
  {
    verdict: 'nuisance',
    because:
      'weeks of term as in other years: since the panels came, import follows the sun, and dull weeks look like plant left on',
    alerts: [
      'electricity always_above 2017-04-21',
      'electricity left_on 2017-04-24',
      'electricity always_above 2017-05-15',
      'electricity always_above 2017-05-22',
      'electricity left_on 2017-06-05',
      'electricity always_above 2017-06-12',
      'electricity left_on 2017-06-19',
      'electricity left_on 2017-06-22',
      'electricity left_on 2017-06-26',
      'electricity always_above 2017-07-03',
      'electricity always_above 2017-07-10',
      'electricity left_on 2017-07-17',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'import without sun, expected by days with sun',
    alerts: [
      'electricity night_base 2017-08-16',
      'electricity left_on 2017-12-23',
      'electricity left_on 2017-12-29',
      'electricity out_of_hours 2018-03-31',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'term begins, or goes on: expected by the holidays',
    alerts: ['electricity step 2017-09-03', 'electricity step 2018-05-07'],
  },
  {
    verdict: 'plausible',
    because: 'twice the gas of other autumns, told a year late by its drift',
    alerts: ['gas step 2016-09-18'],
  },
  {
    verdict: 'plausible',
    because:
      'some fifteen to twenty per cent above other years; its cost, against import on sunny days, is told far too high',
    alerts: [
      'electricity step 2017-10-30',
      'electricity left_on 2018-01-02',
      'electricity left_on 2018-02-18',
      'electricity left_on 2018-03-05',
      'electricity step 2018-04-08',
    ],
  },
  {
    verdict: 'true',
    because: 'heated round the clock and over a weekend in January: two thirds above other years',
    alerts: [
      'gas out_of_hours 2018-01-08',
      'gas night_base 2018-01-01',
      'gas always_above 2018-01-16',
      'gas out_of_hours 2018-01-19',
      'gas out_of_hours 2018-01-13',
    ],
  },
  {
    verdict: 'nuisance',
    because: 'as in other years for such weather',
    alerts: ['gas out_of_hours 2018-02-12', 'gas night_base 2018-03-12', 'gas drift 2018-04-01'],
  },
  {
    verdict: 'true',
    because: 'the same again in February and March: half as much again as in other years',
    alerts: ['gas night_base 2018-02-19', 'gas night_base 2018-03-04'],
  },
  {
    verdict: 'plausible',
    because: 'the coldest days of five years: no more than they ask for, or little',
    alerts: ['gas out_of_hours 2018-02-26', 'gas always_above 2018-03-20'],
  },
];

/** December 2013 to May 2018: before that too little was known to look. */
const months = 54;

const introduction = [
  'Paulton Junior School (2,000 m², electricity and gas, 2013 to 2018; `test/score/paulton/SOURCE.md`), by its half-hours and the temperatures of',
  'Bath: what the product would have told, week by week, with default rules, no opening hours, no school holidays and nobody who answers or closes an',
  'alert. There are no labels. Each alert was looked at, beside the same weeks of the years before and after: *true*, more was used than in those;',
  '*plausible*, it was so and may have been meant, or is small; *nuisance*, use was as in other years, or it was told once more.',
  'Severity may rise while an alert is on and never falls, and the £ beside it are those of the last look: severity 2 may stand beside less than £100,',
  'and the digest beside more than £20. Months are counted from the first look, in December 2013.',
  '',
];

const lessons = [
  'The largest true ones stand out: a winter in which electricity was up by two thirds at £283 a week, heating over Christmas and round the clock in a',
  'January. False alerts were wanted at fewer than one a site and month; nuisances told by themselves are below that, but not by much, and have four',
  'causes. A school has terms: its profile of eight weeks learns the holidays, and the first week of term is an alert. What an alert calls abnormal is not',
  'learned, so where nobody closes that one as usual, each week of the term is another (tried once: with all of it learned, 58 alerts are told by themselves',
  'and not 71, and what was found of simulated causes hardly differs). The gas meter began when nothing was known of it. And',
  'in April 2017 came panels without a meter: imports follow the sun, and a register that does not know of them cannot be watched well. Twice',
  'a lost supply was told (severity 1) that was none: a missing reading written as 0, and the first sunny weekend of those panels.',
  '',
];

export function schoolSection(alerts: readonly Alert[]): string[] {
  const judged = new Map(judgements.flatMap((one) => one.alerts.map((name) => [name, one] as const)));
  const all = alerts.map((alert) => ({ alert, name: nameOf(alert), judgement: judged.get(nameOf(alert)) }));
  const told = all.filter(({ alert }) => alert.severity !== 'digest');
  const count = (ones: typeof all, verdict: Verdict): number =>
    ones.filter(({ judgement }) => judgement?.verdict === verdict).length;
  const row = (name: string, ones: typeof all): string => {
    const cells = (['true', 'plausible', 'nuisance'] as const).map((verdict) => count(ones, verdict));
    return `| ${name} | ${ones.length} | ${cells.join(' | ')} | ${(ones.length / months).toFixed(2)} | ${(count(ones, 'nuisance') / months).toFixed(2)} |`;
  };
  return [
    '## A real school',
    '',
    ...introduction,
    '| | alerts | true | plausible | nuisance | a month | nuisances a month |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    row('told by itself', told),
    row(
      'in the digest',
      all.filter((one) => !told.includes(one)),
    ),
    '',
    ...lessons,
    '| judged | because | alerts |',
    '| --- | --- | --- |',
    ...judgements.map((one) => {
      const here = all.filter(({ judgement }) => judgement === one).map(({ alert, name }) => sayAlert(alert, name));
      return `| ${one.verdict} | ${one.because} | ${here.join('; ') || 'not raised any more'} |`;
    }),
    ...all
      .filter(({ judgement }) => !judgement)
      .map(({ alert, name }) => `| not judged | | ${sayAlert(alert, name)} |`),
  ];
}

function nameOf({ seen: { subject, kind, from } }: Alert): string {
  return `${subject} ${kind} ${utcDateOf(from)}`;
}

function sayAlert({ severity, seen }: Alert, name: string): string {
  const pounds = seen.worth.gbpPerWeek;
  return `${name} (${severity === 'digest' ? 'digest' : `severity ${severity}`}${pounds === null ? '' : `, £${pounds.toFixed(0)}`})`;
}

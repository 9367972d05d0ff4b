import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SeriesId, series, wordsOf } from '../../domain/series.ts';

/** `vitest run test/domain/series.test.ts -u` writes the page again. A change of it is a broken dashboard somewhere. */
test('docs/series.md says what the series are', async () => {
  const all = Object.entries(series);
  expect(all.length).toBe(50);
  const sections = all.flatMap(([name, { tags, fields, database, time }]) => [
    `## ${name}`,
    '',
    `- database: \`…_${database}\``,
    `- time: ${time}`,
    `- tags: ${tags.map((tag) => `\`${tag}\``).join(', ')}`,
    `- fields: ${fields.map((field) => `\`${field}\``).join(', ')}`,
    ...textOf(wordsOf(name as SeriesId)),
    '',
  ]);
  const text = [
    '# Series',
    '',
    'What is written to InfluxDB: the contract between Meterhouse and every dashboard. Numbers are floats, the unit is the',
    'last word of a name, every field is written every time, and tags never change in the life of a meter.',
    '',
    'A half-hour that is no longer known is rewritten with `missing = 1` and zeros: **every query says `missing = 0`**.',
    'A field that ends in `_known` is 0 where the number beside it says nothing. Texts are reasons and names, empty where there',
    'is nothing to say.',
    '',
    'Figures of places (`month_…`, `rolling_year_…`, `disclosure_year_…`) are what the API answers when it is asked for that one bucket. `kind` is',
    'site, building, organisation or estate; `complete` is 0 where the bucket is not over or half-hours are missing that no',
    'known total covers. A fuel that a place no longer has stays, with every `_known` 0. They follow what changed within',
    'minutes.',
    '',
    'Costs (`day_cost…`, `month_cost…`, `month_capacity`, `cost_so_far`, `notice_due`) are those of supply points whose entry says',
    '`publish_costs`, as `/v1/costs` answers for that one day or month; **cost over use is a price**, so see [tariffs.md](tariffs.md) before',
    'publishing. Where nothing could be costed, `cost_known` is 0 and `because` of the day or month says why. What is not published any more',
    'is written over with `_known` 0, and so is what stood under another site or organisation.',
    '',
    'Abnormal use (`alert…`, `day_alert`, `day_saving`, `detectable_size`) is what the state file knows. An alert is one point that is written over:',
    '**what is open is all of `alert` with `live = 1`, whatever the time range**. Pounds over kWh are a price, so that pounds stand there only',
    'where every supply point that pays for the meters says `publish_costs`; elsewhere `because` says that one does not.',
    'Past days of `day_alert` have what a week costs as is known now. Names of owners stand with what is live; comments, reasons',
    'and who did what are in no series.',
    '',
    'The four-step plan (`plan_…`) is what `/v1/plan…` and `/v1/measures` answer. Where places stand has a point a month, written over each',
    'day: its newest is how it is, and months that are over keep how it was. What stands in the register (measures, works, savings, the way to a',
    'target) is one point that is written over: **what holds is all that says `listed = 1`, whatever the time range**. What a measure costs',
    'is no price of energy and stands there; what it saves in pounds, and what rests on that, stands there only where every supply point',
    'that pays for its meters says `publish_costs`. The unit of an indicator is its text `unit`. Years of `plan_trajectory` may be years to come.',
    '',
    'For boards alone there are `place` (what can be chosen, for names: its building is a tag, so nothing is ever added up in it), `exchange`',
    'and `sign_off` (marks). Names of those who signed, and why, are in no series.',
    '',
    'Meterhouse itself (`house`) is a point a minute of each process that takes messages, kept as long as readings are. Messages, readings,',
    'batches, half-hours, failures and jobs are counts since the point before, `seconds` ago: they are added up, over processes too. What',
    'waits in a process is added up over processes and not over time. Of what the state file says (ages, lags, quarantine, meters to derive,',
    'deliveries) each process of a host says the same: take the largest. While the database is away, points wait in memory for up to a',
    'day and are written when it is back. **A process that has stopped writes nothing**: no point for some minutes is the sign of it.',
    '',
    ...sections,
  ].join('\n');
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/series.md'));
});

function textOf(words: readonly string[]): string[] {
  return words.length === 0 ? [] : [`- texts: ${words.map((word) => `\`${word}\``).join(', ')}`];
}

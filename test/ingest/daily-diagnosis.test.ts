import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DataIssue } from '../../domain/diagnosis/data-issues.ts';
import { type Meter, meterSchema } from '../../domain/estate/estate.ts';
import type { Reading, ReadingKind, ReadingQuantity } from '../../domain/readings/reading.ts';
import { addDays, dayPeriod } from '../../domain/time.ts';
import { DailyDiagnosis } from '../../ingest/daily-diagnosis.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate } from './made-meter.ts';

/** Golden cases, seen day by day as the deriver does. */
let books: TestBooks;
afterEach(() => books.close());

const golden = (name: string, file: string) => readFileSync(join(import.meta.dirname, '../golden', name, file), 'utf8');

function meterOf(name: string): Meter {
  return { ...meterSchema.parse({ ...JSON.parse(golden(name, 'meter.json')), id: name }), site: 'golden' };
}

function readingsOf(name: string): Reading[] {
  const [, ...lines] = golden(name, 'readings.csv').trim().split('\n');
  return lines.map((line): Reading => {
    const [at = '', quantity, kind, value, period, received = ''] = line.split(',');
    const seconds = (iso: string): number => Date.parse(iso) / 1000;
    const series = { quantity: quantity as ReadingQuantity, kind: kind as ReadingKind, period: Number(period) };
    return { meter: name, ...series, at: seconds(at), value: Number(value), received: seconds(received) };
  });
}

/** The issues after each day of a case, told as kind, state and length in days. */
async function daysOf(name: string, from: string, to: string): Promise<string[]> {
  let now = 0;
  books = await openBooks(() => now);
  await books.store.write(readingsOf(name));
  const watch = new DailyDiagnosis(books);
  const estate = madeEstate([meterOf(name)]);
  const told: string[] = [];
  const say = ({ kind, state, from: starts, to: ends }: DataIssue): string =>
    `${kind} ${state} ${Math.round((ends - starts) / 864) / 100}`;
  for (let date = from; date <= to; date = addDays(date, 1)) {
    now = dayPeriod(date).to + 600;
    await watch.look(estate, date, now);
    told.push(`${date} ${books.state.issues({ limit: 9 }).map(say).join(', ')}`.trim());
  }
  return told;
}

test('a pulse booked as ten is one issue from the day it begins, and the doctor says what to ask', async () => {
  const told = await daysOf('wrong-weight-beyond-the-rating', '2026-03-11', '2026-03-16');
  expect(told.slice(0, 2)).toEqual(['2026-03-11', '2026-03-12']);
  expect(told.at(-1)).toBe('2026-03-16 wrong-weight ongoing 3');
  const [issue] = books.state.issues({ limit: 9 });
  expect(issue?.says).toMatch(/^wrong-weight, (sure|likely): it counts a power of ten/);
});

test('a transformer the wrong way round is one issue, over when it has not been so for a day', async () => {
  const told = await daysOf('reversed-counting-import-alone', '2026-03-02', '2026-03-04');
  expect(told.at(-1)).toBe('2026-03-04 reversed closed 0.48');
  expect(books.state.issues({ limit: 9 })).toHaveLength(1);
});

test('nothing is said of a healthy meter, and a day is seen once', async () => {
  const told = await daysOf('healthy-electricity-kwh', '2026-03-03', '2026-03-03');
  expect(told).toEqual(['2026-03-03']);
  let reads = 0;
  const store = {
    seriesOf: (meter: string) => {
      reads++;
      return books.store.seriesOf(meter);
    },
    readings: () => Promise.resolve([]),
    halfHours: () => Promise.resolve([]),
  };
  const again = new DailyDiagnosis({ store, state: books.state });
  const estate = madeEstate([meterOf('healthy-electricity-kwh')]);
  await again.look(estate, '2026-03-03', dayPeriod('2026-03-03').to + 600);
  expect(reads).toBe(0);
  await again.look(estate, '2026-03-04', dayPeriod('2026-03-04').to + 600);
  expect(reads).toBe(1);
});

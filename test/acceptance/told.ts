import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { ledgerAnswerSchema } from '../../api/contract/data-quality.ts';
import { readingsAnswerSchema } from '../../api/contract/readings.ts';
import { halfHoursOf, type Period, toIso, utcDateOf } from '../../domain/time.ts';
import type { Model } from '../../simulators/model.ts';
import { amountUnit } from '../../simulators/registers.ts';
import type { ToldDay, ToldHalfHour } from '../../simulators/score.ts';
import type { TruthLine } from '../../simulators/truth.ts';
import { type Ground, outstanding } from './house.ts';

/** One ledger row over all days of a test: terms by the names that the API gives them. */
export type Terms = Readonly<Record<string, number>>;

const terms = {
  messages: ['received', 'decoded', 'ignored', 'quarantined'],
  readings: ['decoded', 'stored', 'repeated', 'revised', 'refused'],
} as const;

/** Asks the API; the answer as its contract says. */
export async function ask<S extends z.ZodType>(
  address: string,
  path: string,
  query: Readonly<Record<string, string>>,
  schema: S,
): Promise<z.output<S>> {
  const answer = await fetch(`${address}${path}?${new URLSearchParams(query).toString()}`);
  const body: unknown = await answer.json();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
  return schema.parse(body);
}

/** Both ledgers of a span of receipt, by meter. A test may run over midnight: its days are added up. */
export async function toldLedgers(address: string, since: number, now: number): Promise<Map<string, Terms>> {
  const query = { from: utcDateOf(since), to: utcDateOf(now), by: 'meter' };
  const { ledgers } = await ask(address, '/v1/data-quality/ledgers', query, ledgerAnswerSchema);
  const sums = new Map<string, Record<string, number>>();
  for (const { day: _day, meter, ...counts } of ledgers) {
    const sum = sums.get(meter ?? '') ?? {};
    sums.set(meter ?? '', sum);
    for (const [term, count] of Object.entries(counts)) sum[term] = (sum[term] ?? 0) + count;
  }
  return sums;
}

/**
 * Waits until so many messages are booked and all that follows from them is worked out; answers both ledgers. Says what
 * is still missing, and what ingest said last, when that takes too long. Without a ground only what the API knows of is
 * waited for.
 */
export async function untilBooked(
  address: string,
  ground: Ground | undefined,
  since: number,
  messages: number,
  said: () => string,
): Promise<Map<string, Terms>> {
  for (const end = Date.now() + 90_000; ; ) {
    const told = await toldLedgers(address, since, Math.floor(Date.now() / 1000));
    const received = [...told.values()].reduce((sum, row) => sum + (row['messages_received'] ?? 0), 0);
    const parkedReadings = [...told.values()].reduce((sum, row) => sum + (row['readings_parked'] ?? 0), 0);
    const { touched, parked } = ground ? outstanding(ground) : { touched: 0, parked: parkedReadings };
    if (received >= messages && touched === 0 && parked === 0) return told;
    if (Date.now() > end) {
      throw new Error(`${received} of ${messages} messages, ${touched} spans touched, ${parked} parked\n${said()}`);
    }
    // One caller may ask only so many times a minute.
    await sleep(250);
  }
}

/** The true ledgers in the same form. */
export function trueLedgers(lines: readonly TruthLine[]): Map<string, Terms & { readonly unstamped: number }> {
  const sums = new Map<string, Record<string, number> & { unstamped: number }>();
  for (const line of lines) {
    const sum = sums.get(line.meter) ?? { unstamped: 0, messages_qos0: 0, readings_parked: 0 };
    sums.set(line.meter, sum);
    sum.unstamped += line.unstamped;
    for (const term of terms.messages) add(sum, `messages_${term}`, line.messages[term]);
    for (const term of terms.readings) add(sum, `readings_${term}`, line.readings[term]);
  }
  return sums;
}

function add(sum: Record<string, number>, term: string, count: number): void {
  sum[term] = (sum[term] ?? 0) + count;
}

/** Seconds of every reading that the API gives for one meter, by kind; the same second twice would be there twice. */
export async function toldSeconds(address: string, meter: string, span: Period): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  const query = { meter, from: toIso(span.from), to: toIso(span.to), limit: '10000' };
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.output<typeof readingsAnswerSchema> = await ask(
      address,
      '/v1/readings',
      cursor === '' ? query : { ...query, cursor },
      readingsAnswerSchema,
    );
    for (const { kind, at } of page.readings) {
      const list = found.get(kind) ?? [];
      if (list.length === 0) found.set(kind, list);
      list.push(Date.parse(at) / 1000);
    }
    cursor = page.next_cursor;
  }
  return found;
}

type Figure = z.output<typeof consumptionAnswerSchema>['figures'][number];

/** What the API says meters counted on London days and their half-hours, as the simulator's score wants it. */
export async function toldFigures(
  address: string,
  model: Model,
  meters: readonly string[],
  dates: { readonly first: string; readonly after: string },
): Promise<{ days: ToldDay[]; halfHours: ToldHalfHour[] }> {
  const amountOf = ({ group, volume_m3: volume, energy_kwh: energy }: Figure): number | undefined => {
    const meter = model.estate.meters.get(group);
    return (meter && amountUnit(meter) === 'm3' ? volume : energy) ?? undefined;
  };
  const figures = async (part: string, bucket: string): Promise<Figure[]> => {
    const query = { by: 'meter', meter: part, bucket, from: dates.first, to: dates.after };
    return (await ask(address, '/v1/consumption', query, consumptionAnswerSchema)).figures;
  };
  const days: ToldDay[] = [];
  const halfHours: ToldHalfHour[] = [];
  const measured = new Set<string>();
  for (let i = 0; i < meters.length; i += 10) {
    const part = meters.slice(i, i + 10).join(',');
    for (const row of await figures(part, 'half_hour')) {
      const start = Date.parse(row.from) / 1000;
      const quality = row.quality ?? 'missing';
      halfHours.push({ meter: row.group, start, amount: amountOf(row), quality });
      if (quality === 'measured') measured.add(`${row.group} ${start}`);
    }
    for (const row of await figures(part, 'day')) {
      const day = { from: Date.parse(row.from) / 1000, to: Date.parse(row.to) / 1000 };
      const notMeasured = halfHoursOf(day).filter((start) => !measured.has(`${row.group} ${start}`)).length;
      days.push({ meter: row.group, period: day, amount: amountOf(row), notMeasured });
    }
  }
  return { days, halfHours };
}

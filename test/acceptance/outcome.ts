import { expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import { dialects } from '../../simulators/dialects/all.ts';
import { score } from '../../simulators/score.ts';
import { injected, type TruthFault, truthOf } from '../../simulators/truth.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { appendExchange } from '../../store/estate-amendments.ts';
import { type Account, dates, kindsIn, type Life, period } from './life.ts';
import { type Terms, toldFigures } from './told.ts';
import { wrongReadings, wrongTerms } from './verdict.ts';

/** What came of a life after everything was booked and worked out. */
export interface Outcome {
  /** Of the API. */
  readonly address: string;
  readonly account: Account;
  /** Both ledgers by meter. */
  readonly told: ReadonlyMap<string, Terms>;
  /** By meter: how often its messages went out more than once. */
  readonly sentAgain: ReadonlyMap<string, number>;
}

/** The exchanges of a life: one that somebody writes down, and one that nobody does. */
export function exchangesOf({ model, plan }: Life): { recorded: TruthFault; unrecorded: TruthFault } {
  const [recorded, unrecorded] = injected(model, plan).filter(({ kind }) => kind === 'exchange');
  if (!recorded || !unrecorded) throw new Error('the plan has less than two exchanges');
  return { recorded, unrecorded };
}

/** Writes an exchange down, as a person would through Meterhouse. */
export function recordExchange(folder: string, exchange: TruthFault): void {
  const { meter, from: at } = exchange;
  const faces = { closing: Number(exchange['closing']), opening: Number(exchange['opening']) };
  appendExchange(folder, { meter, at, ...faces }, estateOptions);
}

/** What must hold whatever was killed on the way. */
export function outcomeTests(estate: Estate, life: Life, outcome: () => Outcome): void {
  const truth = truthOf(life.model, life.plan);

  test('every kind of fault was there, in every dialect', () => {
    expect(Object.values(kindsIn(life.plan))).toEqual(Array.from({ length: 16 }, () => 2));
    expect(new Set([...life.told, ...life.live].map((id) => estate.meters.get(id)?.decoder)).size).toBe(dialects.size);
    expect(life.told.length + life.live.length).toBe(63);
  });

  test('every term of both ledgers is the truth, meter by meter', () => {
    const { account, told } = outcome();
    const { wrong, compared } = wrongTerms(account, told, outcome().sentAgain);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(700);
    const sum = (term: string): number => [...told.values()].reduce((total, row) => total + (row[term] ?? 0), 0);
    const least = ['messages_ignored', 'messages_quarantined', 'readings_repeated', 'readings_refused'].map(sum);
    expect(Math.min(...least)).toBeGreaterThan(10);
  });

  test('every reading is there, and none twice', async () => {
    const { address, account, told } = outcome();
    const span = { from: period.from - 86_400, to: Math.floor(Date.now() / 1000) + 86_400 };
    const { wrong, readings } = await wrongReadings(address, life, account, told, span);
    expect(wrong).toEqual([]);
    expect(readings).toBeGreaterThan(15_000);
  });

  test('every day is right or marked, and no half-hour called measured is wrong', async () => {
    const figures = await toldFigures(outcome().address, life.model, life.told, dates);
    expect(figures.days).toHaveLength(life.told.length * 8);
    expect(figures.halfHours).toHaveLength(life.told.length * (8 * 48 + 2));
    const judged = score(truth, figures);
    expect(judged.days.wrong).toEqual([]);
    expect(judged.halfHours.wrong).toEqual([]);
    expect(judged.days.right).toBeGreaterThan(figures.days.length * 0.9);
    expect(judged.halfHours.notMeasured).toBeLessThan(figures.halfHours.length * 0.05);
  });

  test('an exchange that was recorded is measured through; one that nobody recorded is marked', async () => {
    const { recorded, unrecorded } = exchangesOf(life);
    const around = async ({ meter, from }: TruthFault) => {
      const at = Date.parse(from) / 1000;
      const day = { first: dateOf(at - 1_800), after: addDays(dateOf(at), 1) };
      const { days, halfHours } = await toldFigures(outcome().address, life.model, [meter], day);
      const beside = halfHours.filter(({ start }) => start === at - 1_800 || start === at);
      return { qualities: beside.map(({ quality }) => quality), judged: score(truth, { days, halfHours: beside }) };
    };
    const known = await around(recorded);
    expect(known.qualities).toEqual(['measured', 'measured']);
    expect(known.judged.halfHours.right).toBe(2);
    expect(known.judged.days).toMatchObject({ marked: 0, wrong: [] });
    const unknown = await around(unrecorded);
    expect(unknown.qualities).toHaveLength(2);
    expect(unknown.qualities[0]).not.toBe('measured');
  });

  test('what lives now is not called measured where it is not', async () => {
    const now = Math.floor(Date.now() / 1000);
    // A test that runs over midnight has begun the day before.
    const today = { first: addDays(dateOf(now), -1), after: addDays(dateOf(now), 1) };
    const { halfHours } = await toldFigures(outcome().address, life.model, life.live, today);
    expect(score(truthOf(life.model), { days: [], halfHours }).halfHours.wrong).toEqual([]);
  });
}

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivationWindow, firstContext } from '../../domain/half-hours/derivation-window.ts';
import type { Meter } from '../../domain/estate/estate.ts';
import { meterSchema } from '../../domain/estate/estate.ts';
import type { Derivation, Gap, HalfHour } from '../../domain/half-hours/half-hours.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import type { Ruling } from '../../domain/readings/rulings.ts';
import type { Period } from '../../domain/time.ts';

const base = Date.parse('2026-03-01T00:00:00Z') / 1000;

/** A meter that may have any of the things that change judgement. */
const meters = fc
  .record({
    digits: fc.option(fc.constantFrom(4, 5, 6), { nil: undefined }),
    rated: fc.boolean(),
    stuck: fc.boolean(),
    maximumGap: fc.constantFrom('1h', '3h', '6h'),
    exchange: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }),
  })
  .map(({ digits, rated, stuck, maximumGap, exchange }): Meter => {
    const entry = {
      id: 'm',
      name: 'M',
      utility: 'electricity',
      role: 'sub',
      unit: 'kWh',
      maximum_gap: maximumGap,
      ...(digits !== undefined && { register: { digits, step: 1 } }),
      ...(rated && { rating: { value: 40, unit: 'kW' } }),
      ...(stuck && { stuck_after: '3h' }),
      ...(exchange !== undefined && {
        exchanges: [{ at: new Date((base + exchange) * 1000).toISOString(), closing: 900, opening: 12 }],
      }),
    };
    return { ...meterSchema.parse(entry), site: 's' };
  });

/** Steps of a register: mostly ordinary, at times wild. */
const steps = fc.array(
  fc.record({
    wait: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1800) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 1800 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1800, max: 40_000 }) },
    ),
    rise: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 20 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    lie: fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(0, 4_294_967.295, 999_999, 5, 100_000) },
    ),
    reset: fc.oneof({ weight: 80, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  { minLength: 2, maxLength: 160, size: 'max' },
);

function readingAt(at: number, value: number, received = at): Reading {
  return { meter: 'm', quantity: 'energy', kind: 'register', at, value, period: 0, received };
}

/** How fast the meter speaks: a wait of 1,800 becomes this many seconds. */
const pace = fc.constantFrom(1800, 1800, 300, 60);

const registers = fc.tuple(steps, fc.integer({ min: 0, max: 9_000 }), pace).map(([list, start, pace]) => {
  let at = base;
  let value = start;
  return list.map(({ wait, rise, lie, reset }) => {
    at += Math.max(1, Math.round((wait * pace) / 1800));
    value = reset ? 0 : value + rise;
    return readingAt(at, lie ?? value);
  });
});

const now = base + 100 * 86_400;
const derive = (
  meter: Meter,
  readings: readonly Reading[],
  window: Period,
  rulings: readonly Ruling[] = [],
): Derivation => deriveHalfHours({ meter, readings, window, now, rulings });

/** What people decide, anywhere in the time of the readings. */
const rulingLists = fc
  .array(
    fc.record({
      kind: fc.constantFrom('void', 'overrule', 'accept', 'estimate'),
      at: fc.nat({ max: 300_000 }),
      long: fc.constantFrom(1, 1, 1800, 20_000),
      amount: fc.nat({ max: 60 }),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ kind, at, long, amount }, i): Ruling => {
      const span = { act: i + 1, from: base + at, to: base + at + long };
      if (kind !== 'estimate') return { kind, ...span };
      const from = Math.floor(span.from / 1800) * 1800;
      return { kind, ...span, from, to: from + 1800 * (1 + (long % 40)), amount, unit: 'kWh' };
    }),
  );

/** Rulings that name readings, so that more of them meet something. */
function aimed(rulings: readonly Ruling[], readings: readonly Reading[]): Ruling[] {
  return rulings.map((ruling, i) => {
    const { at } = readings[(ruling.from + i) % readings.length] as Reading;
    return ruling.kind === 'estimate' || i % 2 === 0
      ? ruling
      : { ...ruling, from: at, to: at + ruling.to - ruling.from };
  });
}

function wholeOf(readings: readonly Reading[]): Period {
  const last = readings.reduce((most, { at, period }) => Math.max(most, at + period), base);
  return { from: base, to: last + 7200 };
}

describe('half-hours of a register', () => {
  test('consumption is never negative, and what is missing is never a number', () => {
    fc.assert(
      fc.property(meters, registers, rulingLists, (meter, readings, list) => {
        const { halfHours, gaps } = derive(meter, readings, wholeOf(readings), aimed(list, readings));
        const wrong = halfHours.filter(({ quality, energy }) =>
          quality === 'missing' ? energy !== undefined : !(energy !== undefined && energy >= 0),
        );
        expect(wrong).toEqual([]);
        expect(gaps.filter(({ energy }) => !(energy !== undefined && energy >= 0))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('half-hours add up to the difference of the register where all is measured', () => {
    const honest = fc.array(
      fc.record({ wait: fc.integer({ min: 1, max: 1800 }), rise: fc.float({ min: 0, max: 50, noNaN: true }) }),
      {
        minLength: 3,
        maxLength: 300,
        size: 'max',
      },
    );
    fc.assert(
      fc.property(honest, fc.integer({ min: 1, max: 500_000 }), (list, start) => {
        let at = base;
        let value = start;
        const readings = [readingAt(at, value)];
        for (const { wait, rise } of list) {
          at += wait;
          value += rise;
          readings.push(readingAt(at, value));
        }
        // Up to the last boundary a second reading fixes: one exactly on it.
        const end = Math.ceil(at / 1800) * 1800;
        if (end > at) readings.push(readingAt(end, value));
        const meter = {
          ...meterSchema.parse({ id: 'm', name: 'M', utility: 'electricity', role: 'sub', unit: 'kWh' }),
          site: 's',
        };
        const { halfHours } = derive(meter, readings, { from: base, to: end });
        expect(halfHours.every((row) => row.quality === 'measured')).toBe(true);
        const sum = halfHours.reduce((total, row) => total + (row.energy ?? 0), 0);
        expect(sum).toBeCloseTo(value - start, 6);
      }),
      { numRuns: 200 },
    );
  });

  test('order and repetition of readings do not change the answer', () => {
    fc.assert(
      fc.property(meters, registers, fc.infiniteStream(fc.nat()), rulingLists, (meter, readings, numbers, list) => {
        const window = wholeOf(readings);
        const rulings = aimed(list, readings);
        const twice = [...readings, ...readings.filter((_, i) => i % 3 === 0)];
        const shuffled = twice
          .map((reading) => ({ reading, key: numbers.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ reading }) => reading);
        expect(derive(meter, shuffled, window, rulings)).toEqual(derive(meter, readings, window, rulings));
      }),
      { numRuns: 200 },
    );
  });
});

/**
 * A deriver without a database: readings arrive in pieces, and after each piece only the window that may change is
 * derived.
 */
class Deriver {
  readonly meter: Meter;
  stored: Reading[] = [];
  readonly rows = new Map<number, HalfHour>();
  gaps: Gap[] = [];
  readonly rulings: Ruling[] = [];
  constructor(meter: Meter) {
    this.meter = meter;
  }

  take(piece: readonly Reading[]): void {
    const byKey = new Map([...this.stored, ...piece].map((reading) => [`${reading.kind}${reading.at}`, reading]));
    this.stored = [...byKey.values()].sort((a, b) => a.at - b.at);
    const times = piece.map((reading) => reading.at);
    this.touch({ from: Math.min(...times), to: Math.max(...times) });
  }

  /** A ruling touches its span. */
  rule(ruling: Ruling): void {
    this.rulings.push(ruling);
    this.touch({ from: ruling.from, to: ruling.to - 1 });
  }

  touch(touched: Period): void {
    const { window, context } = this.ask(touched);
    const found = derive(this.meter, context, window, this.rulings);
    for (const row of found.halfHours) this.rows.set(row.start, row);
    this.gaps = [...this.gaps.filter((gap) => gap.from < window.from || gap.from >= window.to), ...found.gaps];
  }

  ask(touched: Period): { window: Period; context: Reading[] } {
    let { registers: before, registers: after } = firstContext;
    let intervalsRead = { from: touched.from - firstContext.seconds, to: touched.to + firstContext.seconds };
    for (let asked = 0; asked < 50; asked++) {
      const { context, complete } = contextOf(this.stored, touched, before, after, intervalsRead);
      const { meter, rulings } = this;
      const answer = derivationWindow({ meter, readings: context, touched, now, complete, intervalsRead, rulings });
      if ('window' in answer) return { window: answer.window, context };
      if (answer.needs.before) before *= 2;
      if (answer.needs.after) after *= 2;
      intervalsRead = answer.needs.intervals ?? intervalsRead;
    }
    throw new Error('the window is never found');
  }
}

/** Reads a store as the deriver would: so many registers on each side, all intervals of a span. */
function contextOf(
  stored: readonly Reading[],
  touched: Period,
  before: number,
  after: number,
  intervalsRead: Period,
): { context: Reading[]; complete: { before: boolean; after: boolean } } {
  const registers = stored.filter((reading) => reading.kind === 'register');
  const earlier = registers.filter((reading) => reading.at < touched.from);
  const later = registers.filter((reading) => reading.at > touched.to);
  const within = registers.filter((reading) => reading.at >= touched.from && reading.at <= touched.to);
  const intervals = stored.filter(
    ({ kind, at }) => kind === 'interval' && at >= intervalsRead.from && at <= intervalsRead.to,
  );
  return {
    context: [
      ...earlier.slice(Math.max(0, earlier.length - before)),
      ...within,
      ...later.slice(0, after),
      ...intervals,
    ],
    complete: { before: earlier.length <= before, after: later.length <= after },
  };
}

/** What a reader of the store sees: known rows and gaps; a missing row is the same as none. */
function visible(rows: Iterable<HalfHour>, gaps: readonly Gap[]): { rows: HalfHour[]; gaps: Gap[] } {
  const known = [...rows].filter((row) => row.quality !== 'missing').sort((a, b) => a.start - b.start);
  return { rows: known, gaps: gaps.toSorted((a, b) => a.from - b.from) };
}

/** Everything but the energies, which are compared by how far they lie apart. */
function withoutEnergy({ rows, gaps }: ReturnType<typeof visible>) {
  const shape = <T extends { readonly energy: number | undefined }>(row: T) => ({ ...row, energy: typeof row.energy });
  return { rows: rows.map(shape), gaps: gaps.map(shape) };
}

/**
 * The largest difference of two energies, kWh. Sums may be formed from another first reading: the ninth digit is
 * rounding, not meaning; and rounding both would tear apart two numbers on either side of a half.
 */
function furthestApart(a: ReturnType<typeof visible>, b: ReturnType<typeof visible>): number {
  const [first, second] = [a, b].map(({ rows, gaps }) => [...rows, ...gaps].map((row) => row.energy ?? 0));
  return Math.max(0, ...(first ?? []).map((energy, i) => Math.abs(energy - (second?.[i] ?? Number.NaN))));
}

function pieces(readings: readonly Reading[], cuts: readonly number[]): Reading[][] {
  const at = [...new Set(cuts.map((cut) => cut % readings.length))].sort((a, b) => a - b);
  return [0, ...at]
    .map((from, i) => readings.slice(from, at[i] ?? readings.length))
    .filter((piece) => piece.length > 0);
}

const intervals = fc
  .array(
    fc.record({
      slot: fc.nat({ max: 200 }),
      period: fc.constantFrom(900, 1800, 3600, 7200),
      value: fc.nat({ max: 30 }),
    }),
    {
      maxLength: 60,
      size: 'max',
    },
  )
  .map((list) =>
    list.map(
      ({ slot, period, value }): Reading => ({
        ...readingAt(base + slot * 900, value),
        kind: 'interval',
        period,
      }),
    ),
  )
  .map((list) => [...new Map(list.map((reading) => [reading.at, reading])).values()]);

describe('deriving piece by piece', () => {
  test('a batch split anywhere, in any order, gives what one batch gives', () => {
    fc.assert(
      fc.property(
        meters,
        registers,
        intervals,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.boolean(),
        (meter, registers, intervals, cuts, turned) => {
          const readings = [...registers, ...intervals.slice(0, 20)];
          const list = turned ? readings.toReversed() : readings;
          const deriver = new Deriver(meter);
          for (const piece of pieces(list, cuts)) deriver.take(piece);
          const whole = derive(meter, readings, { from: base - 86_400, to: wholeOf(readings).to });
          const seen = visible(deriver.rows.values(), deriver.gaps);
          const expected = visible(whole.halfHours, whole.gaps);
          expect(withoutEnergy(seen)).toEqual(withoutEnergy(expected));
          expect(furthestApart(seen, expected)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('one reading at a time', () => {
    fc.assert(
      fc.property(meters, registers, (meter, readings) => {
        const deriver = new Deriver(meter);
        for (const reading of readings) deriver.take([reading]);
        const whole = derive(meter, readings, { from: base - 86_400, to: wholeOf(readings).to });
        const seen = visible(deriver.rows.values(), deriver.gaps);
        const expected = visible(whole.halfHours, whole.gaps);
        expect(withoutEnergy(seen)).toEqual(withoutEnergy(expected));
        expect(furthestApart(seen, expected)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test('rulings before, between and after the readings, and taken back', () => {
    fc.assert(
      fc.property(
        meters,
        registers,
        intervals,
        rulingLists,
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.nat(),
        (meter, registers, intervals, list, cuts, turn) => {
          const readings = [...registers, ...intervals.slice(0, 20)];
          const rulings = aimed(list, readings);
          const deriver = new Deriver(meter);
          const acts = [
            ...pieces(readings, cuts).map((piece) => () => deriver.take(piece)),
            ...rulings.map((ruling) => () => deriver.rule(ruling)),
          ];
          // A ruling keeps its place among the rulings.
          const order =
            acts.length === 0 ? [] : [...acts.slice(turn % acts.length), ...acts.slice(0, turn % acts.length)];
          for (const act of order) act();
          const undone = deriver.rulings[turn % 7];
          if (undone) {
            deriver.rulings.splice(deriver.rulings.indexOf(undone), 1);
            deriver.touch({ from: undone.from, to: undone.to - 1 });
          }
          const whole = derive(meter, readings, { from: base - 86_400, to: base + 90 * 86_400 }, deriver.rulings);
          const seen = visible(deriver.rows.values(), deriver.gaps);
          const expected = visible(whole.halfHours, whole.gaps);
          expect(withoutEnergy(seen)).toEqual(withoutEnergy(expected));
          expect(furthestApart(seen, expected)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 300 },
    );
  });
});

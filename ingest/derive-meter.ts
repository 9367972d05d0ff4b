import type { IssueReport } from '../domain/diagnosis/data-issues.ts';
import { derivationWindow, firstContext } from '../domain/half-hours/derivation-window.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { readingsFromStock } from '../domain/readings/fuel-stock.ts';
import { type Derivation, deriveHalfHours, type Gap, type HalfHour } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import type { Reading, SeriesName } from '../domain/readings/reading.ts';
import type { Ruling } from '../domain/readings/rulings.ts';
import { ownSource } from '../domain/half-hours/source-precedence.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import { quantityOf } from '../domain/units.ts';
import type { ReadingStore, StoredHalfHour } from '../store/reading-store.ts';
import { rulingsFor } from '../store/rulings-of-meter.ts';
import type { StateStore } from '../store/state-store.ts';
import { deriveFormula } from './derive-formula.ts';
import { deriveSources } from './derive-sources.ts';
import { issuesOfDerivation } from './derived-issues.ts';

/** The half-hours of one meter in one window, worked out from what the store holds. */
export interface DerivedWindow {
  readonly meter: Meter;
  readonly window: Period;
  readonly rows: readonly StoredHalfHour[];
  readonly gaps: readonly Gap[];
  /** What is wrong with the data in the window, kind by kind; nothing of a meter that is a sum. */
  readonly issues: readonly IssueReport[];
  /** Days whose figures may change: the window and all gaps, old and new, that reach into it. */
  readonly reach: Period;
}

export interface DerivationSource {
  readonly store: Pick<ReadingStore, 'readings' | 'before' | 'from' | 'seriesOf' | 'halfHours'>;
  readonly state: Pick<StateStore, 'gaps' | 'acts'>;
}

/**
 * Works out what readings of a meter in a touched span (first and last second, both included) may have changed. The
 * answer follows from the store alone: how and in which order the readings came does not matter. Of a meter point with
 * several sources it is what its own readings say, and what was picked.
 */
export async function deriveSpan(
  source: DerivationSource,
  estate: Estate,
  meter: Meter,
  touched: Period,
  now: EpochSeconds,
): Promise<readonly DerivedWindow[]> {
  const rulings = rulingsFor(source.state, meter.id);
  const worked = await (meter.role === 'virtual'
    ? deriveFormula(source, meter, touched, now)
    : deriveRead(source, meter, touched, now, rulings));
  const { doubts } = worked;
  const issues = doubts ? issuesOfDerivation(meter, worked.window, { ...worked, doubts }, rulings) : [];
  if (meter.precedence === undefined) return [{ ...(await derived(source, estate, meter, worked)), issues }];
  const own = await derived(source, estate, { ...meter, id: ownSource(meter.id) }, worked);
  const picked = await derived(source, estate, meter, await deriveSources(source, meter, worked, now));
  return [
    { ...own, issues: [] },
    { ...picked, issues },
  ];
}

/** What was worked out, as what is to be written. */
async function derived(
  source: DerivationSource,
  estate: Estate,
  meter: Meter,
  { window, halfHours, gaps }: Worked,
): Promise<Omit<DerivedWindow, 'issues'>> {
  const oldGaps = source.state.gaps([meter.id], window);
  const rows: StoredHalfHour[] = halfHours.map((row) => stored({ ...row, meter: meter.id }, meter, estate.version));
  rows.push(...(await noLongerKnown(source, estate, meter, window, halfHours)));
  let { from, to } = window;
  for (const gap of [...oldGaps, ...gaps]) {
    from = Math.min(from, gap.from);
    to = Math.max(to, gap.to);
  }
  return { meter, window, rows, gaps: gaps.map((gap) => ({ ...gap, meter: meter.id })), reach: { from, to } };
}

export interface Worked extends Omit<Derivation, 'doubts'> {
  readonly window: Period;
  readonly doubts?: Derivation['doubts'];
}

function stored(row: HalfHour, { site, utility }: Meter, registerVersion: number): StoredHalfHour {
  return { ...row, site, utility, registerVersion };
}

/** Rows of the window that the store has and derivation gives no more (outside changed dates of validity): missing. */
async function noLongerKnown(
  { store }: DerivationSource,
  estate: Estate,
  meter: Meter,
  window: Period,
  halfHours: readonly HalfHour[],
): Promise<StoredHalfHour[]> {
  const first = halfHours[0]?.start ?? window.to;
  const end = (halfHours.at(-1)?.start ?? window.to - halfHourSeconds) + halfHourSeconds;
  const uncovered = [
    { from: window.from, to: first },
    { from: Math.max(end, first), to: window.to },
  ].filter(({ from, to }) => from < to);
  const lists = await Promise.all(uncovered.map((period) => store.halfHours([meter.id], period)));
  return lists.flat().flatMap(({ start, quality }) => {
    if (quality === 'missing') return [];
    const nothing = { energy: undefined, volume: undefined, quality: 'missing', rule: 'before-valid' } as const;
    return [stored({ meter: meter.id, start, ...nothing }, meter, estate.version)];
  });
}

/** A meter that is read. */
async function deriveRead(
  { store }: DerivationSource,
  meter: Meter,
  touched: Period,
  now: EpochSeconds,
  rulings: readonly Ruling[],
): Promise<Worked> {
  const context = meter.stock ? everything(readingsFromStock(meter)) : new Context(store, meter, touched, now);
  for (;;) {
    const found = await context.read();
    const answer = derivationWindow({ meter, touched, now, rulings, ...found });
    if ('window' in answer) {
      const { window } = answer;
      return { window, ...deriveHalfHours({ meter, readings: found.readings, window, now, rulings }) };
    }
    context.widen(answer.needs);
  }
}

type Found = Pick<Parameters<typeof derivationWindow>[0], 'readings' | 'complete' | 'intervalsRead'>;

function everything(readings: readonly Reading[]) {
  const found: Found = { readings, complete: { before: true, after: true }, intervalsRead: undefined };
  return { read: () => Promise.resolve(found), widen: () => {} };
}

/** The period of a series that a meter's derivation asks for first; undefined where it asks otherwise or not at all. */
export function firstPeriod(
  { quantity, kind }: SeriesName,
  meter: Meter,
  touched: Period,
  now: EpochSeconds,
): Period | undefined {
  if (quantity !== quantityOf(meter.unit)) return undefined;
  if (kind === 'interval' || kind === 'estimate') return halfOpen(around(touched));
  return kind === 'register' && isLive(touched, now) ? recent(meter, touched, now) : undefined;
}

/** Whether a touched span reaches to about now: what lies behind it is then asked for at once, by time. */
function isLive(touched: Period, now: EpochSeconds): boolean {
  return touched.to >= now - firstContext.seconds;
}

function recent(meter: Meter, { from, to }: Period, now: EpochSeconds): Period {
  const reach = 1.5 * firstContext.registers * meter.expected_interval;
  return { from: from - reach, to: Math.max(endOfStamps(now), to + 1) };
}

/** Where intervals start that may reach into a touched span or out of it; both ends included. */
function around({ from, to }: Period): Period {
  return { from: from - firstContext.seconds, to: to + firstContext.seconds };
}

function halfOpen({ from, to }: Period): Period {
  return { from, to: to + 1 };
}

/** Later than any stamp that is believed. */
function endOfStamps(now: EpochSeconds): EpochSeconds {
  return now + limits.futureSeconds + 1;
}

/** What the store holds around a touched span, read as far as the rule of context asks. */
class Context {
  readonly #store: DerivationSource['store'];
  readonly #meter: Meter;
  readonly #touched: Period;
  readonly #now: EpochSeconds;
  #series: readonly SeriesName[] | undefined;
  /** Undefined at first, for a span that reaches to about now: then all is asked for at once, by time. */
  #before: number | undefined;
  #after: number = firstContext.registers;
  #intervals: Period;

  constructor(store: DerivationSource['store'], meter: Meter, touched: Period, now: EpochSeconds) {
    this.#store = store;
    this.#meter = meter;
    this.#touched = touched;
    this.#now = now;
    if (!isLive(touched, now)) this.#before = firstContext.registers;
    this.#intervals = around(touched);
  }

  async read(): Promise<Found> {
    this.#series ??= await this.#store.seriesOf(this.#meter.id);
    const quantity = quantityOf(this.#meter.unit);
    const counted = this.#series.filter((each) => each.quantity === quantity);
    const register = counted.find((each) => each.kind === 'register');
    const amounts = counted.filter((each) => each.kind === 'interval' || each.kind === 'estimate');
    const total = counted.find((each) => each.kind === 'total');
    const [registers, totals, ...intervals] = await Promise.all([
      register ? this.#registers(register) : { readings: [], complete: { before: true, after: true } },
      total ? this.#store.before(total, endOfStamps(this.#now), limits.totalsPerMeter) : [],
      ...amounts.map((series) => this.#within(series, halfOpen(this.#intervals))),
    ]);
    return {
      readings: [registers.readings, totals, ...intervals].flat(),
      complete: registers.complete,
      intervalsRead: amounts.length > 0 ? this.#intervals : undefined,
    };
  }

  async #registers(series: SeriesName): Promise<Pick<Found, 'readings' | 'complete'>> {
    const { from, to } = this.#touched;
    const count = this.#before;
    if (count === undefined) {
      const readings = await this.#within(series, recent(this.#meter, this.#touched, this.#now));
      return { readings, complete: { before: false, after: true } };
    }
    const [before, within, after] = await Promise.all([
      this.#store.before(series, from, count),
      this.#within(series, { from, to: to + 1 }),
      this.#store.from(series, to + 1, this.#after),
    ]);
    const complete = { before: before.length < count, after: after.length < this.#after };
    return { readings: [...before, ...within, ...after], complete };
  }

  widen(needs: { readonly before: boolean; readonly after: boolean; readonly intervals: Period | undefined }): void {
    if (needs.before) this.#before = this.#before === undefined ? firstContext.registers : 2 * this.#before;
    if (needs.after) this.#after *= 2;
    if (needs.intervals) this.#intervals = needs.intervals;
  }

  async #within(series: SeriesName, period: Period): Promise<Reading[]> {
    const list = await this.#store.readings(series, period, limits.derivationReadings + 1);
    if (list.length > limits.derivationReadings) throw new TooManyReadings(this.#meter.id, period);
    return list;
  }
}

/** A span holds more readings than one derivation may hold in memory: it is to be asked for in parts. */
export class TooManyReadings extends Error {
  constructor(meter: string, { from, to }: Period) {
    super(`more than ${limits.derivationReadings} readings of ${meter} between ${from} and ${to}`);
    this.name = 'TooManyReadings';
  }
}

import type { Estate, Meter } from '../domain/estate/estate.ts';
import { termMeters } from '../domain/half-hours/formula.ts';
import { limits } from '../domain/limits.ts';
import type { ChangeCause } from '../domain/signoff/change-causes.ts';
import {
  datesIn,
  dayPeriod,
  daySeconds,
  type EpochSeconds,
  halfHourOf,
  type LocalDate,
  type Period,
} from '../domain/time.ts';
import type { DayFigure, ReadingStore, StoredHalfHour } from '../store/reading-store.ts';
import type { StateStore, Touched } from '../store/state-store.ts';
import { daysOfSites, meterDays } from './derive-days.ts';
import { reportDerived } from './derived-issues.ts';
import { type DerivationSource, type DerivedWindow, deriveSpan, TooManyReadings } from './derive-meter.ts';
import { readAhead } from './read-ahead.ts';
import { writeMeterDays } from './settled-days.ts';

export interface DerivationBooks {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: Estate;
}

/** What is asked of one meter: spans of seconds, both ends included. */
export interface Wanted {
  readonly meter: Meter;
  readonly spans: readonly (Period & { readonly causes?: readonly ChangeCause[] | undefined })[];
}

export interface RoundResult {
  readonly done: readonly string[];
  readonly failed: readonly { readonly meter: string; readonly error: unknown }[];
  readonly halfHours: number;
}

/**
 * Derives some meters and writes all that follows: half-hours, gaps, days of meters, days of sites; and touches the
 * meters that are computed from them. What cannot be derived of one meter does not stop the others. Rejects when the
 * store cannot be written; doing it again gives the same. `later` leaves the days of sites to the caller.
 */
export async function deriveMeters(
  books: DerivationBooks,
  wanted: readonly Wanted[],
  now: EpochSeconds,
  sites: 'now' | 'later' = 'now',
): Promise<RoundResult> {
  const failed: { meter: string; error: unknown }[] = [];
  const derived: DerivedWindow[] = [];
  const round = wanted.map(({ meter, spans }) => ({ meter, spans: nearOnes(spans) }));
  const source = { ...books, store: await aheadOf(books, round, now) };
  await inParallel(round, limits.derivationReads, async ({ meter, spans }) => {
    try {
      for (const span of spans) derived.push(...(await deriveInParts(source, meter, span, now)));
    } catch (error) {
      failed.push({ meter: meter.id, error });
    }
  });
  const bad = new Set(failed.map(({ meter }) => meter));
  const good = derived.filter(({ meter }) => !bad.has(meter.id));
  const causes = new Map(wanted.map(({ meter, spans }) => [meter.id, causesIn(spans)]));
  await writeDerived(books, good, (meter) => causes.get(meter) ?? [], now, sites);
  const done = wanted.map(({ meter }) => meter.id).filter((id) => !bad.has(id));
  return { done, failed, halfHours: good.reduce((sum, { rows }) => sum + rows.length, 0) };
}

type CausesOf = (meter: string) => readonly ChangeCause[];

/** Why spans are worked out again, each cause once. */
function causesIn(spans: Wanted['spans']): readonly ChangeCause[] {
  return [...new Set(spans.flatMap(({ causes = ['readings'] as const }) => causes))];
}

/** The store, with what the round will ask for first at hand. */
async function aheadOf(
  { store }: DerivationBooks,
  round: readonly Wanted[],
  now: EpochSeconds,
): Promise<DerivationSource['store']> {
  const touched = round.flatMap(({ meter, spans: [span, ...more] }) =>
    span && more.length === 0 ? [{ meter, span }] : [],
  );
  // One meter has nobody to share a question with. Where the question fails, each asks for itself and says why.
  return touched.length < 2 ? store : await readAhead(store, touched, now).catch(() => store);
}

/** Half-hours first, then what is made of them: a crash between leaves touched spans, and it is all done again. */
async function writeDerived(
  books: DerivationBooks,
  derived: readonly DerivedWindow[],
  causesOf: CausesOf,
  now: EpochSeconds,
  sites: 'now' | 'later',
): Promise<void> {
  if (derived.length === 0) return;
  const { store, state, estate } = books;
  await store.writeHalfHours(distinctRows(derived));
  for (const { meter, window, gaps } of derived) {
    if (gaps.length > 0 || state.gaps([meter.id], window).length > 0) state.replaceGaps(meter.id, window, gaps);
  }
  const dated = derived.map((each) => ({ ...each, dates: datesIn(each.reach) }));
  const rowsOf = await rowsOfDays(store, dated, now);
  const days = dated.flatMap((each): DayFigure[] => {
    const span = spanOf(each.dates);
    return meterDays(estate, each.meter, each.dates, rowsOf.get(each) ?? [], state.gaps([each.meter.id], span), now);
  });
  await writeMeterDays(books, distinctDays(days), causesOf, now);
  if (sites === 'now') await writeSites(books, dated);
  state.touch([...formulasOver(estate, derived, causesOf), ...pointsOver(derived, causesOf)]);
  reportDerived(
    state,
    derived.flatMap(({ issues }) => issues),
  );
  const named = derived.filter(({ meter }) => estate.meters.has(meter.id));
  // Its days, too, reach as far as its gaps do.
  state.recordDerived(named.map(({ meter, reach }) => ({ meter: meter.id, ...reach })));
}

/** Spans less than a day or two apart are read in one go. */
function nearOnes(spans: readonly Period[]): Period[] {
  const merged: { from: EpochSeconds; to: EpochSeconds }[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to + 2 * daySeconds) last.to = Math.max(last.to, span.to);
    else merged.push({ from: span.from, to: span.to });
  }
  return merged;
}

async function deriveInParts(
  source: DerivationSource & Pick<DerivationBooks, 'estate'>,
  meter: Meter,
  span: Period,
  now: EpochSeconds,
): Promise<DerivedWindow[]> {
  try {
    return [...(await deriveSpan(source, source.estate, meter, span, now))];
  } catch (error) {
    if (!(error instanceof TooManyReadings) || span.to - span.from < daySeconds) throw error;
    const middle = Math.floor((span.from + span.to) / 2);
    const first = await deriveInParts(source, meter, { from: span.from, to: middle }, now);
    return [...first, ...(await deriveInParts(source, meter, { from: middle + 1, to: span.to }, now))];
  }
}

type Dated = DerivedWindow & { readonly dates: readonly LocalDate[] };

function spanOf(dates: readonly LocalDate[]): Period {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return { from: 0, to: 0 };
  return { from: dayPeriod(first).from, to: dayPeriod(last).to };
}

/** All half-hours of the days of each: what was derived, and around a short window what the store has. */
async function rowsOfDays(
  store: ReadingStore,
  derived: readonly Dated[],
  now: EpochSeconds,
): Promise<Map<Dated, readonly StoredHalfHour[]>> {
  const found = new Map<Dated, readonly StoredHalfHour[]>();
  const short = derived.filter(({ window }) => window.to - window.from <= 7 * daySeconds);
  const groups = Map.groupBy(short, ({ dates }) => `${dates[0]} ${dates.length}`);
  for (const group of groups.values()) {
    const ids = [...new Set(group.map(({ meter }) => meter.id))];
    const byMeter = Map.groupBy(await store.halfHours(ids, spanOf(group[0]?.dates ?? [])), (row) => row.meter);
    for (const each of group) found.set(each, byMeter.get(each.meter.id) ?? []);
  }
  await inParallel(
    derived.filter((each) => !found.has(each)),
    limits.derivationReads,
    async (each) => {
      const { window, meter } = each;
      const span = spanOf(each.dates);
      const edges = [
        { from: span.from, to: window.from },
        { from: window.to, to: Math.min(span.to, halfHourOf(now) + 1) },
      ].filter((period) => period.from < period.to);
      const around = await Promise.all(edges.map((period) => store.halfHours([meter.id], period)));
      found.set(
        each,
        [...around.flat(), ...each.rows].sort((a, b) => a.start - b.start),
      );
    },
  );
  return found;
}

/** Two windows of one meter may overlap: what both say is the same, and is written once. */
function distinctRows(derived: readonly DerivedWindow[]): StoredHalfHour[] {
  return [...Map.groupBy(derived, ({ meter }) => meter.id).values()].flatMap((windows) => {
    const rows = windows.flatMap((each) => each.rows);
    return windows.length === 1 ? rows : [...new Map(rows.map((row) => [row.start, row])).values()];
  });
}

/** Two windows of one meter may meet in a day; both read all of it after the write, so either says the same. */
function distinctDays(days: readonly DayFigure[]): DayFigure[] {
  return [...new Map(days.map((day) => [`${day.meter} ${day.day}`, day])).values()];
}

/** Sites whose days are the same are asked together. */
async function writeSites({ store, estate }: DerivationBooks, derived: readonly Dated[]): Promise<void> {
  const bySite = new Map<string, Period>();
  for (const { meter, dates } of derived) {
    const span = spanOf(dates);
    for (const site of sitesFedBy(estate, meter)) {
      const known = bySite.get(site) ?? span;
      bySite.set(site, { from: Math.min(known.from, span.from), to: Math.max(known.to, span.to) });
    }
  }
  const groups = Map.groupBy(bySite, ([, { from, to }]) => `${from} ${to}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const sites = group.map(([site]) => site);
    await store.writeDays([], await daysOfSites(store, estate, sites, datesIn(first[1])));
  }
}

/** A meter of one site that feeds another is taken off the other's main. */
function sitesFedBy(estate: Estate, meter: Meter): string[] {
  const sites = new Set([meter.site]);
  const seen = new Set([meter.id]);
  let parent = meter.parent === undefined ? undefined : estate.meters.get(meter.parent);
  while (parent && !seen.has(parent.id)) {
    seen.add(parent.id);
    sites.add(parent.site);
    parent = parent.parent === undefined ? undefined : estate.meters.get(parent.parent);
  }
  return [...sites];
}

/** The windows, as spans of the meters that are computed from these. */
function formulasOver(estate: Estate, derived: readonly DerivedWindow[], causesOf: CausesOf): Touched[] {
  const formulas = formulasByTerm(estate);
  return derived.flatMap(({ meter, reach }) =>
    (formulas.get(meter.id) ?? []).map((virtual) => {
      return { meter: virtual, from: reach.from, to: reach.to - 1, causes: causesOf(meter.id) };
    }),
  );
}

/** The windows, as spans of the meter points that these are sources of. */
function pointsOver(derived: readonly DerivedWindow[], causesOf: CausesOf): Touched[] {
  return derived.flatMap(({ meter, reach }) => {
    const point = meter.source_of;
    const span = { from: reach.from, to: reach.to - 1, causes: causesOf(meter.id) };
    return point === undefined ? [] : [{ meter: point, ...span }];
  });
}

const rememberedFormulas = new WeakMap<Estate, ReadonlyMap<string, readonly string[]>>();

function formulasByTerm(estate: Estate): ReadonlyMap<string, readonly string[]> {
  const known = rememberedFormulas.get(estate);
  if (known) return known;
  const formulas = new Map<string, string[]>();
  for (const meter of estate.meters.values()) {
    for (const term of termMeters(meter)) formulas.set(term, [...(formulas.get(term) ?? []), meter.id]);
  }
  rememberedFormulas.set(estate, formulas);
  return formulas;
}

/** Works through a list, so many at a time. */
export async function inParallel<T>(
  list: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let item = list[next++]; item !== undefined; item = list[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, one));
}

import type { Estate, Meter, MeterEntry } from '../estate/estate.ts';
import { validOn } from '../estate/estate.ts';
import type { Gap, HalfHour, Quality, Rule } from './half-hours.ts';
import type { EpochSeconds, LocalDate, Period } from '../time.ts';
import { dateOf, halfHourSeconds } from '../time.ts';

/**
 * One meter point, several sources: a logger that is heard, the data collector's file, manual reads, the invoice. Each
 * further source is a meter of the register with `source_of`, derived like any other and counted nowhere; `precedence`
 * of the meter point says, from a date on, in which order they are believed. Each half-hour is taken from one of them.
 */

/** What the meter point's own readings say is kept under this name; no id of the register holds a dot. */
export function ownSource(meter: string): string {
  return `${meter}.own`;
}

/** Under which name what a source says is kept: its own id, but for the meter point itself. */
export function keptName(meter: string, source: string): string {
  return source === meter ? ownSource(meter) : source;
}

/** Every source that any precedence of a meter names, the meter itself among them where it is named. */
export function sourcesIn({ precedence }: Pick<MeterEntry, 'precedence'>): readonly string[] {
  return [...new Set((precedence ?? []).flatMap(({ order }) => order))];
}

/** All sources of a meter point: itself, and the meters of the register that are sources of it. */
export function sourcesOf(estate: Estate, meter: Meter): readonly string[] {
  const others = [...estate.meters.values()].filter(({ source_of: of }) => of === meter.id).map(({ id }) => id);
  return [meter.id, ...others];
}

/** In which order the sources are believed on a London date; before the first precedence the meter's own alone. */
export function orderOn(meter: Pick<MeterEntry, 'id' | 'precedence'>, date: LocalDate): readonly string[] {
  return validOn(meter.precedence ?? [], date)?.order ?? [meter.id];
}

/** What one source says around a window. */
export interface SourceRows {
  /** Id of the meter that is the source; that of the meter point for its own readings. */
  readonly source: string;
  readonly halfHours: readonly HalfHour[];
  readonly gaps: readonly Gap[];
}

const rank: Readonly<Record<Quality, number>> = { missing: 0, estimated: 1, measured: 2 };
/** The rule of a half-hour that another source gave: its place in the order of that date. */
const placeRules = [
  'source-1',
  'source-2',
  'source-3',
  'source-4',
  'source-5',
  'source-6',
  'source-7',
  'source-8',
] as const satisfies readonly Rule[];

/**
 * The half-hours and gaps of a meter point in a window (both ends on a half-hour, and around every gap of a source).
 * Each half-hour is that of the source that knows it best, measured before estimated before missing, and of equals the
 * first in the order of its date. Its rule stays what it is when it is the meter point's own, else it names the place
 * of the source in the order.
 */
export function pickSources(
  meter: Pick<MeterEntry, 'id' | 'precedence'>,
  sources: readonly SourceRows[],
  window: Period,
): { readonly halfHours: HalfHour[]; readonly gaps: Gap[] } {
  const known = new Map(sources.map((each) => [each.source, byStart(each)]));
  const halfHours: HalfHour[] = [];
  for (let start = window.from; start < window.to; start += halfHourSeconds) {
    halfHours.push(pick(meter, orderOn(meter, dateOf(start)), known, start));
  }
  const picked = new Map(halfHours.map((row) => [row.start, row]));
  const gaps = runsOf(halfHours).flatMap((run) => {
    const order = orderOn(meter, dateOf(run.from));
    const inOrder = order.flatMap((id) => sources.find(({ source }) => source === id) ?? []);
    return gapsOfRun(meter.id, run, inOrder, picked);
  });
  return { halfHours, gaps };
}

function byStart({ halfHours }: SourceRows): ReadonlyMap<EpochSeconds, HalfHour> {
  return new Map(halfHours.map((row) => [row.start, row]));
}

function pick(
  { id }: Pick<MeterEntry, 'id'>,
  order: readonly string[],
  known: ReadonlyMap<string, ReadonlyMap<EpochSeconds, HalfHour>>,
  start: EpochSeconds,
): HalfHour {
  let best: HalfHour | undefined;
  let place = 0;
  for (const [i, source] of order.entries()) {
    const row = known.get(source)?.get(start);
    if (!row || (best && rank[row.quality] <= rank[best.quality])) continue;
    best = row;
    place = i;
    if (row.quality === 'measured') break;
  }
  if (!best || best.quality === 'missing') {
    const rule = best && order[place] === id ? best.rule : 'gap';
    return { meter: id, start, energy: undefined, volume: undefined, quality: 'missing', rule };
  }
  const rule: Rule = order[place] === id ? best.rule : (placeRules[place] ?? 'source-8');
  return { ...best, meter: id, rule };
}

/** Rows of missing half-hours. */
function runsOf(rows: readonly HalfHour[]): Period[] {
  const runs: { from: EpochSeconds; to: EpochSeconds }[] = [];
  for (const { start, quality } of rows) {
    if (quality !== 'missing') continue;
    const last = runs.at(-1);
    if (last?.to === start) last.to = start + halfHourSeconds;
    else runs.push({ from: start, to: start + halfHourSeconds });
  }
  return runs;
}

/**
 * How far what is left of a gap's total may lie above its mean: beyond it the two sources disagree, and the difference
 * is not what passed in the few half-hours that are left.
 */
const mostAboveMean = 3;

/**
 * The known totals in a row of missing half-hours: those of the gaps of the first source, less what other sources knew
 * within them; where it has none, or is contradicted, those of the next.
 */
function gapsOfRun(
  meter: string,
  run: Period,
  sources: readonly SourceRows[],
  picked: ReadonlyMap<EpochSeconds, HalfHour>,
): Gap[] {
  const found: Gap[] = [];
  let open: Period[] = [run];
  for (const gap of sources.flatMap(({ gaps }) => gaps)) {
    open = open.flatMap((part) => {
      const piece = { from: Math.max(part.from, gap.from), to: Math.min(part.to, gap.to) };
      const inside = (piece.to - piece.from) / halfHourSeconds;
      if (inside <= 0) return [part];
      const energy = partOf(gap, inside, 'energy', picked);
      const volume = partOf(gap, inside, 'volume', picked);
      if (energy === undefined && volume === undefined) return [part];
      found.push({ meter, ...piece, energy, volume });
      return [
        { from: part.from, to: piece.from },
        { from: piece.to, to: part.to },
      ].filter(({ from, to }) => from < to);
    });
  }
  return found.sort((x, y) => x.from - y.from);
}

/** What falls to some of the half-hours of a gap that nobody knows; the rest of its total, shared by time. */
function partOf(
  gap: Gap,
  inside: number,
  amount: 'energy' | 'volume',
  picked: ReadonlyMap<EpochSeconds, HalfHour>,
): number | undefined {
  const total = gap[amount];
  if (total === undefined) return undefined;
  let left = total;
  let missing = 0;
  let size = 0;
  for (let start = gap.from; start < gap.to; start += halfHourSeconds) {
    size++;
    const row = picked.get(start);
    if (!row || row.quality === 'missing') missing++;
    else if (row[amount] === undefined) return undefined;
    else left -= row[amount];
  }
  const slack = 1e-9 * Math.max(1, total);
  if (left < -slack || left / missing > (mostAboveMean * total) / size + slack) return undefined;
  return (Math.max(0, left) * inside) / missing;
}

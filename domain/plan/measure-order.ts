import type { MeasureKind } from './measure-kinds.ts';
import type { MeasureState } from './measure-standing.ts';
import type { Step } from './steps.ts';
import type { LocalDate } from '../time.ts';

/**
 * In which order measures of a site belong, and which of them come before one that should come first. The order
 * proposes; nothing is refused, since a grant or a leaking roof does not wait for a sequence.
 */

/** A measure that comes before another one which should come first. */
export interface OutOfOrder {
  /** The measure that should come first, and its step. */
  readonly before: string;
  readonly beforeStep: Step;
  /** By the sequence of the four steps, or since the register says `after`. */
  readonly by: 'step' | 'after';
  /** What it means for these two, in a sentence or two. */
  readonly says: string;
}

/** What it means that a step is taken before an earlier one, `later-earlier`. */
const meansOf: Readonly<Record<string, string>> = {
  '2-1':
    'What the fabric saves is reckoned with plant and controls that still waste heat: less of it will be left to save.',
  '3-1': 'It is sized for heat that controls and switching off would have saved.',
  '3-2':
    'It is sized for the heat loss of today: larger, hotter and dearer to buy and to run than the building will need.',
  '4-1': 'It is sized for use that will be saved afterwards: more of what it makes will be exported.',
  '4-2': 'Where electricity will heat, less of it will be needed once the fabric is better.',
  '4-3':
    'The electricity that will heat is not in the use that it was sized for: it may turn out too small, which does ' +
    'little harm.',
};

/** Pairs of kinds of which more can be said, `later-earlier`. */
const meansOfKinds: Readonly<Partial<Record<`${MeasureKind}-${MeasureKind}`, string>>> = {
  'solar_pv-insulation':
    'Where the roof is insulated after the panels are on it, they have to come down for the works.',
  'heat_pump-building_controls': 'It is sized for the hours and temperatures at which the building is heated today.',
};

interface Dates {
  readonly begins: LocalDate | undefined;
  readonly ends: LocalDate | undefined;
}

function datesOf({ entry: { works, planned } }: MeasureState): Dates {
  return { begins: works?.from ?? planned?.from, ends: works?.to ?? planned?.to };
}

/** Whether two measures touch the same building; one that names none touches all of its site. */
function isTogether(a: MeasureState, b: MeasureState): boolean {
  if (a.entry.site !== b.entry.site) return false;
  return a.entry.building === undefined || b.entry.building === undefined || a.entry.building === b.entry.building;
}

/**
 * Why a measure comes too early, one reason for each measure that it comes before. Of two at the same building the one
 * of the earlier step should be finished first; and nothing begins before what its entry says it comes `after`. What is
 * withdrawn, and what has no date itself, is not out of order. `others` may hold measures of other sites too.
 */
export function outOfOrder(measure: MeasureState, others: readonly MeasureState[]): OutOfOrder[] {
  const own = datesOf(measure);
  if (measure.status === 'withdrawn') return [];
  return others.flatMap((other): OutOfOrder[] => {
    if (other.entry.id === measure.entry.id) return [];
    const found = other.status === 'withdrawn' ? undefined : bySteps(measure, own, other);
    const by = found ? 'step' : 'after';
    const says = found ?? byAfter(measure, own, other);
    return says === undefined ? [] : [{ before: other.entry.id, beforeStep: other.step, by, says }];
  });
}

function bySteps(measure: MeasureState, { ends }: Dates, other: MeasureState): string | undefined {
  if (other.step >= measure.step || ends === undefined || !isTogether(measure, other)) return undefined;
  const end = datesOf(other).ends;
  if (end !== undefined && end <= ends) return undefined;
  const pair = `${measure.entry.kind}-${other.entry.kind}` as const;
  const means = meansOfKinds[pair] ?? meansOf[`${measure.step}-${other.step}`] ?? '';
  const verb = measure.status === 'installed' ? 'was finished' : 'is to be finished';
  const when = end === undefined ? 'has no date yet' : `ends on ${end}`;
  const named = ({ entry, step }: MeasureState) => `${entry.name} (step ${step})`;
  return `${named(measure)} ${verb} on ${ends}, and ${named(other)} ${when}. ${means}`;
}

function byAfter(measure: MeasureState, { begins }: Dates, other: MeasureState): string | undefined {
  if (begins === undefined || !measure.entry.after.includes(other.entry.id)) return undefined;
  const end = datesOf(other).ends;
  if (other.status === 'withdrawn') {
    return `${measure.entry.name} comes after ${other.entry.name}, which will not be done.`;
  }
  if (end !== undefined && end < begins) return undefined;
  const when = end === undefined ? 'has no date yet' : `ends on ${end}`;
  return `${measure.entry.name} begins on ${begins}, and ${other.entry.name}, which it comes after, ${when}.`;
}

/** A measure with what it is ordered by. */
export interface Ordered {
  readonly state: MeasureState;
  /** £/tCO2e; what is not known comes last. */
  readonly costPerTonne: number | undefined;
}

/**
 * The measures of one site in the order in which they belong: by step, then what comes `after` another of its step
 * behind it, then by planned date, then what saves a tonne for less first. Where `after` names a measure of a later
 * step the step goes first, and `outOfOrder` says so.
 */
export function inOrder<T extends Ordered>(measures: readonly T[]): T[] {
  const waiting = measures.toSorted(compare);
  const ids = new Set(waiting.map(({ state }) => state.entry.id));
  const stepOf = new Map(waiting.map(({ state }) => [state.entry.id, state.step]));
  const done = new Set<string>();
  const ordered: T[] = [];
  while (waiting.length > 0) {
    const step = waiting[0]?.state.step;
    const isReady = ({ state }: T) =>
      state.step === step &&
      state.entry.after.every((id) => !ids.has(id) || done.has(id) || (stepOf.get(id) ?? 0) > state.step);
    // A register without circles always has one that is ready; of a broken one the first is taken.
    const at = Math.max(0, waiting.findIndex(isReady));
    const [next] = waiting.splice(at, 1) as [T];
    done.add(next.state.entry.id);
    ordered.push(next);
  }
  return ordered;
}

function compare(a: Ordered, b: Ordered): number {
  if (a.state.step !== b.state.step) return a.state.step - b.state.step;
  const [from, other] = [datesOf(a.state).begins ?? '9999', datesOf(b.state).begins ?? '9999'];
  if (from !== other) return from < other ? -1 : 1;
  const [cost, than] = [a.costPerTonne ?? Number.MAX_VALUE, b.costPerTonne ?? Number.MAX_VALUE];
  return cost - than || (a.state.entry.id < b.state.entry.id ? -1 : 1);
}

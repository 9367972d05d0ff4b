import { addDays } from '../time.ts';
import { assemble, type Fitted } from './assemble.ts';
import type { BaselineDays } from './baseline-days.ts';
import { type Chosen, chooseCandidate } from './candidates.ts';
import { parametersOf } from './caltrack.ts';
import { dayTypesBy } from './day-kinds.ts';
import { feltOf, layoutOf } from './day-value.ts';
import { type Gate, notPassed } from './gates.ts';
import type {
  BaselineModel,
  Candidate,
  DayType,
  DayTypeOf,
  Disqualified,
  GroupOf,
  ModelKind,
  ModelRequest,
  Shape,
} from './model.ts';
import { type KnownDays, refine, type Refined } from './refine.ts';
import type { FitRows } from './scatter.ts';

/**
 * Our own model: what CalTRACK's has, and a base and a balance point for each kind of day, since people set heating
 * back and switch off when a building is empty, while its walls lose as much for each degree; and the memory of walls,
 * without which a day after a cold one looks dear, and every slope too small. It is chosen as CalTRACK chooses: by the
 * highest adjusted R², of which every parameter takes its share; a slope must be two of its standard errors.
 */

/** Memory with which the grid begins: that of walls of some ten hours. */
const firstMemory = 0.3;
const firstBend = 1;
/** Kinds of day that are told apart, from none to three; a kind of fewer known days is put to the next. */
const groupings: readonly [Grouping, ...Grouping[]] = [
  [['working_day', 'saturday', 'sunday', 'bank_holiday']],
  [['working_day'], ['saturday', 'sunday', 'bank_holiday']],
  [['working_day'], ['saturday'], ['sunday', 'bank_holiday']],
];
const leastDaysOfKind = 10;
/** IPMVP, quoted: a t-statistic above 2. */
const leastCertainty = 2;

type Grouping = readonly (readonly DayType[])[];

interface Tried {
  readonly kind: ModelKind;
  readonly shape: Shape;
  readonly groups: readonly (readonly DayType[])[];
  readonly groupOf: GroupOf;
  readonly known: KnownDays;
  readonly refined: Refined;
  readonly adjustedRSquared: number;
}

export function dayTypesModel(
  days: BaselineDays,
  { heatsOnly, dayTypeOf = dayTypesBy(undefined) }: Pick<ModelRequest, 'heatsOnly' | 'dayTypeOf'>,
  doubts: readonly Gate[],
): { readonly model: BaselineModel } | Disqualified {
  const tried = tries(days, heatsOnly, dayTypeOf);
  const candidates: Candidate[] = [];
  for (const [i, one] of tried.entries()) {
    const fitted = fittedOf(one, days);
    const answer = assemble(fitted, days, doubts);
    const certain = 'disqualified' in answer || isCertain(answer.model);
    candidates.push(candidateOf(one, certain ? undefined : 'not_certain'));
    if (!certain) continue;
    if ('disqualified' in answer) return answer;
    const others = tried.slice(i + 1).map((other) => candidateOf(other, undefined));
    return { model: { ...answer.model, candidates: [...candidates, ...others] } };
  }
  return { disqualified: notPassed({ any_candidate: 0 }) };
}

/** Every kind of model with every grouping of days, the best first. */
function tries(days: BaselineDays, heatsOnly: boolean, dayTypeOf: DayTypeOf): Tried[] {
  const { known, use, temperature } = days;
  if (known.length === 0) return [];
  const felt = feltOf(temperature, firstMemory).degrees;
  const points = {
    use: Float64Array.from(known, (day) => use[day] as number),
    days: new Float64Array(known.length).fill(1),
    degrees: Array.from(known, (day) => Float64Array.of(felt[day] as number)),
    of: 'day',
  } as const;
  const types = Array.from(known, (day) => dayTypeOf(addDays(days.first, day)));
  const all = { days, use: points.use, types, dayTypeOf };
  const asked = groupings.slice(1).filter((groups) => fits(groups, types));
  // The kinds of model that lead on the grid, and no weather. Kinds of day are told apart of the one that leads then.
  const alike = chooseCandidate(points, !heatsOnly)
    .best.filter(({ kind }, place) => place < leaders || kind === 'constant')
    .map((chosen) => ({ chosen, tried: tryOne(all, chosen, groupings[0]) }))
    .sort((a, b) => b.tried.adjustedRSquared - a.tried.adjustedRSquared);
  const apart = alike
    .filter(({ chosen }, place) => place === 0 || chosen.kind === 'constant')
    .flatMap(({ chosen }) => asked.map((groups) => tryOne(all, chosen, groups)));
  return [...alike.map(({ tried }) => tried), ...apart].sort((a, b) => b.adjustedRSquared - a.adjustedRSquared);
}

/** How many kinds of model are refined; no weather is beside them. */
const leaders = 2;

interface TriedDays {
  readonly days: BaselineDays;
  readonly use: Float64Array;
  readonly types: readonly DayType[];
  readonly dayTypeOf: DayTypeOf;
}

function tryOne({ days, use, types, dayTypeOf }: TriedDays, chosen: Chosen, groups: Grouping): Tried {
  const place = new Map(groups.flatMap((list, group) => list.map((type) => [type, group] as const)));
  const shape = {
    groups: groups.length,
    heating: chosen.heating !== undefined,
    cooling: chosen.cooling !== undefined,
    memory: chosen.kind !== 'constant',
  };
  const start = parametersOf(chosen, shape);
  const { memory, bend } = layoutOf(shape);
  if (memory >= 0) start.set([firstMemory, firstBend], Math.min(memory, bend));
  const group = Uint8Array.from(types, (type) => place.get(type) ?? 0);
  const known: KnownDays = { temperature: days.temperature, at: days.known, use, group };
  const refined = refine(known, shape, start);
  return {
    kind: chosen.kind,
    shape,
    groups,
    groupOf: (date) => place.get(dayTypeOf(date)) ?? 0,
    known,
    refined,
    adjustedRSquared: adjusted(use, refined),
  };
}

function fits(groups: Grouping, types: readonly DayType[]): boolean {
  return groups.every((list) => types.filter((type) => list.includes(type)).length >= leastDaysOfKind);
}

function adjusted(use: Float64Array, { squares, parameters }: Refined): number {
  const n = use.length;
  const mean = use.reduce((sum, one) => sum + one, 0) / n;
  const spread = use.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  if (!(spread > 1e-20 * n * mean ** 2) || n <= parameters.length) return 0;
  return 1 - ((squares / spread) * (n - 1)) / (n - parameters.length);
}

function fittedOf({ kind, shape, groups, groupOf, known, refined }: Tried, { known: at }: BaselineDays): Fitted {
  const layout = layoutOf(shape);
  const { rows, rest, parameters } = refined;
  const weather = rest.map(
    (one, i) => (known.use[i] as number) - one - (parameters[known.group[i] as number] as number),
  );
  const fitRows: FitRows = {
    rows,
    parameters: layout.size,
    rest,
    weight: new Float64Array(rest.length).fill(1),
    at,
    weather,
    of: 'day',
  };
  const use = known.use;
  return {
    method: 'day_types',
    kind,
    shape,
    parameters,
    rows: fitRows,
    use,
    counted: layout.size,
    groupOf,
    groups,
    candidates: [],
  };
}

function isCertain({ heating, cooling }: BaselineModel): boolean {
  return [heating, cooling].every((part) => !part || part.slope.best >= leastCertainty * part.slopeError);
}

function candidateOf(
  { kind, shape, refined, adjustedRSquared }: Tried,
  disqualified: Candidate['disqualified'],
): Candidate {
  const { heating, cooling } = layoutOf(shape);
  return {
    kind,
    kindsOfDay: shape.groups,
    ...(heating >= 0 && { heatingBalancePoint: refined.parameters[heating + 1] as number }),
    ...(cooling >= 0 && { coolingBalancePoint: refined.parameters[cooling + 1] as number }),
    adjustedRSquared,
    disqualified,
  };
}

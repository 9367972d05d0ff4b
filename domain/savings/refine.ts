import { inverseOf } from '../least-squares.ts';
import { dayValue, feltOf, layoutOf } from './day-value.ts';
import type { Shape } from './model.ts';

/**
 * Least squares of a model whose balance points and memory are parameters too, from a start that a grid found: the
 * steps of Gauss and Newton, damped where they do not help (Levenberg and Marquardt; Press et al., Numerical Recipes,
 * 15.5).
 */

/** What is fitted: the known days of a stretch. */
export interface KnownDays {
  /** °C of every day of the stretch; the days before the first known one are used by memory. */
  readonly temperature: Float64Array;
  /** The places of the known days in it, ascending, what was used on them and which kind each is. */
  readonly at: Int32Array;
  readonly use: Float64Array;
  readonly group: Uint8Array;
}

export interface Refined {
  readonly parameters: Float64Array;
  readonly rows: Float64Array;
  readonly rest: Float64Array;
  /** Sum of squares of the rest. */
  readonly squares: number;
}

const mostSteps = 15;
/** A step that lessens the squares by less than this share ends the search. */
const enough = 1e-4;
/** °C between which a balance point lies, and how far apart those of two kinds of day may be. */
const balances = [-5, 35] as const;
const mostApart = 10;
/** °C over which a balance point is smeared: a day has warm hours and cold ones. */
const bends = [0.05, 4] as const;
/** The share of yesterday in what is felt today. */
const mostMemory = 0.9;

export function refine(days: KnownDays, shape: Shape, start: Float64Array): Refined {
  const bounds = boundsOf(shape);
  let best = valuesOf(days, shape, start);
  let damping = 1e-3;
  for (let step = 0; step < mostSteps; step++) {
    const tried = valuesOf(days, shape, stepFrom(best, bounds, damping));
    const less = best.squares - tried.squares;
    if (less > 0) {
      best = tried;
      damping = Math.max(1e-9, damping / 10);
      if (less < enough * best.squares) break;
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  return withoutHeld(best, bounds, shape);
}

/** Without the columns of what lies at a bound that it would go beyond: it is as good as given. */
function withoutHeld(best: Refined, bounds: Bounds, shape: Shape): Refined {
  const { heating, size } = layoutOf(shape);
  const rows = best.rows.slice();
  const { parameters } = best;
  for (let k = heating >= 0 ? heating + 2 : shape.groups; k < size; k++) {
    const at = (bound: Float64Array) => (parameters[k] as number) === (bound[k] as number);
    if (at(bounds.least) || at(bounds.most)) for (let i = k; i < rows.length; i += size) rows[i] = 0;
  }
  return { ...best, rows };
}

/** Value and rows of each day at some parameters. */
export function valuesOf(days: KnownDays, shape: Shape, parameters: Float64Array): Refined {
  const layout = layoutOf(shape);
  const { degrees, byMemory } = feltOf(days.temperature, layout.memory < 0 ? 0 : (parameters[layout.memory] as number));
  const rows = new Float64Array(days.at.length * layout.size);
  let squares = 0;
  const rest = days.use.map((used, i) => {
    const at = days.at[i] as number;
    const day = { felt: degrees[at] as number, byMemory: byMemory[at] as number, group: days.group[i] as number };
    const one = used - dayValue(layout, parameters, day, rows, i * layout.size);
    squares += one ** 2;
    return one;
  });
  return { parameters, rows, rest, squares };
}

function stepFrom({ parameters, rows, rest }: Refined, { least, most }: Bounds, damping: number): Float64Array {
  const size = parameters.length;
  const push = new Float64Array(size);
  const gram = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (let i = 0; i < rest.length; i++) {
    for (let k = 0; k < size; k++) {
      const left = rows[i * size + k] as number;
      if (left === 0) continue;
      push[k] = (push[k] as number) + left * (rest[i] as number);
      const line = gram[k] as number[];
      for (let l = 0; l <= k; l++) line[l] = (line[l] as number) + left * (rows[i * size + l] as number);
    }
  }
  // What lies at its bound and would go beyond stays there, and the others go on without it.
  const held = parameters.map((one, k) =>
    Number(
      (one <= (least[k] as number) && (push[k] as number) < 0) ||
        (one >= (most[k] as number) && (push[k] as number) > 0),
    ),
  );
  for (let k = 0; k < size; k++) {
    const line = gram[k] as number[];
    for (let l = 0; l <= k; l++) {
      if (held[k] === 1 || held[l] === 1) line[l] = 0;
      (gram[l] as number[])[k] = line[l] as number;
    }
    line[k] = (line[k] as number) * (1 + damping);
  }
  const inverse = inverseOf(gram);
  return parameters.map((one, k) => {
    const step = (inverse[k] ?? []).reduce((sum, of, l) => sum + of * (push[l] as number), 0);
    return Math.min(most[k] as number, Math.max(least[k] as number, one + step));
  });
}

interface Bounds {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** No base and no slope below 0, and balance points and memory where buildings have them. */
function boundsOf(shape: Shape): Bounds {
  const { heating, cooling, memory, bend, size } = layoutOf(shape);
  const least = new Float64Array(size);
  const most = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const bound = (k: number, from: number, to: number): void => {
    least[k] = from;
    most[k] = to;
  };
  for (const side of [heating, cooling]) if (side >= 0) bound(side + 1, ...balances);
  if (heating >= 0) for (let k = 1; k < shape.groups; k++) bound(heating + 1 + k, -mostApart, mostApart);
  if (memory >= 0) bound(memory, 0, mostMemory);
  if (bend >= 0) bound(bend, ...bends);
  return { least, most };
}

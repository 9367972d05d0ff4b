import { quantile } from '../energy/quartiles.ts';
import { slotsPerDay } from './clock.ts';
import type { SubjectOf } from './detect.ts';
import type { Judged } from './judged.ts';
import type { AlertKind, ParametersOf } from './kinds.ts';
import { judgeAfterHours } from './kinds/after-hours.ts';
import { judgeAlwaysAbove } from './kinds/always-above.ts';
import { judgeBurst } from './kinds/burst.ts';
import { judgeContinuousFlow } from './kinds/continuous-flow.ts';
import { driftLasts, driftSizes } from './kinds/drift.ts';
import { judgeHeatPump } from './kinds/heat-pump-performance.ts';
import { judgeComfort } from './kinds/heating-and-cooling.ts';
import { judgeNeverBelow } from './kinds/never-below.ts';
import { judgeNightBase } from './kinds/night-base.ts';
import { judgeNightFlow } from './kinds/night-flow.ts';
import { judgePeakCapacity } from './kinds/peak-capacity.ts';
import { judgePowerFactor } from './kinds/power-factor.ts';
import { judgePanels } from './kinds/pv-not-producing.ts';
import { judgeStep } from './kinds/step.ts';
import { judgeSummerHeating } from './kinds/summer-heating.ts';
import { scoresOfSupply } from './kinds/supply-lost.ts';
import { judgeBalance } from './kinds/unexplained-main.ts';
import type { Watched } from './watched.ts';
import { hoursPerWeek } from './worth.ts';

/**
 * The smallest change that a rule would find at a meter as it is now: so many kW (m³/h, kVA, kvar) more, the same all
 * the time while it lasts, and for as long as is said. It is what would have been found from nine in ten of the last
 * half-hours (nights, days) on, had it been there: by the numbers by which it is looked for, with the ups and downs of
 * the meter. What comes and goes must be larger, or last longer.
 */
export interface DetectableSize {
  readonly kind: AlertKind;
  readonly unit: 'kW' | 'm3/h' | 'kVA' | 'kvar';
  /** In the unit; NaN where too little is known of the meter. Of panels it is what they make less. */
  readonly rate: number;
  /** Hours for which it lasts, of those that the kind looks at: hours of rest, warm days. */
  readonly hours: number;
  /** kWh, m³ or kvarh in a week, if it is there all the time; NaN of a demand. */
  readonly perWeek: number;
}

/** Steps from which on a change is tried: the last two weeks of half-hours, the last eight of days. */
const recent = { halfHour: 14 * slotsPerDay, day: 56 } as const;
/** Of them so many must find it. */
const mostly = 0.9;

interface Look<K extends AlertKind> {
  readonly judge: (subject: SubjectOf<K>, rule: ParametersOf<K>) => Judged;
  readonly step: keyof typeof recent;
  /** Steps for which the change lasts; as many as the rule looks at together, where nothing is said. */
  readonly lasts?: number;
  readonly unit?: DetectableSize['unit'];
}

/**
 * By which steps each kind is told. A drift is told by a sum that remembers, and told apart; a supply that is lost is
 * lost as a whole, and has no size.
 */
const looks: { readonly [K in AlertKind]?: Look<K> } = {
  night_base: { judge: judgeNightBase, step: 'day' },
  left_on: { judge: judgeAfterHours, step: 'halfHour' },
  out_of_hours: { judge: judgeAfterHours, step: 'halfHour' },
  always_above: { judge: judgeAlwaysAbove, step: 'halfHour' },
  never_below: { judge: judgeNeverBelow, step: 'day' },
  step: { judge: judgeStep, step: 'day' },
  summer_heating: { judge: judgeSummerHeating, step: 'day' },
  heating_and_cooling: { judge: judgeComfort, step: 'day' },
  // Its busiest half-hour is one of any day.
  peak_capacity: { judge: judgePeakCapacity, step: 'halfHour', lasts: slotsPerDay, unit: 'kVA' },
  power_factor: { judge: judgePowerFactor, step: 'day', unit: 'kvar' },
  pv_not_producing: { judge: judgePanels, step: 'day' },
  heat_pump_performance: { judge: judgeHeatPump, step: 'day' },
  night_flow: { judge: judgeNightFlow, step: 'day' },
  continuous_flow: { judge: judgeContinuousFlow, step: 'halfHour' },
  burst: { judge: judgeBurst, step: 'halfHour' },
  unexplained_main: { judge: judgeBalance, step: 'day' },
};

/** What a kind would find at a subject; undefined of kinds of which no size can be said. */
export function detectableSize<K extends AlertKind>(
  kind: K,
  subject: SubjectOf<K>,
  rule: ParametersOf<K>,
): DetectableSize | undefined {
  if (kind === 'drift') {
    const rates = driftSizes(subject as Watched, rule as ParametersOf<'drift'>);
    return sized(kind, unitOf(subject), mostlyFound(rates), driftLasts * hoursPerWeek);
  }
  const look = looks[kind];
  if (!look) return undefined;
  const { judge, step, lasts, unit = unitOf(subject) } = look;
  const judged = judge(subject, rule);
  const steps = lasts ?? judged.when.of;
  const rate = mostlyFound(foundFrom(judged, steps, recent[step]));
  return sized(kind, unit, rate, steps * (step === 'day' ? 24 : 0.5));
}

/**
 * How strongly each step of the window, a half-hour or a day, shows what a kind looks for; NaN where that is not known.
 * Undefined of a drift, which is told by no step.
 */
export function scoresBy<K extends AlertKind>(
  kind: K,
  subject: SubjectOf<K>,
  rule: ParametersOf<K>,
): Float64Array | undefined {
  if (kind === 'supply_lost') return scoresOfSupply(subject as Watched, rule as ParametersOf<'supply_lost'>);
  return looks[kind]?.judge(subject, rule).scores;
}

function sized(kind: AlertKind, unit: DetectableSize['unit'], rate: number, hours: number): DetectableSize {
  return { kind, unit, rate, hours, perWeek: unit === 'kVA' ? Number.NaN : rate * hoursPerWeek };
}

function unitOf(subject: SubjectOf<AlertKind>): DetectableSize['unit'] {
  const { unit } = 'main' in subject ? subject.main : 'unit' in subject ? subject : { unit: 'kWh' };
  return unit === 'm3' ? 'm3/h' : 'kW';
}

function mostlyFound(rates: readonly number[]): number {
  return quantile(Float64Array.from(rates).sort(), mostly, 'linear') ?? Number.NaN;
}

/**
 * The change that the rule finds while it lasts, from each of the last known steps on: the steps that belong to the
 * span must each fall short by no more. Empty where too few are known.
 */
function foundFrom({ scores, when, shortBy }: Judged, lasts: number, most: number): number[] {
  const short: number[] = [];
  for (let step = scores.length - 1; step >= 0 && short.length < most + lasts; step--) {
    const one = shortBy(step);
    // What shows the condition as it is says nothing of what it would take.
    if (one > 0) short.push(one);
  }
  short.reverse();
  const rates: number[] = [];
  for (let start = 0; start + lasts <= short.length; start++) {
    let least = Number.POSITIVE_INFINITY;
    for (let end = start + when.needs; end <= start + lasts; end++) {
      const together = short.slice(Math.max(start, end - when.of), end).sort((a, b) => a - b);
      least = Math.min(least, together[when.needs - 1] as number);
    }
    rates.push(least);
  }
  return rates.length < when.needs ? [] : rates;
}

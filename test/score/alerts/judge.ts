import type { DetectableSize } from '../../../domain/alerts/detectable.ts';
import type { AlertKind } from '../../../domain/alerts/kinds.ts';
import { daySeconds } from '../../../domain/time.ts';
import type { HappeningKind } from '../../../simulators/happenings.ts';
import type { TrueCause } from '../../../simulators/true-causes.ts';
import type { ToldAlert } from './look.ts';

/**
 * How alerts are matched with what truly happened. An alert is of a cause when it is of the same site, is of a meter
 * that the cause shows at, overlaps with it, and was raised after the cause began and not later than a week after it
 * was over. A cause of reactive energy is matched by a power factor, and by nothing else.
 */
export function isOf(alert: ToldAlert, cause: TrueCause): boolean {
  if ((alert.kind === 'power_factor') !== (cause.unit === 'kvar')) return false;
  const meets = cause.unit === 'kvar' || alert.meters.some((meter) => cause.meters.includes(meter));
  return (
    alert.site === cause.site &&
    meets &&
    alert.from < cause.to &&
    alert.to > cause.from &&
    alert.raised > cause.from &&
    alert.raised <= cause.to + 7 * daySeconds
  );
}

/** People are told of it by itself; the rest stands in the weekly digest. */
export function isTold({ severity }: ToldAlert): boolean {
  return severity !== 'digest';
}

export interface JudgedCause extends TrueCause {
  /** It is larger than what was stated of its meter when it began, and lasts as long as is said there. */
  readonly isStated: boolean;
  /** When the first alert of it was raised, by how, and whether people were told of it by itself. */
  readonly found: { readonly after: number; readonly kind: AlertKind; readonly told: boolean } | undefined;
}

/** By which kinds' stated sizes a cause is measured: those that look for what it does. */
const measuredBy: Readonly<Record<Exclude<HappeningKind, 'measure'>, readonly AlertKind[]>> = {
  leak: ['night_flow', 'continuous_flow', 'step', 'never_below', 'always_above', 'burst'],
  'night-leak': ['night_flow', 'never_below'],
  'burst-main': ['burst', 'always_above'],
  'left-on': ['left_on', 'out_of_hours', 'night_base', 'never_below'],
  'out-of-hours': ['left_on', 'out_of_hours', 'always_above'],
  'added-load': ['night_base', 'step', 'never_below', 'always_above', 'unexplained_main'],
  'creeping-load': ['drift'],
  wear: ['drift'],
  overrun: ['step'],
  'peak-load': ['peak_capacity'],
  'heating-all-hours': ['left_on', 'out_of_hours', 'night_base', 'step'],
  'heating-on': ['summer_heating', 'step', 'night_base'],
  'heating-against-cooling': ['heating_and_cooling', 'step', 'night_base'],
  'panels-out': ['pv_not_producing'],
  'refrigerant-lost': ['heat_pump_performance'],
  'capacitor-lost': ['power_factor'],
  'supply-lost': [],
};

/** Kinds that are told by whole days. */
const byDays: readonly AlertKind[] = [
  'step',
  'drift',
  'summer_heating',
  'heating_and_cooling',
  'pv_not_producing',
  'heat_pump_performance',
  'power_factor',
  'unexplained_main',
];

export function judgeCause(
  cause: TrueCause,
  sizes: readonly DetectableSize[],
  overDays: number,
  alerts: readonly ToldAlert[],
): JudgedCause {
  const of = alerts.filter((alert) => isOf(alert, cause)).toSorted((a, b) => a.raised - b.raised);
  const first = of[0];
  const isStated = cause.kind === 'supply-lost' || sizes.some((size) => exceeds(cause, size, overDays));
  const told = of.some(isTold);
  return {
    ...cause,
    isStated,
    found: first && { after: first.raised - cause.from, kind: first.kind, told },
  };
}

/** Whether a cause is as large as a stated size, for as long: one that grows is so later. */
function exceeds(cause: TrueCause, { kind, rate, hours }: DetectableSize, overDays: number): boolean {
  if (cause.kind === 'measure' || !measuredBy[cause.kind].includes(kind)) return false;
  const own = byDays.includes(kind) ? cause.mean : cause.rate;
  const grown = cause.from + overDays * daySeconds * Math.min(1, rate / own);
  return own >= rate && cause.to - grown >= hours * 3_600;
}

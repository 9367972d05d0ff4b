import { z } from 'zod';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { idSchema } from '../domain/readings/reading.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import { chanceAt, seedOf } from './chance.ts';
import { dialectOf } from './dialects/all.ts';
import {
  type Happening,
  happeningKinds,
  instantSchema as instant,
  leakSchema,
  leftOnSchema,
  mendedAt,
  otherHappenings,
} from './happenings.ts';

/**
 * How meters misbehave. A plan is data: which fault, at which meter, from when to when. Times in a file are ISO
 * instants; inside they are epoch seconds. A fault is active from `from` (included) to `to` (excluded).
 */

const span = { meter: idSchema, from: instant, to: instant };
const moment = { meter: idSchema, from: instant };

export const faultSchema = z.discriminatedUnion('kind', [
  /** Nothing is sent; the register counts on. */
  z.strictObject({ kind: z.literal('dropout'), ...span }),
  /** Nothing is sent, then all of it at once, old stamps and all. A dialect without stamps forgets instead. */
  z.strictObject({ kind: z.literal('burst'), ...span }),
  /** Each message comes twice. */
  z.strictObject({ kind: z.literal('duplicates'), ...span }),
  /** Every second message comes after the one that follows it; only one with a stamp can. */
  z.strictObject({ kind: z.literal('out-of-order'), ...span }),
  /** The register on show stands still, then jumps to where it should be. */
  z.strictObject({ kind: z.literal('stuck'), ...span }),
  /** One reading far too high. */
  z.strictObject({ kind: z.literal('spike'), ...moment }),
  /** One reading of 0. */
  z.strictObject({ kind: z.literal('false-zero'), ...moment }),
  /** The register says 4,294,967,295: all bits set. */
  z.strictObject({ kind: z.literal('sentinel'), ...span }),
  /** The register says null, or nan. */
  z.strictObject({ kind: z.literal('unknown'), ...span }),
  /** Messages that cannot be read. */
  z.strictObject({ kind: z.literal('malformed'), ...span }),
  /** The device's clock goes wrong evenly, by `seconds` at the end, then is set right. */
  z.strictObject({ kind: z.literal('clock-drift'), ...span, seconds: z.int().min(-86_400).max(86_400) }),
  /** The register goes through its highest number to zero at `from`. */
  z.strictObject({ kind: z.literal('rollover'), ...moment }),
  /** The register falls to zero and goes on. */
  z.strictObject({ kind: z.literal('reset'), ...moment }),
  /** Another meter, another number, and nobody wrote it down. */
  z.strictObject({ kind: z.literal('exchange'), ...moment, opening: z.number().min(0).default(12) }),
  /** All current transformers the wrong way round: the register counts down, or, counting import alone, stands. */
  z.strictObject({ kind: z.literal('reversed-ct'), ...span }),
  /** One of three the wrong way round, or on the wrong phase: only this share of what passes is counted. */
  z.strictObject({
    kind: z.literal('swapped-ct'),
    ...span,
    share: z
      .number()
      .min(0)
      .max(0.9)
      .default(1 / 3),
  }),
  /** A pulse weight or ratio set wrongly: each count is this many. */
  z.strictObject({ kind: z.literal('wrong-weight'), ...span, factor: z.number().positive() }),
  // No faults of the meter, which a doctor of data must not take for one.
  leakSchema,
  leftOnSchema,
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export const faultKinds = faultSchema.options.map((option) => option.shape.kind.value);
/**
 * Faults of wiring and settings. No single half-hour shows them, so that what is told meanwhile is wrong until somebody
 * acts on what the doctor says: they are scored by their names, and no total is promised.
 */
export const wiringKinds: readonly FaultKind[] = ['reversed-ct', 'swapped-ct', 'wrong-weight'];
export const faultPlanSchema = z
  .array(z.discriminatedUnion('kind', [...faultSchema.options, ...otherHappenings]))
  .max(100_000);
/** What goes wrong with meters, and what truly happens to what they count. */
export type FaultPlan = readonly Planned[];
export type Planned = Fault | Happening;

/** Until when it lasts; faults of a moment are over with the next message, for which two hours are plenty. */
export function endOf(planned: Planned): EpochSeconds {
  if (isHappening(planned)) return mendedAt(planned);
  return 'to' in planned ? planned.to : planned.from + 7_200;
}

/** What of a plan truly happens: it belongs to the model, which makes consumption of it. */
export function happeningsOf(plan: FaultPlan): Happening[] {
  return plan.filter(isHappening);
}

export function isHappening(planned: Planned): planned is Happening {
  return (happeningKinds as readonly string[]).includes(planned.kind);
}

const totalKinds = faultKinds.filter((kind) => !wiringKinds.includes(kind));

interface Choice {
  readonly estate: Estate;
  readonly seed: number;
  readonly period: Period;
  /** All kinds but those of wiring when absent. */
  readonly kinds?: readonly FaultKind[];
  /** How many of each kind; 1 when absent. */
  readonly each?: number;
}

/**
 * A plan by chance: each kind of fault, at meters where it can happen and at times when no other fault is near, so
 * that a test can tell them apart. The same seed, the same plan. A kind for which no meter is left is not in it.
 */
export function randomPlan({ estate, seed, period, kinds = totalKinds, each = 1 }: Choice): Fault[] {
  const plan: Fault[] = [];
  const taken = new Map<string, Period[]>();
  let turn = 0;
  for (const kind of kinds) {
    for (let n = 0; n < each; n++) {
      const able = [...estate.meters.values()].filter((meter) => isThere(meter, period) && canHave(meter, kind));
      // Some attempts, because the first meter and time may be near another fault.
      for (let attempt = 0; attempt < 40 && able.length > 0; attempt++) {
        const pick = (what: string): number => chanceAt(seedOf(seed, `${kind}/${what}`), turn);
        turn++;
        const meter = able[Math.floor(pick('meter') * able.length)] as Meter;
        const length = lengthOf(kind, pick('length'));
        const room = period.to - period.from - length - daySeconds;
        if (room <= daySeconds) break;
        const from =
          Math.floor((period.from + daySeconds + pick('from') * (room - daySeconds)) / halfHourSeconds) *
          halfHourSeconds;
        const near = (other: Period): boolean =>
          from < other.to + daySeconds && other.from < from + length + daySeconds;
        if ((taken.get(meter.id) ?? []).some(near)) continue;
        taken.set(meter.id, [...(taken.get(meter.id) ?? []), { from, to: from + length }]);
        plan.push(faultOf(kind, meter, from, from + length, pick('size')));
        break;
      }
    }
  }
  return plan.sort((a, b) => a.from - b.from || a.meter.localeCompare(b.meter));
}

/** A meter that begins or ends meanwhile may have nothing to be wrong about. */
function isThere(meter: Meter, period: Period): boolean {
  const { from, to } = validityOf(meter);
  return from <= period.from && period.to <= to;
}

/** Hours a fault lasts, at least and at most: a clock needs days to drift, one broken message is enough. */
const lengths: Record<FaultKind, readonly [number, number]> = {
  dropout: [2, 40],
  burst: [2, 30],
  duplicates: [4, 24],
  'out-of-order': [4, 24],
  stuck: [24, 48],
  spike: [1, 1],
  'false-zero': [1, 1],
  sentinel: [1, 4],
  unknown: [1, 4],
  malformed: [1, 4],
  'clock-drift': [48, 72],
  rollover: [1, 1],
  reset: [1, 1],
  exchange: [1, 1],
  'reversed-ct': [24, 72],
  'swapped-ct': [72, 168],
  'wrong-weight': [72, 168],
  leak: [48, 96],
  'left-on': [48, 96],
};

function lengthOf(kind: FaultKind, chance: number): number {
  const [least, most] = lengths[kind];
  return Math.round((least + chance * (most - least)) * 2) * halfHourSeconds;
}

function canHave(meter: Meter, kind: FaultKind): boolean {
  const dialect = dialectOf(meter);
  if (!dialect) return false;
  const counts = meter.role === 'main' || meter.role === 'sub';
  if (kind === 'burst' || kind === 'clock-drift' || kind === 'out-of-order') return dialect.stamped;
  // A bare number has no word for it.
  if (kind === 'unknown') return dialect.name !== 'number' && dialect.name !== 'shelly-gen1';
  if (kind === 'stuck') return meter.stuck_after !== undefined;
  if (kind === 'reversed-ct' || kind === 'swapped-ct') return counts && meter.utility === 'electricity';
  if (kind === 'leak') return counts && (meter.utility === 'water' || meter.utility === 'gas');
  if (kind === 'left-on')
    return meter.utility === 'electricity' && meter.role === 'sub' && meter.end_use !== 'heat_pump';
  // Known exchanges fix the numbers on both sides; another turn between them would contradict the estate register.
  if (kind === 'rollover' || kind === 'reset' || kind === 'exchange' || kind === 'wrong-weight')
    return counts && meter.exchanges.length === 0;
  return true;
}

function faultOf(kind: FaultKind, meter: Meter, from: EpochSeconds, to: EpochSeconds, size: number): Fault {
  const where = { meter: meter.id, from };
  const rated = meter.rating?.value ?? 10;
  switch (kind) {
    case 'spike':
    case 'false-zero':
    case 'rollover':
    case 'reset':
      return { kind, ...where };
    case 'exchange':
      return { kind, ...where, opening: Math.round(size * 100) };
    case 'clock-drift':
      // Within a minute, so that a day's total keeps within a thousandth.
      return { kind, ...where, to, seconds: Math.round((size - 0.5) * 90) || 7 };
    case 'swapped-ct':
      // One reversed leaves a third; a wrong phase somewhat more or less, by the power factor.
      return { kind, ...where, to, share: 0.25 + 0.15 * size };
    case 'wrong-weight':
      return { kind, ...where, to, factor: size < 0.5 ? 0.1 : 10 };
    case 'leak':
      return { kind, ...where, to, flow: rated * (0.02 + 0.03 * size) };
    case 'left-on':
      return { kind, ...where, to, power: rated * (0.05 + 0.1 * size) };
    default:
      return { kind, ...where, to };
  }
}

import { z } from 'zod';
import { idSchema } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';

/**
 * What truly happens on the estate besides weather and working hours: it changes consumption, so the meters are
 * right about it. A fault of a meter is something else (`faults.ts`). A happening is data: times in a file are ISO
 * instants, inside they are epoch seconds. It lasts from `from` (included) to `to` (excluded), and without `to` until
 * somebody mends it.
 */
export const instantSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000);
const lasting = { meter: idSchema, from: instantSchema, to: instantSchema.optional() };

const rate = z.number().positive().max(1_000_000);
const share = z.number().positive().max(5);
const part = z.number().positive().max(1);
const days = z.number().min(1).max(1_000);
/** By the clock on the wall, over midnight where the end is before the beginning. */
const hours = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, 'hours such as 22:00-06:00');

/** Water or gas that runs away, m³/h, day and night. */
export const leakSchema = z.strictObject({ kind: z.literal('leak'), ...lasting, flow: rate });
/** Plant left running outside working hours (19:00 to 07:00 and weekends), kW. */
export const leftOnSchema = z.strictObject({ kind: z.literal('left-on'), ...lasting, power: rate });

/** All but those that chance puts among the faults of meters. */
export const otherHappenings = [
  /**
   * An energy-saving measure: from then on what passes this meter, and no sub-meter of it, is less by a share. At a
   * heat meter, and where it is said, the heat that the site's rooms get is less by the share, whoever makes it.
   */
  z.strictObject({
    kind: z.literal('measure'),
    meter: idSchema,
    from: instantSchema,
    saves: part,
    of: z.literal('rooms').optional(),
    title: z.string().min(1).max(200),
  }),
  /** A main that has burst, m³/h. */
  z.strictObject({ kind: z.literal('burst-main'), ...lasting, flow: rate }),
  /** A float valve that passes when the pressure is high, m³/h from 22:00 to 06:00. */
  z.strictObject({ kind: z.literal('night-leak'), ...lasting, flow: rate }),
  /** A time switch that runs plant at hours at which nobody is there, kW. */
  z.strictObject({ kind: z.literal('out-of-hours'), ...lasting, power: rate, hours: hours.default('00:30-05:00') }),
  /** Something new that runs day and night, kW. At a main with sub-meters it is what none of these sees. */
  z.strictObject({ kind: z.literal('added-load'), ...lasting, power: rate }),
  /** The same, growing from nothing over some days: one machine after another. */
  z.strictObject({ kind: z.literal('creeping-load'), ...lasting, power: rate, over_days: days }),
  /** What passes grows by a share over some days: dirt, wear, scale. */
  z.strictObject({ kind: z.literal('wear'), ...lasting, share, over_days: days }),
  /** What passes is more by a share at once: controls overridden. At a heat meter it is the heat of rooms. */
  z.strictObject({ kind: z.literal('overrun'), ...lasting, share }),
  /** Something large that runs at the busiest hours of working days, kW. */
  z.strictObject({ kind: z.literal('peak-load'), ...lasting, power: rate, hours: hours.default('10:00-15:00') }),
  /** Nothing passes this main, nor any other meter of its utility at the site. */
  z.strictObject({ kind: z.literal('supply-lost'), ...lasting }),
  /** Panels of which this share is out: a string, an inverter. */
  z.strictObject({ kind: z.literal('panels-out'), ...lasting, share: part }),
  /** A heat pump that gives less heat for its electricity by this share. */
  z.strictObject({ kind: z.literal('refrigerant-lost'), ...lasting, share: z.number().positive().max(0.8) }),
  /** A valve that does not shut: rooms get this heat at least, kW, however warm it is. */
  z.strictObject({ kind: z.literal('heating-on'), ...lasting, power: rate }),
  /** Heating that does not rest: a time switch overridden, so that nights and weekends are heated as noon is. */
  z.strictObject({ kind: z.literal('heating-all-hours'), ...lasting }),
  /** Heat (`power`, kW) and cooling against one another: a chiller takes it out again, a third of it in electricity. */
  z.strictObject({ kind: z.literal('heating-against-cooling'), ...lasting, cooling: idSchema, power: rate }),
  /** Capacitors that have tripped: the power factor of the site falls to this. At a meter of reactive energy. */
  z.strictObject({ kind: z.literal('capacitor-lost'), ...lasting, power_factor: z.number().min(0.4).max(0.99) }),
] as const;

export const happeningSchema = z.discriminatedUnion('kind', [leakSchema, leftOnSchema, ...otherHappenings]);
export type Happening = z.output<typeof happeningSchema>;
export type HappeningKind = Happening['kind'];
export const happeningKinds = happeningSchema.options.map((option) => option.shape.kind.value);

/** Whether it changes the heat that rooms get, and its meter by that alone. */
export function isOfRooms(one: Happening): boolean {
  return one.kind === 'measure' && one.of === 'rooms';
}

/** When it is mended, or never. */
export function mendedAt(one: Happening): EpochSeconds {
  return 'to' in one ? (one.to ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}

/**
 * What happens when somebody changes the list at a moment: what has passed stays as it was. What is new begins then at
 * the earliest, what is gone or shorter ends then at the earliest.
 */
export function changedAt(now: EpochSeconds, before: readonly Happening[], after: readonly Happening[]): Happening[] {
  const same = (a: Happening, b: Happening): boolean => beginningOf(a) === beginningOf(b);
  // What a plan says began before it was read began when it was: it goes on, and is not split at the next change.
  const goesOn = (one: Happening, other: Happening): boolean =>
    one.from <= now &&
    other.from < one.from &&
    Math.min(mendedAt(one), mendedAt(other)) > now &&
    same({ ...one, from: other.from }, other) &&
    !before.some((known) => same(known, other));
  const wantedOf = (one: Happening): Happening | undefined =>
    after.find((other) => same(one, other)) ?? after.find((other) => goesOn(one, other));
  const kept = before.flatMap((one): Happening[] => {
    const wanted = wantedOf(one);
    const end = wanted ? mendedAt(wanted) : now;
    if (one.from >= now && !wanted) return [];
    return [end === mendedAt(one) || mendedAt(one) <= now ? one : { ...one, ...endAt(Math.max(end, now)) }];
  });
  const isKnown = (one: Happening): boolean => before.some((other) => same(other, one) || goesOn(other, one));
  const fresh = after.filter((one) => mendedAt(one) > now && !isKnown(one));
  return [...kept, ...fresh.map((one) => ({ ...one, from: Math.max(one.from, now) }))];
}

/** All of it but its end: what is the same thing, mended or not. */
function beginningOf(one: Happening): string {
  return JSON.stringify(Object.entries({ ...one, to: undefined }).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function endAt(end: EpochSeconds): { to: EpochSeconds | undefined } {
  return { to: end === Number.POSITIVE_INFINITY ? undefined : end };
}

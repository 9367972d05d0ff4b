import { z } from 'zod';
import type { Clock } from '../../../domain/alerts/clock.ts';
import { dayWeatherOf } from '../../../domain/alerts/day-weather.ts';
import type { SubjectOf } from '../../../domain/alerts/detect.ts';
import { type AlertKind, alertKindNames, alertKinds, type KindOfAlert } from '../../../domain/alerts/kinds.ts';
import { type Watched, watch } from '../../../domain/alerts/watched.ts';
import { changed, changesSchema, halfHoursOf, type Series, seriesSchema, temperatures, windowOf } from './notation.ts';

/** Kinds that look at something else than a meter, and the key of a case that holds it. */
const others = {
  heating_and_cooling: 'comfort',
  peak_capacity: 'point',
  power_factor: 'point',
  pv_not_producing: 'panels',
  heat_pump_performance: 'pump',
  unexplained_main: 'balance',
} as const satisfies Partial<Record<AlertKind, string>>;
export const meterKinds = alertKindNames.filter((kind) => !(kind in others));

const kinds = z.array(z.enum(alertKindNames));

export const caseSchema = z
  .strictObject({
    title: z.string().min(20),
    from: z.iso.date(),
    days: z.number().int(),
    /** Those that are looked for; all that the subject is looked at for when absent. */
    kinds: kinds.optional(),
    parameters: z.partialRecord(z.enum(alertKindNames), z.record(z.string(), z.number())).default({}),
    /** False where nobody knows how cold it was. */
    weather: z.boolean().default(true),
    series: seriesSchema.optional(),
    comfort: z.strictObject({ heating: seriesSchema, cooling: seriesSchema }).optional(),
    /** kvarh of each kWh, or without them the bounds of the power factor. */
    point: z
      .strictObject({
        active: seriesSchema,
        kvarh_per_kwh: z.number(),
        reactive_changes: changesSchema.default([]),
        agreed_kva: z.number().optional(),
      })
      .optional(),
    /** kWh made for each unit of the sun; `alone` where nobody says how much sun there was. */
    panels: z
      .strictObject({
        sun: seriesSchema,
        made_per_sun: z.number(),
        changes: changesSchema.default([]),
        alone: z.boolean().default(false),
      })
      .optional(),
    /** Heat, and the electricity by a performance of 2.4 + 0.075 for each °C of the day. */
    pump: z.strictObject({ heat: seriesSchema, changes: changesSchema.default([]) }).optional(),
    /** The main is its sub-meters, and what none of them sees. */
    balance: z.strictObject({ subs: z.array(seriesSchema), rest: seriesSchema, bound: z.number() }).optional(),
    findings: z.array(z.string()),
    /** What people are told of them: one line for each cause, at 25p a kWh of power, 6p of what heats, £3 a m³. */
    alerts: z.array(z.string()).optional(),
  })
  .transform((one) => ({ ...one, kinds: one.kinds ?? kindsOf(one, one.series) }));
export type Case = z.output<typeof caseSchema>;

function kindsOf(one: Readonly<Partial<Record<string, unknown>>>, series: Series | undefined): AlertKind[] {
  const ofMeter = meterKinds.filter((kind) => {
    const { utilities, roles }: KindOfAlert = alertKinds[kind];
    return series && utilities.includes(series.utility) && roles.includes(series.role);
  });
  return [...ofMeter, ...Object.entries(others).flatMap(([kind, key]) => (one[key] ? [kind as AlertKind] : []))];
}

// Cases ask for each kind by itself; what is learned for one is the same for all.
const watches = new WeakMap<Series, Watched>();

function watchOf(one: Case, series: Series, id: string, use?: Float64Array): Watched {
  const known = watches.get(series);
  if (known) return known;
  const clock = windowOf(one.from, one.days);
  const { utility, role, site_type: siteType, end_use: endUse } = series;
  const meter = { id, name: id, site: 'site', utility, role, siteType, endUse };
  const outdoors = temperatures(clock);
  const weather = one.weather ? dayWeatherOf(clock, outdoors) : undefined;
  const watched = watch({
    meter,
    clock,
    use: use ?? halfHoursOf(series, clock, outdoors, id),
    resolution: series.resolution,
    weather,
  });
  watches.set(series, watched);
  return watched;
}

/** What a kind looks at in a case. */
export function subjectOf(one: Case, kind: AlertKind): SubjectOf<AlertKind> {
  const made = makers[kind in others ? others[kind as keyof typeof others] : 'series'](one);
  if (!made) throw new Error(`the case has nothing that ${kind} looks at`);
  return made;
}

const makers = {
  series: (one: Case) => one.series && watchOf(one, one.series, 'meter'),
  comfort: (one: Case) =>
    one.comfort && {
      heating: watchOf(one, one.comfort.heating, 'boilers'),
      cooling: watchOf(one, one.comfort.cooling, 'chillers'),
    },
  point: (one: Case) => one.point && pointOf(one, one.point),
  panels: (one: Case) => {
    if (!one.panels) return undefined;
    const { meter, clock, use: yardstick } = watchOf(one, one.panels.sun, 'sun');
    const per = one.panels.made_per_sun;
    const made = changed(
      one.panels.changes,
      clock,
      noisy(
        yardstick.map((value) => value * per),
        clock,
      ),
    );
    const own = { ...meter, id: 'panels', role: 'generation' as const };
    return { meter: own, clock, made, yardstick: one.panels.alone ? undefined : yardstick };
  },
  pump: (one: Case) => {
    if (!one.pump) return undefined;
    const { meter: heatMeter, clock, use: heat, weather } = watchOf(one, one.pump.heat, 'heat');
    const taken = heat.map((value, i) => value / (2.4 + 0.075 * (weather?.mean[clock.day[i] as number] ?? 8)));
    const series = seriesSchema.parse({ end_use: 'heat_pump', role: 'sub' });
    const electricity = watchOf(one, series, 'pump', changed(one.pump.changes, clock, noisy(taken, clock)));
    return { electricity, heatMeter, heat };
  },
  balance: (one: Case) => {
    if (!one.balance) return undefined;
    const subs = one.balance.subs.map((sub, i) => watchOf(one, sub, `sub-${i}`).use);
    const rest = watchOf(one, one.balance.rest, 'rest');
    // What a sub-meter does not count passes the main all the same: its changes are taken out of the truth.
    const truth = one.balance.subs.map((sub, i) =>
      halfHoursOf({ ...sub, changes: [] }, rest.clock, nowhere, `sub-${i}`),
    );
    const use = rest.use.map((value, i) => truth.reduce((sum, sub) => sum + (sub[i] as number), value));
    const main = watchOf(one, seriesSchema.parse({ utility: one.balance.rest.utility }), 'main', use);
    const residual = use.map((value, i) => subs.reduce((left, sub) => left - (sub[i] as number), value));
    const bound = new Float64Array(rest.clock.days.length).fill(one.balance.bound);
    return { main, subs: subs.map((_, i) => `sub-${i}`), residual, bound };
  },
} as const;

const nowhere = new Float64Array(0);

function pointOf(one: Case, point: NonNullable<Case['point']>) {
  const { meter, clock, use: active } = watchOf(one, point.active, 'incomer');
  const reactive = changed(
    point.reactive_changes,
    clock,
    active.map((kwh) => kwh * point.kvarh_per_kwh),
  );
  const best = active.map((kwh, i) => 2 * Math.hypot(kwh, reactive[i] as number));
  const agreed = new Float64Array(clock.count).fill(point.agreed_kva ?? Number.NaN);
  return { meter, clock, active, reactive, low: best, best, high: best, agreed };
}

/** Panels and pumps are not the same every day. */
function noisy(values: Float64Array, clock: Clock): Float64Array {
  return values.map((value, i) => value * (1 + 0.03 * Math.sin(1.7 * (clock.day[i] as number))));
}

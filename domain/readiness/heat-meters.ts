import { above } from '../energy/counted-meters.ts';
import { type Estate, isValidOn, type Meter, type Utility } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';

/**
 * Which meters say what heat a place used: heat meters, or fuel that is burnt for heat. What cooks, washes or drives an
 * engine is no heat that a heat pump could give.
 */

export const fuels = ['gas', 'gas_oil', 'burning_oil', 'lpg', 'coal', 'biomass'] as const satisfies readonly Utility[];
export type Fuel = (typeof fuels)[number];

/** End uses of fuel that are left out, and why. */
export const notHeating: Readonly<Record<string, string>> = {
  catering: 'it cooks',
  chp: 'it drives an engine, whose heat goes on',
  laundry: 'it dries, hotter than a heat pump does',
  sterilisation: 'it makes steam',
  laboratory: 'it feeds burners of laboratories',
  incineration: 'it burns waste',
};
/** Heat that needs no heat pump. */
const otherHeat: Readonly<Record<string, string>> = {
  chp: 'heat of an engine, which goes on',
  heat_pump: 'it comes from a heat pump already',
};
/** End uses of fuel and heat that say that it is all that heats. */
const heating: ReadonlySet<string> = new Set([
  'boilers',
  'heating',
  'space_heating',
  'hot_water',
  'domestic_hot_water',
]);

const doubt = 'what heats has meters of its own, and nothing says whether this one lies behind them';

/** A meter and how often it counts: −1 where it is taken off the one above it. */
export interface HeatTerm {
  readonly meter: Meter;
  readonly times: 1 | -1;
}

export interface HeatMeters {
  /** Those that count heat; empty where none do. */
  readonly heat: readonly HeatTerm[];
  /** Those of the fuel, or of the heat that is bought, in whose place the heat pump would come. */
  readonly fuel: readonly HeatTerm[];
  readonly leftOut: readonly { readonly meter: string; readonly why: string }[];
}

/** The meters of a site, or of one of its buildings, that are valid on a London date. */
export function heatMeters(
  estate: Estate,
  { site, building }: { readonly site: string; readonly building?: string | undefined },
  date: LocalDate,
): HeatMeters {
  const here = [...estate.meters.values()].filter(
    (meter) =>
      meter.site === site &&
      (building === undefined || meter.building === building) &&
      meter.measures === 'active' &&
      (meter.role === 'main' || meter.role === 'sub') &&
      meter.source_of === undefined &&
      isValidOn(meter, date),
  );
  const leftOut: HeatMeters['leftOut'][number][] = [];
  // Steam that becomes heat passes the meters of both: they are counted together, every fuel by itself.
  const heat = termsOf(estate, here, ['heat', 'steam'], otherHeat, leftOut);
  const fuel = fuels.flatMap((one) => termsOf(estate, here, [one], notHeating, leftOut));
  const isBought = (meter: Meter): boolean =>
    [meter, ...above(estate, meter)].some(({ role, utility }) => role === 'main' && utility === meter.utility);
  const bought = heat.filter(({ meter }) => isBought(meter));
  return { heat, fuel: fuel.length > 0 ? fuel : bought, leftOut };
}

function termsOf(
  estate: Estate,
  here: readonly Meter[],
  utilities: readonly Utility[],
  excluded: Readonly<Record<string, string>>,
  leftOut: HeatMeters['leftOut'][number][],
): HeatTerm[] {
  const own = here.filter((meter) => utilities.includes(meter.utility));
  const isHeating = own.filter(({ end_use: use }) => heating.has(use ?? ''));
  const without = own.filter(({ end_use: use }) => excluded[use ?? ''] !== undefined);
  for (const { id, end_use: use } of without) leftOut.push({ meter: id, why: excluded[use ?? ''] ?? '' });
  const isBelow = (meter: Meter, others: readonly Meter[]) => above(estate, meter).some((one) => others.includes(one));
  const tops = (list: readonly Meter[]) => list.filter((meter) => !isBelow(meter, list));
  // Where what heats has meters of its own, they say it better than a main less what else is known of it.
  const heats = tops(isHeating);
  const others = tops(own.filter((meter) => !without.includes(meter))).filter(
    (meter) => !heats.includes(meter) && !heats.some((one) => isBelow(one, [meter])),
  );
  // Another main is no part of them. A sub-meter whose place nobody states may be, and would count twice.
  const counted = [...heats, ...others.filter(({ role }) => heats.length === 0 || role === 'main')];
  const doubtful = others.filter((meter) => !counted.includes(meter));
  for (const { id } of doubtful) leftOut.push({ meter: id, why: doubt });
  const off = tops(without).filter((meter) => isBelow(meter, counted));
  return [
    ...counted.map((meter): HeatTerm => ({ meter, times: 1 })),
    ...off.map((meter): HeatTerm => ({ meter, times: -1 })),
  ];
}

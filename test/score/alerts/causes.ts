import { listed, type Meter } from '../../../domain/estate/estate.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, type Period } from '../../../domain/time.ts';
import { chanceAt, seedOf } from '../../../simulators/chance.ts';
import type { Happening } from '../../../simulators/happenings.ts';
import { siteLoads } from '../../../simulators/loads.ts';
import { type Model } from '../../../simulators/model.ts';
import { amountPerKwhOf } from '../../../simulators/registers.ts';

/**
 * Causes by chance: at each site one after another of its electricity, of its heat, of its water and of its plant, with
 * weeks between them in which nothing is wrong. Sizes are a share of what the meter usually takes, evenly by their
 * logarithm, so that many are too small to be told. The same seed, the same causes: a site that is asked
 * for alone (`only`) has those that it has among all.
 */
export function randomCauses(model: Model, period: Period, only?: readonly string[]): Happening[] {
  const meters = Map.groupBy(model.estate.meters.values(), ({ site }) => site);
  return [...meters]
    .filter(([site]) => only?.includes(site) ?? true)
    .flatMap(([site, here]) => lines.flatMap((line, k) => fill(line, new Chance(model, site, here, k), period)));
}

/** From the beginning of a period; until then is learned, and no cause begins. */
export const causesFrom = 100 * daySeconds;
/** Days between two causes of one line, at the least and at the most. */
const pause = [35, 70] as const;

interface Lasting {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}
/** A cause of one sort; undefined where the site or the season has none. */
interface Sort {
  readonly days: readonly [number, number];
  readonly make: (chance: Chance, lasting: Lasting) => Happening | undefined;
}

function fill(sorts: readonly Sort[], chance: Chance, period: Period): Happening[] {
  const made: Happening[] = [];
  let from = period.from + causesFrom + chance.between(0, pause[1]) * daySeconds;
  while (from < period.to - 3 * daySeconds) {
    const { days, make } = chance.one(sorts) as Sort;
    const to = from + chance.between(...days) * daySeconds;
    const one = to < period.to ? make(chance, { from: halfHour(from), to: halfHour(to) }) : undefined;
    if (one) made.push(one);
    // Where there is none, another one may be a day later.
    from = one ? to + chance.between(...pause) * daySeconds : from + daySeconds;
  }
  return made;
}

function halfHour(at: number): EpochSeconds {
  return Math.round(at / halfHourSeconds) * halfHourSeconds;
}

class Chance {
  readonly #model: Model;
  readonly #site: string;
  readonly #meters: readonly Meter[];
  readonly #seed: number;
  #turn = 0;

  constructor(model: Model, site: string, meters: readonly Meter[], line: number) {
    this.#model = model;
    this.#site = site;
    this.#meters = meters;
    this.#seed = seedOf(model.seed, `causes/${site}/${line}`);
  }

  between(least: number, most: number): number {
    return least + (most - least) * chanceAt(this.#seed, this.#turn++);
  }

  one<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.between(0, choices.length))];
  }

  /** Evenly by its logarithm, two figures. */
  size(least: number, most: number): number {
    return Number((least * (most / least) ** this.between(0, 1)).toPrecision(2));
  }

  meter(fits: (meter: Meter) => boolean): Meter | undefined {
    return this.one(this.#meters.filter(fits));
  }

  /** kW or m³/h that a meter takes in the mean of the year that begins the simulation. */
  mean(meter: Meter): number {
    const perHour = this.#model.amountAt(meter.id, this.#model.start + 365 * daySeconds) / (365 * 24);
    return meter.utility === 'water' ? perHour : perHour / amountPerKwhOf(meter);
  }

  /** kVA agreed for the supply of a meter, and the most it takes in a half-hour of a month from a moment on. */
  capacity(meter: Meter, from: EpochSeconds): { agreed: number; highest: number } | undefined {
    const point = listed(this.#model.estate, 'supply_points').find((one) => one.meter === meter.id);
    const agreed = point?.agreed_capacity_kva?.at(-1)?.value;
    if (agreed === undefined) return undefined;
    let highest = 0;
    for (let at = from; at < from + 28 * daySeconds; at += halfHourSeconds) {
      highest = Math.max(highest, 2 * this.#model.halfHour(meter.id, at));
    }
    return { agreed, highest };
  }

  rests(): boolean {
    const site = this.#model.estate.sites.get(this.#site);
    return site !== undefined && siteLoads[site.type].heatShape === 'heating_day';
  }
}

const isPower = ({ utility, measures, role, end_use: use }: Meter): boolean =>
  utility === 'electricity' && measures === 'active' && (role === 'main' || role === 'sub') && use !== 'heat_pump';
const isMainPower = (meter: Meter): boolean => isPower(meter) && meter.role === 'main';
const isFuel = ({ utility, role, end_use: use }: Meter): boolean =>
  utility === 'gas' && (role === 'main' || use === 'boilers');
const isWater = ({ utility }: Meter): boolean => utility === 'water';
const isMain = ({ role }: Meter): boolean => role === 'main';

const weeks = [14, 42] as const;
const long = [90, 140] as const;
/** By the month in which something is over or begins: when rooms are heated, and when they are not. */
const monthOf = (at: EpochSeconds): number => new Date(at * 1000).getUTCMonth() + 1;
const isWinter = ({ from, to }: Lasting): boolean => [11, 12, 1, 2, 3].includes(monthOf((from + to) / 2));
const isSummer = ({ from, to }: Lasting): boolean => monthOf(from) >= 6 && monthOf(to) <= 9;

const power: readonly Sort[] = [
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isPower);
      return (
        meter && { kind: 'left-on', meter: meter.id, ...lasting, power: chance.size(0.06, 1) * chance.mean(meter) }
      );
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isPower);
      const hours = chance.one(['00:30-05:00', '21:00-05:30', '02:00-06:30']) ?? '00:30-05:00';
      const size = chance.size(0.08, 1.2);
      return meter && { kind: 'out-of-hours', meter: meter.id, ...lasting, hours, power: size * chance.mean(meter) };
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isPower);
      return (
        meter && { kind: 'added-load', meter: meter.id, ...lasting, power: chance.size(0.04, 0.6) * chance.mean(meter) }
      );
    },
  },
  {
    days: long,
    make: (chance, lasting) => {
      const meter = chance.meter(isPower);
      const size = chance.size(0.06, 0.6);
      return (
        meter && { kind: 'creeping-load', meter: meter.id, ...lasting, over_days: 35, power: size * chance.mean(meter) }
      );
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isPower);
      return meter && { kind: 'overrun', meter: meter.id, ...lasting, share: chance.size(0.05, 0.6) };
    },
  },
  {
    days: [5, 21],
    make: (chance, lasting) => {
      const meter = chance.meter(isMainPower);
      const capacity = meter && chance.capacity(meter, lasting.from);
      if (!capacity) return undefined;
      // Up to 92 to 115 of 100 kVA, at the power factor of the simulation.
      const most = capacity.agreed * 0.975 * chance.between(0.92, 1.15) - capacity.highest;
      return most > 0
        ? { kind: 'peak-load', meter: meter.id, ...lasting, hours: '10:00-15:00', power: most }
        : undefined;
    },
  },
  {
    days: [0.1, 0.4],
    make: (chance, lasting) => {
      const meter = chance.meter(isMainPower);
      return meter && { kind: 'supply-lost', meter: meter.id, ...lasting };
    },
  },
];

const heat: readonly Sort[] = [
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isFuel);
      return meter && chance.rests() && isWinter(lasting)
        ? { kind: 'heating-all-hours', meter: meter.id, ...lasting }
        : undefined;
    },
  },
  {
    days: [10, 30],
    make: (chance, lasting) => {
      const meter = chance.meter(isFuel);
      const size = chance.size(0.08, 0.8);
      if (!meter || !isSummer(lasting)) return undefined;
      return { kind: 'heating-on', meter: meter.id, ...lasting, power: size * chance.mean(meter) };
    },
  },
  {
    days: [10, 30],
    make: (chance, lasting) => {
      const meter = chance.meter(isFuel);
      const cooling = chance.meter(({ end_use: use }) => use === 'cooling');
      const size = chance.size(0.06, 0.4);
      if (!meter || !cooling || !isSummer(lasting)) return undefined;
      return {
        kind: 'heating-against-cooling',
        meter: meter.id,
        cooling: cooling.id,
        ...lasting,
        power: size * chance.mean(meter),
      };
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isFuel);
      return meter && { kind: 'overrun', meter: meter.id, ...lasting, share: chance.size(0.06, 0.6) };
    },
  },
  {
    days: long,
    make: (chance, lasting) => {
      const meter = chance.meter(isFuel);
      return meter && { kind: 'wear', meter: meter.id, ...lasting, over_days: 35, share: chance.size(0.06, 0.4) };
    },
  },
];

const water: readonly Sort[] = [
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isWater);
      return meter && { kind: 'leak', meter: meter.id, ...lasting, flow: leakAt(chance, meter) };
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(isWater);
      return meter && { kind: 'night-leak', meter: meter.id, ...lasting, flow: leakAt(chance, meter) };
    },
  },
  {
    days: [0.3, 1.5],
    make: (chance, lasting) => {
      const meter = chance.meter((one) => isWater(one) && isMain(one));
      return (
        meter && {
          kind: 'burst-main',
          meter: meter.id,
          ...lasting,
          flow: 1 + chance.between(2, 8) * chance.mean(meter),
        }
      );
    },
  },
  {
    days: [0.1, 0.4],
    make: (chance, lasting) => {
      // Where nobody sleeps nothing would flow anyway, half of the day.
      const meter = chance.meter((one) => isWater(one) && isMain(one) && !chance.rests());
      return meter && { kind: 'supply-lost', meter: meter.id, ...lasting };
    },
  },
];

/** A dripping valve of 10 l/h, up to a pipe; on a large network more before it is seen. */
function leakAt(chance: Chance, meter: Meter): number {
  return chance.size(0.01, 0.6) * Math.max(1, chance.mean(meter) / 0.4);
}

const plant: readonly Sort[] = [
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(({ technology }) => technology === 'solar');
      return meter && { kind: 'panels-out', meter: meter.id, ...lasting, share: chance.size(0.15, 1) };
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(({ utility, end_use: use }) => utility === 'electricity' && use === 'heat_pump');
      return meter && { kind: 'refrigerant-lost', meter: meter.id, ...lasting, share: chance.size(0.06, 0.5) };
    },
  },
  {
    days: weeks,
    make: (chance, lasting) => {
      const meter = chance.meter(({ measures }) => measures === 'reactive');
      return meter && { kind: 'capacitor-lost', meter: meter.id, ...lasting, power_factor: chance.between(0.8, 0.94) };
    },
  },
];

const lines = [power, heat, water, plant];

import { above } from '../energy/counted-meters.ts';
import { type Estate, isValidOn, listed, type Meter, type Site } from '../estate/estate.ts';
import { accuracyOf, resolutionOf } from '../reconciliation/accuracy.ts';
import { type Balance, balancesOn } from '../reconciliation/balances.ts';
import { quantityOfBalance } from '../reconciliation/reconciliation.ts';
import type { SupplyPointEntry } from '../tariffs/register.ts';
import type { LocalDate } from '../time.ts';
import type { MeterTree } from './causes.ts';
import { heats, type WatchedMeter } from './watched.ts';

/**
 * What is watched at a site, from the register: plain data, so that it can be handed to a thread. Columns of half-hours
 * are named by their meters; each subject says which it is made of.
 */
export interface SiteSubjects {
  readonly site: string;
  readonly openingHours: Site['occupied_hours'];
  /** Ids of its temperatures: one, or the highest and the lowest of a day. */
  readonly temperatures: readonly string[];
  readonly uses: readonly UseSubject[];
  readonly balances: readonly BalanceSubject[];
  readonly panels: readonly PanelsSubject[];
  readonly heatPumps: readonly { readonly electricity: string; readonly heat: string }[];
  readonly comforts: readonly { readonly heating: string; readonly cooling: string }[];
  readonly points: readonly PointSubject[];
  /** Of every meter whose column is asked for: its utility, and the one that it hangs behind. */
  readonly tree: readonly MeterPlace[];
}

export interface MeterPlace {
  readonly meter: string;
  readonly utility: Meter['utility'];
  readonly parent: string | undefined;
}

/** A meter whose use is watched. */
export interface UseSubject {
  readonly meter: WatchedMeter;
  /** What is used is these, added up: what is imported and made behind it, less what is exported. */
  readonly terms: readonly { readonly meter: string; readonly times: 1 | -1 }[];
  /** The smallest step of the meter, kWh or m³; 0 where it is not said. */
  readonly resolution: number;
}

export interface BalanceSubject {
  readonly main: string;
  readonly subs: readonly string[];
  readonly terms: readonly {
    readonly meter: string;
    readonly supply: number;
    readonly sub: number;
    readonly accuracy: number | undefined;
    readonly resolution: number;
  }[];
}

export interface PanelsSubject {
  readonly meter: WatchedMeter;
  /** A meter of other panels, which tells how much sun there was; absent where there are none. */
  readonly yardstick?: string | undefined;
}

/** An electricity supply: what it draws is held against what is agreed, and its kvarh against its kWh. */
export interface PointSubject {
  readonly meter: WatchedMeter;
  /** Meters of kvarh: of what is drawn, and of what is given back. */
  readonly drawn: readonly string[];
  readonly given: readonly string[];
  readonly agreed: NonNullable<SupplyPointEntry['agreed_capacity_kva']>;
  /** Where no kvarh are counted: between which two the power factor lies. */
  readonly powerFactor?: { readonly least: number; readonly most: number } | undefined;
}

/** What is watched at each site on a London date. */
export function subjectsOf(estate: Estate, date: LocalDate): SiteSubjects[] {
  const live = [...estate.meters.values()].filter((meter) => isValidOn(meter, date) && meter.source_of === undefined);
  const bySite = Map.groupBy(live, ({ site }) => site);
  return [...bySite].flatMap(([site, meters]) => {
    const entry = estate.sites.get(site);
    return entry ? [new SiteRegister(estate, entry, meters, date).subjects()] : [];
  });
}

/** The ids of the meters whose half-hours are asked for. */
export function columnsAskedFor({ uses, balances, panels, heatPumps, points }: SiteSubjects): string[] {
  const ids = [
    ...uses.flatMap(({ terms }) => terms.map(({ meter }) => meter)),
    ...balances.flatMap(({ terms }) => terms.map(({ meter }) => meter)),
    ...panels.flatMap(({ meter, yardstick }) => (yardstick === undefined ? [meter.id] : [meter.id, yardstick])),
    ...heatPumps.map(({ heat }) => heat),
    ...points.flatMap(({ meter, drawn, given }) => [meter.id, ...drawn, ...given]),
  ];
  return [...new Set(ids)];
}

/** Which meter hangs behind which, as grouping asks it. */
export function treeOf({ tree }: Pick<SiteSubjects, 'tree'>): MeterTree {
  const places = new Map(tree.map((place) => [place.meter, place]));
  return {
    utilityOf: (meter) => places.get(meter)?.utility,
    parentOf: (meter) => places.get(meter)?.parent,
  };
}

/** Every meter that is watched in any way, by its id. */
export function watchedMetersOf({ uses, panels, points }: SiteSubjects): Map<string, WatchedMeter> {
  const meters = [...points, ...panels, ...uses].map(({ meter }) => meter);
  return new Map(meters.map((meter) => [meter.id, meter]));
}

class SiteRegister {
  readonly #estate: Estate;
  readonly #site: Site;
  readonly #meters: readonly Meter[];
  readonly #date: LocalDate;
  /** By meter, those of the site that it hangs behind, nearest first. */
  readonly #chains: ReadonlyMap<Meter, readonly Meter[]>;

  constructor(estate: Estate, site: Site, meters: readonly Meter[], date: LocalDate) {
    this.#estate = estate;
    this.#site = site;
    this.#meters = meters;
    this.#date = date;
    const here = new Set(meters);
    this.#chains = new Map(meters.map((meter) => [meter, this.#chainOf(meter, here)]));
  }

  subjects(): SiteSubjects {
    const { id, occupied_hours: openingHours, weather } = this.#site;
    const named = weather?.temperature
      ? [weather.temperature]
      : [weather?.highest_temperature, weather?.lowest_temperature];
    const temperatures = named.filter((one) => one !== undefined && this.#estate.observed?.has(one)) as string[];
    const uses = this.#meters.filter(isUse).map((meter) => this.#useOf(meter));
    const watched = uses.map(({ meter }) => meter);
    return {
      site: id,
      openingHours,
      temperatures,
      uses,
      balances: this.#balances(new Set(watched.map((meter) => meter.id))),
      panels: this.#panels(),
      heatPumps: this.#heatPumps(watched),
      comforts: comfortsOf(watched),
      points: this.#points(),
      tree: this.#meters.map((meter) => ({
        meter: meter.id,
        utility: meter.utility,
        parent: this.#parentOf(meter),
      })),
    };
  }

  #watchedMeter(meter: Meter): WatchedMeter {
    const { id, name, site, utility, role, end_use: endUse } = meter;
    const heatsBelow =
      utility === 'electricity' &&
      endUse === undefined &&
      this.#behind(meter).some((one) => one.utility === utility && heats({ utility, endUse: one.end_use }));
    return {
      id,
      name,
      site,
      utility,
      role,
      siteType: this.#site.type,
      endUse,
      parent: this.#parentOf(meter),
      ...(heatsBelow && { heats: true }),
    };
  }

  #useOf(meter: Meter): UseSubject {
    const by = quantityOfBalance(meter);
    const behind = this.#behind(meter).filter((one) => one.utility === meter.utility && one.measures === 'active');
    const made = behind.filter((one) => one.role === 'generation' && !this.#chain(one).some(isGeneration));
    // What leaves behind a sub-meter stays on the site; what leaves right behind this one does not.
    const left = behind.filter((one) => one.role === 'export' && this.#chain(one).find(isUse) === meter);
    return {
      meter: this.#watchedMeter(meter),
      terms: [
        { meter: meter.id, times: 1 },
        ...made.map((one) => ({ meter: one.id, times: 1 as const })),
        ...left.map((one) => ({ meter: one.id, times: -1 as const })),
      ],
      resolution: resolutionOf(meter, by, this.#date),
    };
  }

  /** The valid meters of the site that a meter hangs behind; loose ones hang behind its only main. */
  #chainOf(meter: Meter, here: ReadonlySet<Meter>): readonly Meter[] {
    const chain = above(this.#estate, meter).filter((one) => here.has(one));
    const main = this.#onlyMain(meter);
    return main && main !== meter && !chain.some((one) => one.utility === meter.utility) ? [...chain, main] : chain;
  }

  #chain(meter: Meter): readonly Meter[] {
    return this.#chains.get(meter) ?? [];
  }

  #onlyMain({ utility, role, measures }: Meter): Meter | undefined {
    if (role === 'main' || role === 'virtual') return undefined;
    const mains = this.#meters.filter(
      (one) => one.role === 'main' && one.utility === utility && one.measures === measures,
    );
    return mains.length === 1 ? mains[0] : undefined;
  }

  #parentOf(meter: Meter): string | undefined {
    return meter.parent ?? this.#chain(meter)[0]?.id;
  }

  #behind(meter: Meter): Meter[] {
    return this.#meters.filter((one) => one !== meter && this.#chain(one).includes(meter));
  }

  #balances(watched: ReadonlySet<string>): BalanceSubject[] {
    return balancesOn(this.#estate, this.#date).flatMap((balance: Balance): BalanceSubject[] => {
      const [main, another] = balance.parents;
      // Several mains together have no use of their own that is watched.
      if (balance.site !== this.#site.id || main === undefined || another !== undefined || !watched.has(main))
        return [];
      const by = quantityOfBalance(balance);
      const terms = balance.terms.map(({ meter, supply, sub }) => ({
        meter: meter.id,
        supply,
        sub,
        accuracy: accuracyOf(this.#estate, meter)?.fraction,
        resolution: resolutionOf(meter, by, this.#date),
      }));
      return [{ main, subs: balance.subs, terms }];
    });
  }

  #panels(): PanelsSubject[] {
    return this.#meters.filter(isPanels).map((meter): PanelsSubject => {
      const sisters = [...this.#estate.meters.values()].filter(
        (one) => one !== meter && isPanels(one) && isValidOn(one, this.#date),
      );
      const [nearest] = sisters.toSorted((a, b) => this.#distanceTo(a) - this.#distanceTo(b) || (a.id < b.id ? -1 : 1));
      return { meter: this.#watchedMeter(meter), yardstick: nearest?.id };
    });
  }

  /** How far away a meter's site is, squared degrees; far where one of them does not say where it is. */
  #distanceTo({ site }: Meter): number {
    if (site === this.#site.id) return 0;
    const [here, there] = [this.#site.coordinates, this.#estate.sites.get(site)?.coordinates];
    if (!here || !there) return Number.MAX_VALUE;
    return (here.latitude - there.latitude) ** 2 + (0.6 * (here.longitude - there.longitude)) ** 2;
  }

  /** Heat that hangs behind the electricity of a pump, or the only heat of a pump at the site of the only pump. */
  #heatPumps(watched: readonly WatchedMeter[]): SiteSubjects['heatPumps'] {
    const pumps = watched.filter(({ utility, endUse }) => utility === 'electricity' && endUse === 'heat_pump');
    const heats = watched.filter(({ utility }) => utility === 'heat');
    return pumps.flatMap((pump) => {
      const behind = heats.filter(({ parent }) => parent === pump.id);
      const loose = heats.filter(({ parent, endUse }) => parent === undefined && endUse === 'heat_pump');
      const [heat, another] = behind.length === 0 && pumps.length === 1 ? loose : behind;
      return heat && !another ? [{ electricity: pump.id, heat: heat.id }] : [];
    });
  }

  #points(): PointSubject[] {
    return listed(this.#estate, 'supply_points').flatMap((point): PointSubject[] => {
      const meter = this.#meters.find(({ id }) => id === point.meter);
      if (!meter || !isUse(meter) || point.utility !== 'electricity') return [];
      const reactive = (point.reactive_meters ?? []).flatMap((id) => this.#estate.meters.get(id) ?? []);
      const { power_factor: powerFactor, agreed_capacity_kva: agreed = [] } = point;
      return [
        {
          meter: this.#watchedMeter(meter),
          drawn: reactive.filter(({ role }) => role !== 'export').map(({ id }) => id),
          given: reactive.filter(({ role }) => role === 'export').map(({ id }) => id),
          agreed,
          ...(powerFactor && { powerFactor: { least: powerFactor.least, most: powerFactor.most } }),
        },
      ];
    });
  }
}

function isUse({ role, measures }: Meter): boolean {
  return measures === 'active' && (role === 'main' || role === 'sub' || role === 'virtual');
}

function isGeneration({ role }: Meter): boolean {
  return role === 'generation';
}

function isPanels({ role, technology, measures }: Meter): boolean {
  return role === 'generation' && technology === 'solar' && measures === 'active';
}

const cools: readonly string[] = ['cooling', 'chillers', 'air_conditioning'];

/** What heats a site by its topmost meter, against each meter of what cools it. */
function comfortsOf(watched: readonly WatchedMeter[]): SiteSubjects['comforts'] {
  const warms = watched.filter((meter) => meter.utility !== 'electricity' && heats(meter));
  const ids = new Set(warms.map(({ id }) => id));
  const top = warms.filter(({ parent }) => parent === undefined || !ids.has(parent));
  const coolers = watched.filter(({ utility, endUse }) => utility === 'cooling' || cools.includes(endUse ?? ''));
  return top.flatMap((heating) => coolers.map((cooling) => ({ heating: heating.id, cooling: cooling.id })));
}

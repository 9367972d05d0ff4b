import { type Estate, listed, type Meter, type Site } from '../domain/estate/estate.ts';
import type { MeasureKind } from '../domain/plan/measure-kinds.ts';
import type { MeasureEntry, NonRoutineEvent } from '../domain/plan/register.ts';
import { addDays, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import { deviationAt, seedOf } from './chance.ts';
import type { Happening } from './happenings.ts';
import { coefficientOfPerformance, endUseOf, siteLoads } from './loads.ts';
import { type Model, modelOf } from './model.ts';
import { amountPerKwhOf } from './registers.ts';

/**
 * What the register says was done makes a difference to what its meters count: an installed measure saves from the day
 * after its works, by a share that chance draws around what was expected of it; a non-routine event adds what it is
 * said to. The share is the truth that a verified saving is held to, and no one but the simulator knows it.
 */

/** Where a measure of each kind is felt: plant is there from the day on which its meters begin. */
const feltAt: Record<MeasureKind, 'use' | 'rooms' | 'plant'> = {
  led_lighting: 'use',
  lighting_controls: 'use',
  building_controls: 'use',
  ventilation: 'use',
  pc_shutdown: 'use',
  sub_metering: 'plant',
  behaviour: 'use',
  insulation: 'rooms',
  glazing: 'rooms',
  air_tightness: 'rooms',
  heat_pump: 'plant',
  electric_hot_water: 'plant',
  boiler_removal: 'plant',
  steam_to_hot_water: 'use',
  heat_network: 'plant',
  solar_pv: 'plant',
  wind: 'plant',
  battery: 'plant',
  other: 'use',
};

/** Of what a measure is expected to save, one standard deviation of what it does, where its register gives no range. */
const usualError = 0.2;
/** What nine tenths of a normal deviation lie within. */
const ninetyPercent = 1.645;

/** What a measure truly does at a meter. */
export interface TrueMeasure {
  readonly measure: string;
  readonly meter: string;
  readonly happening: Extract<Happening, { kind: 'measure' }>;
}

/** All that the register's installed measures truly do. The same seed, the same truth. */
export function trueMeasuresOf(estate: Estate, seed: number): TrueMeasure[] {
  return listed(estate, 'measures').flatMap((entry) => {
    const from = savesFrom(entry);
    const site = estate.sites.get(entry.site);
    if (from === undefined || !site || feltAt[entry.kind] === 'plant') return [];
    return entry.expected.flatMap(({ utility, saves_kwh, saves_m3, low, high }): TrueMeasure[] => {
      const expected = saves_kwh ?? saves_m3 ?? 0;
      const meters = lowestOf(estate, entry).filter((meter) => meter.utility === utility);
      if (expected <= 0 || meters.length === 0) return [];
      const error = low === undefined || high === undefined ? usualError : (high - low) / 2 / ninetyPercent / expected;
      const chance = 1 + error * deviationAt(seedOf(seed, `${entry.id}/${utility}`), 0);
      const saved = expected * Math.min(1.6, Math.max(0.3, chance));
      return meters.map((meter) => {
        const share = Math.min(0.9, saved / meters.length / typicalYearOf(estate, site, meter, entry.kind));
        const isOfRooms = roomsFeel(entry.kind, meter);
        return {
          measure: entry.id,
          meter: meter.id,
          happening: {
            kind: 'measure',
            meter: meter.id,
            from,
            saves: share,
            title: entry.name,
            ...(isOfRooms && { of: 'rooms' as const }),
          },
        };
      });
    });
  });
}

/** What the register says happens to the estate: measures and non-routine events. */
export function registerHappenings(estate: Estate, seed: number): Happening[] {
  return [
    ...trueMeasuresOf(estate, seed).map(({ happening }) => happening),
    ...listed(estate, 'non_routine_events').flatMap((event) => eventAt(estate, event, seed)),
  ];
}

/**
 * kWh (m³) that measures truly saved at a meter in a period: what the same estate would have passed without them,
 * boilers instead of a heat pump of theirs included, less what it passed.
 */
export function trueSaving(model: Model, measures: readonly string[], meter: string, { from, to }: Period): number {
  const { estate, seed, start, happenings } = model;
  const theirs = trueMeasuresOf(estate, seed)
    .filter(({ measure }) => measures.includes(measure))
    .map(({ happening }) => JSON.stringify(happening));
  const plant = listed(estate, 'measures')
    .filter(({ id, kind }) => measures.includes(id) && feltAt[kind] === 'plant')
    .flatMap((entry) => entry.meters ?? [])
    .filter((id) => isPlant(estate.meters.get(id)));
  const without = modelOf({
    estate: { ...estate, meters: new Map([...estate.meters].filter(([id]) => !plant.includes(id))) },
    seed,
    start,
    happenings: happenings.filter((one) => !theirs.includes(JSON.stringify(one))),
  });
  const passed = (one: Model): number =>
    one.estate.meters.has(meter) ? one.amountAt(meter, to) - one.amountAt(meter, from) : 0;
  const at = estate.meters.get(meter);
  return (passed(without) - passed(model)) / (at ? amountPerUnitOf(at) : 1);
}

/** The first instant after its works, of one that is installed. */
function savesFrom({ status, works }: MeasureEntry): EpochSeconds | undefined {
  if (status.at(-1)?.is !== 'installed' || works?.to === undefined) return undefined;
  return startOfDay(addDays(works.to, 1));
}

/** A measure's meters, but those above another of them: what passes two meters happens at the lower one. */
function lowestOf(estate: Estate, { meters = [] }: MeasureEntry): Meter[] {
  const all = meters.flatMap((id) => estate.meters.get(id) ?? []);
  return all.filter((meter) => !all.some(({ parent }) => parent === meter.id));
}

function isPlant(meter: Meter | undefined): boolean {
  return meter !== undefined && (meter.end_use === 'heat_pump' || meter.role === 'generation');
}

/** Whatever saves fuel or heat saves it in rooms: there is nothing else to turn down. */
function roomsFeel(kind: MeasureKind, { utility, end_use }: Meter): boolean {
  return feltAt[kind] === 'rooms' || end_use === 'heat_pump' || (utility !== 'electricity' && utility !== 'water');
}

/**
 * kWh (m³) that a saving is a share of, by what a square metre of such a site takes in a typical year: the fuel of its
 * rooms, or what passes the meter and no sub-meter of it.
 */
function typicalYearOf(estate: Estate, site: Site, meter: Meter, kind: MeasureKind): number {
  const load = siteLoads[site.type];
  const area = site.gross_internal_area_m2.at(-1)?.value ?? 0;
  if (roomsFeel(kind, meter)) {
    const { utility } = meter;
    const efficiency =
      utility === 'heat' ? 1 : utility === 'electricity' ? coefficientOfPerformance(6) : load.boilerEfficiency;
    return (area * load.roomHeat) / efficiency;
  }
  const utility = meter.utility === 'water' ? 'water' : 'electricity';
  const open = site.occupied_hours === '24h' ? '24h' : 'day';
  const shareOf = ({ end_use }: Meter): number =>
    end_use === 'heat_pump' ? 0 : endUseOf(utility, end_use, open).share;
  const wholeOf = (one: Meter): number => {
    const parent = one.role === 'sub' && one.parent !== undefined ? estate.meters.get(one.parent) : undefined;
    return parent ? wholeOf(parent) * shareOf(one) : area * load[utility];
  };
  const below = [...estate.meters.values()].filter(({ parent, role }) => parent === meter.id && role === 'sub');
  const metered = below.reduce((sum, one) => sum + shareOf(one), 0);
  return wholeOf(meter) * Math.max(0.05, 1 - metered);
}

/** What a meter passes, by its own amounts, with a kWh or a m³ of water. */
function amountPerUnitOf(meter: Meter): number {
  return meter.utility === 'water' ? 1 : amountPerKwhOf(meter);
}

/** Without a known effect it is a tenth more or so. One that takes away is a share of what passes. */
function eventAt(estate: Estate, event: NonRoutineEvent, seed: number): Happening[] {
  const from = startOfDay(event.from);
  const to = event.to === undefined ? undefined : startOfDay(addDays(event.to, 1));
  return event.meters.flatMap((id): Happening[] => {
    const meter = estate.meters.get(id);
    if (!meter) return [];
    const lasting = { meter: id, from, to };
    const { adds_per_day: adds } = event;
    if (adds === undefined) {
      const share = 0.1 * (1 + 0.3 * deviationAt(seedOf(seed, `${event.id}/${id}`), 0));
      return [{ kind: 'overrun', ...lasting, share }];
    }
    return [{ kind: 'added-load', ...lasting, power: (adds * amountPerUnitOf(meter)) / 24 }];
  });
}

import type { WeightedArea } from './area.ts';
import type { ExcludedMeter } from './counted-meters.ts';
import type { Utility } from '../estate/estate.ts';
import { distinctWarnings, type Figure, type MeasuredShare, type Versions, type Warning } from './figure.ts';
import { type Flow, isKnown, measuredShareOf } from './flow.ts';
import type { MeteredArea } from './metered-area.ts';
import { addParts, type EnergyPart, type Source } from './site-energy.ts';
import type { Period } from '../time.ts';
import { convert } from '../units.ts';

/**
 * What one place used in one period, over its area: kWh per m² of gross internal area, and beside it the same per m²
 * that is occupied, what was delivered per 100 m³ that are heated, and water.
 */

export const placeKinds = ['site', 'building', 'organisation', 'estate'] as const;
export type PlaceKind = (typeof placeKinds)[number];

export interface FuelEnergy {
  readonly utility: Utility;
  readonly source: Source;
  /** kWh; undefined where nothing is known. */
  readonly energy: number | undefined;
  /** kWh/m²; undefined where the area is. */
  readonly intensity: number | undefined;
  /** As of the whole figure; of own generation nothing is delivered. */
  readonly perOccupiedArea: number | undefined;
  readonly perHeatedVolume: number | undefined;
  readonly measuredShare: MeasuredShare;
  /** The share of the area where this fuel is bought through a meter; undefined for what is made on the site. */
  readonly meteredShare: number | undefined;
  /** The parts of this fuel added up. */
  readonly total: ReturnType<typeof addParts>;
}

/** The water that a place used. */
export interface WaterUse {
  /** m³; undefined where nothing is known. */
  readonly volume: number | undefined;
  /** m³ per m² of gross internal area. */
  readonly intensity: number | undefined;
  readonly measuredShare: MeasuredShare;
  readonly meteredShare: number | undefined;
  readonly total: ReturnType<typeof addParts>;
}

/** A meter that counts, and as what. `times` is -1 where it feeds on to a place with a figure of its own. */
export interface IncludedMeter {
  readonly meter: string;
  readonly as: Source | 'export';
  readonly times: 1 | -1;
}

export interface IntensityFigure extends Figure {
  readonly place: { readonly kind: PlaceKind; readonly id: string; readonly name: string };
  readonly period: Period;
  /** kWh in the period. */
  readonly energy: number | undefined;
  /** What the energy was read from, with how well it is known. */
  readonly total: Flow;
  readonly area: WeightedArea;
  /** m² occupied and m³ heated, weighted by days as the area is; undefined where the register does not say it. */
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
  /** kWh per m² that is occupied. */
  readonly perOccupiedArea: number | undefined;
  /** GJ that were bought per 100 m³ of heated volume: energy as delivered, without what the site makes itself. */
  readonly perHeatedVolume: number | undefined;
  /** The share of the gross internal area whose energy passes a meter that counts, 0 to 1. */
  readonly meteredShare: number | undefined;
  readonly byFuel: readonly FuelEnergy[];
  /** Undefined where no water meter counts. */
  readonly water: WaterUse | undefined;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
}

/** What one figure is made of. */
export interface Basis {
  readonly place: IntensityFigure['place'];
  readonly parts: readonly EnergyPart[];
  readonly area: WeightedArea;
  readonly extent: Extent;
  readonly metered: MeteredArea;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
  readonly warnings: readonly Warning[];
}

/** What a place is measured by beside its gross internal area: m² and m³. */
export interface Extent {
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
}

/**
 * A figure; what only some ask for is worked out when looked at. A class, because every literal with a getter has a
 * shape of its own, which the collector leaves alone for long, and everything that the getter sees with it.
 */
export class PlaceIntensity implements IntensityFigure {
  readonly place: IntensityFigure['place'];
  readonly period: Period;
  readonly value: number | undefined;
  readonly unit = 'kWh';
  readonly per = 'm2';
  readonly energy: number | undefined;
  readonly total: Flow;
  readonly area: WeightedArea;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
  readonly measuredShare: MeasuredShare;
  readonly versions: Versions;
  readonly warnings: readonly Warning[];
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
  readonly #parts: readonly EnergyPart[];
  readonly #all: readonly EnergyPart[];
  readonly #metered: MeteredArea;

  constructor(registerVersion: number, period: Period, basis: Basis) {
    this.#all = basis.parts;
    this.#parts = basis.parts.filter((part) => part.utility !== 'water');
    this.#metered = basis.metered;
    this.occupiedArea = basis.extent.occupiedArea;
    this.heatedVolume = basis.extent.heatedVolume;
    const total = addParts(this.#parts);
    const none: Warning[] = this.#parts.length === 0 ? [{ code: 'no-meter', about: basis.place.id }] : [];
    this.place = basis.place;
    this.period = period;
    // No counted meter, or one that says nothing, is not the same as no use.
    this.energy = isKnown(total) ? total.energy : undefined;
    this.total = total;
    this.area = basis.area;
    this.value = quotient(this.energy, basis.area.area);
    this.included = basis.included;
    this.excluded = basis.excluded;
    this.measuredShare = measuredShareOf(total);
    this.versions = { register: registerVersion, factorSets: [] };
    this.warnings = distinctWarnings([...none, ...basis.warnings, ...total.warnings]);
  }

  get perOccupiedArea(): number | undefined {
    return quotient(this.energy, this.occupiedArea);
  }

  get perHeatedVolume(): number | undefined {
    const bought = addParts(this.#parts.filter((part) => part.source === 'purchased'));
    return perHeatedVolume(isKnown(bought) ? bought.energy : undefined, this.heatedVolume);
  }

  get meteredShare(): number | undefined {
    return this.#metered('energy');
  }

  get byFuel(): readonly FuelEnergy[] {
    return fuelsOf(this.#parts, this, this.#metered);
  }

  get water(): WaterUse | undefined {
    const parts = this.#all.filter((part) => part.utility === 'water');
    if (parts.length === 0) return undefined;
    const total = addParts(parts);
    const volume = isKnown(total) ? total.volume : undefined;
    return {
      volume,
      intensity: quotient(volume, this.area.area),
      measuredShare: measuredShareOf(total, 'volume'),
      meteredShare: this.#metered('water'),
      total,
    };
  }
}

function quotient(amount: number | undefined, by: number | undefined): number | undefined {
  return amount !== undefined && by ? amount / by : undefined;
}

/** GJ per 100 m³ from kWh. */
function perHeatedVolume(delivered: number | undefined, volume: number | undefined): number | undefined {
  return quotient(delivered === undefined ? undefined : convert(delivered, 'kWh', 'GJ'), volume && volume / 100);
}

function fuelsOf(
  parts: readonly EnergyPart[],
  { area, occupiedArea, heatedVolume }: Extent & Pick<IntensityFigure, 'area'>,
  metered: MeteredArea,
): readonly FuelEnergy[] {
  const groups = Map.groupBy(parts, (part) => `${part.source} ${part.utility}`).values();
  return [...groups].flatMap((group): FuelEnergy[] => {
    const [first] = group;
    if (!first) return [];
    const total = addParts(group);
    const { utility, source } = first;
    const energy = isKnown(total) ? total.energy : undefined;
    const bought = source === 'purchased';
    return [
      {
        utility,
        source,
        energy,
        intensity: quotient(energy, area.area),
        perOccupiedArea: quotient(energy, occupiedArea),
        perHeatedVolume: bought ? perHeatedVolume(energy, heatedVolume) : undefined,
        measuredShare: measuredShareOf(total),
        meteredShare: bought ? metered(utility) : undefined,
        total,
      },
    ];
  });
}

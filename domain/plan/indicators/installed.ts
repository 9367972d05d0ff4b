import { type Flow, isKnown } from '../../energy/flow.ts';
import type { Meter } from '../../estate/estate.ts';
import type { MeasureKind } from '../measure-kinds.ts';
import { shown } from './found.ts';
import type { MeasureFinding } from './steps-of-place.ts';

/** What the meters of an installed measure say since its works are over: that it is there, or that it is not. */

export interface InstalledMeasure {
  readonly id: string;
  readonly kind: MeasureKind;
  /** The meters that are to show it, and what passed them since the day after its works. */
  readonly flows: readonly { readonly meter: Meter; readonly flow: Flow }[];
}

const goneFuels: ReadonlySet<string> = new Set(['gas_oil', 'burning_oil', 'coal']);

/** What is found of one measure; nothing where no meter can tell. */
export function findingsOf({ id, kind, flows }: InstalledMeasure): MeasureFinding[] {
  const known = flows.filter(({ flow }) => isKnown(flow));
  if (kind === 'boiler_removal') {
    return known
      .filter(({ meter, flow }) => goneFuels.has(meter.utility) && flow.energy > 0)
      .map(({ meter, flow }) => ({
        measure: id,
        contradicts: true,
        says: `${meter.id} has counted ${shown(flow.energy)} kWh of ${fuelNames[meter.utility] ?? 'fuel'} since`,
      }));
  }
  const shows = showsIt[kind];
  if (!shows) return [];
  return known
    .filter(({ meter, flow }) => shows(meter) && flow.energy <= 0)
    .map(({ meter }) => ({ measure: id, contradicts: true, says: `${meter.id} has counted nothing since` }));
}

const fuelNames: Partial<Record<Meter['utility'], string>> = {
  gas_oil: 'gas oil',
  burning_oil: 'burning oil',
  coal: 'coal',
};

/** The meters that must count something once a measure of a kind is there. */
const showsIt: Partial<Record<MeasureKind, (meter: Meter) => boolean>> = {
  heat_pump: ({ end_use: use }) => use === 'heat_pump',
  solar_pv: ({ role }) => role === 'generation',
  wind: ({ role }) => role === 'generation',
};

/**
 * Operational carbon: what the grid's generation gave off for each half-hour of use, Σ kWh × g/kWh ÷ 1000. CO2 of
 * generation alone, without losses on the way and without other gases: it tells when to use less, and is never one of
 * the CO2e of an annual account.
 */

export const operationalCarbonSays =
  'CO2 of the grid’s generation by half-hour, for choosing when to use electricity; another boundary than the ' +
  'annual CO2e figures (no losses, no upstream, CO2 alone), so never to be added to them or compared with them.';

export interface OperationalCarbon {
  /** kgCO2; undefined where no half-hour is known both ways. */
  readonly carbon: number | undefined;
  /** kWh it is of. */
  readonly energy: number;
  /** g/kWh, weighted by use. */
  readonly intensity: number | undefined;
  readonly halfHours: number;
  /** Half-hours with use and intensity, and those of them whose intensity is a forecast. */
  readonly known: number;
  readonly forecast: number;
}

/** From half-hour `first` up to and without `last`. A forecast stands in where nothing else is known. */
export function operationalCarbon(
  bought: readonly Float64Array[],
  grid: { readonly values: Float64Array; readonly forecast: Float64Array },
  { first, last }: { readonly first: number; readonly last: number },
): OperationalCarbon {
  let [grams, energy, known, forecast] = [0, 0, 0, 0];
  for (const use of bought) {
    for (let i = first; i < last; i++) {
      const actual = grid.values[i] ?? Number.NaN;
      const intensity = Number.isNaN(actual) ? (grid.forecast[i] ?? Number.NaN) : actual;
      const kWh = use[i] as number;
      if (Number.isNaN(kWh + intensity)) continue;
      known++;
      if (Number.isNaN(actual)) forecast++;
      grams += kWh * intensity;
      energy += kWh;
    }
  }
  return {
    carbon: known > 0 ? grams / 1000 : undefined,
    energy,
    intensity: energy > 0 ? grams / energy : undefined,
    halfHours: bought.length * Math.max(0, last - first),
    known,
    forecast,
  };
}

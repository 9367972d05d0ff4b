import type { Meter } from '../estate/estate.ts';
import { validOn } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';

/**
 * Gas: metered volume to energy. kWh = m³ × correction × calorific value (MJ/m³) ÷ 3.6
 * (Gas (Calculation of Thermal Energy) Regulations 1996, SI 1996/439; the formula printed on every GB gas bill).
 */

/** The fixed factor for temperature and pressure of a meter without a corrector, at ordinary (21 mbar) pressure. */
export const ordinaryCorrection = 1.02264;
/** The metering pressure up to which that factor may be used. */
export const ordinaryPressureMbar = 21;
const megajoulesPerKilowattHour = 3.6;

/**
 * What metered m³ are multiplied by to become standard m³; undefined where the register does not say (never assumed).
 */
export function volumeCorrectionOf(meter: Pick<Meter, 'volume_correction'>): number | undefined {
  const said = meter.volume_correction;
  if (said === undefined) return undefined;
  if (said === 'corrected') return 1;
  if ('site_factor' in said) return said.site_factor;
  return said.metering_pressure_mbar <= ordinaryPressureMbar ? ordinaryCorrection : undefined;
}

/** kWh in metered m³ of gas, by correction and calorific value in MJ/m³. */
export function gasEnergy(volume: number, correction: number, calorificValue: number): number {
  return (volume * correction * calorificValue) / megajoulesPerKilowattHour;
}

/** kWh in one metered m³ on a London date; undefined while correction or calorific value is not known. */
export function gasEnergyPerVolume(
  meter: Pick<Meter, 'volume_correction' | 'calorific_value'>,
  date: LocalDate,
): number | undefined {
  const correction = volumeCorrectionOf(meter);
  const calorific = validOn(meter.calorific_value ?? [], date);
  if (correction === undefined || calorific === undefined) return undefined;
  return gasEnergy(1, correction, calorific.value_mj_per_m3);
}

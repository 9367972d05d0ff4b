import { describe, expect, test } from 'vitest';
import { gasEnergy, gasEnergyPerVolume, ordinaryCorrection, volumeCorrectionOf } from '../../domain/half-hours/gas.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import { countMeaningOn } from '../../domain/half-hours/meter-conversion.ts';
import { rescale } from '../../domain/units.ts';
import { aMeter, aReading, seconds } from './a-meter.ts';

const cv = (value_mj_per_m3: number, from = '2000-01-01'): object => ({ from, value_mj_per_m3, source: 'a bill' });

describe('volume of gas to energy', () => {
  // G1 a supplier's published example (billed as 22), G2 published by another as 31.73, the others computed by hand.
  test.each([
    ['G1', 2, 'm3', ordinaryCorrection, 39.3, 22.32764, 5],
    ['G2', 1, 'hcf', ordinaryCorrection, 39.47333, 31.73295, 5],
    ['G3', 1234, 'm3', ordinaryCorrection, 39.4, 13_811.207707, 6],
    ['G4', 100, 'hcf', ordinaryCorrection, 39.4, 3_167.400147, 6],
    ['G5', 100, 'm3', ordinaryCorrection, 38, 1_079.453333, 6],
    ['G6', 1, 'm3', ordinaryCorrection, 39.5, 11.220633, 6],
    ['G8', 1234, 'm3', 1, 39.4, (1234 * 39.4) / 3.6, 9],
    // BottlecapDave/HomeAssistant-OctopusEnergy tests/unit/gas (facts only), to three decimals.
    ['one m³ at 40', 1, 'm3', ordinaryCorrection, 40, 11.363, 3],
    ['five m³ at 40', 5, 'm3', ordinaryCorrection, 40, 56.813, 3],
  ] as const)('%s: %d %s', (_, amount, unit, correction, calorific, energy, digits) => {
    expect(gasEnergy(rescale(amount, unit, 'm3'), correction, calorific)).toBeCloseTo(energy, digits);
  });

  test('G7: a register of four digits from 9995 to 0012 counts 17, of five from 99998.7 to 3.2 counts 4.5', () => {
    const noon = seconds('2026-03-02T12:00:00Z');
    const counted = (digits: number, from: number, to: number): number | undefined => {
      const meter = aMeter({ register: { digits, step: 0.1 }, rating: { value: 100, unit: 'kW' } });
      const readings = [aReading(noon, from), aReading(noon + 1800, to)];
      const window = { from: noon, to: noon + 1800 };
      return deriveHalfHours({ meter, readings, window, now: noon + 9000 }).halfHours[0]?.energy;
    };
    expect(counted(4, 9995, 12)).toBeCloseTo(17, 9);
    expect(counted(5, 99_998.7, 3.2)).toBeCloseTo(4.5, 9);
  });
});

describe('what a gas meter says of itself', () => {
  test.each([
    ['corrected', 1],
    [{ metering_pressure_mbar: 21 }, 1.02264],
    [{ metering_pressure_mbar: 15 }, 1.02264],
    [{ site_factor: 1.9 }, 1.9],
    [{ site_factor: 1.9, metering_pressure_mbar: 1000 }, 1.9],
    [{ metering_pressure_mbar: 75 }, undefined],
    [undefined, undefined],
  ] as const)('%j gives the correction %d', (volume_correction, correction) => {
    expect(volumeCorrectionOf({ volume_correction })).toBe(correction);
  });

  test('the calorific value is that of the day', () => {
    const meter = aMeter({
      utility: 'gas',
      unit: 'm3',
      volume_correction: 'corrected',
      calorific_value: [cv(39, '2026-01-01'), cv(40, '2026-02-01')],
    });
    expect(gasEnergyPerVolume(meter, '2026-01-31')).toBeCloseTo(39 / 3.6, 12);
    expect(gasEnergyPerVolume(meter, '2026-02-01')).toBeCloseTo(40 / 3.6, 12);
  });

  test.each([
    ['no calorific value yet', { volume_correction: 'corrected', calorific_value: [cv(39, '2026-03-01')] }],
    ['no calorific value', { volume_correction: 'corrected' }],
    ['no correction', { calorific_value: [cv(39)] }],
    [
      'a pressure no fixed factor is for',
      { volume_correction: { metering_pressure_mbar: 75 }, calorific_value: [cv(39)] },
    ],
  ])('%s: the volume is known, the energy is not, and it is not 0', (_, entry) => {
    const meter = aMeter({ utility: 'gas', unit: 'hcf', ...entry });
    expect(countMeaningOn(meter, '2026-02-01')).toEqual({ energy: undefined, volume: 2.83 });
  });
});

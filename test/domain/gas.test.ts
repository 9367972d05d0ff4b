import { describe, expect, test } from 'vitest';
import { gasEnergy, gasEnergyPerVolume, ordinaryCorrection, volumeCorrectionOf } from '../../domain/half-hours/gas.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import { countMeaningOn } from '../../domain/half-hours/meter-conversion.ts';
import { printRounded } from '../../domain/energy/figure.ts';
import { rescale, type Unit } from '../../domain/units.ts';
import { aMeter, aReading, seconds } from './a-meter.ts';

const cv = (value_mj_per_m3: number, from = '2000-01-01'): object => ({ from, value_mj_per_m3, source: 'a bill' });

const noon = seconds('2026-03-02T12:00:00Z');

/** What a register of some digits counted between two readings. */
function counted(digits: number, from: number, to: number): number | undefined {
  const meter = aMeter({ register: { digits, step: 0.1 }, rating: { value: 100, unit: 'kW' } });
  const readings = [aReading(noon, from), aReading(noon + 1800, to)];
  const window = { from: noon, to: noon + 1800 };
  return deriveHalfHours({ meter, readings, window, now: noon + 9000 }).halfHours[0]?.energy;
}

/** kWh of a count of a gas meter. */
const energy = (amount: number, unit: Unit, calorific: number, correction = ordinaryCorrection): number =>
  gasEnergy(rescale(amount, unit, 'm3'), correction, calorific);

/** G1 a supplier's published example, billed as 22; G2 published as 31.73; the others computed by hand. */
const vectors: Readonly<Record<string, () => void>> = {
  'G1: 2 m³ at 39.3 MJ/m³, billed as 22': () => {
    expect(energy(2, 'm3', 39.3)).toBeCloseTo(22.32764, 5);
    expect(printRounded(energy(2, 'm3', 39.3), 0)).toBe('22');
  },
  'G2: 100 ft³ at 39.47333': () => {
    expect(energy(1, 'hcf', 39.47333)).toBeCloseTo(31.73295, 5);
    expect(printRounded(energy(1, 'hcf', 39.47333), 2)).toBe('31.73');
  },
  'G3: 1,234 m³ at 39.4': () => expect(energy(1234, 'm3', 39.4)).toBeCloseTo(13_811.207707, 6),
  'G4: 100 hundreds of ft³ at 39.4 are billed at 2.83 m³ each; the exact foot would make 1.9 kWh more': () => {
    expect(energy(100, 'hcf', 39.4)).toBeCloseTo(3_167.400147, 6);
    expect(energy(100 * 2.8316846592, 'm3', 39.4)).toBeCloseTo(3_169.285655, 6);
  },
  'G5: 100 m³ at 38': () => expect(energy(100, 'm3', 38)).toBeCloseTo(1_079.453333, 6),
  'G6: 1 m³ at 39.5': () => expect(energy(1, 'm3', 39.5)).toBeCloseTo(11.220633, 6),
  'G7: a register of four digits from 9995 to 0012 counts 17, of five from 99998.7 to 3.2 counts 4.5': () => {
    expect(counted(4, 9995, 12)).toBeCloseTo(17, 9);
    expect(counted(5, 99_998.7, 3.2)).toBeCloseTo(4.5, 9);
  },
  'G8: 1,234 m³ that are corrected already, at 39.4': () =>
    expect(energy(1234, 'm3', 39.4, 1)).toBeCloseTo((1234 * 39.4) / 3.6, 9),
};

describe('volume of gas to energy', () => {
  test('has its vectors here', () => {
    expect(Object.keys(vectors).map((name) => name.split(':')[0])).toEqual(
      Array.from({ length: 8 }, (_, i) => `G${i + 1}`),
    );
  });

  test.each(Object.entries(vectors))('%s', (_, holds) => {
    expect.hasAssertions();
    holds();
  });

  // BottlecapDave/HomeAssistant-OctopusEnergy tests/unit/gas (facts only), to three decimals.
  test.each([
    [1, 11.363],
    [5, 56.813],
  ])('%d m³ at 40 is %d', (amount, kwh) => {
    expect(energy(amount, 'm3', 40)).toBeCloseTo(kwh, 3);
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

import { describe, expect, test } from 'vitest';
import { readingsFromStock } from '../../domain/readings/fuel-stock.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import { aMeter, seconds } from './a-meter.ts';

const dip = (at: string, quantity: number): { at: string; quantity: number } => ({ at, quantity });
const tank = {
  utility: 'gas_oil',
  unit: 'l',
  energy_content: [{ from: '2000-01-01', kwh: 10, per: 'l', source: 'a delivery note' }],
};

describe('a tank read as a register', () => {
  test('what was burnt is what was delivered less what is left', () => {
    const meter = aMeter({
      ...tank,
      stock: [dip('2026-02-01T09:00:00Z', 3000), dip('2026-01-01T09:00:00Z', 2000), dip('2026-03-01T09:00:00Z', 1200)],
      deliveries: [
        dip('2025-12-30T10:00:00Z', 500),
        dip('2026-01-20T10:00:00Z', 1500),
        dip('2026-02-01T09:00:00Z', 1000),
        dip('2026-03-05T10:00:00Z', 900),
      ],
    });
    const readings = readingsFromStock(meter);
    // 2000 + 1500 + 1000 − 3000, then 4500 − 1200.
    expect(readings.map((reading) => reading.value)).toEqual([0, 1500, 3300]);
    const window = { from: seconds('2026-01-01T00:00:00Z'), to: seconds('2026-03-02T00:00:00Z') };
    const { halfHours, gaps } = deriveHalfHours({ meter, readings, window, now: seconds('2026-04-01T00:00:00Z') });
    expect(halfHours.every((row) => row.quality !== 'measured')).toBe(true);
    expect(gaps.map((gap) => gap.energy)).toEqual([expect.closeTo(15_000, 6), expect.closeTo(18_000, 6)]);
  });

  test('deliveries without dips say nothing of use', () => {
    expect(readingsFromStock(aMeter({ ...tank, deliveries: [dip('2026-01-20T10:00:00Z', 1500)] }))).toEqual([]);
  });
});

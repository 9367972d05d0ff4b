import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certificatesConsequence } from '../../../domain/readiness/certificates-kept.ts';
import { type Battery, panelFlows, panelYear } from '../../../domain/readiness/panels.ts';
import { bathYield, yieldIn } from '../../../domain/readiness/solar-yield.ts';
import { factorOn } from '../../../domain/carbon/carbon.ts';
import { usualAccounting } from '../../../domain/carbon/accounting.ts';
import { startOfDay } from '../../../domain/time.ts';

const columns = (rows: readonly (readonly [number, number])[]) => ({
  drawn: Float64Array.from(rows, ([drawn]) => drawn),
  made: Float64Array.from(rows, ([, made]) => made),
});

describe('panels and a battery', () => {
  test('four half-hours by hand: 20 kWh at 10 kW, nine tenths come back', () => {
    // 30 left over: 5 go in (10 kW), 4.5 are held. Then 5 wanted: 4.5 come out.
    const { drawn, made } = columns([
      [10, 40],
      [10, 5],
      [10, 10],
      [3, 0],
    ]);
    const flows = panelFlows(drawn, made, { capacity: 20, power: 10, efficiency: 0.9 });
    expect([...flows.direct]).toEqual([10, 5, 10, 0]);
    expect([...flows.charged]).toEqual([5, 0, 0, 0]);
    expect([...flows.discharged]).toEqual([0, 4.5, 0, 0]);
    expect([...flows.exported]).toEqual([25, 0, 0, 0]);
    expect([...flows.imported]).toEqual([0, 0.5, 0, 3]);
    const year = panelYear(flows);
    expect(year).toMatchObject({ made: 55, used: 29.5, exported: 25, imported: 3.5, fromBattery: 4.5 });
    expect(year.lost).toBeCloseTo(0.5, 12);
    expect(year.selfConsumption).toBeCloseTo(30 / 55, 12);
    expect(year.selfSufficiency).toBeCloseTo(29.5 / 33, 12);
  });

  test('energy closes in every half-hour and in the battery', () => {
    const rows = fc.array(
      fc.tuple(fc.double({ min: 0, max: 90, noNaN: true }), fc.double({ min: 0, max: 90, noNaN: true })),
      {
        minLength: 1,
        maxLength: 80,
      },
    );
    const batteries = fc.option(
      fc.record({
        capacity: fc.double({ min: 1, max: 300, noNaN: true }),
        power: fc.double({ min: 1, max: 100, noNaN: true }),
        efficiency: fc.double({ min: 0.5, max: 1, noNaN: true }),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(rows, batteries, (list, battery: Battery | undefined) => {
        const { drawn, made } = columns(list);
        const flows = panelFlows(drawn, made, battery);
        let held = 0;
        for (const i of drawn.keys()) {
          const [direct, charged, discharged] = [flows.direct, flows.charged, flows.discharged].map(
            (column) => column[i] as number,
          ) as [number, number, number];
          expect(direct + charged + (flows.exported[i] as number)).toBeCloseTo(made[i] as number, 9);
          expect(direct + discharged + (flows.imported[i] as number)).toBeCloseTo(drawn[i] as number, 9);
          expect(Math.min(charged, discharged)).toBe(0);
          expect(Math.max(charged, discharged)).toBeLessThanOrEqual((battery?.power ?? 0) / 2 + 1e-12);
          held += charged * (battery?.efficiency ?? 1) - discharged;
          expect(held).toBeGreaterThanOrEqual(-1e-9);
          expect(held).toBeLessThanOrEqual((battery?.capacity ?? 0) + 1e-9);
          for (const column of [flows.exported, flows.imported, flows.charged, flows.discharged]) {
            expect(column[i]).toBeGreaterThanOrEqual(0);
          }
        }
        expect(flows.left).toBeCloseTo(held, 6);
        // Without a battery all of it is the lesser of the two: a second way to the same kWh.
        const direct = list.reduce((total, [wants, makes]) => total + Math.min(wants, makes), 0);
        expect(panelYear(panelFlows(drawn, made)).used).toBeCloseTo(direct, 6);
      }),
    );
  });
});

describe('the yield of Bath', () => {
  test('is what panels in Bath make, and not the twice as much that its file seems to say', () => {
    const profile = bathYield();
    expect(profile.days.size).toBe(365);
    const made = yieldIn(profile, { from: startOfDay('2025-01-01'), to: startOfDay('2026-01-01') });
    const total = made.reduce((sum, each) => sum + each, 0);
    expect(total).toBeCloseTo(profile.annual, 0);
    // The file's title would have it 1,912.
    expect(total).toBeGreaterThan(900);
    expect(total).toBeLessThan(1050);
    expect(Math.max(...made)).toBeLessThan(0.5);
    const midnight = made.filter((_, i) => i % 48 < 4);
    expect(Math.max(...midnight)).toBe(0);
  });

  test('of a leap year: the 29th is the 28th again', () => {
    const made = yieldIn(bathYield(), { from: startOfDay('2028-02-28'), to: startOfDay('2028-03-01') });
    expect(made.length).toBe(96);
    expect(made.slice(0, 48)).toEqual(made.slice(48));
  });
});

describe('certificates kept or sold (vectors R1 to R3 of the market-based method)', () => {
  const site = { imported: 4_650_000, ownUse: 350_000, covered: 4_200_000 };

  test('R1: kept, 450,000 kWh are not covered: 157.5 t, and 91 % is renewable', () => {
    const kept = certificatesConsequence(site, 'kept', 0.35);
    expect(kept).toEqual({ uncovered: 450_000, surplus: 0, renewableShare: 0.91, market: 157_500 });
    // By location what is bought alone counts, kept or sold: 823.05 t by the factor of 2025.
    const factor = factorOn('electricity', 'generation', '2025-06-01', usualAccounting).value ?? Number.NaN;
    expect(site.imported * factor).toBeCloseTo(823_050, 6);
  });

  test('R2: sold, 350,000 kWh more are not: 280 t, and 84 %', () => {
    const sold = certificatesConsequence(site, 'sold', 0.35);
    expect(sold).toEqual({ uncovered: 800_000, surplus: 0, renewableShare: 0.84, market: 280_000 });
  });

  test('R3: more certificates than are bought cover no more than that', () => {
    const more = certificatesConsequence({ ...site, covered: 6_000_000 }, 'kept', 0.35);
    expect(more).toMatchObject({ uncovered: 0, surplus: 1_350_000, market: 0 });
  });

  test('without a factor the emissions of what nobody covers are not known, and of nothing they are none', () => {
    expect(certificatesConsequence(site, 'kept', undefined).market).toBeUndefined();
    expect(certificatesConsequence({ ...site, covered: 4_650_000 }, 'kept', undefined).market).toBe(0);
  });
});

test('where it is not known what is covered, nothing is told of what is not', () => {
  const asked = { imported: 100, ownUse: 50, covered: undefined };
  const unknown = { uncovered: undefined, surplus: undefined, renewableShare: undefined, market: undefined };
  expect(certificatesConsequence(asked, 'kept', 0.2)).toEqual(unknown);
});

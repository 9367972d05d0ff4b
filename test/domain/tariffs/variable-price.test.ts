import { describe, expect, it } from 'vitest';
import { listed } from '../../../domain/estate/estate.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { contractsIn, supplyPointLedger, wholeOf } from '../../../domain/tariffs/supply-point-costs.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { variablePrice } from '../../../domain/tariffs/variable-price.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';
import { sampleEstate } from '../../simulators/sample-estate.ts';

const estate = sampleEstate();
const tariffs = listed(estate, 'tariffs');
const published = listed(estate, 'published_charges');
const pointOf = (id: string) => {
  const point = listed(estate, 'supply_points').find((one) => one.id === id);
  if (!point) throw new Error(`no supply point ${id}`);
  return point;
};

describe('what one more kWh costs in a half-hour', () => {
  // Two contracts, the first of which passes distribution and levies on by band, with losses.
  const period = { from: startOfDay('2026-03-01'), to: startOfDay('2026-05-01') };
  const point = pointOf('sal-power');
  const terms = termsOf(point, { mpan: estate.meters.get(point.meter)?.mpan });
  const request = { point, tariffs, terms, published, prices: new Map(), period };
  const price = variablePrice(request);

  it('is what the bill comes to with it, less what it comes to without', () => {
    const count = price.length;
    const bill = (more: number): number => {
      // Rounding to pence is not what a kWh costs.
      const contracts = contractsIn(
        point,
        tariffs.map((one) => ({ ...one, rounding: 'none' as const })),
        period,
      );
      const use = new Float64Array(count).fill(500);
      if (more >= 0) use[more] = 501;
      const load = { unit: 'kWh' as const, from: period.from, use: certain(use) };
      const cuts = [period.from, period.to];
      return wholeOf(
        supplyPointLedger({ contracts, load, cuts, terms, published, prices: new Map() }).flat(),
      ).net.best.toNumber();
    };
    const before = bill(-1);
    // A Sunday night, a weekday's red half-hours, a noon; a night and a day of the second contract.
    const at = [6, 48 * 2 + 34, 48 * 4 + 24, 48 * 40 + 5, 48 * 40 + 30];
    for (const i of at) expect(price[i]).toBeCloseTo(bill(i) - before, 6);
    expect(new Set(at.map((i) => price[i]?.toFixed(4))).size).toBe(5);
  });

  it('is not known where no rate is, and known for the rest of the contract', () => {
    const without = published.filter(({ kind }) => kind !== 'ccl');
    const beyond = { ...period, to: startOfDay('2028-05-01') };
    const long = variablePrice({ ...request, published: without, period: beyond });
    // The contract ends with March 2028.
    expect(long.at(-1)).toBeNaN();
    const inMonth = (startOfDay('2026-03-10') - period.from) / halfHourSeconds;
    expect(Number.isNaN(long[inMonth])).toBe(Number.isNaN(variablePrice({ ...request, published: without })[inMonth]));
    expect(price.every((one) => one > 0.1 && one < 0.6)).toBe(true);
  });
});

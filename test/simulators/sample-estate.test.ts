import { describe, expect, test } from 'vitest';
import { isMpan, isMprn } from '../../domain/estate/identifiers.ts';
import { dialectOf, dialects } from '../../simulators/dialects/all.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const meters = [...estate.meters.values()];

describe('the sample estate', () => {
  test('has sixty-four meters at eleven sites of four organisations', () => {
    expect(meters).toHaveLength(64);
    expect(estate.sites.size).toBe(11);
    expect(estate.organisations.size).toBe(4);
  });

  test('has every kind of site the simulator was asked for', () => {
    const count = (type: string): number => [...estate.sites.values()].filter((site) => site.type === type).length;
    expect([count('acute_hospital'), count('community_hospital'), count('health_centre')]).toEqual([1, 1, 2]);
    expect([count('gp_practice'), count('ambulance_station'), count('office')]).toEqual([4, 1, 2]);
  });

  test('measures water at each site', () => {
    const withWater = new Set(meters.filter((meter) => meter.utility === 'water').map((meter) => meter.site));
    expect(withWater.size).toBe(estate.sites.size);
  });

  test('names supply points whose check digits are right and which appear once', () => {
    const mpans = meters.flatMap((meter) => meter.mpan ?? []);
    const mprns = meters.flatMap((meter) => meter.mprn ?? []);
    expect([mpans.length, mprns.length]).toEqual([15, 9]);
    expect(new Set([...mpans, ...mprns]).size).toBe(24);
    expect(mpans.filter((mpan) => !isMpan(mpan))).toEqual([]);
    expect(mprns.filter((mprn) => !isMprn(mprn))).toEqual([]);
  });

  test('speaks every dialect; only the oil tank is silent', () => {
    const spoken = new Set(meters.flatMap((meter) => dialectOf(meter)?.name ?? []));
    expect(spoken.size).toBeGreaterThanOrEqual(9);
    expect([...dialects.keys()].filter((name) => !spoken.has(name))).toEqual([]);
    expect(meters.filter((meter) => !dialectOf(meter)).map((meter) => meter.id)).toEqual(['wen-o-heating']);
  });

  test('has parents, sites and organisations that exist, of the same utility', () => {
    const withParent = meters.filter((meter) => meter.parent !== undefined);
    expect(withParent.length).toBeGreaterThan(15);
    for (const meter of withParent) expect(estate.meters.get(meter.parent ?? '')?.utility).toBe(meter.utility);
    for (const site of estate.sites.values()) expect(estate.organisations.has(site.organisation)).toBe(true);
  });
});

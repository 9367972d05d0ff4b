import { expect, test } from 'vitest';
import { loadsOf, sayChange, type SiteNow } from '../../dashboards/console/areas/estate/loads.ts';

function row(site: string, utility: SiteNow['utility'], rate: number | null, usual: number | null): SiteNow {
  const isWater = utility === 'water';
  return {
    site,
    utility,
    power_kw: isWater ? null : rate,
    usual_power_kw: isWater ? null : usual,
    flow_m3_per_h: isWater ? rate : null,
    usual_flow_m3_per_h: isWater ? usual : null,
    oldest: rate === null ? null : '2026-11-26T20:00:00Z',
    heard_meters: rate === null ? 0 : 1,
    silent_meters: rate === null ? 1 : 0,
    unknown_meters: rate === null ? [`${site}-main`] : [],
  };
}

test('a site that is not known is named, and usual is compared without it', () => {
  const [load] = loadsOf([
    row('a', 'electricity', 110, 100),
    row('b', 'electricity', 50, null),
    row('c', 'electricity', null, 400),
  ]);
  expect(load).toMatchObject({ rate: 160, known: 2, sites: 3, without: ['c'], unknownMeters: ['c-main'] });
  // 110 against 100 alone: neither b, whose usual is not known, nor c, whose rate is not.
  expect(load?.change).toBeCloseTo(0.1, 12);
});

test('what nobody knows is no nought, and what is not read live is waited for by nobody', () => {
  const oil = { ...row('a', 'burning_oil', null, null), silent_meters: 0 };
  const loads = loadsOf([row('a', 'water', null, 2), oil]);
  expect(loads.map(({ utility, rate, change }) => ({ utility, rate, change }))).toEqual([
    { utility: 'water', rate: null, change: null },
  ]);
});

test('electricity comes first, and each in the unit of its meter', () => {
  const loads = loadsOf([row('a', 'water', 2, 1), row('a', 'gas', 3, 3), row('a', 'electricity', 1, 1)]);
  expect(loads.map(({ utility, unit }) => `${utility} ${unit}`)).toEqual(['electricity kW', 'gas kW', 'water m³/h']);
});

test.each([
  [null, null],
  [0.049, 'as usual'],
  [-0.049, 'as usual'],
  [0.12, '12 % above usual'],
  [-0.4, '40 % below usual'],
  [-1, '100 % below usual'],
  [81, '82 times the usual'],
])('a change of %s is said as %s', (change, says) => expect(sayChange(change)).toBe(says));

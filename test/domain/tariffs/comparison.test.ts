import { describe, expect, test } from 'vitest';
import { capacitiesWorthAsking, capacityCosts, headroomOf } from '../../../domain/tariffs/capacity.ts';
import { atMarketPrices, compareOffers, penceAllIn } from '../../../domain/tariffs/comparison.ts';
import { costsByPlan } from '../../../domain/tariffs/costs.ts';
import {
  type CostParts,
  causeNames,
  differenceOf,
  flattened,
  partsOf,
  sumOfParts,
} from '../../../domain/tariffs/differences.ts';
import type { Load } from '../../../domain/tariffs/load.ts';
import { dayTypeOf, mapLoad, pairDays } from '../../../domain/tariffs/load-year.ts';
import { planOf } from '../../../domain/tariffs/plan.ts';
import { PriceSeries } from '../../../domain/tariffs/price-series.ts';
import { Quantities } from '../../../domain/tariffs/quantities.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, type Tariff, tariffSchema } from '../../../domain/tariffs/register.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { dayPeriod, halfHourSeconds, startOfDay, wallClock } from '../../../domain/time.ts';

const year = { from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') };
const count = (year.to - year.from) / halfHourSeconds;

const charge = (id: string, more: object) => ({ id, name: id, kind: 'energy', ...more });
const open = (value: unknown) => [{ valid_from: '2025-01-01', value }];

function offer(id: string, charges: object[], more: object = {}): Tariff {
  return tariffSchema.parse({
    id,
    name: id,
    supplier: 'S',
    utility: 'electricity',
    contract: 'pass_through',
    valid_from: '2025-04-01',
    valid_to: '2028-03-31',
    source: 'made up',
    charges,
    ...more,
  });
}

const nightTimes = {
  clock: 'local',
  bank_holidays: 'as_weekday',
  windows: [{ band: 'night', from: '00:00', to: '07:00' }],
  otherwise: 'day',
};
const passed = { pass_through: ['duos', 'bsuos', 'ro', 'aahedc', 'ccl'] };
const standing = charge('standing', { kind: 'supplier', unit: 'p/day', rates: open(50) });
const fee = charge('fee', { kind: 'supplier', unit: '%', percent_of: { kinds: ['energy'] }, rates: open(1.5) });
const offers = [
  offer('all-in', [charge('energy', { unit: 'p/kWh', base: 'meter', rates: open(23) }), standing]),
  offer(
    'night',
    [charge('energy', { unit: 'p/kWh', base: 'meter', times: nightTimes, rates: open({ day: 17, night: 11 }) })],
    passed,
  ),
  offer('nbp', [charge('energy', { unit: 'GBP/MWh', base: 'nbp', rates: open(170) }), standing, fee], passed),
  offer('spot', [charge('energy', { unit: 'GBP/MWh', base: 'nbp', rates: open({ series: 'spot' }) })], {
    ...passed,
    rounding: 'line',
  }),
];

const point = (id: string, more: object = {}) =>
  termsOf(
    supplyPointSchema.parse({
      id,
      utility: 'electricity',
      meter: id,
      mpan: '1012345678903',
      agreed_capacity_kva: [{ from: '2020-01-01', value: 150 }],
      duos_tariff: [{ from: '2020-01-01', value: '73' }],
      line_losses: { rates: [{ valid_from: '2025-01-01', value: 1.1, source: 'made up' }] },
      transmission_losses: { rates: [{ valid_from: '2025-01-01', value: 1.01, source: 'made up' }] },
      source: 'made up',
      ...more,
    }),
  );

/** A day with a hump at noon, larger on weekdays; `night` adds to the night. */
function loadOf(scale: number, night = 0): Load {
  const use = Float64Array.from({ length: count }, (_, i) => {
    const { minuteOfDay, weekday } = wallClock(year.from + i * halfHourSeconds);
    const hump = Math.max(0, Math.sin(((minuteOfDay - 360) / 720) * Math.PI)) * (weekday <= 5 ? 1 : 0.4);
    return scale * (0.3 + hump) + (minuteOfDay < 420 ? night : 0);
  });
  return { unit: 'kWh', from: year.from, use: certain(use), reactive: certain(use.map((kwh) => 0.4 * kwh)) };
}

const values = Float64Array.from({ length: count }, (_, i) => 190 + 60 * Math.sin(i / 30));
const prices = new Map([['spot', new PriceSeries('spot', 'GBP/MWh', year.from, values)]]);
const points = [
  { terms: point('daily'), load: loadOf(50) },
  { terms: point('nightly'), load: loadOf(5, 60) },
];
const request = { offers, period: year, prices };

describe('a comparison', () => {
  const comparison = compareOffers(request, points);

  test('ranks by total and by supply point, and is the exact lines to a millionth of a pound', () => {
    expect(comparison.points.map(({ offers: [first] }) => first?.offer)).toEqual(['all-in', 'night']);
    for (const { supplyPoint, offers: ranked } of comparison.points) {
      const totals = ranked.map((each) => each.totals.total.best);
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
      const { terms, load } = points.find((each) => each.terms.id === supplyPoint) as (typeof points)[number];
      for (const { offer: id, totals: fast } of ranked) {
        const tariff = { ...(offers.find((each) => each.id === id) as Tariff), rounding: 'none' as const };
        const exact = costsByPlan(planOf({ ...request, tariff, terms }), new Quantities(load, terms));
        expect(Math.abs(fast.total.best - exact.total.best.toNumber())).toBeLessThan(1e-4);
        expect(Math.abs(fast.subtotal.best - exact.subtotal.best.toNumber())).toBeLessThan(1e-4);
        expect(fast.use.best).toBeCloseTo(exact.use.best.toNumber(), 5);
      }
    }
  });

  test('adds up: kinds to the subtotal, supply points to the portfolio, each its own best to site by site', () => {
    for (const { offer: id, totals } of comparison.offers) {
      const kinds = Object.values(totals.byKind).map(({ best }) => best);
      expect(kinds.length).toBeGreaterThan(1);
      expect(kinds.reduce((sum, each) => sum + each, 0)).toBeCloseTo(totals.subtotal.best, 5);
      const sites = comparison.points.flatMap((each) => each.offers.filter(({ offer: other }) => other === id));
      expect(sites.reduce((sum, each) => sum + each.totals.total.best, 0)).toBeCloseTo(totals.total.best, 5);
    }
    const { siteBySite, offers: ranked } = comparison;
    expect(Object.fromEntries(siteBySite.offers)).toEqual({ daily: 'all-in', nightly: 'night' });
    expect(siteBySite.saves).toBeCloseTo((ranked[0]?.totals.total.best ?? 0) - siteBySite.total.best, 9);
    expect(siteBySite.saves).toBeGreaterThan(0);
  });

  test('says what a change of the market does, to what is at its prices alone', () => {
    const of = (id: string) => comparison.offers.find((each) => each.offer === id)?.totals;
    const [fixed, spot] = [of('all-in'), of('spot')];
    if (!fixed || !spot) throw new Error('no totals');
    expect(atMarketPrices(fixed, 10).best).toBe(fixed.total.best);
    const energy = spot.byKind.energy?.best ?? 0;
    expect(atMarketPrices(spot, 10).best).toBeCloseTo(spot.total.best + energy * 0.1 * 1.2, 6);
    expect(penceAllIn(fixed)).toBeCloseTo(23 + (2 * 365 * 50) / fixed.use.best, 9);
  });
});

const sumOf = (parts: CostParts): number => causeNames.reduce((sum, cause) => sum + parts[cause], 0);
function partsFor(tariff: Tariff, { terms, load }: (typeof points)[number]): CostParts {
  const [ours, flat] = [new Quantities(load, terms), new Quantities(flattened(load), terms)];
  return partsOf(planOf({ ...request, tariff, terms }), ours, flat);
}

describe('why offers differ', () => {
  test('adds up to the cost of each offer and so to every difference', () => {
    const { offers: ranked } = compareOffers(request, points);
    const totals = new Map(ranked.map(({ offer: id, totals: of }) => [id, of.total.best]));
    const parts = new Map(offers.map((tariff) => [tariff.id, sumOfParts(points.map((at) => partsFor(tariff, at)))]));
    expect(parts.size).toBe(4);
    for (const { id } of offers) {
      expect(sumOf(parts.get(id) as CostParts)).toBeCloseTo(totals.get(id) ?? 0, 6);
      const more = differenceOf(parts.get('all-in') as CostParts, parts.get(id) as CostParts);
      expect(sumOf(more)).toBeCloseTo((totals.get(id) ?? 0) - (totals.get('all-in') ?? 0), 6);
    }
  });

  test('names losses, shape and capacity for what they are', () => {
    const flatRate = (id: string, base: string) =>
      offer(id, [charge('energy', { unit: 'p/kWh', base, rates: open(10) })]);
    const at = points[0] as (typeof points)[number];
    const { load } = at;
    const told = (a: Tariff, b: Tariff) => {
      const more = differenceOf(partsFor(a, at), partsFor(b, at));
      const parts = causeNames
        .map((cause) => [cause, more[cause]] as const)
        .filter(([, part]) => Math.abs(part) > 1e-4);
      return { parts: Object.fromEntries(parts), total: sumOf(more) };
    };
    const kwh = load.use.best.reduce((sum, each) => sum + each, 0);
    // 11.1 % more kWh at the national point, and VAT on them.
    const losses = told(flatRate('meter', 'meter'), flatRate('nbp', 'nbp')).parts;
    expect(Object.keys(losses)).toEqual(['losses', 'vat']);
    expect(losses['losses']).toBeCloseTo(0.1 * kwh * (1.1 * 1.01 - 1), 4);
    // Day and night at rates whose mean over all half-hours is 10 p: a flat load costs the same, ours more by day.
    const nights = 365 * 14;
    const rates = { day: 10 + (2 * nights) / (count - nights), night: 8 };
    const twoRate = offer('two', [
      charge('energy', { unit: 'p/kWh', base: 'meter', times: nightTimes, rates: open(rates) }),
    ]);
    const shape = told(flatRate('meter', 'meter'), twoRate).parts;
    expect(Math.abs(shape['energy'] ?? 0)).toBeLessThan(0.01);
    expect(shape['shape']).toBeGreaterThan(1000);
    const capacity = charge('capacity', { kind: 'duos', unit: 'p/kVA/day', of: 'agreed', rates: open(8) });
    const withCapacity = offer('kva', [charge('energy', { unit: 'p/kWh', base: 'meter', rates: open(10) }), capacity]);
    expect(told(flatRate('meter', 'meter'), withCapacity)).toEqual({
      parts: { capacity: expect.closeTo(150 * 365 * 0.08, 9), vat: expect.closeTo(150 * 365 * 0.08 * 0.2, 9) },
      total: expect.closeTo(150 * 365 * 0.08 * 1.2, 9),
    });
  });
});

describe('capacity', () => {
  const { terms, load } = points[0] as (typeof points)[number];
  const quantities = new Quantities(load, terms);
  const plan = planOf({ ...request, tariff: offers[1] as Tariff, terms });

  test('leaves headroom each month', () => {
    const months = headroomOf(quantities, year);
    expect(months).toHaveLength(12);
    // 65 kWh at noon are 130 kW and 52 kvar: 140.01 kVA of the 150.
    expect(months[0]).toMatchObject({ month: '2025-04-01', agreed: 150 });
    expect(months[0]?.left?.best).toBeCloseTo(150 - 130 * Math.hypot(1, 0.4), 6);
  });

  test('costs this much more or less, and the cheapest is one that a month needed', () => {
    const worth = capacitiesWorthAsking(headroomOf(quantities, year));
    expect(worth).toEqual([141, 150]);
    const costs = capacityCosts(plan, quantities, [140, 141, 150, 160]);
    // 7.41 p a kVA and day with VAT; below what is needed as much is exceeded as is saved.
    expect(costs.map(({ difference }) => difference.best)).toEqual([
      expect.closeTo((140.0143 - 150) * 0.0741 * 365 * 1.2, 1),
      expect.closeTo(-9 * 0.0741 * 365 * 1.2, 2),
      expect.closeTo(0, 9),
      expect.closeTo(10 * 0.0741 * 365 * 1.2, 2),
    ]);
  });
});

describe('a load year on another period', () => {
  const next = { from: startOfDay('2026-04-01'), to: startOfDay('2027-04-01') };

  test('takes days of the same month and type, in turn', () => {
    const days = pairDays(year, next);
    expect(days).toHaveLength(365);
    for (const { date, type, takes, takesType } of days) {
      expect(takes.slice(5, 7)).toBe(date.slice(5, 7));
      expect(dayTypeOf(takes)).toBe(takesType);
      // A month of the load year may have no bank holiday; the other types it always has.
      expect([type, 'sunday']).toContain(takesType);
      expect(type === 'bank_holiday' || takesType === type).toBe(true);
    }
    const of = (date: string) => days.find((day) => day.date === date);
    // Good Friday 3 April 2026, the first of two in April; in 2025 those were the 18th and the 21st.
    expect(of('2026-04-03')).toMatchObject({ type: 'bank_holiday', takes: '2025-04-18' });
    // March 2027 has Good Friday and Easter Monday, March 2026 had neither: Sundays stand for them.
    expect(of('2027-03-26')).toMatchObject({ type: 'bank_holiday', takesType: 'sunday' });
  });

  test('keeps the time on the wall, over both changes of clocks', () => {
    const load = loadOf(50);
    const mapped = mapLoad(load, next);
    const compared: [number | undefined, number | undefined][] = [];
    for (const date of ['2026-07-01', '2026-10-25', '2027-03-28', '2027-01-05']) {
      const { from, to } = dayPeriod(date);
      const takes = pairDays(year, next).find((day) => day.date === date)?.takes ?? '';
      for (let at = from; at < to; at += halfHourSeconds) {
        const { minuteOfDay } = wallClock(at);
        const source = dayPeriod(takes);
        let same: number | undefined;
        for (let other = source.from; other < source.to; other += halfHourSeconds) {
          if (wallClock(other).minuteOfDay === minuteOfDay)
            same ??= load.use.best[(other - year.from) / halfHourSeconds];
        }
        compared.push([mapped.use.best[(at - next.from) / halfHourSeconds], same]);
      }
    }
    expect(compared.length).toBe(48 + 50 + 46 + 48);
    const known = compared.filter(([, same]) => same !== undefined);
    expect(known.length).toBeGreaterThan(180);
    expect(known.map(([taken]) => taken)).toEqual(known.map(([, same]) => same));
  });

  test('is itself on its own period', () => {
    const load = loadOf(20);
    expect(mapLoad(load, year).use.best).toEqual(load.use.best);
  });
});

test('the peaks of last winter, carried forward, are those of the load year and not of the days laid onto them', () => {
  const peaks = ['2025-11-20T17:00:00Z', '2026-01-08T17:00:00Z', '2026-02-03T17:00:00Z'];
  const [first, last] = ['2025-04-01', '2026-03-31'];
  const rates = [{ valid_from: first, valid_to: last, value: 10, half_hours: peaks }];
  const tnuos = charge('tnuos', { kind: 'tnuos', unit: 'GBP/kW/year', base: 'meter', rates });
  const kinds = [{ kind: 'tnuos' as const, least_percent: 0, best_percent: 0, most_percent: 10 }];
  const carry = { kinds, because: 'next winter has not been' };
  const next = { from: startOfDay('2026-04-01'), to: startOfDay('2027-04-01') };
  const load = loadOf(50);
  // One of the three half-hours is another than the days around it, so that a day of the same type would not do.
  const at = (Date.parse(peaks[1] ?? '') / 1000 - load.from) / halfHourSeconds;
  load.use.best[at] = 40;
  const asked = { offers: [offer('peaks', [tnuos])], period: next, carry };
  const { offers: ranked } = compareOffers(asked, [{ terms: point('daily'), load }]);
  // 17:00 on a weekday: 50 × (0.3 + sin(11/12 π)) = 27.940952 kWh, or 55.881905 kW; and 80 kW once.
  const mean = (2 * 55.881905 + 80) / 3;
  const { low, best, high } = ranked[0]?.totals.subtotal ?? {};
  expect(best).toBeCloseTo(10 * mean, 4);
  expect(low).toBeCloseTo(10 * mean, 4);
  expect(high).toBeCloseTo(11 * mean, 4);
  // Half-hours of another year are still not known.
  const old = charge('tnuos', { ...tnuos, rates: [{ ...rates[0], half_hours: ['2024-12-11T17:00:00Z'] }] });
  const other = { ...asked, offers: [offer('peaks', [old])] };
  expect(() => compareOffers(other, [{ terms: point('daily'), load }])).toThrow(/half-hours/);
});

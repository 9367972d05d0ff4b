import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { poundsForOne } from '../../../domain/tariffs/cost-figure.ts';
import { type Costs, costsByPlan, costsOf, sumOfCosts } from '../../../domain/tariffs/costs.ts';
import { ledgerOf } from '../../../domain/tariffs/ledger.ts';
import type { Load } from '../../../domain/tariffs/load.ts';
import { Money } from '../../../domain/tariffs/money.ts';
import { planOf } from '../../../domain/tariffs/plan.ts';
import { PriceSeries } from '../../../domain/tariffs/price-series.ts';
import { Quantities } from '../../../domain/tariffs/quantities.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, type Tariff, tariffSchema } from '../../../domain/tariffs/register.ts';
import { type SupplyPointTerms, termsOf } from '../../../domain/tariffs/supply-point.ts';
import { boundariesOf, halfHourSeconds, startOfDay, wallClock } from '../../../domain/time.ts';
import { seededColumn } from './seeded-column.ts';

/** October and November 2025: a change of clocks, a month's end, and published charges for all of it. */
const period = { from: startOfDay('2025-10-01'), to: startOfDay('2025-12-01') };
const count = (period.to - period.from) / halfHourSeconds;

const charge = (id: string, more: object) => ({ id, name: id, kind: 'energy', ...more });
const open = (value: unknown) => [{ valid_from: '2025-01-01', value }];

/** A tariff of everything that can be charged, with numbers of its own. */
function tariffOf(rates: readonly number[], rounding: 'none' | 'line' | 'total' = 'none', more: object[] = []): Tariff {
  const [day = 0, night = 0, standing = 0, fee = 0, changed = 0, reactive = 0] = rates;
  const clock = { clock: 'local', bank_holidays: 'as_sunday' };
  return tariffSchema.parse({
    id: 'everything',
    name: 'Everything',
    supplier: 'S',
    utility: 'electricity',
    contract: 'pass_through',
    valid_from: '2025-01-01',
    valid_to: '2026-12-31',
    pass_through: ['duos', 'bsuos', 'ro', 'aahedc', 'ccl'],
    rounding,
    source: 'made up',
    charges: [
      charge('energy', {
        unit: 'p/kWh',
        base: 'meter',
        times: { ...clock, windows: [{ band: 'night', from: '00:00', to: '07:00' }], otherwise: 'day' },
        rates: open({ day, night }),
      }),
      charge('market', { unit: 'GBP/MWh', base: 'nbp', rates: open({ series: 'spot' }) }),
      charge('basket', {
        unit: 'GBP/MWh',
        base: 'nbp',
        basket: {
          trades: [{ from: '2025-10-10', to: '2025-11-09', share: 0.4, price: day, on: '2025-01-01', reference: 'A' }],
          rest: { series: 'spot' },
        },
      }),
      charge('standing', { kind: 'supplier', unit: 'GBP/month', rates: open(standing) }),
      charge('yearly', { kind: 'metering', unit: 'GBP/year', rates: open(standing) }),
      charge('changed', {
        kind: 'supplier',
        unit: 'p/day',
        rates: [
          { valid_from: '2025-01-01', valid_to: '2025-10-19', value: changed },
          { valid_from: '2025-10-20', value: standing },
        ],
      }),
      charge('demand', { kind: 'other', unit: 'GBP/kVA/month', of: 'maximum_demand', rates: open(fee) }),
      charge('reactive-third', {
        kind: 'other',
        unit: 'p/kvarh',
        free: { share_of_kwh: '1/3' },
        rates: open(reactive),
      }),
      charge('fee', { kind: 'supplier', unit: '%', percent_of: { kinds: ['energy'] }, rates: open(fee) }),
      ...more,
    ],
  });
}

const terms: SupplyPointTerms = termsOf(
  supplyPointSchema.parse({
    id: 'point',
    utility: 'electricity',
    meter: 'e-main',
    mpan: '1012345678903',
    agreed_capacity_kva: [
      { from: '2020-01-01', value: 100 },
      { from: '2025-11-12', value: 150 },
    ],
    duos_tariff: [
      { from: '2020-01-01', value: '73' },
      { from: '2025-10-22', value: '74' },
    ],
    line_losses: {
      times: {
        clock: 'local',
        bank_holidays: 'as_weekday',
        windows: [{ band: 'peak', days: ['weekdays'], from: '16:00', to: '20:00' }],
        otherwise: 'other',
      },
      rates: [{ valid_from: '2025-01-01', value: { peak: 1.134, other: 1.103 }, source: 'made up' }],
    },
    transmission_losses: { rates: [{ valid_from: '2025-01-01', value: 1.01, source: 'made up' }] },
    source: 'made up',
  }),
);

const column = (seed: number, from: number, to: number) => seededColumn(seed, count, from, to);

const prices = new Map([['spot', new PriceSeries('spot', 'GBP/MWh', period.from, column(7, -40, 160))]]);

function loadOf(seed: number): Load {
  const use = column(seed, 0, 60);
  return { unit: 'kWh', from: period.from, use: certain(use), reactive: certain(column(seed + 1, 0, 30)) };
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const rate = fc.integer({ min: -500, max: 5_000 }).map((n) => n / 100);
const someRates = fc.array(rate, { minLength: 6, maxLength: 6 });
const roundings = fc.constantFrom('none' as const, 'line' as const, 'total' as const);

const costs = (tariff: Tariff, load: Load, part = period): Costs =>
  costsOf({ tariff, terms, period: part, load, prices });

/** What the rounding of quantities to a millionth can do: half of one for each line and of rates up to £1. */
const roundingOf = (all: readonly Costs[]): number => all.reduce((sum, { lines }) => sum + lines.length, 0) * 1e-6;

test('a component of nothing changes nothing', () => {
  const zeros = [
    charge('zero-energy', { unit: 'p/kWh', base: 'meter', rates: open(0) }),
    charge('zero-days', { kind: 'other', unit: 'p/day', rates: open(0) }),
  ];
  fc.assert(
    fc.property(seeds, someRates, roundings, (seed, rates, rounding) => {
      const load = loadOf(seed);
      const [without, withZeros] = [tariffOf(rates, rounding), tariffOf(rates, rounding, zeros)].map((t) =>
        costs(t, load),
      );
      expect(withZeros?.total.best.toString()).toBe(without?.total.best.toString());
    }),
    { numRuns: 20 },
  );
});

test('the sum of components is the total, and the sum of supply points the portfolio', () => {
  fc.assert(
    fc.property(fc.array(seeds, { minLength: 1, maxLength: 4 }), someRates, roundings, (several, rates, rounding) => {
      const all = several.map((seed) => costs(tariffOf(rates, rounding), loadOf(seed)));
      for (const { lines, subtotal, vat, total } of all) {
        const sum = Money.sum(0, ...lines.map(({ amount }) => amount.best));
        expect((rounding === 'total' ? sum.toDecimalPlaces(2) : sum).toString()).toBe(subtotal.best.toString());
        expect(Money.sum(subtotal.best, ...vat.map(({ amount }) => amount.best)).toString()).toBe(
          total.best.toString(),
        );
      }
      const portfolio = sumOfCosts(all);
      const totals = all.map(({ total }) => total.best).toReversed();
      expect(portfolio.total.best.toString()).toBe(Money.sum(0, ...totals).toString());
      const pence = poundsForOne(portfolio.subtotal, portfolio.use)?.times(100).toNumber() ?? Number.NaN;
      expect(pence).toBeCloseTo(portfolio.subtotal.best.times(100).dividedBy(portfolio.use.best).toNumber(), 9);
    }),
    { numRuns: 20 },
  );
});

test('splitting a period at any half-hour changes nothing but the rounding of quantities', () => {
  fc.assert(
    fc.property(seeds, someRates, fc.integer({ min: 1, max: count - 1 }), (seed, rates, place) => {
      const [tariff, load] = [tariffOf(rates), loadOf(seed)];
      const at = period.from + place * halfHourSeconds;
      const whole = costs(tariff, load);
      const parts = [costs(tariff, load, { ...period, to: at }), costs(tariff, load, { ...period, from: at })];
      const sum = sumOfCosts(parts);
      for (const key of ['subtotal', 'total', 'use'] as const) {
        const difference = sum[key].best.minus(whole[key].best).abs().toNumber();
        expect(difference).toBeLessThanOrEqual(1.2 * roundingOf([whole, ...parts]));
      }
    }),
    { numRuns: 40 },
  );
});

test.each(['month', 'day'] as const)('a ledger by %s adds up to the whole', (bucket) => {
  const tariff = tariffOf([25, 15, 40, 2, 90, 1]);
  const load = loadOf(3);
  const quantities = new Quantities(load, terms);
  const plan = planOf({ tariff, terms, period, prices });
  const ledger = ledgerOf(plan, quantities, boundariesOf(period, bucket));
  expect(ledger).toHaveLength(bucket === 'month' ? 2 : 61);
  const whole = costsByPlan(plan, quantities);
  const difference = sumOfCosts(ledger).total.best.minus(whole.total.best).abs().toNumber();
  expect(difference).toBeLessThanOrEqual(1.2 * roundingOf([whole, ...ledger]));
});

test('the fifty half-hours of a day in October share its charges evenly, and add up to the day', () => {
  const tariff = tariffOf([25, 15, 40, 2, 90, 1]);
  const quantities = new Quantities(loadOf(4), terms);
  const plan = planOf({ tariff, terms, period, prices });
  const day = { from: startOfDay('2025-10-26'), to: startOfDay('2025-10-27') };
  const ledger = ledgerOf(plan, quantities, boundariesOf(day, 'half_hour'));
  expect(ledger).toHaveLength(50);
  const of = ({ lines }: Costs, id: string) => lines.find(({ charge: { id: each } }) => each === id)?.amount.best;
  // 40 p a day from the 20th on.
  expect(new Set(ledger.map((each) => of(each, 'changed')?.toDecimalPlaces(9).toString()))).toEqual(new Set(['0.008']));
  const [whole] = ledgerOf(plan, quantities, [day.from, day.to]);
  const difference = sumOfCosts(ledger)
    .total.best.minus(whole?.total.best ?? 0)
    .abs()
    .toNumber();
  expect(difference).toBeLessThanOrEqual(1.2 * roundingOf(ledger));
});

test('whatever a load is between its bounds, its costs are between theirs', () => {
  fc.assert(
    fc.property(seeds, someRates, seeds, (seed, rates, other) => {
      // Rates below nothing would turn a maximum demand round, which no tariff has.
      const tariff = tariffOf(rates.map(Math.abs));
      const [low, most] = [column(seed, 0, 40), column(seed + 3, 0, 30)];
      const between = column(other, 0, 1);
      const high = low.map((kwh, i) => kwh + (i % 5 === 0 ? (most[i] as number) : 0));
      const inside = low.map((kwh, i) => kwh + (between[i] as number) * ((high[i] as number) - kwh));
      const reactive = certain(column(seed + 1, 0, 30));
      const of = (use: Load['use']) => costs(tariff, { unit: 'kWh', from: period.from, use, reactive });
      const range = of({ low, best: inside, high });
      const exact = of(certain(inside));
      // Use in doubt is added up in another order, by prices above and below nothing.
      const rounding = 1.2 * roundingOf([range, exact]);
      expect(range.total.best.minus(exact.total.best).abs().toNumber()).toBeLessThanOrEqual(rounding);
      expect(range.total.low.minus(exact.total.best).toNumber()).toBeLessThanOrEqual(rounding);
      expect(exact.total.best.minus(range.total.high).toNumber()).toBeLessThanOrEqual(rounding);
    }),
    { numRuns: 20 },
  );
});

test('a second method: half-hour by half-hour on the clock on the wall', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 47 }), rate, rate, (seed, slot, first, second) => {
      const time = `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 === 0 ? '00' : '30'}`;
      const windows = [{ band: 'early', days: ['weekdays'], from: '00:00', to: time }];
      const times = { clock: 'local', bank_holidays: 'as_weekday', windows, otherwise: 'late' };
      const rates = open({ early: first, late: second });
      const tariff = tariffSchema.parse({
        ...tariffOf([]),
        pass_through: [],
        charges: [charge('energy', { unit: 'p/kWh', base: 'meter', times, rates })],
      });
      const load = loadOf(seed);
      let pence = 0;
      for (const [i, kwh] of load.use.best.entries()) {
        const { minuteOfDay, weekday } = wallClock(period.from + i * halfHourSeconds);
        pence += kwh * (weekday <= 5 && minuteOfDay < slot * 30 ? first : second);
      }
      expect(costs(tariff, load).subtotal.best.toNumber()).toBeCloseTo(pence / 100, 5);
    }),
    { numRuns: 30 },
  );
});

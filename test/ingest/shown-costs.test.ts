import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { dateOf, type LocalDate, startOfDay } from '../../domain/time.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import { ShownCosts } from '../../ingest/shown-costs.ts';
import { writeSample } from '../api/sample-days.ts';
import { estateOf } from '../domain/small-estate.ts';
import { openBooks, type TestBooks } from './books.ts';

/**
 * Two supply points by one contract: 20 p by day, 15 p in the seven hours before seven, 50 p a day. A day of 10 kWh in
 * every half-hour is 14 × 1.50 + 34 × 2.00 + 0.50 = 89.50 pounds, and 17.90 of VAT.
 */
const rateFrom = (valid_from: string, day: number, valid_to?: string) => ({
  valid_from,
  value: { night: 15, day },
  ...(valid_to === undefined ? {} : { valid_to }),
});
const tariffWith = (...rates: ReturnType<typeof rateFrom>[]) =>
  tariffSchema.parse({
    id: 'by-day-and-night',
    name: 'By day and night',
    supplier: 'S',
    utility: 'electricity',
    contract: 'fixed',
    valid_from: '2025-01-01',
    valid_to: '2027-12-31',
    charges: [
      {
        id: 'energy',
        name: 'Energy',
        kind: 'energy',
        unit: 'p/kWh',
        base: 'meter',
        times: {
          clock: 'local',
          bank_holidays: 'as_weekday',
          windows: [{ band: 'night', days: ['weekdays', 'weekends'], from: '00:00', to: '07:00' }],
          otherwise: 'day',
        },
        rates,
      },
      {
        id: 'standing',
        name: 'Standing charge',
        kind: 'supplier',
        unit: 'p/day',
        rates: [{ valid_from: '2025-01-01', value: 50 }],
      },
    ],
    source: 'of our making',
  });
const pointAt = (meter: string, rest: object = {}) =>
  supplyPointSchema.parse({
    id: `${meter}-power`,
    utility: 'electricity',
    meter,
    contracts: [
      {
        supplier: 'S',
        tariff: 'by-day-and-night',
        valid_from: '2026-02-01',
        valid_to: '2026-12-31',
        notice_by: '2026-05-01',
        remind_days_before: [60, 10],
      },
    ],
    agreed_capacity_kva: [{ from: '2025-01-01', value: 100 }],
    power_factor: { least: 1, most: 1, source: 'of our making' },
    publish_costs: true,
    source: 'of our making',
    ...rest,
  });

const sites = ['north', 'south'].map((id) => ({ id, meters: [{ id: `${id[0]}-e` }] }));
const tariff = tariffWith(rateFrom('2025-01-01', 20));
const points = [pointAt('n-e'), pointAt('s-e', { charges: [] })];
const estateWith = (tariffs = [tariff], supply_points = points, from = sites): Estate => ({
  ...estateOf(from),
  lists: { tariffs, supply_points },
});
const estate = estateWith();

let books: TestBooks;
/** What stands in the series: a point is written over itself. */
let standing: Map<string, ShownPoint>;
let written: ShownPoint[];
let now = 0;
async function open(): Promise<void> {
  now = startOfDay('2026-03-06') + 36_000;
  books = await openBooks(() => now);
  [standing, written] = [new Map(), []];
  books.state.remember(closedDaysKey, '2026-03-05');
  await use('n-e', '2026-02-01', '2026-03-07', () => 10);
  await use('s-e', '2026-03-01', '2026-03-07', () => 10);
}

/** Half-hours of a meter up to now, and a line in the log of what was derived. */
async function use(id: string, from: LocalDate, to: LocalDate, energy: () => number): Promise<void> {
  const meters = new Map([...estate.meters].filter(([meter]) => meter === id));
  await writeSample(books, { ...estate, meters }, { from, to, energy, until: now });
  books.state.recordDerived([{ meter: id, from: startOfDay(from), to: Math.min(now, startOfDay(to)) - 1 }]);
}

function begun(): ShownCosts {
  const writeShown = (list: readonly ShownPoint[]): Promise<void> => {
    written.push(...list);
    for (const point of list) standing.set(`${point.series} ${Object.values(point.tags).join(' ')} ${point.at}`, point);
    return Promise.resolve();
  };
  return new ShownCosts({ ...books.store, writeShown }, books.state);
}

/** Looks after the next pause until all is done; answers what was written meanwhile. */
async function looks(costs: ShownCosts, register: Estate = estate): Promise<ShownPoint[]> {
  written = [];
  now += limits.figuresPauseSeconds;
  do await costs.look(register, now);
  while (!costs.isDone);
  return written;
}

type Series = ShownPoint['series'];
const fieldsAt = (series: Series, date: LocalDate, ...tags: string[]): Record<string, unknown> => {
  const found = [...standing.values()].filter(
    (point) =>
      point.series === series &&
      dateOf(point.at) === date &&
      tags.every((tag) => Object.values(point.tags).includes(tag)),
  );
  expect(found.length).toBe(1);
  return found[0]?.fields ?? {};
};
const datesIn = (list: readonly ShownPoint[], series: Series, point: string): string[] =>
  [
    ...new Set(
      list.flatMap(({ series: name, tags, at }) =>
        name === series && 'supply_point' in tags && tags.supply_point === point ? [dateOf(at)] : [],
      ),
    ),
  ].sort();

const isBlank = ({ fields }: ShownPoint): boolean =>
  Object.values(fields).every((value) => value === 0 || value === '');
const ofPoint = (point: string): ShownPoint[] =>
  [...standing.values()].filter(({ tags }) => 'supply_point' in tags && tags.supply_point === point);

describe('what is published', () => {
  let all: ShownPoint[];
  beforeAll(async () => {
    await open();
    all = await looks(begun());
  });
  afterAll(() => books.close());

  test('days, months and their components are published as they cost', async () => {
    const day = {
      cost_low_gbp: 89.5,
      cost_gbp: 89.5,
      cost_high_gbp: 89.5,
      vat_gbp: 17.9,
      total_gbp: 107.4,
      use_kwh: 480,
    };
    const known = {
      cost_known: 1,
      energy_known: 1,
      measured_share: 1,
      complete: 1,
      rate_standing: 'quoted',
      because: '',
    };
    expect(fieldsAt('day_cost', '2026-03-05', 'n-e-power')).toMatchObject({ ...day, ...known });
    expect(fieldsAt('day_cost_component', '2026-03-05', 'n-e-power', 'energy')).toMatchObject({ cost_gbp: 89 });
    expect(fieldsAt('day_cost_component', '2026-03-05', 'n-e-power', 'supplier')).toMatchObject({ cost_gbp: 0.5 });
    const february = { cost_gbp: 28 * 89.5, use_kwh: 28 * 480, complete: 1 };
    expect(fieldsAt('month_cost', '2026-02-01', 'n-e-power')).toMatchObject(february);
    expect(fieldsAt('month_cost_band', '2026-02-01', 'n-e-power', 'night')).toMatchObject({ cost_gbp: 28 * 21 });
    // 10 kWh in half an hour are 20 kVA at power factor 1.
    const capacity = { agreed_capacity_kva: 100, maximum_demand_kva: 20, demand_known: 1, complete: 1 };
    expect(fieldsAt('month_capacity', '2026-02-01', 'n-e-power')).toMatchObject(capacity);
    // From the first contract on, and today as far as it is over.
    expect(datesIn(all, 'month_cost', 'n-e-power')).toEqual(['2026-02-01', '2026-03-01']);
    expect(datesIn(all, 'day_cost', 'n-e-power').length).toBe(28 + 6);
    expect(fieldsAt('day_cost', '2026-03-06', 'n-e-power')).toMatchObject({ use_kwh: 200, complete: 0 });
  });

  test('when the money goes is told by type of day and time, up to yesterday', async () => {
    // Four weekdays are over in March; a half-hour of a day has a 48th of its standing charge.
    const sum = fieldsAt('month_cost_profile', '2026-03-01', 'n-e-power', 'weekday', '06:30');
    expect(sum).toMatchObject({ half_hours: 4, use_kwh: 40, cost_known: 1 });
    expect(sum['cost_gbp']).toBeCloseTo(4 * (1.5 + 0.5 / 48), 9);
    const none = { half_hours: 0, cost_gbp: 0, cost_known: 0 };
    expect(fieldsAt('month_cost_profile', '2026-03-01', 'n-e-power', 'bank_holiday', '06:30')).toMatchObject(none);
  });

  test('dates for notice are told with the days that are left', async () => {
    const notice = { days_left: 56, due: 1, known: 1, supplier: 'S' };
    expect(fieldsAt('notice_due', '2026-05-01', 'n-e-power', 'notice')).toEqual(notice);
    const end = { days_left: 300, due: 0, known: 1 };
    expect(fieldsAt('notice_due', '2026-12-31', 'n-e-power', 'end')).toMatchObject(end);
  });

  test('months without a half-hour say so, and have no days', async () => {
    expect(datesIn(all, 'day_cost', 's-e-power')[0]).toBe('2026-03-01');
    const february = fieldsAt('month_cost', '2026-02-01', 's-e-power');
    expect(february).toMatchObject({ cost_gbp: 0, cost_known: 0, complete: 0 });
    expect(february['because']).toContain('none of meter s-e');
  });
});

describe('what is published anew, and taken back', () => {
  beforeEach(open);
  afterEach(() => books.close());

  test('so far stands beside the same days of last year, where those have a cost', async () => {
    await use('n-e', '2025-03-01', '2025-03-06', () => 8);
    const longer = pointAt('n-e', {
      contracts: [{ supplier: 'S', tariff: 'by-day-and-night', valid_from: '2025-03-01' }],
    });
    await looks(begun(), estateWith([tariff], [longer, ...points.slice(1)]));
    // Five days; a day of 8 kWh is 14 × 1.20 + 34 × 1.60 + 0.50.
    const last = { last_year_cost_gbp: 5 * 71.7, last_year_use_kwh: 5 * 384, last_year_cost_known: 1 };
    const present = { cost_gbp: 5 * 89.5, cost_known: 1, complete: 1, last_year_complete: 1 };
    const far = fieldsAt('cost_so_far', '2026-03-01', 'n-e-power', 'month');
    for (const [key, value] of Object.entries({ ...last, ...present })) expect(far[key]).toBeCloseTo(value, 9);
    // The other one has no contract of last year.
    const other = { cost_gbp: 5 * 89.5, last_year_cost_gbp: 0, last_year_cost_known: 0 };
    expect(fieldsAt('cost_so_far', '2026-03-01', 's-e-power', 'month')).toMatchObject(other);
  });

  test('what has not changed is not written again, and a late day reaches its month alone', async () => {
    const costs = begun();
    await looks(costs);
    now -= limits.figuresPauseSeconds;
    expect(await looks(costs)).toEqual([]);
    await use('n-e', '2026-02-10', '2026-02-11', () => 20);
    const late = await looks(costs);
    expect(datesIn(late, 'month_cost', 'n-e-power')).toEqual(['2026-02-01']);
    expect(datesIn(late, 'month_cost_profile', 'n-e-power')).toEqual(['2026-02-01']);
    expect(datesIn(late, 'cost_so_far', 'n-e-power')).toEqual(['2025-04-01', '2026-03-01']);
    expect(datesIn(late, 'month_cost', 's-e-power')).toEqual([]);
    expect(fieldsAt('month_cost', '2026-02-01', 'n-e-power')['cost_gbp']).toBe(28 * 89.5 + 89);
  });

  test('a day that is over is told at its end', async () => {
    const costs = begun();
    await looks(costs);
    now = startOfDay('2026-03-07') + 1_200;
    await use('n-e', '2026-03-06', '2026-03-07', () => 10);
    books.state.remember(closedDaysKey, '2026-03-06');
    await looks(costs);
    expect(fieldsAt('cost_so_far', '2026-03-01', 'n-e-power', 'month')['cost_gbp']).toBeCloseTo(6 * 89.5, 9);
    expect(fieldsAt('notice_due', '2026-05-01', 'n-e-power', 'notice')['days_left']).toBe(55);
    expect(fieldsAt('month_cost_profile', '2026-03-01', 'n-e-power', 'weekday', '06:30')['half_hours']).toBe(5);
  });

  test('a corrected rate restates its supply points, and no other', async () => {
    const other = { ...tariff, id: 'other' };
    const apart = pointAt('s-e', { contracts: [{ supplier: 'S', tariff: 'other', valid_from: '2026-02-01' }] });
    const list = [...points.slice(0, 1), apart];
    const costs = begun();
    await looks(costs, estateWith([tariff, other], list));
    now -= limits.figuresPauseSeconds;
    const dearer = await looks(costs, estateWith([tariffWith(rateFrom('2025-01-01', 30)), other], list));
    expect(datesIn(dearer, 'month_cost', 'n-e-power')).toEqual(['2026-02-01', '2026-03-01']);
    expect(datesIn(dearer, 'month_cost', 's-e-power')).toEqual([]);
    expect(fieldsAt('day_cost', '2026-02-10', 'n-e-power')['cost_gbp']).toBe(89.5 + 34);
  });

  test('a rate that is missing is told with what to do, and its days cost nothing that is known', async () => {
    const costs = begun();
    await looks(costs);
    const upTo = tariffWith(rateFrom('2025-01-01', 20, '2026-02-27'));
    await looks(costs, estateWith([upTo]));
    expect(fieldsAt('day_cost', '2026-02-27', 'n-e-power')).toMatchObject({
      cost_gbp: 89.5,
      cost_known: 1,
      because: '',
    });
    const unknown = fieldsAt('day_cost', '2026-02-28', 'n-e-power');
    expect(unknown).toMatchObject({ cost_gbp: 0, cost_known: 0, use_kwh: 0, energy_known: 0, complete: 0 });
    const month = fieldsAt('month_cost', '2026-02-01', 'n-e-power');
    expect(month).toMatchObject({ cost_gbp: 0, cost_known: 0 });
    for (const { because } of [unknown, month] as { because: string }[]) {
      expect(because).toContain('tariff by-day-and-night, charge energy');
      expect(because).toContain('2026-02-28');
      expect(because).toContain('To mend it: add a rate for the date');
      expect(because).not.toMatch(/\b(15|20)\b/);
    }
    const component = fieldsAt('month_cost_component', '2026-02-01', 'n-e-power', 'energy');
    expect(component).toMatchObject({ cost_gbp: 0, cost_known: 0 });
  });

  test('what is switched off again is taken back, and comes back whole', async () => {
    await looks(begun());
    const before = new Map(standing);
    expect(before.size).toBeGreaterThan(500);
    const silent = estateWith(
      [tariff],
      points.map((point) => ({ ...point, publish_costs: false })),
    );
    await looks(begun(), silent);
    expect([...standing.values()].filter((point) => !isBlank(point))).toEqual([]);
    now -= 2 * limits.figuresPauseSeconds;
    await looks(begun());
    for (const [name, point] of before) expect(standing.get(name)).toEqual(point);
  });

  test('nothing is published of a supply point that does not say so', async () => {
    const silent = supplyPointSchema.parse({ ...points[0], publish_costs: undefined });
    const all = await looks(begun(), estateWith([tariff], [silent, ...points.slice(1)]));
    expect(datesIn(all, 'month_cost', 'n-e-power')).toEqual([]);
    expect(datesIn(all, 'month_cost', 's-e-power').length).toBe(2);
  });

  test('a supply point that is gone is taken back, and so is what stood under another organisation', async () => {
    const costs = begun();
    await looks(costs);
    const moved = estateOf(sites.map((site) => (site.id === 'north' ? { ...site, organisation: 'other' } : site)));
    await looks(costs, { ...moved, lists: { tariffs: [tariff], supply_points: points.slice(0, 1) } });
    expect(ofPoint('s-e-power').filter((point) => !isBlank(point))).toEqual([]);
    const told = ofPoint('n-e-power').filter((point) => point.series === 'month_cost' && !isBlank(point));
    expect(told.map(({ tags }) => 'organisation' in tags && tags.organisation)).toEqual(['other', 'other']);
  });

  test('begun again, it goes on where it was', async () => {
    await looks(begun());
    now -= limits.figuresPauseSeconds;
    const again = await looks(begun());
    // The present month is looked at, and written once by each process.
    expect(datesIn(again, 'month_cost', 'n-e-power')).toEqual(['2026-03-01']);
    const noon = startOfDay('2026-02-28') + 43_200;
    books.state.recordDerived([{ meter: 'n-e', from: noon, to: noon }]);
    expect(datesIn(await looks(begun()), 'month_cost', 'n-e-power')).toEqual(['2026-02-01', '2026-03-01']);
  });
});

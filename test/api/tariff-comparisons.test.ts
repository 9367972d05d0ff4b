import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparisonAnswerSchema } from '../../api/contract/tariff-comparisons.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { type Estate, estateFileSchema, type RegisterLists } from '../../domain/estate/estate.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { halfHoursOf, startOfDay, wallClock } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * Offers against two sites, by hand. The load year is April 2025 to March 2026, the supply period the year after it;
 * both have 365 days, on which 14 half-hours lie before seven on the wall and 34 after it, taken the two days on which
 * the clocks change together: 5,110 by night and 12,410 by day.
 *
 * - the hospital uses 10 kWh in each: 175,200 kWh, 51,100 of them by night
 * - the centre 4 kWh by night and 1 by day: 32,850 kWh, 20,440 of them by night
 *
 * Kilovolt-amperes are those of power factor 0.8: 25 of 30 agreed at the hospital, 10 of 10 at the centre.
 */

const night = [{ band: 'night', from: '00:00', to: '07:00' }];
const times = { clock: 'local', bank_holidays: 'as_weekday', windows: night, otherwise: 'day' };
const charge = (id: string, unit: string, value: unknown, more: object = {}) => {
  const rates = [{ valid_from: '2025-04-01', value }];
  return { id, name: id, kind: 'energy', unit, rates, ...(unit === 'p/kWh' && { base: 'meter' }), ...more };
};
const offer = (id: string, charges: object[], more: object = {}) => ({
  id,
  name: `The ${id} one`,
  supplier: 'S',
  utility: 'electricity',
  contract: 'fixed',
  valid_from: '2025-04-01',
  valid_to: '2028-03-31',
  charges,
  source: 'of our making',
  ...more,
});
const fee = { kind: 'supplier' };
const flat = offer('flat', [charge('energy', 'p/kWh', 20), charge('fee', 'p/day', 100, fee)]);
const twoRate = offer('two-rate', [
  charge('energy', 'p/kWh', { day: 26, night: 10 }, { times }),
  charge('fee', 'p/day', 50, fee),
]);
const byCapacity = offer(
  'by-capacity',
  [
    charge('energy', 'p/kWh', 19),
    charge('capacity', 'p/kVA/day', 10, { kind: 'duos', of: 'agreed' }),
    charge('exceeded', 'p/kVA/day', 20, { kind: 'duos', of: 'exceeded' }),
  ],
  { renewable: { share: 0.5, evidence: 'certificates of the supplier' } },
);
const spot = offer('spot', [charge('energy', 'GBP/MWh', { series: 'spot' }, { base: 'meter' })], {
  contract: 'flexible',
});
const passedOn = offer('passed-on', [charge('energy', 'p/kWh', 15)], { pass_through: ['ro'] });

const point = (site: string, agreed: number, more: object = {}) =>
  supplyPointSchema.parse({
    id: `${site}-power`,
    utility: 'electricity',
    meter: `${site}-main`,
    agreed_capacity_kva: [{ from: '2025-04-01', value: agreed }],
    power_factor: { least: 0.8, most: 0.8, source: 'of our making' },
    source: 'of our making',
    ...more,
  });

function estateWithOffers(): Estate {
  const estate = testEstate();
  const { observed = [] } = estateFileSchema.parse({
    observed: [{ id: 'spot', name: 'Spot', quantity: 'price', unit: 'GBP/MWh', source: 'of our making' }],
  });
  const lists: Partial<RegisterLists> = {
    ...estate.lists,
    observed,
    tariffs: [flat, twoRate, spot].map((one) => tariffSchema.parse(one)),
    supply_points: [
      point('hospital', 30),
      point('centre', 10),
      point('practice', 5),
      supplyPointSchema.parse({ id: 'centre-heat', utility: 'gas', meter: 'centre-gas', source: 'of our making' }),
    ],
  };
  return { ...estate, lists, observed: new Map(observed.map((series) => [series.id, series])) };
}

const isNight = (at: number): boolean => wallClock(at).minuteOfDay < 420;
const uses: Readonly<Record<string, (at: number) => number>> = {
  'hospital-main': () => 10,
  'centre-main': (at) => (isNight(at) ? 4 : 1),
  // One noon is unlike the others, the next one is missing.
  'practice-main': (at) => (at === startOfDay('2026-01-13') + 43_200 ? 5 : 1),
  'centre-gas': () => 9,
};
const missing = startOfDay('2026-01-14') + 43_200;

let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = estateWithOffers();
  rig = await startRig({ estate: () => estate });
  rig.at(startOfDay('2026-05-11'));
  key = rig.key({ role: 'procurement' });
  const meters = new Map([...estate.meters].filter(([id]) => id in uses));
  const [from, to] = ['2025-04-01', '2026-04-01'];
  await writeSample(
    rig,
    { ...estate, meters },
    {
      from,
      to,
      energy: (meter, at) => uses[meter]?.(at) ?? 0,
      quality: (meter, at) => (meter === 'practice-main' && at === missing ? 'missing' : 'measured'),
    },
  );
  const prices = halfHoursOf({ from: startOfDay(from), to: startOfDay(to) }).map((at) => {
    const value = isNight(at) ? 40 : 100;
    return { meter: 'spot', quantity: 'price', kind: 'interval', at, value, period: 1800, received: at } as const;
  });
  await rig.store.write(prices);
});
afterAll(() => rig.close());

const year = { from: '2026-04-01', to: '2027-04-01' };
const bothSites = { site: ['hospital', 'centre'], ...year };
const threeOffers = { offers: ['flat', 'two-rate'], offers_given: [byCapacity], ...bothSites };

async function post(body: object, query = '', as = key) {
  return await rig.app.inject({
    method: 'POST',
    url: `/v1/tariff-comparisons${query}`,
    headers: bearer(as),
    payload: body,
  });
}
const compare = async (body: object) => comparisonAnswerSchema.parse((await post(body)).json());
const wrong = async (body: object, as = key) =>
  problemSchema
    .parse((await post(body, '', as)).json())
    .problems.map(({ code, where, found }) => `${code}: ${where}${found === undefined ? '' : `, ${found}`}`);

describe('two offers of the register and one in hand, for two sites', () => {
  const asked = { ...threeOffers, against: 'flat' };
  const answer = compare.bind(undefined, asked);

  test('are ranked by what they cost with VAT', async () => {
    const { offers, period, load_year: loadYear, against } = await answer();
    expect(offers.map(({ rank, offer: id, in_register: known }) => [rank, id, known])).toEqual([
      [1, 'by-capacity', false],
      [2, 'flat', true],
      [3, 'two-rate', true],
    ]);
    // 208,050 kWh at 19 p and 40 kVA at 10 p a day; at 20 p and £1 a day for each; by night and day.
    const net = [39_529.5 + 1_460, 41_610 + 730, 42_646.6 + 365];
    expect(offers.map((row) => row.cost_gbp)).toEqual(net.map((pounds) => expect.closeTo(pounds, 6)));
    expect(offers.map((row) => row.total_gbp)).toEqual(net.map((pounds) => expect.closeTo(1.2 * pounds, 6)));
    expect(offers.map((row) => row.more_gbp)).toEqual([-1620.6, 0, 805.92].map((more) => expect.closeTo(more, 6)));
    expect(offers[1]?.all_in_p_per_kwh).toBeCloseTo((100 * 42_340) / 208_050, 9);
    expect(offers.every((row) => row.total_low_gbp === row.total_high_gbp && row.use_kwh === 208_050)).toBe(true);
    expect(offers.map((row) => row.above_cheapest)).toEqual([false, true, true]);
    expect([period.from, loadYear.from, loadYear.to, against]).toEqual([
      '2026-03-31T23:00:00Z',
      '2025-03-31T23:00:00Z',
      '2026-03-31T23:00:00Z',
      'flat',
    ]);
  });

  test('and at each site, which add up to the portfolio; contracts site by site would be cheaper', async () => {
    const { sites, offers, choices } = await answer();
    const of = (site: string) => sites.filter((row) => row.site === site).map((row) => [row.offer, row.total_gbp]);
    expect(of('hospital')).toEqual([
      ['by-capacity', expect.closeTo(1.2 * (33_288 + 1_095), 6)],
      ['flat', expect.closeTo(1.2 * (35_040 + 365), 6)],
      ['two-rate', expect.closeTo(1.2 * (5_110 + 32_266 + 182.5), 6)],
    ]);
    expect(of('centre')).toEqual([
      ['two-rate', expect.closeTo(1.2 * (2_044 + 3_226.6 + 182.5), 6)],
      ['by-capacity', expect.closeTo(1.2 * (6_241.5 + 365), 6)],
      ['flat', expect.closeTo(1.2 * (6_570 + 365), 6)],
    ]);
    for (const { offer: id, total_gbp: total } of offers) {
      const all = sites.filter((row) => row.offer === id);
      expect(all.reduce((sum, row) => sum + row.total_gbp, 0)).toBeCloseTo(total, 6);
    }
    expect(choices.map((row) => [row.supply_point, row.own_offer])).toEqual([
      ['centre-power', 'two-rate'],
      ['hospital-power', 'by-capacity'],
      ['all', null],
    ]);
    expect(choices.at(-1)?.saves_gbp).toBeCloseTo(7_927.8 - 6_543.72, 6);
  });

  test('by component and by cause, which add up to the difference', async () => {
    const { components, causes, offers } = await answer();
    const more = (rows: readonly { place: string; offer: string; more_gbp: number }[], place: string, id: string) =>
      rows.filter((row) => row.place === place && row.offer === id);
    expect(
      more(components, 'all', 'by-capacity').map((row) => ['component' in row && row.component, row.more_gbp]),
    ).toEqual([
      ['energy', expect.closeTo(-2_080.5, 6)],
      ['duos', expect.closeTo(1_460, 6)],
      ['supplier', expect.closeTo(-730, 6)],
      ['vat', expect.closeTo(-270.1, 6)],
    ]);
    // A flat load of the centre's kWh has 9,581.25 by night: 438.00 more; ours lies in the night: 1,737.40 less.
    const atCentre = more(causes, 'centre', 'two-rate');
    expect(atCentre.map((row) => ['cause' in row && row.cause, row.more_gbp])).toEqual([
      ['energy', expect.closeTo(438, 6)],
      ['shape', expect.closeTo(-1_737.4, 6)],
      ['capacity', 0],
      ['fees', expect.closeTo(-182.5, 6)],
      ['vat', expect.closeTo(-296.38, 6)],
    ]);
    for (const { offer: id, more_gbp: whole, why } of offers) {
      for (const rows of [components, causes]) {
        expect(more(rows, 'all', id).reduce((sum, row) => sum + row.more_gbp, 0)).toBeCloseTo(whole, 6);
      }
      expect(why === '').toBe(id === 'flat');
    }
    expect(offers[2]?.why).toBe(
      '£2,774 more for energy; £1,737 less for when we use it; £365 less for fees and metering',
    );
  });

  test('with what capacity leaves month by month, and what another one would cost', async () => {
    const { capacity, capacity_costs: costs } = await answer();
    const hospital = capacity.filter((row) => row.supply_point === 'hospital-power');
    expect(hospital).toHaveLength(12);
    expect(hospital[0]).toMatchObject({ month: '2026-04-01', agreed_capacity_kva: 30, maximum_demand_kva: 25 });
    expect(hospital.every((row) => row.headroom_kva === 5)).toBe(true);
    const at = (rows: typeof costs) =>
      rows
        .filter((row) => row.supply_point === 'hospital-power' && row.offer === 'by-capacity')
        .map((row) => [row.agreed_capacity_kva, row.more_gbp]);
    // Five kVA less at 10 p a day, with VAT.
    expect(at(costs)).toEqual([
      [25, expect.closeTo(-219, 6)],
      [30, expect.closeTo(0, 6)],
    ]);
    const asked20 = await compare({ ...asked, agreed_capacities_kva: [20] });
    // Five are exceeded at 20 p where ten are saved at 10 p: the same.
    expect(at(asked20.capacity_costs)).toEqual([[20, expect.closeTo(0, 6)]]);
  });

  test('with carbon and certificates beside the cost', async () => {
    const { offers, boundary } = await answer();
    expect(boundary).toBe('scope 1+2 location-based');
    const [first, second] = offers;
    // Factors of 2027 are not published: they are not known, unless somebody chooses the newest.
    expect(first).toMatchObject({ emissions_location_kgco2e: null, rego_share: 0.5, rego_state: 'contracted' });
    expect(first?.warnings).toContainEqual(expect.stringMatching(/^factor-missing/));
    expect(second).toMatchObject({ rego_share: null, rego_state: null, rego_gbp: 0 });
    const newest = await compare({ ...asked, factors: 'newest' });
    const [promised, brown] = newest.offers;
    const location = promised?.emissions_location_kgco2e ?? 0;
    expect(location).toBeGreaterThan(208_050 * 0.1);
    expect(brown?.emissions_location_kgco2e).toBe(location);
    expect(promised?.emissions_market_kgco2e).toBe(location);
    expect(promised?.emissions_market_expected_kgco2e).toBeCloseTo(location / 2, 6);
    expect(promised?.warnings).toContainEqual('residual-mix-unavailable electricity');
  });

  test('as CSV table by table, and as a spreadsheet with all of them', async () => {
    const lines = async (table: string) => (await post(asked, `?format=csv&table=${table}`)).body.trim().split('\r\n');
    const { sites, rates } = await answer();
    expect(await lines('sites')).toHaveLength(1 + sites.length);
    expect(await lines('rates')).toHaveLength(1 + rates.length);
    expect(rates.every(({ standing, source }) => standing === 'quoted' && source === 'of our making')).toBe(true);
    const sheets = readSpreadsheet((await post(asked, '?format=xlsx')).rawPayload);
    expect(sheets.map(({ name }) => name)).toEqual([
      'Offers',
      'Sites',
      'Choices',
      'Components',
      'Causes',
      'Capacity',
      'Capacity costs',
      'Sensitivity',
      'Load',
      'Rates',
      'Sources',
      'Warnings',
    ]);
  });
});

describe('what is not published yet', () => {
  const asked = { offers_given: [passedOn], ...bothSites };
  const carry = { kinds: [{ kind: 'ro', least_percent: -5, most_percent: 10 }], because: 'as the year before' };

  test('is refused without a choice, at every supply point at once', async () => {
    expect(await wrong(asked)).toEqual([
      'tariff.not-published: supply point centre-power, ro on 2026-04-01',
      'tariff.not-published: supply point hospital-power, ro on 2026-04-01',
    ]);
  });

  test('is carried forward by a choice, flagged and inside the range', async () => {
    const { offers, components, rates, uncertain } = await compare({ ...asked, carry });
    // 3.306058 p/kWh of 2025/26.
    const ro = 208_050 * 0.03306058;
    const row = components.find(({ component, place }) => component === 'ro' && place === 'all');
    expect(row?.cost_low_gbp).toBeCloseTo(0.95 * ro, 5);
    expect(row?.cost_gbp).toBeCloseTo(ro, 5);
    expect(row?.cost_high_gbp).toBeCloseTo(1.1 * ro, 5);
    expect(offers[0]?.carried_forward_gbp).toBeCloseTo(ro, 5);
    expect(offers[0]?.total_high_gbp).toBeCloseTo(1.2 * (208_050 * 0.15 + 1.1 * ro), 5);
    expect(offers[0]?.warnings).toContain('rate-carried-forward passed-on');
    expect(rates.find(({ component }) => component === 'ro')?.standing).toBe('carried forward');
    expect(uncertain).toEqual(['rates of ro are carried forward by choice: as the year before']);
  });

  test('or is left out by choice, with what it lacks, and the rest costs what it costs alone', async () => {
    const both = { offers: ['flat', 'spot'], offers_given: [passedOn], ...bothSites, against: 'spot' };
    const { offers, load, against, left_out: left } = await compare({ ...both, unpriced: 'leave_out' });
    const alone = await compare({ offers: ['flat'], ...bothSites });
    expect(offers).toEqual(alone.offers);
    expect(alone.left_out).toEqual([]);
    expect(load.map((row) => row.supply_point)).toEqual(['centre-power', 'hospital-power']);
    expect(against).toBe('flat');
    expect(left.map(({ kind, id, code, found }) => `${kind} ${id}: ${code}, ${found}`)).toEqual([
      'offer spot: tariff.no-price, none at 2026-03-31T23:00:00Z',
      'offer spot: tariff.no-price, none at 2026-03-31T23:00:00Z',
      'offer passed-on: tariff.not-published, ro on 2026-04-01',
      'offer passed-on: tariff.not-published, ro on 2026-04-01',
    ]);
    // Where nothing would be left it is refused all the same.
    expect(await wrong({ ...asked, unpriced: 'leave_out' })).toHaveLength(2);
  });

  test('half-hourly prices too: those of the load year, each with its half-hour', async () => {
    const flexible = { offers: ['spot', 'flat'], ...bothSites };
    expect(await wrong(flexible)).toEqual([
      'tariff.no-price: supply point centre-power, tariff spot, charge energy, none at 2026-03-31T23:00:00Z',
      'tariff.no-price: supply point hospital-power, tariff spot, charge energy, none at 2026-03-31T23:00:00Z',
    ]);
    const prices = { least_percent: -10, most_percent: 25 };
    const { offers, sensitivity } = await compare({ ...flexible, carry: { prices, because: 'as the market was' } });
    // 71,540 kWh by night at £40 a MWh, 136,510 by day at £100.
    const net = 2_861.6 + 13_651;
    expect(offers[0]).toMatchObject({ offer: 'spot', market_gbp: expect.closeTo(net, 6) });
    expect(offers[0]?.total_low_gbp).toBeCloseTo(1.2 * 0.9 * net, 6);
    expect(offers[0]?.total_high_gbp).toBeCloseTo(1.2 * 1.25 * net, 6);
    expect(sensitivity.map((row) => [row.price_change_percent, row.offer, row.change_gbp])).toEqual([
      [-20, 'spot', expect.closeTo(-0.2 * 1.2 * net, 6)],
      [-20, 'flat', 0],
      [20, 'spot', expect.closeTo(0.2 * 1.2 * net, 6)],
      [20, 'flat', 0],
    ]);
  });
});

test('half-hours that nobody measured are a range in every offer, and said', async () => {
  const { offers, load, uncertain } = await compare({
    offers: ['flat', 'two-rate'],
    supply_point: ['practice-power'],
    ...year,
  });
  expect(load[0]).toMatchObject({ measured_low: 17_524, measured: 17_524, measured_high: 17_528, status: 'partial' });
  const flatOne = offers.find(({ offer: id }) => id === 'flat');
  expect(flatOne?.total_low_gbp).toBe(flatOne?.total_gbp);
  expect((flatOne?.total_high_gbp ?? 0) - (flatOne?.total_gbp ?? 0)).toBeCloseTo(4 * 0.2 * 1.2, 6);
  expect(uncertain[0]).toMatch(/^1 half-hour of the load year is missing/);
});

describe('what if', () => {
  const use = async (changes: object[]) => {
    const { offers, load, what_if: said } = await compare({ offers: ['two-rate'], ...bothSites, what_if: changes });
    expect(said).toHaveLength(changes.length);
    const of = (site: string) => load.find((row) => row.site === site);
    return { total: offers[0]?.total_gbp ?? 0, hospital: of('hospital'), centre: of('centre') };
  };

  test('everything grew, was shifted into the night, or was made on the roof', async () => {
    const { total } = await use([]);
    const grown = await use([{ change: 'growth', percent: 10 }]);
    expect(grown.total - total).toBeCloseTo(0.1 * 1.2 * 42_646.6, 6);
    expect(grown.centre).toMatchObject({ measured: 32_850, changed: expect.closeTo(36_135, 6) });
    // Six half-hours of 10 kWh a day, half of which costs 16 p less.
    const [day, early] = [
      { from: '16:00', to: '19:00' },
      { from: '00:00', to: '05:00' },
    ];
    const shift = { change: 'shift', share: 0.5, supply_points: ['hospital-power'], from: day, to: early };
    expect(total - (await use([shift])).total).toBeCloseTo(365 * 30 * 0.16 * 1.2, 6);
    // A kWh in every half-hour, of which the centre uses all.
    const roof = { change: 'generation', supply_point: 'centre-power', shape: 'flat', annual_kwh: 17_520 };
    expect((await use([roof])).centre).toMatchObject({ changed: expect.closeTo(15_330, 6), exported_kwh: 0 });
    const twice = await use([roof, roof]);
    expect(twice.centre?.changed).toBeCloseTo(10_220, 6);
    expect(twice.centre?.exported_kwh).toBeCloseTo(12_410, 6);
  });

  test('a heat pump took the place of half the gas', async () => {
    const pump = { supply_point: 'centre-power', gas_supply_point: 'centre-heat' };
    const share = { share: 0.5, boiler_efficiency: 0.9, performance: 3 };
    const { centre } = await use([{ change: 'heat_pump', ...pump, ...share }]);
    expect(centre?.changed).toBeCloseTo(32_850 + (17_520 * 9 * 0.5 * 0.9) / 3, 6);
  });
});

describe('what is wrong with a question is told at once', () => {
  test('offers in hand, by the rules of the register', async () => {
    const gap = { clock: 'local', bank_holidays: 'as_weekday', windows: night };
    const faulty = [
      { ...flat, id: 'no-rate', charges: [charge('energy', 'p/kWh', 20, { rates: [] })] },
      { ...flat, id: 'a-gap', charges: [charge('energy', 'p/kWh', { night: 20 }, { times: gap })] },
      { ...flat, id: 'backwards', valid_to: '2024-03-31', contract: 'mixed' },
      { ...flat, id: 'backwards', valid_to: '2024-03-31' },
    ];
    const found = await wrong({ offers_given: faulty, ...bothSites, factors: 'guessed' });
    expect(found).toEqual([
      'request.invalid: body offers_given 2 contract, mixed',
      expect.stringMatching(/^request\.invalid: body offers_given 0 charges 0 rates/),
      expect.stringMatching(/^request\.invalid: body offers_given 1 charges 0 times/),
      'request.invalid: body offers_given 3 valid_to, 2024-03-31',
      'request.invalid: body factors, guessed',
      'request.invalid: body offers_given 3 id, backwards',
    ]);
  });

  test('names that are not there, for whoever asks', async () => {
    const limited = rig.key({ role: 'procurement', sites: ['practice'] });
    const asked = { offers: ['flat', 'nobodys'], against: 'two-rate', ...year };
    const series = {
      ...spot,
      id: 'other',
      charges: [charge('e', 'GBP/MWh', { series: 'nowhere' }, { base: 'meter' })],
    };
    const pump = { share: 1, boiler_efficiency: 0.9, performance: 3 };
    expect(
      await wrong(
        {
          ...asked,
          offers_given: [series],
          supply_point: ['hospital-power'],
          what_if: [{ change: 'heat_pump', supply_point: 'practice-power', gas_supply_point: 'centre-heat', ...pump }],
        },
        limited,
      ),
    ).toEqual([
      'request.unknown-id: body offers 1, nobodys',
      'request.invalid: body offers_given 0 charges 0 rates 0 value series, nowhere',
      'request.unknown-id: body against, two-rate',
      'request.unknown-id: body supply_point, hospital-power',
      'request.unknown-id: body what_if 0 supply_point, practice-power',
      'request.unknown-id: body what_if 0 gas_supply_point, centre-heat',
    ]);
  });

  test('offers and supply points that do not go together', async () => {
    const exported = { ...flat, id: 'exported', contract: 'export' };
    expect(await wrong({ offers: ['flat'], offers_given: [exported], ...bothSites })).toEqual([
      'request.invalid: body offers, offers for export and for import',
      'request.invalid: body supply_point, none',
    ]);
    const gas = { ...flat, id: 'gas', utility: 'gas' };
    expect(await wrong({ offers: ['flat'], offers_given: [gas], ...bothSites })).toEqual([
      'request.invalid: body offers, electricity, gas',
    ]);
    expect(await wrong({ offers: ['flat'], supply_point: ['centre-heat'], ...year })).toEqual([
      'request.invalid: body supply_point, centre-heat',
    ]);
  });

  test('periods, years and the end of an offer', async () => {
    expect(await wrong({ offers: ['flat'], ...bothSites, to: '2036-04-01' })).toEqual([
      'request.range-too-long: body to, 3653 days',
    ]);
    expect(await wrong({ offers: ['flat'], ...bothSites, to: '2026-04-01' })).toEqual([
      'request.invalid: body to, 2026-04-01',
    ]);
    expect(await wrong({ offers: ['flat'], ...bothSites, load_year_from: '2025-07-01' })).toEqual([
      'request.invalid: body load_year_from, 2025-06-30T23:00:00Z',
    ]);
    expect(await wrong({ offers: [], ...bothSites })).toEqual(['request.invalid: body offers, []']);
    expect(await wrong({ offers: ['flat'], site: ['centre'], from: '2026-04-01', to: '2029-04-01' })).toEqual([
      'tariff.no-rate: supply point centre-power, tariff flat, 2026-04-01 to 2029-03-31',
    ]);
  });
});

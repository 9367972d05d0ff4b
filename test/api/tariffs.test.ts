import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tariffsAnswerSchema } from '../../api/contract/tariffs.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { Estate, RegisterLists } from '../../domain/estate/estate.ts';
import { tariffSchema } from '../../domain/tariffs/register.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/** Every rate, of the register and of what is published. */

const flexible = tariffSchema.parse({
  id: 'basket',
  name: 'A basket',
  supplier: 'Trading Desk',
  utility: 'electricity',
  contract: 'flexible',
  valid_from: '2026-04-01',
  valid_to: '2027-03-31',
  pass_through: ['duos', 'ccl'],
  charges: [
    {
      id: 'energy',
      name: 'Energy',
      kind: 'energy',
      unit: 'GBP/MWh',
      base: 'nbp',
      basket: {
        trades: [{ from: '2026-04-01', to: '2026-09-30', share: 0.4, price: 81, on: '2025-11-14', reference: 'T-1' }],
        rest: { series: 'day-ahead' },
      },
    },
  ],
  source: 'of our making',
});

let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = testEstate();
  const lists: Partial<RegisterLists> = { ...estate.lists, tariffs: [...(estate.lists?.tariffs ?? []), flexible] };
  const whole: Estate = { ...estate, lists };
  rig = await startRig({ estate: () => whole });
  key = rig.key({ role: 'procurement' });
});
afterAll(() => rig.close());

async function rates(query: string, as = key) {
  const answer = await rig.app.inject({ url: `/v1/tariffs?${query}`, headers: bearer(as) });
  return tariffsAnswerSchema.parse(answer.json());
}

test('a rate of the register with its dates and source', async () => {
  const { tariffs, rates: rows } = await rates('tariff=north-fixed&component=energy');
  expect(tariffs).toMatchObject([{ tariff: 'north-fixed', contract: 'fixed', passes_on: [] }]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    held_by: 'tariff',
    supplier: 'A supplier',
    unit: 'p/kWh',
    value: 24,
    valid_from: '2025-04-01',
    // The tariff ends then, and its rate with it.
    valid_to: '2027-03-31',
    standing: 'quoted',
    source: 'of our making',
  });
});

test('a basket is its trades and the series of the rest', async () => {
  const { rates: rows } = await rates('supplier=trading');
  expect(rows).toMatchObject([
    { value: 81, traded_share: 0.4, valid_to: '2026-09-30', source: 'of our making: traded on 2025-11-14, T-1' },
    { value: null, series: 'day-ahead', valid_from: '2026-04-01', valid_to: '2027-03-31' },
  ]);
});

describe('published charges', () => {
  // Eastern Power Networks' schedule of charges 2025, LV Site Specific Band 1.
  test('are told by band, with their times in words and on the clock they are of', async () => {
    const { rates: rows } = await rates('component=duos&on=2026-01-15&supplier=eastern');
    const site = rows.filter(({ meter_points: points }) => points === 'LV Site Specific Band 1');
    const energy = site.filter(({ unit }) => unit === 'p/kWh');
    expect(energy.map(({ band, value, windows }) => [band, value, windows])).toEqual([
      ['red', 8.507, 'Monday to Friday 16:00 to 19:00; bank holidays as a weekday'],
      ['amber', 0.914, 'Monday to Friday 07:00 to 16:00; Monday to Friday 19:00 to 23:00; bank holidays as a weekday'],
      [
        'green',
        0.145,
        'Monday to Friday 00:00 to 07:00; Monday to Friday 23:00 to 24:00; Saturday and Sunday 00:00 to 24:00; bank holidays as a weekday',
      ],
    ]);
    expect(new Set(energy.map(({ clock, standing }) => `${clock} ${standing}`))).toEqual(new Set(['local verified']));
    expect(site.filter(({ unit }) => unit === 'p/kVA/day').map(({ base, value }) => [base, value])).toEqual([
      ['agreed', 7.41],
      ['exceeded', 7.41],
    ]);
  });

  test('of another date are others', async () => {
    const levy = async (on: string) => {
      const { rates: rows } = await rates(`component=ccl&utility=electricity&on=${on}`);
      return rows.map(({ value }) => value);
    };
    expect(await levy('2026-03-31')).toEqual([0.00775]);
    expect(await levy('2026-04-01')).toEqual([0.00801]);
    expect((await rates('component=duos&on=2026-04-01')).rates).toEqual([]);
  });
});

test('a key sees the tariffs of its supply points and what is offered, not those of others', async () => {
  const centre = rig.key({ role: 'procurement', sites: ['centre'] });
  const ids = async (as: string) => (await rates('', as)).tariffs.map(({ tariff }) => tariff);
  expect(await ids(key)).toEqual(['north-fixed', 'basket']);
  expect(await ids(centre)).toEqual(['basket']);
  const url = '/v1/tariffs?tariff=north-fixed';
  const answer = await rig.app.inject({ url, headers: bearer(centre) });
  expect(problemSchema.parse(answer.json()).problems).toMatchObject([{ code: 'request.unknown-id' }]);
});

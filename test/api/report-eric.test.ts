import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ericAnswerSchema } from '../../api/contract/reports.ts';
import { layoutFor } from '../../domain/reports/eric-layout.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/** The collection year 2025-26 of the test estate, told in May 2026. Half of the hospital's supply is green. */
const now = Date.parse('2026-05-05T12:00:00Z') / 1000;
const written = testEstate();
const meters = new Map(written.meters);
const solar = meters.get('hospital-solar');
if (solar) meters.set('hospital-solar', { ...solar, owned_by: 'organisation' });
const supply = {
  id: 'green',
  supplier: 'S',
  meters: ['hospital-main'],
  valid_from: '2024-04-01',
  claim: 'supplier_rego',
  claim_share: 0.5,
  rates: [],
  confirmed: [],
  source: 'of our making',
} as const;
const estate = {
  ...written,
  meters,
  lists: { ...written.lists, supplies: [{ ...supply, meters: ['hospital-main'], rates: [], confirmed: [] }] },
};

let rig: Rig;
let key: string;
beforeAll(async () => {
  rig = await startRig({ estate: () => estate });
  rig.at(now);
  key = rig.key({ role: 'read' });
  await writeSample(rig, estate, { from: '2025-04-01', to: '2026-05-06', until: now });
});
afterAll(() => rig.close());

const get = async (query: string) =>
  await rig.app.inject({ url: `/v1/reports/eric?year=2025-26${query}`, headers: bearer(key) });
const answer = async (query: string) => ericAnswerSchema.parse((await get(query)).json());

/** What a meter counted from April to March, added up again. */
const starts = halfHoursOf({ from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') });
const year = (meter: string): number => starts.reduce((sum, start) => sum + sampleEnergy(meter, start), 0);

describe('the row of a site', () => {
  test('has its year under the headers of the newest collection that is known', async () => {
    const { layout, period, sites, notes, quality } = await answer('&site=hospital');
    expect([layout, period.from, period.to]).toEqual(['2023-24', '2025-03-31T23:00:00Z', '2026-03-31T23:00:00Z']);
    const [row] = sites;
    expect(row).toMatchObject({
      site: 'hospital',
      site_type: 'acute_hospital',
      'Trust Code': 'RAJ',
      'Site Name': 'The Hospital',
      'Gross internal floor area (m²)': 12_000,
      'Oil consumed (kWh)': 0,
      'LED lighting coverage (%)': null,
    });
    const used = year('hospital-solar') - year('hospital-export');
    const kWh = (header: string): number => Number(row?.[header]);
    expect(kWh('Gas consumed (kWh)')).toBeCloseTo(year('hospital-gas'), 4);
    expect(kWh('Electricity - green electricity consumed (kWh)')).toBeCloseTo(year('hospital-main') / 2, 4);
    expect(kWh('Electricity - other consumed (kWh)')).toBeCloseTo(year('hospital-main') / 2, 4);
    expect(kWh('Electricity - trust owned solar consumed (kWh)')).toBeCloseTo(used, 4);
    expect(kWh('Solar electricity generated (kWh)')).toBeCloseTo(year('hospital-solar'), 4);
    const sources = layoutFor('2023-24').electricity?.plus ?? [];
    expect(sources.reduce((sum, header) => sum + kWh(header), 0)).toBeCloseTo(year('hospital-main') + used, 4);
    const most = Math.max(...starts.map((start) => sampleEnergy('hospital-main', start)));
    expect(kWh('Maximum electrical demand (kW)')).toBeCloseTo(most * 2, 9);
    expect(notes.find(({ column }) => column === 'LED lighting coverage (%)')?.why).toBe('not-in-register');
    expect(notes.find(({ column }) => column === 'Oil consumed (kWh)')?.why).toBe('no-meter');
    expect(quality).toEqual([{ site: 'hospital', measured_share: 1, measured_time_share: 1, data_quality: 'OC' }]);
    // Nothing is empty without its reason.
    const empty = Object.entries(row ?? {}).flatMap(([column, cell]) => (cell === null ? [column] : []));
    expect(empty.filter((column) => !notes.some((note) => note.column === column))).toEqual([]);
  });

  test('without a contract nobody knows what was green: both are empty, with what was bought in all', async () => {
    const { sites, notes } = await answer('&site=centre');
    expect(sites[0]?.['Electricity - green electricity consumed (kWh)']).toBeNull();
    const note = notes.find(({ column }) => column === 'Electricity - other consumed (kWh)');
    expect(note).toMatchObject({ why: 'no-supply', detail: `${Math.round(year('centre-main'))} kWh bought in all` });
  });

  test('in the headers of 2016-17 the same electricity is in other columns', async () => {
    const { sites } = await answer('&site=hospital&layout=2016-17');
    const kWh = (header: string): number => Number(sites[0]?.[header]);
    const { plus = [], minus = [] } = layoutFor('2016-17').electricity ?? {};
    const sum = (headers: readonly string[]): number => headers.reduce((total, one) => total + kWh(one), 0);
    const used = year('hospital-main') + year('hospital-solar') - year('hospital-export');
    expect(sum(plus) - sum(minus)).toBeCloseTo(used, 4);
    expect(kWh('Exported electricity (kWh)')).toBeCloseTo(year('hospital-export'), 4);
    expect(kWh('Water volume (including borehole) (m³)')).toBeCloseTo(year('hospital-water'), 4);
  });

  test('a year that is not over is said to be so far', async () => {
    const url = '/v1/reports/eric?year=2026-27&site=hospital';
    const { notes } = ericAnswerSchema.parse((await rig.app.inject({ url, headers: bearer(key) })).json());
    expect(notes.find(({ column }) => column === 'Gas consumed (kWh)')?.why).toBe('not-over');
    const ahead = '/v1/reports/eric?year=2027-28';
    expect(ericAnswerSchema.parse((await rig.app.inject({ url: ahead, headers: bearer(key) })).json()).sites).toEqual(
      [],
    );
  });

  test('sites are chosen by type', async () => {
    const { sites } = await answer('&type=gp_practice,health_centre');
    expect(sites.map(({ site }) => site)).toEqual(['centre', 'practice']);
  });
});

test('as CSV and as a spreadsheet it has the headers of the collection, and the reasons on a sheet', async () => {
  const headers = layoutFor('2023-24').fields.map(({ header }) => header);
  const csv = (await get('&format=csv')).body.split('\r\n');
  expect(csv[0]).toBe(['site', 'organisation', 'site_type', ...headers].join(','));
  expect(csv).toHaveLength(5);
  const sheets = readSpreadsheet((await get('&format=xlsx')).rawPayload);
  expect(sheets.map(({ name }) => name)).toEqual(['Sites', 'Notes', 'Quality', 'Sources']);
  expect(sheets[0]?.rows[0]?.slice(3).map(({ value }) => value)).toEqual(headers);
  const gas = headers.indexOf('Gas consumed (kWh)') + 3;
  expect(sheets[0]?.rows[2]?.[gas]).toMatchObject({ type: 'number', format: '#,##0' });
});

import { type Estate, estateFileSchema, type Meter } from '../../domain/estate/estate.ts';

/**
 * A small estate of two organisations for the tests of the API: a hospital with everything that could be counted twice
 * (PV with export, a boiler with its heat meter, subs, a reactive meter), a health centre, and another organisation's
 * practice, which opened later.
 */
const written = {
  estate: 'Test estate',
  observed: [
    { id: 'roof', name: 'Roof of the hospital', quantity: 'temperature', unit: 'degC', source: 'own sensor' },
    { id: 'grid', name: 'Grid', quantity: 'carbon_intensity', unit: 'gCO2/kWh', region: 10, source: 'the operator' },
    { id: 'grid-free', name: 'Carbon-free share', quantity: 'share', unit: '%', source: 'the operator' },
  ],
  organisations: [
    { id: 'north', name: 'North Trust', ods_code: 'RAJ' },
    { id: 'south', name: '=South, "Trust"' },
  ],
  sites: [
    {
      id: 'hospital',
      name: 'The Hospital',
      organisation: 'north',
      type: 'acute_hospital',
      gross_internal_area_m2: [
        { from: '2000-01-01', value: 10_000 },
        { from: '2025-10-01', value: 12_000 },
      ],
      occupied_area_m2: 9_000,
      heated_volume_m3: 36_000,
      weather: {
        temperature: 'roof',
        method: 'met_office',
        base_degc: 15.5,
        standard: 'uk-vesma',
        heating_efficiency: 0.85,
      },
      buildings: [
        { id: 'tower', name: 'Tower', gross_internal_area_m2: 6_000 },
        { id: 'energy-centre', name: 'Energy centre' },
      ],
      meters: [
        electricity('hospital-main', 'main'),
        { ...electricity('hospital-lights', 'sub'), parent: 'hospital-main', building: 'tower', end_use: 'lighting' },
        { ...electricity('hospital-chillers', 'sub'), parent: 'hospital-main', end_use: 'cooling' },
        { ...electricity('hospital-solar', 'generation'), technology: 'solar' },
        electricity('hospital-export', 'export'),
        { ...electricity('hospital-reactive', 'main'), measures: 'reactive', unit: 'kvarh' },
        gas('hospital-gas'),
        { ...electricity('hospital-heat', 'sub'), utility: 'heat', parent: 'hospital-gas', end_use: 'space_heating' },
        { id: 'hospital-water', name: 'Water', utility: 'water', role: 'main', unit: 'm3' },
      ],
    },
    {
      id: 'centre',
      name: 'Health Centre',
      organisation: 'north',
      type: 'health_centre',
      weather: {
        temperature: 'roof',
        method: 'half_hourly',
        base_degc: 15.5,
        standard: { first_year: 2025, last_year: 2025 },
      },
      gross_internal_area_m2: 1_000,
      meters: [electricity('centre-main', 'main'), gas('centre-gas')],
    },
    {
      id: 'practice',
      name: 'Practice',
      organisation: 'south',
      type: 'gp_practice',
      gross_internal_area_m2: 400,
      valid_from: '2025-06-01',
      meters: [electricity('practice-main', 'main')],
    },
  ],
  baselines: [
    {
      id: 'north-2019-20',
      organisation: 'north',
      name: 'North in 2019-20',
      from: '2019-04-01',
      to: '2020-03-31',
      boundary: 'nhs_carbon_footprint',
      factor_year: 'majority',
      factor_sets: ['2019'],
      frozen_on: '2022-07-01',
      source: 'of our making',
      sites: [
        { site: 'hospital', emissions_kgco2e: 900_000 },
        { site: 'sold', emissions_kgco2e: 100_000 },
      ],
      joined: [{ site: 'centre', emissions_kgco2e: 50_000, source: 'of our making' }],
    },
  ],
  targets: [
    {
      id: 'north-half',
      organisation: 'north',
      name: 'Half by 2030',
      baseline: 'north-2019-20',
      boundary: 'nhs_carbon_footprint',
      milestones: [{ earliest: 2030, latest: 2030, reduction: 0.5 }],
      source: 'of our making',
    },
  ],
  supplies: [
    {
      id: 'north-green',
      supplier: 'A supplier',
      meters: ['hospital-main', 'centre-main'],
      valid_from: '2025-04-01',
      claim: 'supplier_rego',
      source: 'contract 12',
    },
    {
      id: 'south-brown',
      supplier: 'Another supplier',
      meters: ['practice-main'],
      valid_from: '2025-06-01',
      claim: 'none',
      source: 'contract 13',
    },
  ],
  certificates: [
    rego('wind-may', { output_month: '2025-05', retired: { for: 'north', on: '2026-01-10', evidence: 'statement 4' } }),
    rego('wind-march', { output_month: '2025-03', claimed_for: '2025-26' }),
    rego('sun-june', { organisation: 'south', output_month: '2025-06', technology: 'solar', state: 'allocated' }),
  ],
  tariffs: [
    {
      id: 'north-fixed',
      name: 'Fixed 2025',
      supplier: 'A supplier',
      utility: 'electricity',
      contract: 'fixed',
      valid_from: '2025-04-01',
      valid_to: '2027-03-31',
      charges: [
        charge('energy', {
          kind: 'energy',
          unit: 'p/kWh',
          base: 'meter',
          rates: [{ valid_from: '2025-04-01', value: 24 }],
        }),
        charge('standing', { kind: 'supplier', unit: 'p/day', rates: [{ valid_from: '2025-04-01', value: 62 }] }),
      ],
      source: 'of our making',
    },
  ],
  supply_points: [
    {
      id: 'hospital-power',
      utility: 'electricity',
      meter: 'hospital-main',
      contracts: [
        {
          supplier: 'A supplier',
          tariff: 'north-fixed',
          valid_from: '2025-04-01',
          valid_to: '2027-03-31',
          notice_by: '2026-02-28',
        },
      ],
      agreed_capacity_kva: [{ from: '2025-04-01', value: 500 }],
      source: 'contract 12',
    },
    {
      id: 'practice-power',
      utility: 'electricity',
      meter: 'practice-main',
      contracts: [{ supplier: 'A supplier', tariff: 'north-fixed', valid_from: '2025-04-01' }],
      source: 'contract 13',
    },
  ],
  measures: [
    {
      id: 'hospital-led',
      name: 'LED lighting of the tower',
      kind: 'led_lighting',
      site: 'hospital',
      building: 'tower',
      meters: ['hospital-lights'],
      status: [
        { from: '2025-02-01', is: 'funded' },
        { from: '2025-06-15', is: 'installed' },
      ],
      works: { from: '2025-06-01', to: '2025-06-14' },
      life_years: 15,
      expected: [{ utility: 'electricity', saves_kwh: 10_000, low: 8_000, high: 12_000 }],
      cost: { capital_gbp: 12_000, source: 'invoice 3' },
      source: 'of our making',
    },
    {
      id: 'hospital-pump',
      name: 'Heat pump',
      kind: 'heat_pump',
      site: 'hospital',
      meters: ['hospital-gas', 'hospital-main'],
      status: [{ from: '2025-05-01', is: 'approved', because: 'the board of May' }],
      planned: { from: '2027-05-01', to: '2027-08-31' },
      life_years: 20,
      expected: [
        { utility: 'gas', saves_kwh: 400_000 },
        { utility: 'electricity', saves_kwh: -120_000 },
      ],
      expected_gbp: -5_000,
      cost: { capital_gbp: 300_000, upkeep_gbp_per_year: 1_000, source: 'study 9' },
      funding: [{ from: 'a grant', gbp: 100_000, is: 'secured' }],
      source: 'of our making',
    },
    {
      id: 'hospital-roof',
      name: 'Insulated roof',
      kind: 'insulation',
      site: 'hospital',
      status: [{ from: '2025-05-01', is: 'proposed' }],
      planned: { from: '2027-06-01', to: '2027-10-31' },
      life_years: 30,
      expected: [{ utility: 'gas', saves_kwh: 80_000 }],
      cost: { capital_gbp: 90_000, source: 'a guess' },
      source: 'of our making',
    },
    {
      id: 'practice-panels',
      name: 'Panels',
      kind: 'solar_pv',
      site: 'practice',
      status: [{ from: '2025-08-01', is: 'proposed' }],
      source: 'of our making',
    },
  ],
  own_generation: [{ meter: 'hospital-solar', from: '2025-01-01', certificates: 'kept', evidence: 'accreditation 9' }],
};

function rego(id: string, given: object) {
  return {
    id,
    organisation: 'north',
    station: 'A station',
    technology: 'onshore_wind',
    mwh: 3,
    market: 'GB',
    acquired: 'unbundled',
    source: 'invoice 7',
    ...given,
  };
}

function charge(id: string, given: object) {
  return { id, name: id, ...given };
}

function electricity(id: string, role: string) {
  return { id, name: id, utility: 'electricity', role, unit: 'kWh' };
}

function gas(id: string) {
  return {
    id,
    name: id,
    utility: 'gas',
    role: 'main',
    unit: 'm3',
    volume_correction: 'corrected',
    calorific_value: [{ from: '2000-01-01', value_mj_per_m3: 39.5, source: 'of our making' }],
  };
}

/** The register of the tests, through the schemas that read the folder. */
export function testEstate(): Estate {
  const file = estateFileSchema.parse(written);
  const { observed = [], baselines = [], targets = [] } = file;
  const {
    supplies = [],
    certificates = [],
    own_generation = [],
    tariffs = [],
    supply_points = [],
    measures = [],
  } = file;
  const sites = file.sites ?? [];
  const meters = sites.flatMap((site) => site.meters.map((meter): Meter => ({ ...meter, site: site.id })));
  return {
    name: file.estate ?? '',
    version: 3,
    organisations: new Map((file.organisations ?? []).map((organisation) => [organisation.id, organisation])),
    sites: new Map(sites.map((site) => [site.id, site])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    observed: new Map(observed.map((series) => [series.id, series])),
    lists: { baselines, targets, observed, supplies, certificates, own_generation, tariffs, supply_points, measures },
  };
}

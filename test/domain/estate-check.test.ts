import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { estateFileSchema, type RegisterList, type RegisterLists } from '../../domain/estate/estate.ts';
import { checkEstate } from '../../domain/estate/estate-check.ts';
import {
  type EstateContext,
  type EstateRule,
  estateRules,
  type Finding,
  type KnownDecoder,
} from '../../domain/estate/estate-rules.ts';

type File = z.input<typeof estateFileSchema>;
type ObservedInput = NonNullable<File['observed']>[number];
type SiteInput = NonNullable<File['sites']>[number];
type MeterInput = NonNullable<SiteInput['meters']>[number];

/** A decoder that reads its own topics and meters with a channel only. */
const choosy: KnownDecoder['cannotHear'] = ({ topic, channel }) => {
  if (!topic?.startsWith('choosy/')) return { key: 'topic', detail: 'it reads choosy/#' };
  return channel === undefined ? { key: 'channel', detail: 'it needs a channel' } : undefined;
};

/** The lists of the market side. */
type MarketList = Exclude<RegisterList, 'observed'>;
type Market = { [K in MarketList]-?: NonNullable<File[K]> };
const claim = 'supplier_fuel_mix';

const context: EstateContext = {
  decoders: [{ name: 'number' }, { name: 'meterhouse', namesMeters: true }, { name: 'choosy', cannotHear: choosy }],
  faulty: new Map(),
  brokenIds: new Set(),
  complete: true,
};

const calorific_value = [{ from: '2025-04-01', value_mj_per_m3: 39.4, source: 'bill of April 2025' }];

const rating = { value: 200, unit: 'kVA' } as const;

/** A register without a fault. */
function sound() {
  const meters = {
    main: {
      id: 'e-main',
      name: 'Intake',
      utility: 'electricity',
      role: 'main',
      unit: 'kWh',
      rating,
      mpan: '1012345678903',
    },
    sub: { id: 'e-sub', name: 'Wards', utility: 'electricity', role: 'sub', parent: 'e-main', unit: 'kWh', rating },
    rest: {
      id: 'e-rest',
      name: 'The rest',
      utility: 'electricity',
      role: 'virtual',
      unit: 'kWh',
      sum_of: [
        { meter: 'e-main', times: 1 },
        { meter: 'e-sub', times: -1 },
      ],
    },
    pv: {
      id: 's-pv',
      name: 'Solar',
      utility: 'electricity',
      role: 'generation',
      technology: 'solar',
      unit: 'kWh',
      rating,
    },
    gas: {
      id: 'g-main',
      name: 'Gas',
      utility: 'gas',
      role: 'main',
      unit: 'm3',
      rating: { value: 160, unit: 'm3/h' },
      volume_correction: { metering_pressure_mbar: 21 },
      calorific_value,
    },
    oil: {
      id: 'o-tank',
      name: 'Oil',
      utility: 'gas_oil',
      role: 'main',
      unit: 'l',
      rating: { value: 1, unit: 'l/s' },
      energy_content: [{ from: '2025-01-01', kwh: 10.6, per: 'l', source: 'supplier' }],
    },
  } satisfies Record<string, MeterInput> as Record<'main' | 'sub' | 'rest' | 'gas' | 'oil' | 'pv', MeterInput>;
  const site: SiteInput = {
    id: 'north',
    name: 'North',
    organisation: 'trust',
    type: 'office',
    gross_internal_area_m2: 1000,
    buildings: [{ id: 'block-a', name: 'Block A', gross_internal_area_m2: 600 }],
  };
  const other: SiteInput = { ...site, id: 'south', name: 'South', buildings: [], meters: [] };
  const source = 'the contract';
  const supply = { id: 'first', supplier: 'S', valid_from: '2025-04-01', valid_to: '2026-03-31', source } as const;
  const rates = [
    { valid_from: '2026-04-01', valid_to: '2027-03-31', kgco2e_per_kwh: 0.1, standing: 'quoted', source } as const,
  ];
  const market: Market = {
    supplies: [
      {
        ...supply,
        meters: ['e-main'],
        claim: 'ppa',
        confirmed: [{ period: '2025-26', share: 1, on: '2026-09-01', evidence: 'the letter' }],
      },
      {
        ...supply,
        id: 'second',
        meters: ['e-main'],
        valid_from: '2026-04-01',
        valid_to: undefined,
        rates,
        claim,
      },
    ],
    certificates: [
      {
        id: 'wind-may',
        organisation: 'trust',
        supply: 'first',
        station: 'A wind farm',
        technology: 'onshore_wind',
        output_month: '2025-05',
        mwh: 10,
        market: 'GB',
        acquired: 'ppa',
        numbers: 'A1 to A10',
        retired: { for: 'trust', on: '2025-09-01', evidence: 'the statement' },
        allocations: [{ meter: 'e-main', mwh: 6 }],
        source,
      },
    ],
    residual_mix: [
      { valid_from: '2025-04-01', valid_to: '2026-03-31', kgco2e_per_kwh: 0.3, standing: 'quoted', source },
    ],
    own_generation: [{ meter: 's-pv', from: '2025-01-01', certificates: 'sold', evidence: 'the sale' }],
    baselines: [
      {
        id: 'base',
        organisation: 'trust',
        name: 'The baseline',
        from: '2019-04-01',
        to: '2020-03-31',
        boundary: 'scope_1_2',
        factor_year: 'majority',
        factor_sets: ['2019'],
        frozen_on: '2022-07-01',
        source,
        sites: [{ site: 'north', emissions_kgco2e: 1000 }],
      },
    ],
    targets: [
      {
        id: 'half',
        organisation: 'trust',
        name: 'Half by 2030',
        baseline: 'base',
        boundary: 'scope_1_2',
        milestones: [
          { earliest: 2026, latest: 2027, reduction: 0.2 },
          { earliest: 2030, latest: 2030, reduction: 0.5 },
        ],
        source,
      },
    ],
    generation_profiles: [
      { id: 'wind', name: 'Wind', technologies: ['onshore_wind'], shape: 'flat', source },
      { id: 'sun', name: 'Sun', technologies: ['solar'], shape: 'daylight', source },
    ],
    tariffs: [
      {
        id: 'day-night',
        name: 'Day and night',
        supplier: 'S',
        utility: 'electricity',
        contract: 'fixed',
        valid_from: '2025-04-01',
        valid_to: '2026-03-31',
        charges: [
          {
            id: 'energy',
            name: 'Energy',
            kind: 'energy',
            unit: 'p/kWh',
            base: 'meter',
            times: {
              clock: 'local',
              bank_holidays: 'as_sunday',
              windows: [
                { band: 'day', from: '07:00', to: '24:00' },
                { band: 'night', from: '00:00', to: '07:00' },
              ],
            },
            rates: [{ valid_from: '2025-04-01', value: { day: 25, night: 15 } }],
          },
          {
            id: 'standing',
            name: 'Standing',
            kind: 'supplier',
            unit: 'p/day',
            rates: [{ valid_from: '2025-04-01', value: 50 }],
          },
          {
            id: 'discount',
            name: 'Discount',
            kind: 'supplier',
            unit: '%',
            percent_of: { charges: ['energy'] },
            rates: [{ valid_from: '2025-04-01', value: -2 }],
          },
        ],
        source,
      },
    ],
    published_charges: [
      {
        id: 'own-ro',
        title: 'Renewables Obligation of our own',
        publisher: 'The state',
        source,
        standing: 'quoted',
        kind: 'ro',
        utility: 'electricity',
        valid_from: '2026-04-01',
        valid_to: '2027-03-31',
        rows: [
          {
            name: 'everybody',
            charges: [
              {
                id: 'ro',
                name: 'RO',
                kind: 'ro',
                unit: 'GBP/kWh',
                base: 'meter',
                rates: [{ valid_from: '2026-04-01', value: 0.03 }],
              },
            ],
          },
        ],
      },
    ],
    supply_points: [
      {
        id: 'north-electricity',
        utility: 'electricity',
        meter: 'e-main',
        mpan: '1012345678903',
        contracts: [
          {
            supplier: 'S',
            tariff: 'day-night',
            valid_from: '2025-04-01',
            valid_to: '2026-03-31',
            notice_by: '2025-12-31',
          },
        ],
        agreed_capacity_kva: [{ from: '2020-01-01', value: 300 }],
        line_losses: { rates: [{ valid_from: '2025-04-01', value: 1.1, source }] },
        power_factor: { least: 0.9, most: 0.98, source },
        source,
      },
    ],
    budgets: [
      {
        id: 'north-2025',
        supply_point: 'north-electricity',
        utility: 'electricity',
        valid_from: '2025-04-01',
        valid_to: '2026-03-31',
        cost_gbp: 90_000,
        vat: 'excluded',
        use_kwh: 350_000,
        source,
      },
    ],
    alert_rules: [{ id: 'quiet-nights', kind: 'night_base', sites: ['north'], parameters: { rises_by: 0.3 } }],
    alert_routes: [
      { id: 'estates-team', channel: 'mail', to: ['estates@example.org'], escalate: { after_hours: 4, to: 'duty' } },
      { id: 'duty', channel: 'mail', to: ['duty@example.org'], escalations_only: true, digest: 'none' },
    ],
    measures: [
      {
        id: 'led',
        name: 'LED lighting',
        kind: 'led_lighting',
        site: 'north',
        building: 'block-a',
        meters: ['e-main'],
        status: [
          { from: '2025-02-01', is: 'funded' },
          { from: '2025-06-15', is: 'installed' },
        ],
        works: { from: '2025-06-01', to: '2025-06-14' },
        expected: [{ utility: 'electricity', saves_kwh: 40_000, low: 30_000, high: 50_000 }],
        source,
      },
      {
        id: 'roof',
        name: 'Insulated roof',
        kind: 'insulation',
        site: 'north',
        status: [{ from: '2025-02-01', is: 'proposed' }],
        planned: { from: '2027-05-01', to: '2027-08-31' },
        after: ['led'],
        source,
      },
    ],
    non_routine_events: [{ id: 'ward-opened', name: 'Ward 4', meters: ['e-main'], from: '2026-01-12', source }],
    grid_projections: [
      {
        id: 'grid-2025',
        name: 'A grid that halves',
        published: '2025-06-01',
        values: [
          { year: 2025, kgco2e_per_kwh: 0.18 },
          { year: 2035, kgco2e_per_kwh: 0.09 },
        ],
        source,
      },
    ],
  };
  return {
    ...meters,
    market,
    site,
    other,
    weather: {
      id: 'o-weather',
      name: 'Outside',
      quantity: 'temperature',
      unit: 'degC',
      source: 'own sensor',
    } as ObservedInput,
    organisations: [
      { id: 'trust', name: 'Trust' },
      { id: 'tenant', name: 'Tenant' },
    ],
  };
}

type Register = ReturnType<typeof sound>;

function findingsOf(change: (register: Register) => void, given: Partial<EstateContext> = {}): readonly Finding[] {
  const register = sound();
  change(register);
  const { site, other, organisations, main, sub, rest, gas, oil, pv, weather, market } = register;
  const places = [{ ...site, meters: [main, sub, rest, gas, oil, pv] }, other];
  const file: File = { organisations, sites: places, observed: [weather], ...market };
  const { organisations: all = [], sites = [], estate: _, ...lists } = estateFileSchema.parse(file);
  return checkEstate({ organisations: all, sites, lists: lists as RegisterLists }, { ...context, ...given });
}

/** Changes an entry of a list of the market side. */
function inList(list: MarketList, i: number, change: object): (register: Register) => void {
  return ({ market }) => Object.assign(market[list][i] ?? {}, change);
}

/** One more entry of such a list: one that is there, changed. */
function oneMore(list: MarketList, i: number, change: object): (register: Register) => void {
  return ({ market }) => (market[list] as object[]).push({ ...market[list][i], ...change });
}

/** Makes a meter another source of one. */
function makeSource(meter: MeterInput, of: string): void {
  Object.assign(meter, { parent: undefined, source_of: of });
}

const rateOfOne = { valid_from: '2025-04-01', value: 1 };

/** Makes the tariff and its supply point ones of gas, and changes a charge. */
function ofGas(change: object): (register: Register) => void {
  return (register) => {
    inList('tariffs', 0, { utility: 'gas' })(register);
    inList('budgets', 0, { utility: 'gas' })(register);
    inList('supply_points', 0, { utility: 'gas', meter: 'g-main', mpan: undefined, agreed_capacity_kva: undefined })(
      register,
    );
    inCharge(1, change)(register);
  };
}

/** Changes a charge of the tariff. */
function inCharge(i: number, change: object): (register: Register) => void {
  return ({ market }) => Object.assign(market.tariffs[0]?.charges[i] ?? {}, change);
}

const dayNight = { clock: 'local', bank_holidays: 'as_sunday' } as const;
const [day, night] = [
  { band: 'day', from: '07:00', to: '24:00' },
  { band: 'night', from: '00:00', to: '07:00' },
];

/** What breaks each rule, and the places it is then found at (below `sites/0` where they begin with `meters`). */
const breaks: Record<EstateRule, readonly [change: (register: Register) => void, ...at: string[]][]> = {
  'unique-id': [
    [(r) => Object.assign(r.gas, { id: 'e-sub' }), 'sites/0/meters/3/id'],
    [(r) => Object.assign(r.other, { id: 'north' }), 'sites/1/id'],
    [(r) => Object.assign(r.organisations[1] ?? {}, { id: 'trust' }), 'organisations/1/id'],
    [oneMore('certificates', 0, { numbers: undefined }), 'certificates/1/id'],
    [inList('certificates', 0, { id: 'second' }), 'certificates/0/id'],
    [(r) => Object.assign(r.oil, { id: 'block-a' }), 'sites/0/meters/4/id'],
    [(r) => Object.assign(r.weather, { id: 'e-main' }), 'observed/0/id'],
    [oneMore('alert_routes', 1, {}), 'alert_routes/2/id'],
    [oneMore('measures', 1, {}), 'measures/2/id'],
    [inList('non_routine_events', 0, { id: 'led' }), 'non_routine_events/0/id'],
    [inList('grid_projections', 0, { id: 'led' }), 'grid_projections/0/id'],
  ],
  'reserved-id': [[(r) => Object.assign(r.oil, { id: 'unregistered' }), 'sites/0/meters/4/id']],
  'observed-keys': [
    [(r) => Object.assign(r.weather, { unit: 'kWh' }), 'observed/0/unit'],
    [(r) => Object.assign(r.weather, { region: 10 }), 'observed/0/region'],
    [
      (r) =>
        Object.assign(r.weather, {
          quantity: 'carbon_intensity',
          unit: 'gCO2/kWh',
          region: 'national',
          topic: 'grid',
          decoder: 'meterhouse',
        }),
      'observed/0/region',
    ],
  ],
  'organisation-exists': [
    [(r) => Object.assign(r.site, { organisation: 'trsut' }), 'sites/0/organisation'],
    [
      (r) => Object.assign(r.sub, { reporter: [{ from: '2025-01-01', organisation: 'nobody' }] }),
      'sites/0/meters/1/reporter/0/organisation',
    ],
    [
      (r) => Object.assign(r.sub, { occupiers: [{ from: '2025-01-01', organisation: 'nobody', share: 1 }] }),
      'sites/0/meters/1/occupiers/0/organisation',
    ],
  ],
  'building-exists': [[(r) => Object.assign(r.sub, { building: 'block-b' }), 'sites/0/meters/1/building']],
  'parent-exists': [[(r) => Object.assign(r.sub, { parent: 'e-mian' }), 'sites/0/meters/1/parent']],
  'parent-same-site': [
    [
      (r) => Object.assign(r.other, { meters: [{ ...r.sub, id: 'e-far', parent: 'e-main' }] }),
      'sites/1/meters/0/parent',
    ],
  ],
  'parent-same-family': [[(r) => Object.assign(r.sub, { parent: 'g-main' }), 'sites/0/meters/1/parent']],
  'parent-no-circle': [
    [(r) => Object.assign(r.main, { parent: 'e-sub' }), 'sites/0/meters/0/parent'],
    [(r) => Object.assign(r.sub, { parent: 'e-sub' }), 'sites/0/meters/1/parent'],
  ],
  'generation-technology': [
    [(r) => Object.assign(r.sub, { role: 'generation' }), 'sites/0/meters/1/role'],
    [(r) => Object.assign(r.sub, { technology: 'solar' }), 'sites/0/meters/1/technology'],
    [(r) => Object.assign(r.sub, { installed_kwp: 4 }), 'sites/0/meters/1/installed_kwp'],
  ],
  'export-electricity': [[(r) => Object.assign(r.gas, { role: 'export' }), 'sites/0/meters/3/role']],
  'virtual-formula': [
    [(r) => Object.assign(r.sub, { role: 'virtual' }), 'sites/0/meters/1/role'],
    [(r) => Object.assign(r.sub, { sum_of: [{ meter: 'e-main', times: 1 }] }), 'sites/0/meters/1/sum_of'],
    [(r) => Object.assign(r.sub, { formula: formulaOf('e-main') }), 'sites/0/meters/1/formula'],
    [(r) => Object.assign(r.rest, { formula: formulaOf('e-main') }), 'sites/0/meters/2/sum_of'],
  ],
  'virtual-not-heard': [
    [
      (r) => Object.assign(r.rest, { topic: 'a/b', decoder: 'number' }),
      'sites/0/meters/2/topic',
      'sites/0/meters/2/decoder',
    ],
  ],
  'formula-meter-exists': [
    [(r) => Object.assign(r.rest, { sum_of: [{ meter: 'e-x', times: 1 }] }), 'sites/0/meters/2/sum_of/0/meter'],
    [
      (r) => Object.assign(r.rest, { sum_of: undefined, formula: formulaOf('e-main', 'e-x') }),
      'sites/0/meters/2/formula/0/terms/1/meter',
    ],
  ],
  'formula-meter-once': [
    [
      (r) => Object.assign(r.rest, { sum_of: undefined, formula: formulaOf('e-main', 'e-main') }),
      'sites/0/meters/2/formula/0/terms/1/meter',
    ],
  ],
  'formula-one-unit': [
    [
      (r) => {
        Object.assign(r.gas, { utility: 'water', volume_correction: undefined, calorific_value: undefined });
        Object.assign(r.rest, { sum_of: undefined, formula: formulaOf('e-main', 'g-main') });
      },
      'sites/0/meters/2/formula/0/terms/1/meter',
    ],
    [
      (r) => {
        Object.assign(r.sub, { measures: 'reactive', unit: 'kvarh' });
      },
      'sites/0/meters/2/sum_of/1/meter',
    ],
  ],
  'formula-no-circle': [
    [(r) => Object.assign(r.rest, { sum_of: [{ meter: 'e-rest', times: 1 }] }), 'sites/0/meters/2/sum_of'],
    [
      (r) => {
        Object.assign(r.sub, { role: 'virtual', formula: formulaOf('e-rest'), parent: undefined });
        Object.assign(r.rest, { sum_of: undefined, formula: formulaOf('e-sub') });
      },
      'sites/0/meters/1/formula',
    ],
  ],
  'pulse-unit': [
    [(r) => Object.assign(r.sub, { unit: 'pulse', multiplier: 0.1 }), 'sites/0/meters/1/multiplier/0/unit'],
    [
      (r) => Object.assign(r.sub, { multiplier: [{ from: '2025-01-01', times: 1, unit: 'Wh' }] }),
      'sites/0/meters/1/multiplier/0/unit',
    ],
  ],
  'unit-fits-utility': [
    [(r) => Object.assign(r.sub, { unit: 'm3' }), 'sites/0/meters/1/unit'],
    [(r) => Object.assign(r.sub, { unit: 'kW' }), 'sites/0/meters/1/unit'],
    [(r) => Object.assign(r.sub, { unit: 'kvarh' }), 'sites/0/meters/1/unit'],
    [(r) => Object.assign(ofMain(r).sub, { measures: 'reactive' }), 'sites/0/meters/1/unit'],
    [
      (r) => Object.assign(r.sub, { unit: 'pulse', multiplier: [{ from: '2025-01-01', times: 1, unit: 'l' }] }),
      'sites/0/meters/1/multiplier/0/unit',
    ],
    [(r) => Object.assign(ofMain(r).sub, { utility: 'water', parent: undefined }), 'sites/0/meters/1/unit'],
  ],
  'reactive-electricity': [[(r) => Object.assign(r.oil, { measures: 'reactive' }), 'sites/0/meters/4/measures']],
  'gas-volume-correction': [[(r) => delete r.gas.volume_correction, 'sites/0/meters/3']],
  'gas-calorific-value': [[(r) => delete r.gas.calorific_value, 'sites/0/meters/3']],
  'gas-pressure': [
    [
      (r) => Object.assign(r.gas, { volume_correction: { metering_pressure_mbar: 22 } }),
      'sites/0/meters/3/volume_correction',
    ],
    [
      (r) => Object.assign(r.gas, { volume_correction: { metering_pressure_mbar: 75, site_factor: 1.02264 } }),
      'sites/0/meters/3/volume_correction',
    ],
  ],
  'source-meter-exists': [[(r) => makeSource(r.sub, 'e-mian'), 'sites/0/meters/1/source_of']],
  'source-of-meter': [
    [
      (r) => {
        makeSource(r.main, 'e-main');
        // Nothing is bought through a source: its contracts would be wrong too.
        Object.assign(r.market, { supplies: [], certificates: [] });
      },
      'sites/0/meters/0/source_of',
    ],
    [(r) => Object.assign(r.sub, { source_of: 'e-main' }), 'sites/0/meters/1/source_of'],
    [(r) => makeSource(r.sub, 'e-rest'), 'sites/0/meters/1/source_of'],
  ],
  'source-same-quantity': [
    [(r) => makeSource(r.sub, 'g-main'), 'sites/0/meters/1/source_of'],
    [
      (r) => {
        const { parent: _parent, ...sub } = r.sub;
        Object.assign(r.other, { meters: [{ ...sub, id: 'e-far', source_of: 'e-main' }] });
        Object.assign(r.main, { precedence: [{ from: '2025-01-01', order: ['e-main', 'e-far'] }] });
      },
      'sites/1/meters/0/source_of',
    ],
  ],
  'source-unused': [[(r) => makeSource(r.sub, 'e-main'), 'sites/0/meters/1/source_of']],
  'precedence-sources': [
    [
      (r) => Object.assign(r.main, { precedence: [{ from: '2025-01-01', order: ['e-main', 'e-sub'] }] }),
      'sites/0/meters/0/precedence/0/order/1',
    ],
    [
      (r) => Object.assign(r.main, { precedence: [{ from: '2025-01-01', order: ['e-main', 'e-main'] }] }),
      'sites/0/meters/0/precedence/0/order/1',
    ],
  ],
  'gas-large': [
    [(r) => Object.assign(r.gas, { annual_quantity_kwh: 732_001 }), 'sites/0/meters/3/volume_correction'],
    [
      (r) => Object.assign(r.gas, { annual_quantity_kwh: 900_000, volume_correction: { site_factor: 1.02264 } }),
      'sites/0/meters/3/volume_correction',
    ],
  ],
  'rating-missing': [
    [(r) => delete r.sub.rating, 'sites/0/meters/1'],
    [(r) => Object.assign(r.gas, { rating: undefined }), 'sites/0/meters/3'],
  ],
  'gas-only': [
    [(r) => Object.assign(r.sub, { calorific_value }), 'sites/0/meters/1/calorific_value'],
    [
      (r) => Object.assign(r.gas, { unit: 'kWh' }),
      'sites/0/meters/3/volume_correction',
      'sites/0/meters/3/calorific_value',
    ],
    [(r) => Object.assign(r.sub, { annual_quantity_kwh: 5 }), 'sites/0/meters/1/annual_quantity_kwh'],
  ],
  'energy-content-unit': [
    [
      (r) => Object.assign(r.oil, { energy_content: [{ from: '2025-01-01', kwh: 12, per: 'kg', source: 'x' }] }),
      'sites/0/meters/4/energy_content/0/per',
    ],
    [
      (r) => Object.assign(r.sub, { energy_content: [{ from: '2025-01-01', kwh: 12, per: 'kg', source: 'x' }] }),
      'sites/0/meters/1/energy_content/0/per',
    ],
  ],
  'energy-content-missing': [[(r) => delete r.oil.energy_content, 'sites/0/meters/4']],
  'fuel-only': [
    [
      (r) => Object.assign(r.gas, { deliveries: [{ at: '2025-01-01T00:00:00Z', quantity: 5 }] }),
      'sites/0/meters/3/deliveries',
    ],
  ],
  'mpan-digits': [
    [(r) => Object.assign(r.main, { mpan: '1012345678904' }), 'sites/0/meters/0/mpan'],
    [inList('supply_points', 0, { mpan: '1012345678904' }), 'supply_points/0/mpan'],
  ],
  'mpan-electricity': [[(r) => Object.assign(r.gas, { mpan: '1012345678903' }), 'sites/0/meters/3/mpan']],
  'mprn-digits': [
    [(r) => Object.assign(r.gas, { mprn: '3938424404' }), 'sites/0/meters/3/mprn'],
    [inList('supply_points', 0, { mprn: '3938424404' }), 'supply_points/0/mprn'],
  ],
  'mprn-gas': [[(r) => Object.assign(r.main, { mprn: '3938424403' }), 'sites/0/meters/0/mprn']],
  'baseline-year': [[inList('baselines', 0, { to: '2020-03-30' }), 'baselines/0/to']],
  'baseline-site-once': [
    [
      inList('baselines', 0, { joined: [{ site: 'north', emissions_kgco2e: 5, source: 'twice' }] }),
      'baselines/0/joined/0/site',
    ],
  ],
  'baseline-site-exists': [
    [inList('baselines', 0, { sites: [{ site: 'gone', emissions_kgco2e: 5 }] }), 'baselines/0/sites/0/site'],
  ],
  'target-baseline-exists': [[inList('targets', 0, { baseline: 'bass' }), 'targets/0/baseline']],
  'target-fits-baseline': [[inList('targets', 0, { boundary: 'nhs_carbon_footprint' }), 'targets/0/baseline']],
  'milestones-in-order': [
    [
      inList('targets', 0, { milestones: [{ earliest: 2031, latest: 2030, reduction: 0.5 }] }),
      'targets/0/milestones/0',
    ],
    [
      inList('targets', 0, {
        milestones: [
          { earliest: 2026, latest: 2027, reduction: 0.5 },
          { earliest: 2028, latest: 2028, reduction: 0.2 },
        ],
      }),
      'targets/0/milestones/1',
    ],
  ],
  'weather-series-exists': [
    [
      (r) => Object.assign(r.site, { weather: { temperature: 'baht', method: 'simple', base_degc: 15.5 } }),
      'sites/0/weather/temperature',
    ],
    [
      (r) => {
        Object.assign(r.weather, { quantity: 'carbon_intensity', unit: 'gCO2/kWh' });
        Object.assign(r.site, { weather: { temperature: 'o-weather', method: 'simple', base_degc: 15.5 } });
      },
      'sites/0/weather/temperature',
    ],
  ],
  'weather-temperatures': [
    [(r) => Object.assign(r.site, { weather: { method: 'simple', base_degc: 15.5 } }), 'sites/0/weather'],
    [
      (r) =>
        Object.assign(r.site, {
          weather: { temperature: 'o-weather', lowest_temperature: 'o-weather', method: 'simple', base_degc: 15.5 },
        }),
      'sites/0/weather',
    ],
    [
      (r) =>
        Object.assign(r.site, {
          weather: {
            highest_temperature: 'o-weather',
            lowest_temperature: 'o-weather',
            method: 'half_hourly',
            base_degc: 15.5,
          },
        }),
      'sites/0/weather/method',
    ],
  ],
  'weather-standard': [
    [
      (r) =>
        Object.assign(r.site, {
          weather: { temperature: 'o-weather', method: 'half_hourly', base_degc: 18.5, standard: 'uk-vesma' },
        }),
      'sites/0/weather/standard',
    ],
    [
      (r) =>
        Object.assign(r.site, {
          weather: {
            temperature: 'o-weather',
            method: 'half_hourly',
            base_degc: 18.5,
            standard: { first_year: 2020, last_year: 2019 },
          },
        }),
      'sites/0/weather/standard',
    ],
  ],
  'modelled-once': [
    [
      (r) =>
        Object.assign(r.other, {
          modelled: [
            { utility: 'gas', kwh_per_m2: 300, source: 'a survey', valid_to: '2020-06-30' },
            { utility: 'gas', kwh_per_m2: 280, source: 'a survey', valid_from: '2020-06-30' },
          ],
        }),
      'sites/1/modelled/1',
    ],
  ],
  'dated-once': [
    [
      (r) => Object.assign(r.gas, { calorific_value: [...calorific_value, ...calorific_value] }),
      'sites/0/meters/3/calorific_value/1/from',
    ],
    [
      (r) =>
        Object.assign(r.other, {
          gross_internal_area_m2: [
            { from: '2020-01-01', value: 1 },
            { from: '2020-01-01', value: 2 },
          ],
        }),
      'sites/1/gross_internal_area_m2/1/from',
    ],
    [
      (r) => Object.assign(r.rest, { sum_of: undefined, formula: [...formulaOf('e-main'), ...formulaOf('e-sub')] }),
      'sites/0/meters/2/formula/1/from',
    ],
    [
      (r) =>
        Object.assign(r.sub, {
          occupiers: [
            { from: '2020-01-01', organisation: 'trust', share: 0.5 },
            { from: '2020-01-01', organisation: 'trust', share: 0.4 },
          ],
        }),
      'sites/0/meters/1/occupiers/1/from',
    ],
  ],
  'occupiers-share': [
    [
      (r) =>
        Object.assign(r.sub, {
          occupiers: [
            { from: '2020-01-01', organisation: 'trust', share: 0.6 },
            { from: '2020-01-01', organisation: 'tenant', share: 0.4 },
            { from: '2024-01-01', organisation: 'trust', share: 0.7 },
          ],
        }),
      'sites/0/meters/1/occupiers',
    ],
  ],
  'valid-dates': [
    [(r) => Object.assign(r.sub, { valid_from: '2025-02-01', valid_to: '2025-01-31' }), 'sites/0/meters/1/valid_to'],
    [(r) => Object.assign(r.other, { valid_from: '2025-02-01', valid_to: '2024-01-31' }), 'sites/1/valid_to'],
    [(r) => Object.assign(r.weather, { valid_from: '2025-02-01', valid_to: '2024-01-31' }), 'observed/0/valid_to'],
  ],
  'exchange-order': [
    [
      (r) =>
        Object.assign(r.sub, {
          exchanges: [
            { at: '2025-02-01T10:00:00Z', closing: 5, opening: 0 },
            { at: '2025-02-01T10:30:00+01:00', closing: 5, opening: 0 },
          ],
        }),
      'sites/0/meters/1/exchanges/1/at',
    ],
  ],
  'exchange-valid': [
    [
      (r) =>
        Object.assign(r.sub, {
          valid_from: '2025-06-15',
          exchanges: [{ at: '2025-06-14T22:59:59Z', closing: 5, opening: 0 }],
        }),
      'sites/0/meters/1/exchanges/0/at',
    ],
    [
      (r) =>
        Object.assign(r.sub, {
          valid_to: '2025-06-15',
          exchanges: [{ at: '2025-06-15T23:00:00Z', closing: 5, opening: 0 }],
        }),
      'sites/0/meters/1/exchanges/0/at',
    ],
  ],
  'topic-decoder': [
    [(r) => Object.assign(r.sub, { topic: 'a/b' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { decoder: 'number' }), 'sites/0/meters/1/decoder'],
    [(r) => Object.assign(r.sub, { channel: '1' }), 'sites/0/meters/1/channel'],
    [(r) => Object.assign(r.weather, { topic: 'a/b' }), 'observed/0/topic'],
  ],
  'topic-form': [
    [(r) => Object.assign(r.sub, { topic: 'a/#/b', decoder: 'number' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { topic: 'a/b+', decoder: 'number' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { topic: 'a/b#', decoder: 'number' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { topic: '$share/a', decoder: 'number' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { topic: 'a/'.repeat(40), decoder: 'number' }), 'sites/0/meters/1/topic'],
  ],
  'decoder-known': [[(r) => Object.assign(r.sub, { topic: 'a', decoder: 'numbr' }), 'sites/0/meters/1/decoder']],
  'decoder-hears': [
    [(r) => Object.assign(r.sub, { topic: 'other/topic', decoder: 'choosy', channel: 'a' }), 'sites/0/meters/1/topic'],
    [(r) => Object.assign(r.sub, { topic: 'choosy/topic', decoder: 'choosy' }), 'sites/0/meters/1/channel'],
  ],
  'topic-overlap': [
    [bothHear('a/b', 'a/b'), 'sites/0/meters/1/topic'],
    [bothHear('a/+', 'a/b'), 'sites/0/meters/1/topic'],
    [bothHear('a/b', 'a/#'), 'sites/0/meters/1/topic'],
    [bothHear('a', 'a/#'), 'sites/0/meters/1/topic'],
    [bothHear('a/+/c', '+/b/#'), 'sites/0/meters/1/topic'],
    [bothHear('$share/x/a/b', 'a/b'), 'sites/0/meters/1/topic'],
  ],
  'building-area': [
    [
      (r) => Object.assign(r.site, { gross_internal_area_m2: [{ from: '2020-01-01', value: 599 }] }),
      'sites/0/buildings',
    ],
  ],
  'occupied-area': [[(r) => Object.assign(r.site, { occupied_area_m2: 1001 }), 'sites/0/occupied_area_m2']],
  'profile-keys': [
    [inList('generation_profiles', 0, { supply: 'first' }), 'generation_profiles/0/supply'],
    [inList('generation_profiles', 0, { technologies: undefined }), 'generation_profiles/0/supply'],
    [inList('generation_profiles', 0, { shape: undefined }), 'generation_profiles/0/shape'],
    [inList('generation_profiles', 1, { technologies: undefined, supply: 'first' }), 'generation_profiles/1/shape'],
  ],
  'profile-series-exists': [
    [inList('generation_profiles', 0, { shape: undefined, series: 'o-wind' }), 'generation_profiles/0/series'],
  ],
  'profile-series-energy': [
    [inList('generation_profiles', 0, { shape: undefined, series: 'o-weather' }), 'generation_profiles/0/series'],
  ],
  'profile-supply-exists': [
    [
      (r) => {
        Object.assign(r.weather, { quantity: 'energy', unit: 'kWh' });
        const plant = { technologies: undefined, supply: 'frist', shape: undefined, series: 'o-weather' };
        Object.assign(r.market.generation_profiles[1] ?? {}, plant);
      },
      'generation_profiles/1/supply',
    ],
  ],
  'supply-meter-exists': [[inList('supplies', 0, { meters: ['e-mian'] }), 'supplies/0/meters/0']],
  'supply-mpan-exists': [
    [inList('supplies', 1, { meters: undefined, mpans: ['1023456789006'] }), 'supplies/1/mpans/0'],
  ],
  'supply-points': [
    [inList('supplies', 0, { meters: undefined }), 'supplies/0'],
    [inList('supplies', 0, { meters: ['g-main'] }), 'supplies/0/meters/0'],
    [inList('supplies', 0, { meters: ['s-pv'] }), 'supplies/0/meters/0'],
    [inList('certificates', 0, { allocations: [{ meter: 'o-tank', mwh: 1 }] }), 'certificates/0/allocations/0/meter'],
  ],
  'supply-once': [
    [inList('supplies', 1, { valid_from: '2026-03-31' }), 'supplies/1/meters/0'],
    [
      inList('supplies', 1, { meters: undefined, mpans: ['10 1234 5678 903'], valid_from: '2025-05-01' }),
      'supplies/1/mpans/0',
    ],
    [inList('supplies', 0, { meters: ['e-main', 'e-main'] }), 'supplies/0/meters/1'],
    [inList('supplies', 0, { valid_to: undefined }), 'supplies/1/meters/0'],
  ],
  'supply-claim': [
    [inList('supplies', 1, { rates: [] }), 'supplies/1/claim'],
    [inList('supplies', 1, { claim: 'none' }), 'supplies/1/rates'],
    [inList('supplies', 0, { claim: 'none' }), 'supplies/0/confirmed/0/period'],
  ],
  'one-value-a-day': [
    [oneMore('residual_mix', 0, { valid_from: '2026-03-31', valid_to: '2026-12-31' }), 'residual_mix/1/valid_from'],
    [oneMore('published_charges', 0, { id: 'again', valid_from: '2027-03-31' }), 'published_charges/1/valid_from'],
    [
      inList('supply_points', 0, {
        contracts: [
          { supplier: 'S', valid_from: '2025-04-01' },
          { supplier: 'T', valid_from: '2026-04-01' },
        ],
      }),
      'supply_points/0/contracts/1/valid_from',
    ],
    [oneMore('budgets', 0, { id: 'again', valid_from: '2026-03-31', valid_to: '2027-03-30' }), 'budgets/1/valid_from'],
  ],
  'certificate-supply-exists': [[inList('certificates', 0, { supply: 'frist' }), 'certificates/0/supply']],
  'certificate-output': [
    [inList('certificates', 0, { output_month: undefined }), 'certificates/0'],
    [inList('certificates', 0, { output_year: '2025-26' }), 'certificates/0'],
    [inList('certificates', 0, { output_month: '2025-10' }), 'certificates/0/retired/on'],
  ],
  'certificate-once': [[inList('certificates', 0, { mwh: 5 }), 'certificates/0/allocations/0/mwh']],
  'certificate-counts': [
    [inList('certificates', 0, { technology: undefined }), 'certificates/0'],
    [inList('certificates', 0, { claimed_for: '2026-27' }), 'certificates/0'],
    [inList('certificates', 0, { market: 'IE' }), 'certificates/0'],
    [inList('certificates', 0, { expires: '2025-08-31' }), 'certificates/0'],
    [
      inList('certificates', 0, { retired: { for: 'A bank', on: '2025-09-01', evidence: 'the statement' } }),
      'certificates/0',
    ],
    [oneMore('certificates', 0, { id: 'again', numbers: 'a1 TO a10' }), 'certificates/0', 'certificates/1'],
  ],
  'charge-whole': [
    // An overlap, a gap and a window across midnight, each at its window or at the whole.
    [
      inCharge(0, { times: { ...dayNight, windows: [day, { ...night, to: '07:30' }] } }),
      'tariffs/0/charges/0/times/windows/1',
    ],
    [inCharge(0, { times: { ...dayNight, windows: [day, { ...night, from: '00:30' }] } }), 'tariffs/0/charges/0/times'],
    [
      inCharge(0, { times: { ...dayNight, windows: [day, { ...night, from: '23:00' }], otherwise: 'night' } }),
      'tariffs/0/charges/0/times/windows/1',
    ],
    [
      inCharge(0, { rates: [{ valid_from: '2025-04-01', value: { day: 25, nihgt: 15 } }] }),
      'tariffs/0/charges/0/rates/0/value',
    ],
    [inCharge(0, { base: undefined }), 'tariffs/0/charges/0'],
    [inCharge(1, { base: 'meter' }), 'tariffs/0/charges/1/base'],
    [inCharge(1, { rates: [] }), 'tariffs/0/charges/1/rates'],
    [
      inCharge(1, {
        rates: [
          { valid_from: '2025-04-01', value: 50 },
          { valid_from: '2025-10-01', value: 60 },
        ].map((rate) => ({ ...rate, valid_to: '2025-12-31' })),
      }),
      'tariffs/0/charges/1/rates/1/valid_from',
    ],
    [
      inCharge(1, { rates: [{ valid_from: '2025-04-01', valid_to: '2025-03-31', value: 50 }] }),
      'tariffs/0/charges/1/rates/0/valid_to',
    ],
    [
      inList('supply_points', 0, {
        line_losses: { rates: [{ valid_from: '2025-04-01', value: { peak: 1.1 }, source: 'the statement' }] },
      }),
      'supply_points/0/line_losses/rates/0/value',
    ],
  ],
  'charge-utility': [
    // m³ of electricity, kvarh and losses of gas, levies of another one, passed on and published.
    [inCharge(1, { unit: 'p/kVA/day', of: 'agreed', kind: 'transportation' }), 'tariffs/0/charges/1/kind'],
    [inCharge(1, { unit: 'GBP/m3', volume: 'delivered' }), 'tariffs/0/charges/1/unit'],
    [ofGas({ unit: 'p/kvarh', free: { power_factor: 0.95 } }), 'tariffs/0/charges/1/unit'],
    [ofGas({ unit: 'GBP/MWh', base: 'nbp' }), 'tariffs/0/charges/1/base'],
    [inList('tariffs', 0, { pass_through: ['ccl', 'green_gas_levy'] }), 'tariffs/0/pass_through/1'],
    [inList('published_charges', 0, { kind: 'sewerage' }), 'published_charges/0/kind'],
    [
      inList('supply_points', 0, {
        charges: [{ id: 'soq', name: 'SOQ', kind: 'other', unit: 'p/peak-day kWh/day', rates: [rateOfOne] }],
      }),
      'supply_points/0/charges/0/unit',
    ],
  ],
  'charge-once': [[inCharge(1, { id: 'energy' }), 'tariffs/0/charges/1/id']],
  'charge-percent-of': [
    [inCharge(2, { percent_of: { charges: ['enrgy'] } }), 'tariffs/0/charges/2/percent_of/charges/0'],
  ],
  'charge-series-exists': [
    [
      inCharge(1, {
        unit: 'GBP/MWh',
        base: 'nbp',
        rates: [{ valid_from: '2025-04-01', value: { series: 'o-weather' } }],
      }),
      'tariffs/0/charges/1/rates/0/value/series',
    ],
    [
      inCharge(1, { unit: 'GBP/MWh', base: 'nbp', rates: [], basket: { trades: [], rest: { series: 'o-spot' } } }),
      'tariffs/0/charges/1/basket/rest/series',
    ],
  ],
  'supply-point-meter-exists': [[inList('supply_points', 0, { meter: 'e-mian' }), 'supply_points/0/meter']],
  'supply-point-meter-fits': [
    [inList('supply_points', 0, { meter: 'g-main' }), 'supply_points/0/meter'],
    [inList('supply_points', 0, { reactive_meters: ['e-sub'] }), 'supply_points/0/reactive_meters/0'],
  ],
  'supply-point-tariff-exists': [
    [
      inList('supply_points', 0, { contracts: [{ supplier: 'S', tariff: 'day-nihgt', valid_from: '2025-04-01' }] }),
      'supply_points/0/contracts/0/tariff',
    ],
  ],
  'supply-point-contract': [
    [inList('tariffs', 0, { utility: 'gas' }), 'supply_points/0/contracts/0/tariff'],
    // Export is paid for where it is counted, and nowhere else.
    [inList('tariffs', 0, { contract: 'export' }), 'supply_points/0/contracts/0/tariff'],
    [inList('supply_points', 0, { meter: 's-pv' }), 'supply_points/0/contracts/0/tariff'],
    [
      inList('supply_points', 0, {
        contracts: [{ supplier: 'S', valid_from: '2025-04-01', valid_to: '2026-03-31', notice_by: '2026-04-01' }],
      }),
      'supply_points/0/contracts/0/notice_by',
    ],
  ],
  'supply-point-tariff-holds': [
    [inList('tariffs', 0, { valid_from: '2025-04-02' }), 'supply_points/0/contracts/0/tariff'],
    [inList('tariffs', 0, { valid_to: '2026-03-30' }), 'supply_points/0/contracts/0/tariff'],
    [
      inList('supply_points', 0, { contracts: [{ supplier: 'S', tariff: 'day-night', valid_from: '2026-04-01' }] }),
      'supply_points/0/contracts/0/tariff',
    ],
  ],
  'supply-point-band': [
    // 300 kVA at low voltage are LV4; by 13 December they are 200, which are LV3.
    [
      inList('supply_points', 0, { voltage: 'LV', residual_band: [{ from: '2022-04-01', value: 'LV3' }] }),
      'supply_points/0/residual_band/0/value',
    ],
    [
      inList('supply_points', 0, {
        voltage: 'LV_substation',
        agreed_capacity_kva: [
          { from: '2020-01-01', value: 300 },
          { from: '2025-12-13', value: 200 },
        ],
        residual_band: [
          { from: '2025-11-01', value: 'LV4' },
          { from: '2026-04-01', value: 'LV1' },
        ],
      }),
      'supply_points/0/residual_band/0/value',
    ],
  ],
  'supply-point-power-factor': [
    [
      inList('supply_points', 0, { power_factor: { least: 0.98, most: 0.9, source: 'a survey' } }),
      'supply_points/0/power_factor',
    ],
  ],
  'budget-place': [
    [inList('budgets', 0, { site: 'north' }), 'budgets/0'],
    [inList('budgets', 0, { supply_point: undefined }), 'budgets/0'],
    [inList('budgets', 0, { utility: 'gas' }), 'budgets/0/supply_point'],
  ],
  'budget-place-exists': [
    [inList('budgets', 0, { supply_point: 'nroth-electricity' }), 'budgets/0/supply_point'],
    [inList('budgets', 0, { supply_point: undefined, site: 'nroth' }), 'budgets/0/site'],
  ],
  'budget-use': [[inList('budgets', 0, { use_kwh: undefined, use_m3: 900 }), 'budgets/0/use_m3']],
  'alert-rule-site-exists': [[inList('alert_rules', 0, { sites: ['nort'] }), 'alert_rules/0/sites/0']],
  'alert-rule-meter-exists': [[inList('alert_rules', 0, { meters: ['e-mian'] }), 'alert_rules/0/meters/0']],
  'alert-rule-number': [
    [inList('alert_rules', 0, { parameters: { rise_by: 0.3 } }), 'alert_rules/0/parameters/rise_by'],
    [inList('alert_rules', 0, { parameters: { nights: 0 } }), 'alert_rules/0/parameters/nights'],
  ],
  'alert-route-place-exists': [
    [inList('alert_routes', 1, { sites: ['nort'] }), 'alert_routes/1/sites/0'],
    [inList('alert_routes', 1, { organisations: ['trsut'] }), 'alert_routes/1/organisations/0'],
  ],
  'alert-route-escalates': [
    [inList('alert_routes', 0, { escalate: { after_hours: 4, to: 'dtuy' } }), 'alert_routes/0/escalate/to'],
    [inList('alert_routes', 0, { escalate: { after_hours: 4, to: 'estates-team' } }), 'alert_routes/0/escalate/to'],
  ],
  'alert-route-awake': [
    [
      inList('alert_routes', 0, {
        quiet_days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      }),
      'alert_routes/0/quiet_days',
    ],
  ],
  'alert-route-digest': [
    [inList('alert_routes', 1, { most_a_day: 3 }), 'alert_routes/1/most_a_day'],
    [inList('alert_routes', 1, { audience: 'data' }), 'alert_routes/1/digest'],
  ],
  'alert-route-severity-1': [
    [inList('alert_routes', 0, { sites: ['north'] }), 'alert_routes/0'],
    [inList('alert_routes', 0, { severities: [2, 3] }), 'alert_routes/0'],
    [inList('alert_routes', 0, { families: ['water'] }), 'alert_routes/0'],
  ],
  'measure-place-exists': [
    [inList('measures', 1, { site: 'nroth' }), 'measures/1/site'],
    [inList('measures', 0, { building: 'block-b' }), 'measures/0/building'],
  ],
  'measure-meter-exists': [[inList('measures', 0, { meters: ['e-mian'] }), 'measures/0/meters/0']],
  'measure-meter-fits': [
    [inList('measures', 1, { site: 'south', meters: ['e-main'] }), 'measures/1/meters/0'],
    [inList('measures', 1, { meters: ['e-main', 'e-main'] }), 'measures/1/meters/1'],
  ],
  'measure-after-exists': [[inList('measures', 1, { after: ['leds'] }), 'measures/1/after/0']],
  'measure-after-no-circle': [
    [inList('measures', 0, { after: ['roof'] }), 'measures/0/after'],
    [inList('measures', 1, { after: ['roof'] }), 'measures/1/after'],
  ],
  'measure-step': [[inList('measures', 1, { kind: 'other' }), 'measures/1']],
  'measure-status': [
    [
      inList('measures', 1, {
        status: [
          { from: '2025-03-01', is: 'proposed' },
          { from: '2025-02-01', is: 'approved' },
        ],
      }),
      'measures/1/status/1/from',
    ],
    [
      inList('measures', 1, {
        status: [
          { from: '2025-02-01', is: 'proposed' },
          { from: '2025-03-01', is: 'proposed' },
        ],
      }),
      'measures/1/status/1/is',
    ],
    [
      inList('measures', 0, {
        status: [
          { from: '2025-06-15', is: 'installed' },
          { from: '2025-07-01', is: 'funded' },
        ],
      }),
      'measures/0/status/1/is',
    ],
  ],
  'measure-dates': [
    [inList('measures', 1, { planned: { from: '2027-08-31', to: '2027-05-01' } }), 'measures/1/planned/to'],
    [inList('measures', 1, { status: [{ from: '2025-02-01', is: 'installing' }] }), 'measures/1/status/0/is'],
    [inList('measures', 0, { works: { from: '2025-06-01' } }), 'measures/0/status/1/is'],
    [inList('measures', 0, { works: { from: '2025-06-01', to: '2025-06-30' } }), 'measures/0/status/1/from'],
  ],
  'measure-expected': [
    [inList('measures', 0, { expected: [{ utility: 'water', saves_kwh: 1 }] }), 'measures/0/expected/0'],
    [inList('measures', 0, { expected: [{ utility: 'gas' }] }), 'measures/0/expected/0'],
    [inList('measures', 0, { expected: [{ utility: 'gas', saves_kwh: 5, low: 6 }] }), 'measures/0/expected/0'],
    [
      inList('measures', 0, {
        expected: [
          { utility: 'gas', saves_kwh: 5 },
          { utility: 'gas', saves_kwh: 6 },
        ],
      }),
      'measures/0/expected/1/utility',
    ],
  ],
  'measure-funding': [
    [
      inList('measures', 0, {
        cost: { capital_gbp: 10, source: 'a guess' },
        funding: [
          { from: 'one', gbp: 6, is: 'secured' },
          { from: 'another', gbp: 6, is: 'wanted' },
        ],
      }),
      'measures/0/funding',
    ],
  ],
  'measure-generation-meter': [[inList('measures', 0, { kind: 'solar_pv' }), 'measures/0/meters']],
  'event-meter-exists': [[inList('non_routine_events', 0, { meters: ['e-mian'] }), 'non_routine_events/0/meters/0']],
  'event-dates': [[inList('non_routine_events', 0, { to: '2026-01-11' }), 'non_routine_events/0/to']],
  'own-generation-exists': [[inList('own_generation', 0, { meter: 's-pw' }), 'own_generation/0/meter']],
  'own-generation-renewable': [[inList('own_generation', 0, { meter: 'e-main' }), 'own_generation/0/meter']],
};

/** The sub-meter is in no formula, which would have to count what it counts. */
function ofMain(r: Register): Register {
  Object.assign(r.rest, { sum_of: [{ meter: 'e-main', times: 1 }] });
  return r;
}

function formulaOf(...meters: string[]) {
  return [{ from: '2025-01-01', terms: meters.map((meter) => ({ meter, times: 1 })) }];
}

function bothHear(main: string, sub: string, more: Partial<MeterInput> = {}) {
  return (r: Register): void => {
    Object.assign(r.main, { topic: main, decoder: 'number' });
    Object.assign(ofMain(r).sub, { topic: sub, decoder: 'number', ...more });
  };
}

describe('the rules of the estate', () => {
  const rules = Object.keys(estateRules) as EstateRule[];

  test('are more than forty, and each is broken here', () => {
    expect(rules.length).toBeGreaterThan(40);
    expect(Object.keys(breaks).sort()).toEqual([...rules].sort());
  });

  test('find nothing in a sound register', () => {
    expect(findingsOf(() => undefined)).toEqual([]);
  });

  const cases = rules.flatMap((rule) => breaks[rule].map(([change, ...at], i) => ({ rule, i, change, at })));
  test.each(cases)('$rule, way $i: found where it is broken, and nothing else is', ({ rule, change, at }) => {
    const findings = findingsOf(change);
    expect(findings.map((finding) => `${finding.rule} ${finding.path.join('/')}`)).toEqual(
      at.map((path) => `${rule} ${path}`),
    );
    for (const { detail } of findings) expect(detail).toMatch(/^\S.*[^.]$/);
  });
});

/** What looks like a break and is none. */
const allowed: Record<string, (register: Register) => void> = {
  'a topic twice at different times': (r) => {
    bothHear('a/b', 'a/b', { valid_from: '2025-02-01' })(r);
    Object.assign(r.main, { valid_to: '2025-01-31' });
  },
  'a topic twice with channels of their own': bothHear('a/b', 'a/b', { channel: '2' }),
  'a topic twice where the payload names the meter': (r) => {
    bothHear('a/b', 'a/b', { decoder: 'meterhouse' })(r);
    Object.assign(r.main, { decoder: 'meterhouse' });
  },
  'a topic twice for active and reactive energy': bothHear('a/b', 'a/b', { measures: 'reactive', unit: 'kvarh' }),
  'filters that never meet': bothHear('a/+', 'a/b/c'),
  'a wildcard in the first level beside a $ topic': bothHear('+/b', '$SYS/b'),
  'a site factor above 21 mbar': (r) =>
    Object.assign(r.gas, { volume_correction: { metering_pressure_mbar: 75, site_factor: 1.09 } }),
  'a large corrected meter': (r) =>
    Object.assign(r.gas, { volume_correction: 'corrected', annual_quantity_kwh: 5_000_000 }),
  'exactly 732,000 kWh': (r) => Object.assign(r.gas, { annual_quantity_kwh: 732_000 }),
  'gas counted in kWh': (r) => {
    Object.assign(r.gas, { unit: 'kWh', annual_quantity_kwh: 1 });
    delete r.gas.volume_correction;
    delete r.gas.calorific_value;
  },
  'pulses of gas volume': (r) =>
    Object.assign(r.gas, { unit: 'pulse', multiplier: [{ from: '2025-01-01', times: 0.1, unit: 'm3' }] }),
  'an exchange on the first and on the last day': (r) =>
    Object.assign(r.sub, {
      valid_from: '2025-06-15',
      valid_to: '2025-06-16',
      exchanges: [
        { at: '2025-06-14T23:00:00Z', closing: 5, opening: 0 },
        { at: '2025-06-16T22:59:59Z', closing: 5, opening: 0 },
      ],
    }),
  'shares that change hands': (r) =>
    Object.assign(r.sub, {
      occupiers: [
        { from: '2020-01-01', organisation: 'trust', share: 0.7 },
        { from: '2020-01-01', organisation: 'tenant', share: 0.3 },
        { from: '2024-01-01', organisation: 'trust', share: 1 },
        { from: '2024-01-01', organisation: 'tenant', share: 0 },
      ],
    }),
  'reactive energy or a dipped tank without a rating': (r) => {
    Object.assign(r.sub, { measures: 'reactive', unit: 'kvarh', rating: undefined });
    Object.assign(r.rest, { sum_of: [{ meter: 'e-main', times: 1 }] });
    Object.assign(r.oil, { stock: [{ at: '2025-01-01T00:00:00Z', quantity: 5 }], rating: undefined });
  },
  'one day of validity': (r) => Object.assign(r.sub, { valid_from: '2025-02-01', valid_to: '2025-02-01' }),
  'a site that grows with its buildings': (r) =>
    Object.assign(r.site, {
      gross_internal_area_m2: [
        { from: '2020-01-01', value: 600 },
        { from: '2024-01-01', value: 900 },
      ],
      buildings: [
        { id: 'block-a', name: 'A', gross_internal_area_m2: 600 },
        { id: 'block-b', name: 'B', gross_internal_area_m2: [{ from: '2024-01-01', value: 300 }] },
      ],
    }),
  'heat below steam': (r) => {
    Object.assign(r.sub, { utility: 'heat', parent: 'o-tank' });
    Object.assign(r.oil, { utility: 'steam', unit: 'kWh', energy_content: undefined });
  },
};

describe('nothing is said of', () => {
  test('all that is written here', () => expect(Object.keys(allowed)).toHaveLength(17));

  test.each(Object.keys(allowed))('%s', (name) => {
    expect(findingsOf(allowed[name] ?? (() => undefined))).toEqual([]);
  });

  test('names of entries that are broken themselves, or that may stand in a file that cannot be read', () => {
    const change = (r: Register) => Object.assign(r.sub, { parent: 'e-other', building: 'block-x' });
    expect(findingsOf(change)).toHaveLength(2);
    expect(findingsOf(change, { brokenIds: new Set(['e-other', 'block-x']) })).toEqual([]);
    expect(findingsOf(change, { complete: false })).toEqual([]);
  });
});

/** MQTT 5, section 4.7, read aloud: the other way to know whether a filter takes a topic. */
function takes(filter: string, topic: string): boolean {
  if (topic.startsWith('$') !== filter.startsWith('$')) return false;
  const pattern = filter
    .replaceAll(/[$]/g, '\\$')
    .replaceAll('+', '[^/]*')
    .replace(/(^|\/)#$/, (_, slash: string) => (slash === '' ? '.*' : '(/.*)?'));
  return new RegExp(`^${pattern}$`).test(topic);
}

test('two filters meet where some topic is taken by both', () => {
  const level = fc.constantFrom('a', 'b', '+', '$x');
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, below]) => [...levels, ...(below ? ['#'] : [])].join('/'));
  const words = ['a', 'b', '$x', 'c'];
  const topics = [1, 2, 3, 4, 5].flatMap((length) =>
    Array.from({ length: words.length ** length }, (_, n) =>
      Array.from({ length }, (_, i) => words[Math.floor(n / words.length ** i) % words.length]).join('/'),
    ),
  );
  const any = fc.oneof(filter, fc.constantFrom('#', '+', '+/+', '$x/#', 'a/#'));
  fc.assert(
    fc.property(any, any, (a, b) => {
      const meet = topics.some((topic) => takes(a, topic) && takes(b, topic));
      const found = findingsOf(bothHear(a, b)).some(({ rule }) => rule === 'topic-overlap');
      expect(found).toBe(meet);
    }),
    { numRuns: 300 },
  );
});

test('a circle is found however long it is, and once', () => {
  const count = 20_000;
  const meters = Array.from({ length: count }, (_, i) => ({
    id: `m-${i}`,
    name: 'M',
    utility: 'electricity',
    role: 'sub',
    unit: 'kWh',
    rating,
    parent: `m-${(i + 1) % count}`,
  }));
  const { organisations, other } = sound();
  const file = estateFileSchema.parse({ organisations, sites: [{ ...other, meters }] });
  const findings = checkEstate({ organisations: file.organisations ?? [], sites: file.sites ?? [] }, context);
  expect(findings.map(({ rule }) => rule)).toEqual(['parent-no-circle']);
});

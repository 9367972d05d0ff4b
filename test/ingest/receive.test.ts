import { expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { receive } from '../../ingest/receive.ts';
import { TopicIndex } from '../../ingest/topic-index.ts';
import { madeEstate, madeMeter, madeSeries } from './made-meter.ts';

const received = 1_795_456_900;
const forgetful = { get: () => undefined, set: () => {} };

function heard(
  meters: readonly (Partial<Meter> & { readonly id: string })[],
  payload: string | Buffer,
  retained = false,
) {
  const index = new TopicIndex(
    madeEstate(meters.map((meter) => madeMeter({ topic: 't', decoder: 'meterhouse', ...meter }))),
  );
  const message = { topic: 't', payload: Buffer.from(payload), retained, received };
  return receive(message, index.match('t'), forgetful);
}

function said(reading: object, at: unknown = received - 60): string {
  return JSON.stringify({ v: 1, at, readings: [{ quantity: 'energy', kind: 'register', unit: 'kWh', ...reading }] });
}

const meter = { id: 'm' };

test('a good reading is kept as the face of the meter shows it', () => {
  expect(heard([meter], said({ value: 12.5 }))).toEqual({
    meter: 'm',
    outcome: 'decoded',
    readings: [
      { meter: 'm', quantity: 'energy', kind: 'register', at: received - 60, value: 12.5, period: 0, received },
    ],
    refusals: [],
    problem: undefined,
  });
});

test('of a key that stands twice the last counts, as a device sends its stamp', () => {
  const twice = said({ value: 7 }).replace('{"v":1,', `{"v":1,"at":${received - 120},`);
  expect(heard([meter], twice).readings.map(({ at }) => at)).toEqual([received - 60]);
});

test.each([
  ['Wh on a meter of kWh', { unit: 'kWh' }, { value: 1_234_567, unit: 'Wh' }, 1234.567],
  ['kWh on a meter of MWh', { unit: 'MWh' }, { value: 1234.5, unit: 'kWh' }, 1.2345],
  ['no unit is the unit of the meter', { unit: 'Wh' }, { value: 7, unit: undefined }, 7],
  ['litres on a meter of m³', { unit: 'm3' }, { value: 871_250, unit: 'l', quantity: 'volume' }, 871.25],
  ['the multiplier of a register is applied later', { multiplier: 40 as never }, { value: 3 }, 3],
  ['an instant is in kW', {}, { kind: 'instant', quantity: 'power', value: 2635, unit: 'W' }, 2.635],
  [
    'an instant has its multiplier',
    { multiplier: 40 as never },
    { kind: 'instant', quantity: 'power', value: 3, unit: 'kW' },
    120,
  ],
  ['a flow is in m³/h', { unit: 'm3' }, { kind: 'instant', quantity: 'flow', value: 2, unit: 'l/s' }, 7.2],
] as const)('%s', (_, entry, reading, value) => {
  const parsed = 'multiplier' in entry ? { multiplier: [{ from: '1970-01-01', times: 40 }] } : entry;
  expect(heard([{ ...meter, ...parsed }], said(reading)).readings.map((each) => each.value)).toEqual([value]);
});

test.each([
  ['a volume on a meter of kWh', { value: 1, unit: 'm3', quantity: 'volume' }, undefined, 'reading.wrong-unit'],
  ['a unit of another quantity', { value: 1, unit: 'm3' }, undefined, 'reading.wrong-unit'],
  [
    'an instant without a unit',
    { value: 1, kind: 'instant', quantity: 'power', unit: undefined },
    undefined,
    'reading.wrong-unit',
  ],
  ['a full integer field', { value: 4_294_967_295 }, undefined, 'reading.sentinel'],
  ['nines on more dials than there are', { value: 9_999_999 }, undefined, 'reading.sentinel'],
  ['a null', { value: null }, undefined, 'reading.not-a-number'],
  ['a clock eleven minutes ahead', { value: 1 }, received + 660, 'reading.future'],
  ['a clock that died', { value: 1 }, '2000-01-01T00:00:00Z', 'reading.too-old'],
  ['an interval without a stamp', { value: 1, kind: 'interval', period_s: 1800 }, null, 'message.no-stamp'],
] as const)('%s is refused', (_, reading, at, code) => {
  const payload = at === null ? said(reading).replace(/"at":\d+,/, '') : said(reading, at ?? received - 60);
  const found = heard([{ ...meter, register: { digits: 6, step: 0.1 } }], payload);
  expect(found.outcome).toBe('decoded');
  expect(found.readings).toEqual([]);
  expect(found.refusals.map((refusal) => [refusal.meter, refusal.code, refusal.count])).toEqual([['m', code, 1]]);
});

test('what only looks like a sentinel is kept for derivation to judge', () => {
  expect(heard([{ ...meter, register: { digits: 6, step: 1 } }], said({ value: 99_999 })).readings).toHaveLength(1);
});

test('a clock nine minutes ahead drifts', () => {
  expect(heard([meter], said({ value: 1 }, received + 540)).readings).toHaveLength(1);
});

test('a register without a stamp takes the time of receipt, but not from a retained message', () => {
  const payload = said({ value: 5 }).replace(/"at":\d+,/, '');
  expect(heard([meter], payload).readings.map((reading) => reading.at)).toEqual([received]);
  expect(heard([meter], payload, true).refusals.map((refusal) => refusal.code)).toEqual(['message.no-stamp']);
  expect(heard([meter], said({ value: 5 }), true).readings).toHaveLength(1);
});

test('one bad reading does not take the good one with it', () => {
  const payload = JSON.stringify({
    v: 1,
    at: received,
    readings: [
      { quantity: 'energy', kind: 'register', value: null },
      { quantity: 'power', kind: 'instant', value: 4, unit: 'kW' },
      { quantity: 'energy', kind: 'register', value: null },
    ],
  });
  const found = heard([meter], payload);
  expect([found.readings.length, found.refusals]).toEqual([
    1,
    [{ meter: 'm', code: 'reading.not-a-number', detail: '"value" is null (the meter does not know)', count: 2 }],
  ]);
});

test.each([
  ['', false, 'quarantined', 'message.empty'],
  ['', true, 'ignored', undefined],
  ['{', false, 'quarantined', 'message.unparsable'],
  ['{"v":1,"readings":[]}', false, 'ignored', undefined],
  [Buffer.alloc(1_048_577, 32), false, 'quarantined', 'message.too-large'],
  ['['.repeat(40) + ']'.repeat(40), false, 'quarantined', 'message.unparsable'],
  [Buffer.from([0xff, 0xfe, 0x00]), false, 'quarantined', 'message.unparsable'],
] as const)('payload %#', (payload, retained, outcome, code) => {
  const found = heard([meter], payload, retained);
  expect([found.meter, found.outcome, found.problem?.code]).toEqual(['m', outcome, code]);
});

test('a topic that no meter has', () => {
  const index = new TopicIndex(madeEstate([]));
  const message = { topic: Array(60).fill('x').join('/'), payload: Buffer.from('1'), retained: false, received };
  const found = receive(message, index.match(message.topic), forgetful);
  expect([found.meter, found.outcome, found.problem?.code]).toEqual([
    'unregistered',
    'quarantined',
    'message.unregistered',
  ]);
});

test('where a topic passed from one meter to the next, each has its own time', () => {
  const meters = [
    { id: 'old', decoder: 'number', valid_to: '2026-10-31' },
    { id: 'new', decoder: 'number', valid_from: '2026-11-01' },
  ];
  expect(heard(meters, '5').readings.map((reading) => reading.meter)).toEqual(['new']);
});

test('meters of two decoders: the one that reads it decides', () => {
  const meters = [
    { id: 'a', decoder: 'meterhouse' },
    { id: 'b', decoder: 'number' },
  ];
  const found = heard(meters, '5');
  expect([found.meter, found.outcome, found.readings.length]).toEqual(['b', 'decoded', 1]);
  expect(heard(meters, 'x').problem?.code).toBe('message.unparsable');
});

function observed(series: Parameters<typeof madeSeries>[0], readings: readonly object[]) {
  const entry = madeSeries({ topic: 't', decoder: 'meterhouse', ...series });
  const index = new TopicIndex(madeEstate([], 1, [entry]));
  const payload = Buffer.from(JSON.stringify({ v: 1, at: received - 60, readings }));
  return receive({ topic: 't', payload, retained: false, received }, index.match('t'), forgetful);
}

test('a series outside is heard as a meter is, and keeps nothing but its own quantity', () => {
  const { readings, refusals } = observed({ id: 'roof' }, [
    { quantity: 'temperature', kind: 'instant', value: -2.5, unit: 'degC' },
    { quantity: 'temperature', kind: 'interval', value: 4, period_s: 86_400, at: received - 86_400 },
    { quantity: 'temperature', kind: 'register', value: 4 },
    { quantity: 'power', kind: 'instant', value: 4, unit: 'kW' },
    { quantity: 'energy', kind: 'register', value: 4, unit: 'kWh' },
  ]);
  expect(readings.map(({ kind, value, period }) => [kind, value, period])).toEqual([
    ['instant', -2.5, 0],
    ['interval', 4, 86_400],
  ]);
  expect(refusals).toMatchObject([{ meter: 'roof', code: 'reading.wrong-unit', count: 3 }]);
});

test('a forecast may lie ahead, and what was measured may not', () => {
  const tomorrow = received + 86_400;
  const grid = { id: 'grid', quantity: 'carbon_intensity', unit: 'gCO2/kWh' } as const;
  const said = { quantity: 'carbon_intensity', value: 146, period_s: 1800 };
  const { readings, refusals } = observed(grid, [
    { ...said, kind: 'estimate', at: tomorrow },
    { ...said, kind: 'interval', at: tomorrow },
    { ...said, kind: 'estimate', at: tomorrow + 16 * 86_400 },
  ]);
  expect(readings).toMatchObject([{ kind: 'estimate', at: tomorrow, value: 146 }]);
  expect(refusals).toMatchObject([{ code: 'reading.future', count: 2 }]);
  expect(heard([meter], said2(tomorrow)).refusals).toMatchObject([{ code: 'reading.future' }]);
});

test('an amount outside comes in intervals only', () => {
  const wind = { id: 'wind', quantity: 'energy', unit: 'kWh' } as const;
  const { readings, refusals } = observed(wind, [
    { quantity: 'energy', kind: 'interval', value: 1.5, unit: 'MWh', period_s: 1800, at: received - 1800 },
    { quantity: 'energy', kind: 'instant', value: 1.5, unit: 'MWh' },
  ]);
  expect(readings.map(({ value }) => value)).toEqual([1500]);
  expect(refusals).toMatchObject([{ code: 'reading.wrong-unit', count: 1 }]);
});

/** An estimate of a meter. */
function said2(at: number): string {
  return said({ kind: 'estimate', value: 1, period_s: 1800 }, at);
}

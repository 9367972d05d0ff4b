import { describe, expect, test } from 'vitest';
import { madeMeter } from '../made-meter.ts';
import { hear, mappingOf, problemsOf, received, type Said, shortly } from './made-mapping.ts';

/** What a mapping language must be able to say, one after the other, with the quirks of field messages. */

const energy = { kind: 'register', unit: 'kWh' };
const one = [{ id: 'm' }];
const reads = (rule: object, payload: Said['payload'], meters: readonly { readonly id: string }[] = one): string[] => {
  const decoder = mappingOf([{ topic: 't', ...rule }]);
  return shortly(hear(decoder, meters, { topic: 't', payload })[0]);
};
/** One output of a message. */
const gives = (output: object, payload: Said['payload'], meters: readonly { readonly id: string }[] = one): string[] =>
  reads({ gives: [{ ...energy, ...output }] }, payload, meters);

describe('1: topics', () => {
  const rule = {
    topic: ['{prefix*}/emeter/{ch}/total', 'vzlogger/data/chn{ch}/raw', 'a b/em:{ch}', '$gw/{ch}/energy'],
    not: ['+/+/error/#', 'shelly/{x}/emeter/9/total'],
    as: 'text',
    gives: [{ ...energy, channel: '{ch}', value: '@' }],
  };
  const decoder = mappingOf([rule]);
  test.each([
    ['shellies/dg/3em/emeter/1/total', ['m 5 kWh']],
    ['x/emeter/1/total', ['m 5 kWh']],
    ['emeter/1/total', ['ignored: no rule reads this topic']],
    ['vzlogger/data/chn1/raw', ['m 5 kWh']],
    ['a b/em:1', ['m 5 kWh']],
    ['$gw/1/energy', ['m 5 kWh']],
    ['$x/emeter/1/total', ['ignored: no rule reads this topic']],
    ['shelly/x/emeter/9/total', ['ignored: no rule reads this topic']],
    ['a/b/error/emeter/1/total', ['ignored: no rule reads this topic']],
    ['X/EMETER/1/total', ['ignored: no rule reads this topic']],
  ])('%s', (topic, expected) => {
    expect(shortly(hear(decoder, [{ id: 'm', channel: '1' }], { topic, payload: '5' })[0])).toEqual(expected);
  });
});

describe('2: guards', () => {
  const decoder = mappingOf([
    { topic: 't', when: ["method == 'NotifyStatus'", 'params'], gives: [{ ...energy, value: 'params.total' }] },
    { topic: 't', when: ['fPort == `1`', "!(error != 'no error')"], gives: [{ ...energy, value: 'total' }] },
  ]);
  test.each([
    [{ method: 'NotifyStatus', params: { total: 1 } }, ['m 1 kWh']],
    [
      { method: 'NotifyStatus', params: { temperature: 1 } },
      ['ignored: rule rule 1 fits and gives nothing for these meters'],
    ],
    [{ fPort: 1, error: 'no error', total: 2 }, ['m 2 kWh']],
    [{ fPort: 2, error: 'no error', total: 2 }, ['ignored: no rule of this topic fits the message']],
  ])('%j', (payload, expected) => expect(shortly(hear(decoder, one, { topic: 't', payload })[0])).toEqual(expected));

  test('of the topic', () => {
    const where = { leaf: ['total', 'total_returned'] };
    const mapped = mappingOf([
      { topic: 'e/{leaf}', where, as: 'text', gives: [{ ...energy, channel: '{leaf}', value: '@' }] },
    ]);
    const meters = [{ id: 'm', channel: 'total' }];
    expect(shortly(hear(mapped, meters, { topic: 'e/total', payload: '1' })[0])).toEqual(['m 1 kWh']);
    expect(shortly(hear(mapped, meters, { topic: 'e/power', payload: '1' })[0])).toEqual([
      'ignored: no rule reads this topic',
    ]);
  });

  test('of one output, and none at all may be asked to go to quarantine', () => {
    expect(reads({ gives: [{ ...energy, when: ["tariff == 'HP'"], value: 'v' }] }, { tariff: 'HC', v: 1 })[0]).toMatch(
      /ignored/,
    );
    const strict = mappingOf([{ topic: 't', when: ['a'], gives: [{ ...energy, value: 'a' }] }], {
      otherwise: 'quarantined',
    });
    expect(shortly(hear(strict, one, { topic: 't', payload: {} })[0])).toEqual(['message.unparsable']);
  });
});

describe('3: what a payload is', () => {
  test('text', () =>
    expect(reads({ as: 'text', gives: [{ ...energy, value: '@' }] }, '00746.379\n')).toEqual(['m 746.379 kWh']));
  test('JSON', () => expect(gives({ value: 'a.b' }, '{"a":{"b":5}}')).toEqual(['m 5 kWh']));
  test('no JSON', () => expect(gives({ value: 'a' }, '{"connected"}')).toEqual(['message.unparsable']));
  test('JSON of a C program, only when asked for', () => {
    const payload = '{"t":-nan,"a":5,"list":[nan,inf]}';
    expect(gives({ value: 'a' }, payload)).toEqual(['message.unparsable']);
    expect(reads({ lenient: true, gives: [{ ...energy, value: 'a' }] }, payload)).toEqual(['m 5 kWh']);
  });
  test('JSON in a text of JSON (ChirpStack 3)', () => {
    const rule = { nested: ['objectJSON'], gives: [{ ...energy, value: 'objectJSON.energy' }] };
    expect(reads(rule, { fPort: 1, objectJSON: '{"energy":5}' })).toEqual(['m 5 kWh']);
    expect(reads(rule, { fPort: 1, objectJSON: 'not' })[0]).toMatch(/ignored/);
  });
  test('CSV by position, by name, and by its header line', () => {
    const csv = (form: object, value: string) => ({ as: 'csv', csv: form, gives: [{ ...energy, value }] });
    expect(reads(csv({}, '[2]'), '100,200,300')).toEqual(['m 300 kWh']);
    expect(reads(csv({ separator: ';', columns: ['p', 'e'] }, 'e'), '100;200')).toEqual(['m 200 kWh']);
    const header = csv({ columns: 'header' }, 'energy');
    const list = { ...header, each: { of: '@' } };
    expect(reads(list, 'time,energy\n1,5\n2,6\n')).toEqual(['m 5 kWh', 'm 6 kWh']);
  });
});

describe('4: paths', () => {
  test.each([
    ['"em:0".total', { 'em:0': { total: 1 } }, ['m 1 kWh']],
    ['data[1].v', { data: [{}, { v: 2 }] }, ['m 2 kWh']],
    ['ENERGY.Total[0] || ENERGY.Total', { ENERGY: { Total: [2.813, 0.254] } }, ['m 2.813 kWh']],
    ['ENERGY.Total[0] || ENERGY.Total', { ENERGY: { Total: 6.294 } }, ['m 6.294 kWh']],
    ['a || b', { a: 0, b: 7 }, ['m 0 kWh']],
    ['a || b', { a: null }, ['m reading.not-a-number']],
    [
      "list[?name=='energy'].value | [0]",
      {
        list: [
          { name: 'x', value: 1 },
          { name: 'energy', value: 9 },
        ],
      },
      ['m 9 kWh'],
    ],
    ['constructor', {}, ['ignored: rule rule 1 fits and gives nothing for these meters']],
    ['a.b', 'null', ['ignored: rule rule 1 fits and gives nothing for these meters']],
    ['a.b', [1], ['ignored: rule rule 1 fits and gives nothing for these meters']],
    ['imported - exported', { imported: 9, exported: 4 }, ['m 5 kWh']],
    [
      'imported - exported',
      { imported: 9, exported: 'x' },
      ['ignored: rule rule 1 fits and gives nothing for these meters'],
    ],
  ])('%s of %j', (value, payload, expected) => expect(gives({ value }, payload)).toEqual(expected));

  test('what must be there and is not is refused', () => {
    expect(gives({ value: 'a', required: true }, {})).toEqual(['m reading.not-a-number']);
  });
});

describe('5: several readings of one message', () => {
  const meters = [
    { id: 'a', channel: '1' },
    { id: 'b', channel: '2' },
  ];
  test('elements of a list, by number; one value where others send a list', () => {
    const rule = { each: { of: 'Total', wrap: true }, gives: [{ ...energy, channel: '{number}', value: '@' }] };
    expect(reads(rule, { Total: [2.8, 0.25] }, meters)).toEqual(['a 2.8 kWh', 'b 0.25 kWh']);
    expect(reads(rule, { Total: 6.3 }, meters)).toEqual(['a 6.3 kWh']);
  });
  test('entries of an object, by key, and names of each', () => {
    const rule = { each: { of: 'meters' }, gives: [{ ...energy, channel: '{key}', value: 'e' }] };
    expect(reads(rule, { meters: { 2: { e: 5 }, 7: { e: 9 } } }, meters)).toEqual(['b 5 kWh']);
    const named = {
      each: { of: 'list', names: { id: { of: 'serial' } } },
      names: { gateway: { of: 'gw' } },
      gives: [{ ...energy, channel: '{gateway}/{id}', value: 'e' }],
    };
    const payload = {
      gw: 'g1',
      list: [
        { serial: 47, e: 1 },
        { serial: 48, e: 2 },
      ],
    };
    expect(reads(named, payload, [{ id: 'x', channel: 'g1/48' } as { id: string }])).toEqual(['x 2 kWh']);
  });
  test('several utilities, each in its own unit', () => {
    const rule = {
      gives: [
        { ...energy, channel: 'e', value: 'e' },
        { kind: 'register', unit: 'm3', channel: 'g', value: 'g' },
        { kind: 'instant', unit: 'W', channel: 'e', value: 'p' },
      ],
    };
    const both = [{ id: 'e', channel: 'e' }, { id: 'g', channel: 'g', unit: 'm3', utility: 'gas' } as { id: string }];
    expect(reads(rule, { e: 1, g: 2, p: -3 }, both)).toEqual(['e 1 kWh', 'g 2 m3', 'e -3 W']);
  });
});

describe('6: sums, all or nothing', () => {
  const value = { sum: ['energy_delivered_tariff1', 'energy_delivered_tariff2'] };
  test.each([
    [{ energy_delivered_tariff1: 3486.242, energy_delivered_tariff2: 8765.862 }, ['m 12252.104 kWh']],
    [{ energy_delivered_tariff1: '003486.242', energy_delivered_tariff2: '008765.862' }, ['m 12252.104 kWh']],
    [{ energy_delivered_tariff1: 3486.242 }, ['m reading.not-a-number']],
    [{ energy_delivered_tariff1: 3486.242, energy_delivered_tariff2: null }, ['m reading.not-a-number']],
    [{}, ['ignored: rule rule 1 fits and gives nothing for these meters']],
  ])('%j', (payload, expected) => expect(gives({ value }, payload)).toEqual(expected));
});

describe('7: numbers', () => {
  test.each([
    ['00746.379', ['m 746.379 kWh']],
    ['007970903', ['m 7970903 kWh']],
    ['0', ['m 0 kWh']],
    ['12,5', ['m reading.not-a-number']],
    ['', ['m reading.not-a-number']],
    ['NaN', ['m reading.not-a-number']],
    ['unavailable', ['m reading.not-a-number']],
    ['0x10', ['m reading.not-a-number']],
  ])('the text %j', (v, expected) => expect(gives({ value: 'v' }, { v })).toEqual(expected));
  test.each([[null], [true], [[1]], [{}]])('the value %j is none', (v) => {
    expect(gives({ value: 'v' }, { v })).toEqual(['m reading.not-a-number']);
  });
  test('a decimal comma, on request', () => {
    const comma = (v: unknown) => gives({ value: 'v', decimal: 'comma' }, { v });
    expect(comma('12,5')).toEqual(['m 12.5 kWh']);
    expect(comma('1.234,5')).toEqual(['m reading.not-a-number']);
    expect(comma(12.5)).toEqual(['m 12.5 kWh']);
  });
  test('sentinels and bounds', () => {
    const bound = (v: number) => gives({ value: 'v', sentinels: [65535], min: 0, max: 1000, scale: 0.1 }, { v });
    expect(bound(65535)).toEqual(['m reading.sentinel']);
    expect(bound(-1)).toEqual(['m reading.out-of-bounds']);
    expect(bound(10_001)).toEqual(['m reading.out-of-bounds']);
    expect(bound(123)).toEqual(['m 12.3 kWh']);
  });
});

describe('8: units and scales', () => {
  test('of the message, by a table; an unknown one is refused', () => {
    const unit = { of: 'u', table: { kwh: 'kWh', 30: 'Wh' } };
    expect(gives({ value: 'v', unit }, { v: 5, u: 'kwh' })).toEqual(['m 5 kWh']);
    expect(gives({ value: 'v', unit }, { v: 5, u: 30 })).toEqual(['m 5 Wh']);
    expect(gives({ value: 'v', unit }, { v: 5, u: 'kW' })).toEqual(['m reading.wrong-unit']);
    expect(gives({ value: 'v', unit }, { v: 5 })).toEqual(['m reading.wrong-unit']);
  });
  test('of the topic, by a table', () => {
    const rule = {
      topic: 'd/{unit}',
      as: 'text',
      gives: [{ kind: 'register', value: '@', unit: { capture: 'unit', table: { kWh: 'kWh', m3: 'm3' } } }],
    };
    expect(shortly(hear(mappingOf([rule]), one, { topic: 'd/m3', payload: '5' })[0])).toEqual(['m 5 m3']);
  });
  test('of the meter', () => {
    expect(gives({ value: 'v', unit: 'meter' }, { v: 5 }, [{ id: 'm', unit: 'pulse' } as { id: string }])).toEqual([
      'm 5 of the meter',
    ]);
  });
  test('scales: a constant, ten to a power beside the value, a table; pulses divided exactly', () => {
    expect(gives({ value: 'v', scale: 0.1 }, { v: 3 })).toEqual(['m 0.3 kWh']);
    expect(gives({ value: 'v', scale: 0.001 }, { v: 48_213 })).toEqual(['m 48.213 kWh']);
    expect(gives({ value: 'v', scale: { power_of_ten: 'sf' } }, { v: 123, sf: -2 })).toEqual(['m 1.23 kWh']);
    expect(gives({ value: 'v', scale: { power_of_ten: 'sf' } }, { v: 123 })).toEqual(['m reading.not-a-number']);
    const scale = { of: 'fw', table: { '1.0': 10, '2.0': 1 } };
    expect(gives({ value: 'v', scale }, { v: 5, fw: '1.0' })).toEqual(['m 50 kWh']);
    expect(gives({ value: 'v', scale }, { v: 5, fw: '3.0' })).toEqual(['m reading.not-a-number']);
  });
});

describe('9: kinds', () => {
  test('registers, instants, and intervals with their length and time', () => {
    const time = [{ of: 't', format: 'seconds' }];
    const rule = {
      gives: [
        { ...energy, value: 'total' },
        { kind: 'instant', unit: 'kW', value: 'power' },
        { kind: 'interval', unit: 'kWh', value: 'half_hour', period: '30m', stamped: 'end', time },
        { kind: 'interval', unit: 'kWh', value: 'quarter', period: { seconds: 'length' }, time },
      ],
    };
    const [decoded] = hear(mappingOf([{ topic: 't', ...rule }]), one, {
      topic: 't',
      payload: { total: 9, power: 2, half_hour: 1, quarter: 0.5, length: 900, t: 1_795_456_800 },
    });
    expect(
      decoded && 'readings' in decoded && decoded.readings.map(({ kind, at, period }) => [kind, at, period]),
    ).toEqual([
      ['register', undefined, undefined],
      ['instant', undefined, undefined],
      ['interval', 1_795_455_000, 1800],
      ['interval', 1_795_456_800, 900],
    ]);
  });
  test('what cannot be is refused when the file is read', () => {
    const problems = problemsOf([
      {
        topic: 't',
        gives: [
          { kind: 'register', unit: 'W', value: 'a' },
          { kind: 'instant', unit: 'kWh', value: 'a' },
          { kind: 'instant', unit: 'meter', value: 'a' },
          { kind: 'interval', unit: 'kWh', value: 'a', period: '30m' },
          { kind: 'register', unit: 'kWh', value: 'a', period: '30m' },
        ],
      },
    ]);
    expect(problems).toEqual([
      'mapping.invalid rules.0.gives.0.unit: a register counts an amount',
      'mapping.invalid rules.0.gives.1.unit: an instant is a power, a flow, a temperature or another level',
      'mapping.invalid rules.0.gives.2.unit: a meter says in which unit it counts; an instant has another',
      'mapping.invalid rules.0.gives.3.kind: an interval needs a time of its own, without receipt among its sources',
      'mapping.invalid rules.0.gives.4.period: an interval or estimate, and no other kind, has a period',
    ]);
  });
});

describe('10: times', () => {
  const timed = (time: unknown, payload: object): unknown => {
    const [decoded] = hear(mappingOf([{ topic: 't', time, gives: [{ ...energy, value: 'v' }] }]), one, {
      topic: 't',
      payload: { v: 1, ...payload },
    });
    if (!decoded || !('readings' in decoded)) return decoded;
    const [reading] = decoded.readings;
    return reading ? (reading.at ?? 'receipt') : decoded.doubts?.[0]?.code;
  };
  test.each([
    [[{ of: 't' }], '2026-11-23T18:00:00Z', 1_795_456_800],
    [[{ of: 't' }], '2026-11-23T19:00:00+0100', 1_795_456_800],
    [[{ of: 't' }], '2026-11-23T18:00:00.123456789Z', 1_795_456_800],
    [[{ of: 't' }], '2026-11-23T18:00:00', 'message.unparsable'],
    [[{ of: 't', zone: 'Europe/London' }], '2026-07-01T12:00:00', 1_782_903_600],
    [[{ of: 't', zone: 'Europe/Berlin' }], '2026-07-01T13:00:00', 1_782_903_600],
    // A logger that keeps winter time all year.
    [[{ of: 't', offset: '+01:00' }], '2026-07-01T12:00:00', 1_782_903_600],
    [[{ of: 't', format: 'seconds' }], 1_795_456_800.9, 1_795_456_800],
    [[{ of: 't', format: 'milliseconds' }], '1795456800123', 1_795_456_800],
    [[{ of: 't', format: 'seconds', since: '2000-01-01' }], 848_772_000, 1_795_456_800],
    [[{ of: 't', format: 'dsmr' }], '240216170332W', 1_708_099_412],
    [[{ of: 't', format: 'dsmr' }], '191023210000S', 1_571_857_200],
    [[{ of: 't', format: 'DD/MM/YYYY hh:mm', zone: 'Europe/London' }], '23/11/2026 18:00', 1_795_456_800],
    [[{ of: 't', format: 'YYMMDDhhmmss', offset: '+00:00' }], '261123180000', 1_795_456_800],
    [[{ of: 't', format: 'DD/MM/YYYY hh:mm', zone: 'Europe/London' }], '31/02/2026 18:00', 'message.unparsable'],
  ])('%j of %j', (time, t, expected) => expect(timed(time, { t })).toBe(expected));

  test('the autumn hour that comes twice is the one near receipt', () => {
    const decoder = mappingOf([
      { topic: 't', time: [{ of: 't', zone: 'Europe/Berlin' }], gives: [{ ...energy, value: 'v' }] },
    ]);
    const at = (received: number) =>
      hear(decoder, one, { topic: 't', payload: { v: 1, t: '2026-10-25T02:30:00' }, at: received })[0];
    expect(at(1_792_888_300)).toMatchObject({ readings: [{ at: 1_792_888_200 }] });
    expect(at(1_792_891_900)).toMatchObject({ readings: [{ at: 1_792_891_800 }] });
  });
  test('sources are asked in order; a stamp out of its window or too old is passed over', () => {
    const sources = [{ of: 'device', within: { ahead: '10m', behind: '1d' } }, { of: 'gateway' }, 'receipt'];
    const days = (n: number) => new Date((received + n * 86_400) * 1000).toISOString();
    expect(timed(sources, { device: days(0), gateway: days(-3) })).toBe(received);
    expect(timed(sources, { device: days(7), gateway: days(-3) })).toBe(received - 3 * 86_400);
    expect(timed(sources, { device: days(-2), gateway: 'x' })).toBe('receipt');
    expect(timed(sources, {})).toBe('receipt');
    expect(timed([{ of: 'device', within: '1h' }], { device: days(7) })).toBe('reading.future');
    expect(timed([{ of: 'device', within: '1h' }], { device: days(-7) })).toBe('reading.too-old');
    expect(timed([{ of: 'device', earliest: '2026-01-01' }, 'receipt'], { device: '2025-12-31T23:00:00Z' })).toBe(
      'receipt',
    );
    expect(timed([{ of: 'device' }], { device: '2000-01-01T00:00:00Z' })).toBe('reading.too-old');
    expect(timed([{ of: 'device' }], {})).toBe('message.no-stamp');
  });
});

describe('11: whose it is', () => {
  const rule = (id: object) => ({ names: { id }, gives: [{ ...energy, channel: 'lora:{id}', value: 'v' }] });
  const eui = [{ id: 'm', channel: 'lora:78d800b023929715' } as { id: string }];
  test('an EUI as base64, in capitals, or as a number that lost its zeros', () => {
    expect(reads(rule({ of: 'eui', form: 'base64-to-hex' }), { eui: 'eNgAsCOSlxU=', v: 1 }, eui)).toEqual(['m 1 kWh']);
    expect(reads(rule({ of: 'eui', case: 'lower' }), { eui: '78D800B023929715', v: 1 }, eui)).toEqual(['m 1 kWh']);
    const padded = [{ id: 'm', channel: 'lora:00042' } as { id: string }];
    expect(reads(rule({ of: 'eui', pad: 5 }), { eui: 42, v: 1 }, padded)).toEqual(['m 1 kWh']);
  });
  test('a placeholder is no id, and an id nobody has is said', () => {
    const ignore = rule({ of: 'eui', ignore: ['not available', 'EMPTY'] });
    expect(reads(ignore, { eui: 'EMPTY', v: 1 }, eui)[0]).toMatch(/ignored/);
    expect(reads(ignore, { eui: 'ffff', v: 1 }, eui)).toEqual(['message.unregistered']);
  });
});

describe('12: delivery', () => {
  test('a message that the broker kept is taken with its own time only, or not at all', () => {
    const kept = (more: object) => {
      const decoder = mappingOf([{ topic: 't', ...more, gives: [{ ...energy, value: 'v' }] }]);
      return shortly(hear(decoder, one, { topic: 't', payload: { v: 1 }, retained: true })[0]);
    };
    expect(kept({})).toEqual(['m 1 kWh']);
    expect(kept({ retained: 'ignored' })).toEqual(['ignored: kept by the broker, of another time']);
  });
  test('the same transmission heard again within its span is passed over', () => {
    const repeats = { key: ['Message.ID', 'Message.Consumption'], within: '5s' };
    const rule = { topic: '{gateway}/scm', repeats, gives: [{ ...energy, value: 'Message.Consumption' }] };
    const said = (at: number, Consumption: number): Said => {
      return { topic: 'g/scm', payload: { Message: { ID: 47, Consumption } }, at: received + at };
    };
    const answers = hear(
      mappingOf([rule], { memory: '{gateway}' }),
      one,
      said(0, 8),
      said(2, 8),
      said(4, 9),
      said(60, 8),
    );
    expect(answers.map(shortly)).toEqual([
      ['m 8 kWh'],
      ['ignored: heard within 5 s already'],
      ['m 9 kWh'],
      ['m 8 kWh'],
    ]);
  });
});

describe('13: what goes wrong is said, with the rule', () => {
  test('each decision can be heard', () => {
    const decoder = mappingOf([
      { topic: 't', when: ["kind == 'x'"], gives: [{ ...energy, value: 'a' }] },
      {
        topic: 't',
        time: [{ of: 'at' }, 'receipt'],
        gives: [
          { ...energy, value: 'a' },
          { ...energy, channel: 'b', value: 'b' },
        ],
      },
    ]);
    const lines: string[] = [];
    const message = { topic: 't', payload: Buffer.from('{"a":1,"b":2}'), received };
    decoder.explain(message, [madeMeter({ id: 'm' })], undefined, (line) => lines.push(line));
    expect(lines).toEqual([
      'rule rule 1: reads this topic',
      "rule rule 1: kind == 'x' does not hold",
      'rule rule 2: reads this topic',
      'time: passed over, at is not there',
      'time: of receipt',
      'a: 1 kWh',
      'b: no meter of this topic has channel b',
    ]);
  });
  test('no payload stops it', () => {
    const decoder = mappingOf([{ topic: 't', each: { of: 'a' }, gives: [{ ...energy, value: 'sum(b)' }] }]);
    for (const payload of [
      '',
      '[',
      'null',
      '5',
      '{"a":5}',
      '{"a":[null,5,{"b":"x"}]}',
      '{"a":{"__proto__":{"b":[1]}}}',
    ]) {
      expect(() => hear(decoder, one, { topic: 't', payload })).not.toThrow();
    }
  });
});

describe('and readings that come in several messages', () => {
  const join = {
    memory: '{base}',
    joins: {
      gas: {
        parts: { value: '15s', time: '15s' },
        time: [{ of: 'time', format: 'dsmr' }],
        gives: [{ kind: 'register', unit: 'm3', value: 'value' }],
      },
    },
  };
  const rules = [
    { topic: '{base*}/gas_delivered', as: 'text', part: { join: 'gas', as: 'value', value: '@' } },
    { topic: '{base*}/gas_delivered_timestamp', as: 'text', part: { join: 'gas', as: 'time', value: '@' } },
  ];
  const gas = [{ id: 'g', unit: 'm3', utility: 'gas' } as { id: string }];
  const value = (at: number): Said => ({ topic: 'p1/x/gas_delivered', payload: '8952.446', at: received + at });
  const time = (at: number): Said => ({
    topic: 'p1/x/gas_delivered_timestamp',
    payload: '261123190000W',
    at: received + at,
  });
  const decoder = mappingOf(rules, join);
  const last = (...messages: Said[]) => hear(decoder, gas, ...messages).at(-1);

  test('either may come first', () => {
    const whole = { readings: [{ meter: 'g', value: 8952.446, at: 1_795_456_800 }] };
    expect(last(value(0), time(1))).toMatchObject(whole);
    expect(last(time(0), value(1))).toMatchObject(whole);
  });
  test('parts too far apart, or of another device, are no reading', () => {
    expect(shortly(last(value(0), time(20)))[0]).toMatch(/ignored/);
    expect(shortly(last(value(0), { ...time(1), topic: 'p1/y/gas_delivered_timestamp' }))[0]).toMatch(/ignored/);
  });
  test('a part is used once, and one that came alone is missed', () => {
    expect(shortly(last(value(0), time(1), time(2)))[0]).toMatch(/ignored/);
    expect(shortly(last(value(0), value(10)))).toEqual(['g message.incomplete']);
  });
  test('what is remembered stays small', () => {
    const many = Array.from({ length: 200 }, (_, i) => [value(i), { ...value(i), payload: 'x'.repeat(10_000) }]).flat();
    const memory = hear(decoder, gas, ...many).flatMap((each) =>
      'memory' in each && each.memory ? [each.memory.length] : [],
    );
    expect(memory.length).toBeGreaterThan(100);
    expect(Math.max(...memory)).toBeLessThan(200);
  });
});

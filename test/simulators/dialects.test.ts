import { describe, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { decoders } from '../../ingest/decoders/index.ts';
import { deviceOf } from '../../simulators/device.ts';
import { dialects } from '../../simulators/dialects/all.ts';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import { modelOf } from '../../simulators/model.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const instant = (text: string): number => Date.parse(text) / 1000;
const start = instant('2025-06-01T00:00:00Z');
const model = modelOf({ estate, seed: 5, start });
const meter = (id: string): Meter => estate.meters.get(id) as Meter;
const at = instant('2025-07-01T12:30:00Z');

function says(id: string, status = false): MeterMessage[] {
  const device = deviceOf(model, meter(id));
  if (!device) throw new Error(`${id} is silent`);
  return device.dialect.messages(device.meter, device.say(at, true), status);
}
const text = (message: MeterMessage | undefined): string => Buffer.from(message?.payload ?? []).toString();
const json = (message: MeterMessage | undefined): unknown => JSON.parse(text(message));

/** Every path of a JSON value and the type that stands there: the shape of a message. */
function shapeOf(value: unknown, path = '$'): Record<string, string> {
  if (Array.isArray(value))
    return Object.assign({ [path]: 'array' }, ...value.map((each) => shapeOf(each, `${path}[]`)));
  if (value === null || typeof value !== 'object') return { [path]: value === null ? 'null' : typeof value };
  return Object.assign({}, ...Object.entries(value).map(([key, each]) => shapeOf(each, `${path}.${key}`)));
}

/** A shape as the makers' messages have it, written `path type, path type`. */
const fields = (prefix: string, list: string): Record<string, string> =>
  Object.fromEntries(
    list.split(/\s*,\s*/).map((each) => {
      const [path = '', type = 'number'] = each.split(' ');
      return [`${prefix}.${path}`, type];
    }),
  );
const phases = (names: string): string => ['a', 'b', 'c'].map((phase) => names.replaceAll('@', phase)).join(', ');

describe('dialects have the shapes of messages seen in the field', () => {
  test('each is the dialect of a decoder', () => {
    expect(dialects.size).toBeGreaterThanOrEqual(10);
    expect([...dialects.keys()].filter((name) => !decoders.has(name))).toEqual([]);
  });

  // Shelly Pro 3EM, status/em:0 and emdata:0, as in pull request 258 of solarflow-control and in captured messages.
  const power = fields(
    '$',
    `id, ${phases('@_current, @_voltage, @_act_power, @_aprt_power, @_pf, @_freq')}, n_current null, total_current, total_act_power, total_aprt_power, user_calibrated_phase array`,
  );
  const energy = fields('$', `id, ${phases('@_total_act_energy, @_total_act_ret_energy')}, total_act, total_act_ret`);

  test('Shelly on status topics: the component is the last level, the payload its state', () => {
    const [first, second] = says('qui-e-main', true);
    expect(first?.topic).toMatch(/^shellypro3em-[0-9a-f]{12}\/(status\/em:0|events\/rpc)$/);
    const ids = [...estate.meters.values()].filter((one) => one.decoder === 'shelly-gen2').map((one) => one.id);
    expect(ids).toHaveLength(5);
    const onStatus = ids.filter((id) => says(id, true)[0]?.topic.endsWith('/status/em:0'));
    expect(onStatus.length).toBeGreaterThan(0);
    expect(onStatus.length).toBeLessThan(5);
    const [em, emdata] = says(onStatus[0] ?? '', true);
    expect(shapeOf(json(em))).toEqual(power);
    expect(shapeOf(json(emdata))).toEqual(energy);
    expect([em?.stamp, emdata?.stamp]).toEqual([undefined, undefined]);
    expect(second).toBeDefined();
  });

  test('Shelly by notification: source, method, stamp in seconds, component inside', () => {
    const [em, emdata] = says('bra-e-pv');
    const frame = fields('$', 'src string, dst string, method string, params.ts');
    const inside = (shape: Record<string, string>, name: string): Record<string, string> =>
      Object.fromEntries(Object.entries(shape).map(([path, type]) => [path.replace('$', `$.params.${name}`), type]));
    expect(shapeOf(json(em))).toEqual({ ...frame, ...inside(power, 'em:0') });
    expect(shapeOf(json(emdata))).toEqual({ ...frame, ...inside(energy, 'emdata:0') });
    const body = json(emdata) as { src: string; method: string; params: { ts: number } };
    expect([body.src, body.method, body.params.ts]).toEqual(['shellypro3em-a0b1c2d30002', 'NotifyStatus', at]);
    expect(emdata?.topic).toBe('brackenholt/roof/shellypro3em-a0b1c2d30002/events/rpc');
  });

  test('Shelly tells energy in Wh and power in W', () => {
    const [em, emdata] = says('qui-e-main');
    const later = deviceOf(model, meter('qui-e-main'))?.say(at + 86_400, false).register ?? 0;
    const day = model.amountAt('qui-e-main', at + 86_400) - model.amountAt('qui-e-main', at);
    expect((later - Number(emdata?.register)) / 1000).toBeCloseTo(day, 3);
    expect(Number(em?.rate) / 1000).toBeCloseTo(model.rateAt('qui-e-main', at), 3);
    const { params } = json(em) as { params: Record<string, Record<string, number>> };
    expect(params['em:0']?.total_act_power).toBe(em?.rate);
  });

  test('Shelly Gen1: a topic for each number, Wh with one decimal and W, no time', () => {
    const [power, total] = says('pel-e-lighting');
    expect([power?.topic, total?.topic]).toEqual([
      'shellies/shellyem-A0B1C2/emeter/0/power',
      'shellies/shellyem-A0B1C2/emeter/0/total',
    ]);
    expect(text(total)).toMatch(/^\d+\.\d$/);
    expect(Number(text(power)) / 1000).toBeCloseTo(model.rateAt('pel-e-lighting', at), 3);
    expect([power?.stamp, total?.stamp]).toEqual([undefined, undefined]);
  });

  // The envelopes as in the servers' documentation, the objects as in the makers' codecs.
  test('ChirpStack 4: the device in deviceInfo, its EUI in hexadecimal, the object of an EM300-DI', () => {
    const [message] = says('pel-w-main');
    expect(message?.topic).toMatch(/^application\/[0-9a-f-]{36}\/device\/24e124136b0a0001\/event\/up$/);
    const body = json(message) as Record<string, unknown>;
    expect(body).toMatchObject({ deviceInfo: { devEui: '24e124136b0a0001' }, fPort: 85, confirmed: false });
    expect(body['time']).toMatch(/^2025-07-01T12:30:00\.\d{9}\+00:00$/);
    expect(body['deduplicationId']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(body['object']).toEqual({ battery: expect.any(Number), pulse: message?.register });
    const data = Buffer.from(String(body['data']), 'base64');
    expect([data.readUInt16BE(3), data.readUInt32LE(5)]).toEqual([0x05c8, message?.register]);
  });

  test('ChirpStack 3: base64 EUI, the object as a text, the time of the gateway alone', () => {
    const [message] = says('tid-g-main');
    expect(message?.topic).toBe('application/7/device/24e124136b0a0002/event/up');
    const body = json(message) as { devEUI: string; objectJSON: string; rxInfo: { time: string }[]; time?: unknown };
    expect(Buffer.from(body.devEUI, 'base64').toString('hex')).toBe('24e124136b0a0002');
    expect(JSON.parse(body.objectJSON)).toMatchObject({ pulse: message?.register });
    expect([body.time, body.rxInfo[0]?.time]).toEqual([undefined, '2025-07-01T12:30:00.076490739Z']);
  });

  test('The Things Stack: ids and uplink apart, EUI in capitals, values of a DL-DLR2-002 as objects', () => {
    const [message] = says('tid-w-main');
    expect(message?.topic).toBe('v3/estates@ttn/devices/tid-water/up');
    const body = json(message) as Record<string, Record<string, unknown>>;
    expect(body['end_device_ids']).toMatchObject({
      device_id: 'tid-water',
      dev_eui: expect.stringMatching(/^[0-9A-F]{16}$/),
    });
    const { decoded_payload: payload, received_at: received, f_port: port } = body['uplink_message'] ?? {};
    expect([received, port]).toEqual(['2025-07-01T12:30:00.234172599Z', 1]);
    const total = { displayName: 'Cumulative pulse count', value: message?.register };
    expect(payload).toMatchObject({ protocol_version: 2, cumulative_pulse_count: total });
  });

  test('ThingPark: one object around all, numbers as texts, an offset in the time, both inputs of a Pulse', () => {
    const [message] = says('osi-w-main');
    const { DevEUI_uplink: uplink } = json(message) as { DevEUI_uplink: Record<string, unknown> };
    expect(uplink).toMatchObject({ DevEUI: '0018B21000000003', FPort: '1', Time: '2025-07-01T13:30:00.882+01:00' });
    expect(uplink['payload']).toMatchObject({ type: '0x46 Pulse data', counterValues: [message?.register, 2] });
    const frame = Buffer.from(String(uplink['payload_hex']), 'hex');
    expect([frame[0], frame.readUInt32BE(2), frame.readUInt32BE(6)]).toEqual([0x46, message?.register, 2]);
  });

  test('Glow: import and export with their units, power in kW, three decimals, UTC', () => {
    const [message] = says('har-e-main');
    expect(message?.topic).toBe('glow/A0B1C2000001/SENSOR/electricitymeter');
    const inside = fields(
      '$.electricitymeter',
      'timestamp string, energy.export.cumulative, energy.export.units string, energy.import.cumulative, ' +
        'energy.import.day, energy.import.week, energy.import.month, energy.import.units string, ' +
        'energy.import.mpan string, energy.import.supplier string, energy.import.price.unitrate, ' +
        'energy.import.price.standingcharge, power.value, power.units string',
    );
    expect(shapeOf(json(message))).toEqual(inside);
    expect(text(message)).toContain(`"cumulative":${message?.register?.toFixed(3)},`);
    expect(text(message)).toContain(`"power":{"value":${message?.rate?.toFixed(3)},"units":"kW"}`);
  });

  test('Glow: before it has joined the meter all is zero, which is no register', () => {
    const [message] =
      dialects.get('hildebrand-glow')?.messages(meter('har-e-main'), { at, register: 0, rate: 5 }, false) ?? [];
    expect(text(message)).toContain('"import":{"cumulative":0.000,');
    expect(text(message)).toContain('"power":{"value":0.000,');
    expect([message?.register, message?.rate]).toEqual([null, undefined]);
  });

  test('OBIS: codes with value and DLMS unit, Wh and W', () => {
    const [message] = says('bra-e-wards');
    const { meters } = json(message) as { meters: Record<string, { lastUpdate: string; values: object }> };
    expect(meters['intake']?.lastUpdate).toBe('2025-07-01T12:30:00.064515753Z');
    expect(meters['intake']?.values).toEqual({
      '1-0:1.8.0*255': { value: Math.round(1000 * Number(message?.register)), unit: 30 },
      '1-0:2.8.0*255': { value: 0, unit: 30 },
      '1-0:16.7.0*255': { value: message?.rate, unit: 27 },
    });
    expect(Number(message?.rate) / 1000).toBeCloseTo(model.rateAt('bra-e-wards', at), 2);
  });

  test('a Modbus gateway: points with id, value, quality and milliseconds, no unit', () => {
    const [message] = says('sal-e-catering');
    const point = { q: true, t: at * 1000 };
    expect(json(message)).toEqual({
      timestamp: at * 1000 + 20,
      values: [
        { id: 'KitchenCourt.EM3.ActiveEnergy', v: message?.register, ...point },
        { id: 'Site.Voltage', v: 238.4, ...point },
      ],
    });
  });

  test('Elvaco: single letters, each with its unit beside it', () => {
    const [message] = says('bra-h-boilers');
    expect(json(message)).toMatchObject({
      TS: '2025-07-01T12:30:00Z',
      E: message?.register,
      U: 'kWh',
      VU: 'l',
      P: message?.rate,
      PU: 'W',
    });
  });

  test('OpenDTU: a topic for each number, kWh with three decimals and W with one, no time', () => {
    const [power, total] = says('osi-e-pv');
    const base = 'osierley/solar/114172608275/0';
    expect([power?.topic, total?.topic]).toEqual([`${base}/power`, `${base}/yieldtotal`]);
    expect([text(power), text(total)]).toEqual([power?.rate?.toFixed(1), total?.register?.toFixed(3)]);
    expect([power?.stamp, total?.stamp]).toEqual([undefined, undefined]);
  });

  test('SunSpec: whole numbers, each with its power of ten', () => {
    const [message] = says('sal-e-pv');
    const body = json(message) as Record<string, number>;
    expect(Number(body['energy_total']) * 10 ** Number(body['energy_total_scale'])).toBe(
      1000 * Number(message?.register),
    );
    expect(Number(body['power_ac']) / 10).toBeCloseTo(1000 * model.rateAt('sal-e-pv', at), 0);
    expect([body['energy_total'], body['power_ac']].every(Number.isInteger)).toBe(true);
  });

  test('Sparkplug: births first, data by number after them; other numbers after its connection was gone', () => {
    const device = deviceOf(model, meter('bra-e-kitchen'));
    const speak = (seconds: number): MeterMessage[] =>
      device ? device.dialect.messages(device.meter, device.say(at + seconds, true), false) : [];
    const types = (messages: MeterMessage[]): string[] => messages.map(({ topic }) => topic);
    const prefix = 'spBv1.0/Brackenholt';
    const births = speak(0);
    expect(types(births)).toEqual([`${prefix}/NBIRTH/kitchen`, `${prefix}/DBIRTH/kitchen/Panel-1`]);
    expect(text(births[1])).toMatch(/Import_kWh.*Power_kW.*engUnit.*kW/s);
    const [data] = speak(10);
    expect(data?.topic).toBe(`${prefix}/DDATA/kitchen/Panel-1`);
    expect(text(data)).not.toContain('Import');
    expect(births[1]?.register).toBeLessThanOrEqual(Number(data?.register));
    device?.dialect.interrupted?.();
    expect(types(speak(20)).map((topic) => topic.split('/')[2])).toEqual(['NDEATH', 'NBIRTH', 'DBIRTH']);
    device?.dialect.hear?.(Buffer.from(''));
    expect(types(speak(30)).map((topic) => topic.split('/')[2])).toEqual(['NBIRTH', 'DBIRTH']);
  });

  test('Tasmota: the documented telemetry of an energy meter, local time without a zone, kWh and W', () => {
    const [message] = says('lar-e-main');
    const shape =
      'TotalStartTime string, Total, Yesterday, Today, Period, Power, ApparentPower, ReactivePower, Factor, Voltage, Current';
    expect(shapeOf(json(message))).toEqual({ '$.Time': 'string', ...fields('$.ENERGY', shape) });
    const body = json(message) as { Time: string; ENERGY: Record<string, number> };
    expect(message?.topic).toBe('tele/lar-intake/SENSOR');
    expect(body.Time).toBe('2025-07-01T13:30:00');
    expect(body.ENERGY.Power).toBeCloseTo(1000 * model.rateAt('lar-e-main', at), -1);
    const midnight = instant('2025-06-30T23:00:00Z');
    expect(body.ENERGY.Today).toBeCloseTo(model.amountAt('lar-e-main', at) - model.amountAt('lar-e-main', midnight), 2);
    expect(body.ENERGY.Yesterday).toBeCloseTo(
      model.amountAt('lar-e-main', midnight) - model.amountAt('lar-e-main', midnight - 86_400),
      2,
    );
  });

  test.each([
    ['qui-w-main', 'total_m3', 'cold water'],
    ['fen-g-main', 'total_m3', 'gas'],
    ['thi-h-heat-pump', 'total_energy_consumption_kwh', 'heat'],
  ])('wmbusmeters of %s: one object with media, name, id as text, %s and a UTC stamp', (id, total, media) => {
    const [message] = says(id);
    const shape = `_ string, media string, meter string, name string, id string, status string, ${total}, timestamp string, device string, rssi_dbm`;
    expect(shapeOf(json(message))).toEqual(fields('$', shape));
    expect(json(message)).toMatchObject({
      media,
      timestamp: '2025-07-01T12:30:00Z',
      name: message?.topic.split('/').at(-1),
    });
  });

  test('a building management system sends the number and nothing else', () => {
    const [message] = says('qui-g-main');
    expect(text(message)).toMatch(/^\d+(\.\d{1,2})?$/);
    expect(Number(text(message))).toBe(message?.register);
    expect(message?.topic).toBe('bms/quillby/gas');
  });

  test('Meterhouse JSON: version, stamp, meter, readings with quantity, kind, value and unit', () => {
    const [message] = says('pel-g-main');
    expect(json(message)).toEqual({
      v: 1,
      at: '2025-07-01T12:30:00Z',
      meter: 'pel-g-main',
      readings: [
        { quantity: 'volume', kind: 'register', value: message?.register, unit: 'hcf' },
        { quantity: 'flow', kind: 'instant', value: message?.rate, unit: 'm3/h' },
      ],
    });
  });

  test('behind transformers the power told is the smaller one, to be multiplied', () => {
    const [message] = says('sal-e-main');
    expect(Number(message?.rate) * 100).toBeCloseTo(model.rateAt('sal-e-main', at), 0);
  });

  test('registers have the digits and steps of the estate register', () => {
    for (const one of estate.meters.values()) {
      const register =
        one.topic !== undefined ? says(one.id).findLast((each) => each.register !== undefined)?.register : 0;
      const { digits, step } = one.register ?? { digits: 15, step: 1 };
      expect(register).toBeLessThan(10 ** digits);
      expect(Math.abs(Number(register) / step - Math.round(Number(register) / step))).toBeLessThan(1e-3);
    }
  });
});

import { describe, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate.ts';
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
    expect(dialects.size).toBeGreaterThanOrEqual(6);
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
    expect(ids).toHaveLength(6);
    const onStatus = ids.filter((id) => says(id, true)[0]?.topic.endsWith('/status/em:0'));
    expect(onStatus.length).toBeGreaterThan(0);
    expect(onStatus.length).toBeLessThan(6);
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

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { decoderNamed } from '../../ingest/decoders/index.ts';
import { fields } from '../../ingest/lorawan/fields.ts';
import { euiOf } from '../../ingest/lorawan/uplink.ts';
import { receive } from '../../ingest/receive.ts';
import { madeMeter } from './made-meter.ts';

const received = 1_795_456_900;
const eui = '24e124136b0a1c2d';
const forgetful = { get: () => undefined, set: () => {} };

/** A frame of a pulse counter as ChirpStack 4 tells it. */
function frame(more: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const plain = { time: '2026-11-23T18:00:12.5Z', deviceInfo: { devEui: eui }, fPort: 85, data: 'AXVc' };
  return Buffer.from(JSON.stringify({ ...plain, object: { pulse: 7 }, ...more }));
}

function heard(channel: string | undefined, topic: string, payload = frame(), retained = false) {
  const decoder = decoderNamed('chirpstack');
  const meter = madeMeter({ id: 'w', unit: 'pulse', utility: 'water', channel, topic, decoder: decoder.name });
  return receive({ topic: 'a/b/up', payload, retained, received }, [{ decoder, meters: [meter] }], forgetful);
}

describe('a device is the same in every way its EUI is written', () => {
  // From a published uplink of ChirpStack 3 and the label of the meter in it.
  test('base64 of a field message', () => expect(euiOf('eNgAsCOSlxU=')).toBe('78d800b023929715'));

  test('hexadecimal in any case, with dashes or colons, and base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        const pairs = hex.match(/../g) ?? [];
        const ways = [hex, hex.toUpperCase(), pairs.join('-'), pairs.join(':'), Buffer.from(bytes).toString('base64')];
        expect(ways.map(euiOf)).toEqual(ways.map(() => hex));
      }),
    );
  });

  test.each(['', 'not available', '78d800b0239297', 'AAAA', 42, null, undefined])('%j names no device', (written) => {
    expect(euiOf(written)).toBe('');
  });
});

describe('which device a meter means', () => {
  test.each([
    ['the channel, in capitals', eui.toUpperCase(), 'application/+/device/+/event/up', 'decoded'],
    ['the channel of another', '24e124136b0a1c2e', 'application/+/device/+/event/up', 'quarantined'],
    ['a topic that names it', undefined, `application/+/device/${eui.toUpperCase()}/event/up`, 'decoded'],
    ['a topic of one device', undefined, 'gateway/kitchen', 'decoded'],
    ['a wildcard in the place of the device', undefined, 'application/+/device/+/event/up', 'quarantined'],
    ['all of an application', 'pulse', 'application/#', 'quarantined'],
  ])('%s', (_, channel, topic, outcome) => expect(heard(channel, topic).outcome).toBe(outcome));
});

describe('the time of a frame', () => {
  const at = (more: Readonly<Record<string, unknown>>, retained = false) =>
    heard(eui, '#', frame(more), retained).readings.map((reading) => reading.at - received);
  const heardByGateway = { rxInfo: [{ time: '1970-01-01T00:00:09Z', nsTime: '2026-11-23T18:00:20Z' }] };

  test('is when it was heard, so that a copy of it is the same reading', () => {
    expect([at({}), at({ deduplicationId: 'another' })]).toEqual([[-88], [-88]]);
  });

  test('is the next one that can be true', () => {
    expect(at({ time: '2026-1123T18:00:12Z', ...heardByGateway })).toEqual([-80]);
    expect(at({ time: '1970-01-01T00:00:09Z', ...heardByGateway })).toEqual([-80]);
    const tomorrow = new Date((received + limits.futureSeconds + 60) * 1000).toISOString();
    expect(at({ time: tomorrow, ...heardByGateway })).toEqual([-80]);
  });

  test('is receipt when nobody knows, but not for what the broker kept', () => {
    expect(at({ time: null })).toEqual([0]);
    expect(heard(eui, '#', frame({ time: null }), true).refusals).toMatchObject([{ code: 'message.no-stamp' }]);
  });
});

test('a full counter of 32 bits is not a number of pulses', () => {
  const { readings, refusals } = heard(eui, '#', frame({ object: { pulse: 4_294_967_295 } }));
  expect([readings, refusals.map(({ code }) => code)]).toEqual([[], ['reading.sentinel']]);
});

test('names of known fields differ but by the kind of frame they are in', () => {
  expect(fields.length).toBeGreaterThan(25);
  const keys = fields.map(({ name, path, when }) => JSON.stringify([name.toLowerCase(), path, when]));
  expect(new Set(keys).size).toBe(keys.length);
  const names = fields.map(({ name }) => name.toLowerCase());
  const meanings = fields.map(({ name, quantity }) => `${name.toLowerCase()} ${quantity}`);
  expect(new Set(meanings).size).toBe(new Set(names).size);
});

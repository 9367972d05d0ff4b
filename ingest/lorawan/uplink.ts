import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { quantityOf } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoded, Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { absoluteStamp, epochStamp, sinceClockSet } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { readQuantity } from '../written-units.ts';
import { type Field, fieldNamed, fieldsIn, pastOf, valueAt, valueIn } from './fields.ts';

/** One frame of a device as a network server tells it. */
export interface Uplink {
  /** 16 hexadecimal digits, small letters. */
  readonly eui: string;
  /** Other names under which the topic may hold the device. */
  readonly names: readonly string[];
  /** Times at which the frame was heard, the best first, as they are written. */
  readonly heard: readonly unknown[];
  readonly port: unknown;
  /** What the codec of the device made of the frame; undefined when there is none. */
  readonly object: JsonObject | undefined;
  /** Whether the frame carried anything. */
  readonly hasData: boolean;
}

/** Reads the envelope of one network server; undefined for its other events (join, status, acknowledgement). */
export type Envelope = (body: JsonObject) => Uplink | undefined;

type Decode = Decoder['decode'];

/**
 * The decoding that all network servers share. A server puts together what several gateways heard of a frame; a copy
 * that comes again has the same time, and is the same reading.
 */
export function decodeUplinks(envelope: Envelope): Decode {
  return (message, meters) => {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const uplink = envelope(body);
    if (!uplink) return { ignored: 'no uplink of a device' };
    if (uplink.eui === '') return { problem: 'message.unparsable', detail: 'the uplink does not name its device' };
    const meant = meters.filter((meter) => isMeant(meter, uplink));
    if (meant.length === 0) {
      return { problem: 'message.unregistered', detail: `no meter with this topic is of device ${uplink.eui}` };
    }
    if (!uplink.object || Object.keys(uplink.object).length === 0) {
      if (!uplink.hasData) return { ignored: 'an empty frame' };
      const what = `port ${sayValue(uplink.port)} of ${uplink.eui}`;
      const detail = `the network server has not decoded ${what}: give the device its codec`;
      return { problem: 'message.unparsable', detail };
    }
    return read(uplink.object, heardAt(uplink, message.received), meant);
  };
}

function read(object: JsonObject, at: EpochSeconds | undefined, meters: readonly Listener[]): Decoded {
  const into = new Gathered();
  // Some codecs of Adeunis wrap all of it once more.
  const frame = objectOf(object.bytes) ?? object;
  for (const meter of meters) {
    gather(frame, at, meter, into);
    for (const past of pastOf(frame)) {
      const then = sinceClockSet(epochStamp(strictNumber(past.at)));
      // A record of the past must not take the time of receipt.
      if (then === undefined) into.doubt(meter, 'message.no-stamp', `a past record is of ${sayValue(past.at)}`);
      else gather(past.object, then, meter, into, 'past');
    }
  }
  return into.answer('a frame without a register of these meters');
}

function gather(frame: JsonObject, at: EpochSeconds | undefined, meter: Listener, into: Gathered, when?: 'past') {
  const { field: name } = channelOf(meter);
  const found = name === undefined ? onlyField(frame, meter, into) : fieldNamed(frame, name, meter.unit);
  if (!found) return;
  const { quantity, unit, power } = found;
  if (unit === undefined && quantity !== quantityOf(meter.unit)) {
    into.doubt(meter, 'reading.wrong-unit', `${found.name} is ${quantity}; the meter counts ${meter.unit}`);
    return;
  }
  const written = unit && { unit, times: 1, quantity };
  into.register(meter, { name: found.name, raw: valueIn(frame, found), unit: written, at });
  if (!power || when === 'past') return;
  const watts = { unit: power.unit, times: 1, quantity: 'power' } as const;
  into.instant(meter, { name: power.key, raw: valueAt(frame, [power.key]), unit: watts, at });
}

/** The one register that the meter can mean; none, and a doubt, when there are several. */
function onlyField(frame: JsonObject, meter: Listener, into: Gathered): Field | undefined {
  const quantity = readQuantity(meter.unit);
  const found = quantity === undefined ? [] : fieldsIn(frame, quantity);
  if (found.length < 2) return found[0];
  const names = found.map((field) => field.name).join(', ');
  into.doubt(meter, 'message.unparsable', `the frame has ${names} and the channel names none`);
  return undefined;
}

/** The first time that can be true: gateways without a clock write nothing, 1970, or the day after tomorrow. */
function heardAt({ heard }: Uplink, received: EpochSeconds): EpochSeconds | undefined {
  for (const written of heard) {
    const at = sinceClockSet(absoluteStamp(written));
    if (at !== undefined && at <= received + limits.futureSeconds) return at;
  }
  return undefined;
}

const euiShape = /^(?:[0-9a-f]{2}[-:]?){7}[0-9a-f]{2}$/i;

/** `<EUI>`, `<EUI>/<field>` or `<field>`. */
function channelOf({ channel }: Listener): { readonly eui: string | undefined; readonly field: string | undefined } {
  if (channel === undefined) return { eui: undefined, field: undefined };
  const [first = '', ...rest] = channel.split('/');
  if (!euiShape.test(first)) return { eui: undefined, field: channel };
  return { eui: plainEui(first), field: rest.length === 0 ? undefined : rest.join('/') };
}

/** A meter without an EUI is meant by its own topic, and a wildcard in that topic must not stand for the device. */
function isMeant(meter: Listener, { eui, names }: Uplink): boolean {
  const { eui: named } = channelOf(meter);
  if (named !== undefined) return named === eui;
  const levels = (meter.topic ?? '').split('/');
  if (!levels.includes('+') && !levels.includes('#')) return true;
  return levels.some((level) => names.includes(level) || (euiShape.test(level) && plainEui(level) === eui));
}

function plainEui(text: string): string {
  return text.replaceAll(/[-:]/g, '').toLowerCase();
}

/** A device's EUI as servers write it: hexadecimal in any case, or base64 of its eight bytes; empty when neither. */
export function euiOf(written: unknown): string {
  if (typeof written !== 'string') return '';
  if (euiShape.test(written)) return plainEui(written);
  const bytes = /^[A-Za-z0-9+/]{11}=$/.test(written) ? Buffer.from(written, 'base64') : undefined;
  return bytes?.length === 8 ? bytes.toString('hex') : '';
}

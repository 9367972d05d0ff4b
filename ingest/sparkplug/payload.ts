import { gunzipSync, inflateSync } from 'node:zlib';
import { limits } from '../../domain/limits.ts';

/**
 * The payload of Sparkplug B: protocol buffers of one fixed schema (Eclipse Sparkplug 3.0, chapter 6.4), read and, for
 * the one command we send, written by hand. Eleven fields of it matter to a meter; the rest is passed over.
 */
export interface SparkplugPayload {
  /** Milliseconds since 1970. */
  readonly timestamp: number | undefined;
  readonly metrics: readonly SparkplugMetric[];
  /** 0 to 255; a death has none. */
  readonly seq: number | undefined;
}

export interface SparkplugMetric {
  readonly name: string | undefined;
  /** An unsigned 64-bit number as its digits. 0 is an alias like any other. */
  readonly alias: string | undefined;
  readonly timestamp: number | undefined;
  readonly datatype: number | undefined;
  readonly isNull: boolean;
  /** Of the properties, where they are sent. */
  readonly unit: string | undefined;
  readonly quality: number | undefined;
  /** As it travelled: an integer without its sign, which only the datatype knows. */
  readonly value: bigint | number | boolean | string | undefined;
}

/** Datatypes of a metric that is a number. */
export const datatypes = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
  string: 12,
} as const;

type Field = { readonly number: number } & (
  | { readonly wire: 0; readonly value: bigint }
  | { readonly wire: 1 | 2 | 5; readonly value: Uint8Array }
);

class Malformed extends Error {}

/** The fields of one message, in their order. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Malformed('it ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Malformed('a number of more than 64 bits');
  }
  function take(length: number): Uint8Array {
    const end = at + length;
    if (end > bytes.length) throw new Malformed('it ends inside a field');
    const part = bytes.subarray(at, end);
    at = end;
    return part;
  }
  while (at < bytes.length) {
    const key = Number(varint());
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (number === 0) throw new Malformed('a field of number 0');
    if (wire === 0) yield { number, wire, value: varint() };
    else if (wire === 1) yield { number, wire, value: take(8) };
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) };
    else if (wire === 5) yield { number, wire, value: take(4) };
    else throw new Malformed(`a field of wire type ${wire}`);
  }
}

const text = (field: Field): string | undefined =>
  field.wire === 2 ? Buffer.from(field.value).toString('utf8') : undefined;
const whole = (field: Field): bigint | undefined => (field.wire === 0 ? field.value : undefined);
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Milliseconds that a calendar can show. */
function stamp(field: Field): number | undefined {
  const value = whole(field);
  return value === undefined || value > 253_402_300_799_999n ? undefined : Number(value);
}

/** The value of a metric (fields 10 to 15) or of a property (3 to 8), which have the same order of types. */
function valueOf(field: Field, first: number): SparkplugMetric['value'] {
  const { number, wire } = field;
  if ((number === first || number === first + 1) && wire === 0) return field.value;
  if (number === first + 2 && wire === 5) return view(field.value).getFloat32(0, true);
  if (number === first + 3 && wire === 1) return view(field.value).getFloat64(0, true);
  if (number === first + 4 && wire === 0) return field.value !== 0n;
  return number === first + 5 ? text(field) : undefined;
}

/** Keys and values of a property set stand in two lists of the same order. */
function propertiesOf(bytes: Uint8Array): ReadonlyMap<string, SparkplugMetric['value']> {
  const keys: string[] = [];
  const values: SparkplugMetric['value'][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) keys.push(text(field) ?? '');
    if (field.number !== 2 || field.wire !== 2) continue;
    let value: SparkplugMetric['value'];
    for (const inner of fieldsOf(field.value)) value = valueOf(inner, 3) ?? value;
    values.push(value);
  }
  return new Map(keys.map((key, i) => [key.toLowerCase(), values[i]]));
}

const empty: SparkplugMetric = {
  name: undefined,
  alias: undefined,
  timestamp: undefined,
  datatype: undefined,
  isNull: false,
  unit: undefined,
  quality: undefined,
  value: undefined,
};

function metricOf(bytes: Uint8Array): SparkplugMetric {
  let metric = empty;
  for (const field of fieldsOf(bytes)) {
    const { number } = field;
    if (number === 1) metric = { ...metric, name: text(field) };
    else if (number === 2) metric = { ...metric, alias: whole(field)?.toString() };
    else if (number === 3) metric = { ...metric, timestamp: stamp(field) };
    else if (number === 4) metric = { ...metric, datatype: Number(whole(field) ?? 0n) };
    else if (number === 7) metric = { ...metric, isNull: whole(field) === 1n };
    else if (number === 9 && field.wire === 2) metric = { ...metric, ...sidesOf(propertiesOf(field.value)) };
    else metric = { ...metric, value: valueOf(field, 10) ?? metric.value };
  }
  return metric;
}

function sidesOf(properties: ReadonlyMap<string, SparkplugMetric['value']>): Pick<SparkplugMetric, 'unit' | 'quality'> {
  const unit = properties.get('engunit') ?? properties.get('unit');
  const quality = properties.get('quality');
  return {
    unit: typeof unit === 'string' ? unit.slice(0, 60) : undefined,
    quality: typeof quality === 'bigint' ? Number(quality) : undefined,
  };
}

/** A payload, or why it is none. */
export function readSparkplug(bytes: Uint8Array): SparkplugPayload | { readonly malformed: string } {
  try {
    return payloadOf(bytes, true);
  } catch (error) {
    if (error instanceof Malformed) return { malformed: error.message };
    throw error;
  }
}

/** In a payload of this `uuid` the `body` is another payload, packed. */
const packed = 'SPBV1.0_COMPRESSED';

function payloadOf(bytes: Uint8Array, mayBePacked: boolean): SparkplugPayload {
  let timestamp: number | undefined;
  let seq: number | undefined;
  let uuid: string | undefined;
  let body: Uint8Array | undefined;
  const metrics: SparkplugMetric[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) timestamp = stamp(field);
    else if (field.number === 3) seq = Number(whole(field) ?? 0n);
    else if (field.number === 4) uuid = text(field);
    else if (field.number === 5 && field.wire === 2) body = field.value;
    else if (field.number === 2 && field.wire === 2) {
      if (metrics.length >= limits.readingsPerMessage) {
        throw new Malformed(`more than ${limits.readingsPerMessage} metrics`);
      }
      metrics.push(metricOf(field.value));
    }
  }
  if (uuid !== packed || body === undefined) return { timestamp, metrics, seq };
  if (!mayBePacked) throw new Malformed('packed twice');
  const inner = payloadOf(unpacked(body), false);
  return { ...inner, seq: inner.seq ?? seq };
}

/** GZIP or DEFLATE, told apart by the first bytes; bounded, as a few bytes may unpack to many. */
function unpacked(body: Uint8Array): Uint8Array {
  const options = { maxOutputLength: limits.payloadBytes };
  try {
    return body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body, options) : inflateSync(body, options);
  } catch {
    throw new Malformed('packed in a way that is not understood, or larger than a payload may be');
  }
}

/** A number of a metric with its sign, or what it is instead; `undefined` when only a datatype could say. */
export function numberOf(metric: SparkplugMetric, datatype: number | undefined): bigint | number | string | undefined {
  const { value } = metric;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'bigint') return value;
  const bits = integerBits.get(datatype ?? 0);
  if (bits === undefined) return undefined;
  return (datatype ?? 0) <= datatypes.int64 ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

const integerBits: ReadonlyMap<number, number> = new Map([
  ...([8, 16, 32, 64] as const).map((bits, i) => [datatypes.int8 + i, bits] as const),
  ...([8, 16, 32, 64] as const).map((bits, i) => [datatypes.uint8 + i, bits] as const),
]);

/** The command `Node Control/Rebirth`: all births of an edge node again. `at` is epoch milliseconds. */
export function rebirthCommand(at: number): Uint8Array {
  const name = Buffer.from('Node Control/Rebirth');
  const time = [...varint(BigInt(at))];
  const metric = [0x0a, name.length, ...name, 0x18, ...time, 0x20, datatypes.boolean, 0x70, 1];
  return Uint8Array.from([0x08, ...time, 0x12, metric.length, ...metric]);
}

function* varint(value: bigint): Generator<number> {
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) yield Number(rest & 0x7fn) | 0x80;
  yield Number(rest);
}

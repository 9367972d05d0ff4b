import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type JsonObject, objectOf } from './bounded-json.ts';
import { deviceStamp, sinceClockSet } from './stamps.ts';
import { bacnetUnit, type WrittenUnit, writtenUnit } from './written-units.ts';

/**
 * One point of a gateway's message. Gateways agree on what a point is - a name, a value, often a unit, a time and a
 * quality - and on nothing else; so a message is searched for points instead of being read by one form.
 */
export interface Point {
  /** Names from the outside in, joined by `/`; lists and mere wrappers have none. */
  readonly path: string;
  readonly raw: unknown;
  readonly unit: WrittenUnit | undefined;
  /** A unit that is written and that no meter counts or shows in. */
  readonly oddUnit: unknown;
  readonly at: EpochSeconds | undefined;
  /** A stamp that is written and is none. */
  readonly oddTime: unknown;
  /** What the gateway says of it when it does not call it good. */
  readonly bad: unknown;
  /** Whether it is the value now, not a stored, smallest or largest one, nor a tariff's. */
  readonly present: boolean;
}

const valueKeys = ['value', 'Value', 'v', 'val', 'presentValue', 'present_value'] as const;
const nameKeys = ['name', 'tagname', 'tag', 'id', 'uuid', 'objectName', 'object_name', 'point', 'flag', 'n'] as const;
const groupKeys = ['device', 'deviceId', 'device_id', 'meter', 'meterId', 'name', 'NAME', 'id', 'serial'] as const;
const unitKeys = ['unit', 'units', 'Unit', 'Units', 'uom', 'engUnit'] as const;
const timeKeys = ['timestamp', 'Timestamp', 'time', 'Time', 'TS', 'acquiredAt', 'lastUpdate', 'UNIX'] as const;
/** Also names of other things: a stamp only where they hold one. */
const shortTimeKeys = ['t', 'ts'] as const;
const notPoints: ReadonlySet<string> = new Set<string>([...timeKeys, ...unitKeys, ...groupKeys, 'quality', 'q']);
const wrappers: ReadonlySet<string> = new Set(
  (
    'values VALUES points data Data payload readouts readings records metrics body ' +
    'sensorDatas DataRecords header registers'
  ).split(' '),
);

function firstOf(body: JsonObject, keys: readonly string[]): unknown {
  return keys.map((key) => body[key]).find((value) => value !== undefined);
}

interface Around {
  readonly path: string;
  readonly at: EpochSeconds | undefined;
  readonly oddTime: unknown;
}

function timeOf(body: JsonObject, around: Around, near: EpochSeconds): Pick<Around, 'at' | 'oddTime'> {
  const raw = firstOf(body, timeKeys);
  const isWritten = typeof raw === 'number' || (typeof raw === 'string' && raw !== '');
  const stamp = isWritten ? raw : firstOf(body, shortTimeKeys);
  const at = deviceStamp(stamp, near);
  if (at !== undefined && (isWritten || at >= limits.earliestStamp))
    return { at: sinceClockSet(at), oddTime: undefined };
  return isWritten ? { at: undefined, oddTime: raw } : around;
}

/** OPC quality 192 to 255 is good; others say 1, true or the word. */
function isGood(quality: unknown): boolean {
  if (typeof quality === 'number') return quality === 1 || (quality >= 192 && quality <= 255);
  return quality === true || (typeof quality === 'string' && /^(?:good|ok|valid|true|1|192)$/i.test(quality));
}

/** Of M-Bus records only the present, whole register is meant where nothing is named. */
function isPresent(body: JsonObject): boolean {
  const what = firstOf(body, ['function', 'Function']);
  const stored = ['storage', 'StorageNumber', 'storage_number', 'tariff', 'Tariff', 'subunit', 'Device'] as const;
  const isNow = what === undefined || (typeof what === 'string' && /instantaneous|^0$/i.test(what));
  return isNow && stored.every((key) => (body[key] ?? 0) === 0 || body[key] === '0');
}

function unitOf(raw: unknown): Pick<Point, 'unit' | 'oddUnit'> {
  if (raw === undefined || raw === null || raw === '') return { unit: undefined, oddUnit: undefined };
  const unit = writtenUnit(raw) ?? bacnetUnit(raw);
  return { unit, oddUnit: unit === undefined ? raw : undefined };
}

/** The unit beside a bare value: `energy_unit`, `energyUnit`; Elvaco writes `U` beside `E`, `VU` beside `V`. */
function siblingUnit(body: JsonObject, key: string): unknown {
  return firstOf(body, [`${key}_unit`, `${key}Unit`, `${key}_units`, key === 'E' ? 'U' : `${key}U`]);
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);
const isName = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** The points of a message in their order; undefined when there are more than a message may hold. */
export function pointsIn(body: unknown, near: EpochSeconds): Point[] | undefined {
  const points: Point[] = [];
  let seen = 0;

  function visit(value: unknown, around: Around, key: string | undefined): void {
    if (++seen > limits.readingsPerMessage) return;
    if (Array.isArray(value)) {
      const path = key === undefined || wrappers.has(key) ? around.path : joined(around.path, key);
      for (const each of value as readonly unknown[]) visit(each, { ...around, path }, undefined);
      return;
    }
    const inner = objectOf(value);
    if (!inner) return;
    const time = timeOf(inner, around, near);
    const raw = firstOf(inner, valueKeys);
    if (raw !== undefined && isScalar(raw)) point(inner, raw, { ...around, ...time }, key);
    else group(inner, { ...around, ...time }, key);
  }

  function point(inner: JsonObject, raw: unknown, { path, at, oddTime }: Around, key: string | undefined): void {
    const named = firstOf(inner, nameKeys);
    const name = isName(named) ? String(named) : key;
    const quality = inner.quality ?? inner.q;
    const bad = quality === undefined || isGood(quality) ? undefined : quality;
    const unit = unitOf(firstOf(inner, unitKeys));
    const where = name === undefined ? path : joined(path, name);
    points.push({ path: where, raw, ...unit, at, oddTime, bad, present: isPresent(inner) });
  }

  function group(inner: JsonObject, around: Around, key: string | undefined): void {
    const named = firstOf(inner, groupKeys);
    const own = isName(named) ? String(named) : key === undefined || wrappers.has(key) ? undefined : key;
    const path = own === undefined ? around.path : joined(around.path, own);
    for (const [name, value] of Object.entries(inner)) {
      if (!isScalar(value)) visit(value, { ...around, path }, name);
      else if (!notPoints.has(name)) {
        const { at, oddTime } = around;
        const unit = unitOf(siblingUnit(inner, name));
        points.push({ path: joined(path, name), raw: value, ...unit, at, oddTime, bad: undefined, present: true });
        seen++;
      }
    }
  }

  visit(body, { path: '', at: undefined, oddTime: undefined }, undefined);
  return seen > limits.readingsPerMessage ? undefined : points;
}

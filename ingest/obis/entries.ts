import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type JsonObject, objectOf } from '../bounded-json.ts';
import { scaled } from '../gathered.ts';
import { cosemStamp, readObis } from './codes.ts';
import { deviceStamp, sinceClockSet } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { dlmsUnit, timesOf, type WrittenUnit, writtenUnit } from '../written-units.ts';

/** One value of a message, with where it stood. */
export interface Entry {
  /** Key of the object that holds it, where a message holds several meters. */
  readonly group: string;
  readonly medium: string | undefined;
  readonly code: string;
  readonly raw: unknown;
  readonly unit: WrittenUnit | undefined;
  /** A unit that is written and not understood. */
  readonly oddUnit: unknown;
  readonly at: EpochSeconds | undefined;
}

const timeKeys = ['timestamp', 'time', 'lastUpdate', 'ts', 'read_at', 'Time', 'datetime'] as const;
const clockCode = '1.0.0';

function stampOf(body: JsonObject, outer: EpochSeconds | undefined, near: EpochSeconds): EpochSeconds | undefined {
  for (const [key, value] of Object.entries(body)) {
    const isClock = (timeKeys as readonly string[]).includes(key) || isMeterClock(key);
    if (!isClock) continue;
    const text = Array.isArray(value) ? (value as readonly unknown[])[0] : (objectOf(value)?.value ?? value);
    const at = cosemStamp(text, near) ?? deviceStamp(text, near);
    if (at !== undefined) return sinceClockSet(at);
  }
  return outer;
}

function isMeterClock(key: string): boolean {
  const obis = readObis(key);
  return obis?.code === clockCode && (obis.medium === undefined || obis.medium.startsWith('0-'));
}

/** A unit as a DLMS code or a text; a number in a text is a code too. */
function unitOf(raw: unknown): WrittenUnit | undefined {
  return typeof raw === 'string' && /^\d{1,3}$/.test(raw) ? dlmsUnit(Number(raw)) : (dlmsUnit(raw) ?? writtenUnit(raw));
}

/**
 * The number and unit of one entry: a bare value, `001234.567*kWh` as the meter's optical port says it, an object with
 * value, unit and perhaps scaler, or the list of value and scaler-unit pair.
 */
function valueOf(found: unknown): { raw: unknown; unit: unknown; scaler: unknown } {
  const body = objectOf(found);
  if (body) return { raw: body.value ?? null, unit: body.unit, scaler: body.scaler };
  if (Array.isArray(found)) {
    const [raw, pair] = found as readonly unknown[];
    const [scaler, unit] = Array.isArray(pair) ? (pair as readonly unknown[]) : [undefined, undefined];
    return { raw: raw ?? null, unit, scaler };
  }
  const [, number, unit] = (typeof found === 'string' && /^(\S{1,32})\*([A-Za-z0-9/]{1,8})$/.exec(found)) || [];
  return number === undefined ? { raw: found, unit: undefined, scaler: undefined } : { raw: number, unit, scaler: 0 };
}

function entryOf(where: Pick<Entry, 'group' | 'at'>, key: string, found: unknown): Entry | undefined {
  const obis = readObis(key);
  if (!obis) return undefined;
  const { raw, unit, scaler = 0 } = valueOf(found);
  const known = unitOf(unit);
  const isScale = typeof scaler === 'number' && Number.isInteger(scaler) && Math.abs(scaler) <= 9;
  const times = isScale ? 10 ** scaler : 1;
  const oddUnit = isScale ? (known === undefined ? unit : undefined) : `scaler ${sayValue(scaler)}`;
  if (known) return { ...where, ...obis, raw, unit: timesOf(known.unit, known.times * times), oddUnit };
  // A scaler without a unit still scales the number: the estate knows the unit.
  const number = strictNumber(raw);
  return { ...where, ...obis, raw: number === undefined ? raw : scaled(number, times), unit: undefined, oddUnit };
}

/** Everything in a message that stands under an OBIS code; undefined when it is more than a message may hold. */
export function entriesIn(body: unknown, near: EpochSeconds): Entry[] | undefined {
  const entries: Entry[] = [];
  let seen = 0;
  const visit = (value: unknown, group: string, outer: EpochSeconds | undefined): void => {
    if (++seen > limits.readingsPerMessage) return;
    if (Array.isArray(value)) {
      for (const each of value as readonly unknown[]) visit(each, group, outer);
      return;
    }
    const inner = objectOf(value);
    if (!inner) return;
    const at = stampOf(inner, outer, near);
    const code = inner.obis ?? inner.code;
    if (typeof code === 'string') {
      const entry = entryOf({ group, at }, code, inner);
      if (entry) entries.push(entry);
      return;
    }
    for (const [key, found] of Object.entries(inner)) {
      const entry = entryOf({ group, at }, key, found);
      if (entry) entries.push(entry);
      else visit(found, wrappers.has(key) ? group : key, at);
    }
  };
  visit(body, '', undefined);
  return seen > limits.readingsPerMessage ? undefined : entries;
}
const wrappers: ReadonlySet<string> = new Set(['meters', 'values', 'payload', 'data', 'obis', 'readings', 'objects']);

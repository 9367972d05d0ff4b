import type { EpochSeconds } from '../../domain/time.ts';
import { type ClockReading, epochStamp, londonStamp, readClock, utcSeconds } from '../stamps.ts';
import { strictNumber } from '../strict-number.ts';

/** Reads a stamp as one format writes it; undefined when it is written otherwise. `near` is the time of receipt. */
export type ReadStamp = (value: unknown, near: EpochSeconds) => EpochSeconds | undefined;

export interface StampFormat {
  readonly format: string;
  readonly zone?: string | undefined;
  readonly offset?: string | undefined;
  readonly since?: string | undefined;
}

/** Throws a RangeError for a zone that does not exist. */
export function stampReader({ format, zone, offset, since }: StampFormat): ReadStamp {
  if (format === 'seconds' || format === 'milliseconds') {
    const start = since === undefined ? 0 : Date.parse(`${since}T00:00:00Z`) / 1000;
    const divisor = format === 'seconds' ? 1 : 1000;
    return (value) => {
      const count = strictNumber(value);
      return count === undefined ? undefined : epochStamp(start + count / divisor);
    };
  }
  const place = placing(zone, offset);
  if (format === 'dsmr') return readDsmr;
  if (format === 'iso') {
    if (zone === 'Europe/London') return londonStamp;
    return (value, near) => {
      const clock = typeof value === 'string' ? readClock(value) : undefined;
      return clock && place(clock, near);
    };
  }
  const read = patternReader(format);
  return (value, near) => {
    const clock = typeof value === 'string' || typeof value === 'number' ? read(String(value)) : undefined;
    return clock && place(clock, near);
  };
}

/** From what a clock showed to an instant. Without zone and offset only a stamp that names its own is one. */
function placing(zone: string | undefined, offset: string | undefined) {
  const fixed = offset === undefined ? undefined : secondsOf(offset);
  // An unknown zone is found now and not at the first message.
  if (zone !== undefined) Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  return (clock: ClockReading, near: EpochSeconds): EpochSeconds | undefined => {
    const known = clock.offset ?? fixed;
    if (known !== undefined) return clock.asUtc - known;
    return zone === undefined ? undefined : inZone(clock.asUtc, zone, near);
  };
}

function secondsOf(offset: string): number {
  const seconds = Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

/** In the hour that autumn has twice, the one nearer to receipt is meant. */
function inZone(asUtc: EpochSeconds, zone: string, near: EpochSeconds): EpochSeconds {
  const clock = Temporal.Instant.fromEpochMilliseconds(asUtc * 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  const at = (disambiguation: 'earlier' | 'later') =>
    Math.floor(clock.toZonedDateTime(zone, { disambiguation }).epochMilliseconds / 1000);
  const [early, late] = [at('earlier'), at('later')];
  return Math.abs(early - near) <= Math.abs(late - near) ? early : late;
}

const dsmrShape = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW])$/;

/** `240216170332W` of Dutch meters (DSMR 5, TST): central European time, S in summer and W in winter. */
function readDsmr(value: unknown): EpochSeconds | undefined {
  const found = typeof value === 'string' ? dsmrShape.exec(value) : null;
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const asUtc = utcSeconds(2000 + year, month, day, hour, minute, second);
  return asUtc === undefined ? undefined : asUtc - (found[7] === 'S' ? 7200 : 3600);
}

const tokens = /YYYY|YY|MM|DD|hh|mm|ss/g;

/** A pattern such as `DD/MM/YYYY hh:mm`: digits where letters stand, everything else as it is. */
function patternReader(format: string): (text: string) => ClockReading | undefined {
  const order = [...format.matchAll(tokens)].map(([token]) => token);
  const source = format.split(tokens).map((part) => RegExp.escape(part));
  const shape = new RegExp(
    `^${source.map((part, i) => part + (order[i] === undefined ? '' : `(\\d{${order[i].length}})`)).join('')}$`,
  );
  return (text) => {
    const found = shape.exec(text);
    if (!found) return undefined;
    const part = (token: string) => {
      const i = order.indexOf(token);
      return i === -1 ? undefined : Number(found[i + 1]);
    };
    const year = part('YYYY') ?? 2000 + (part('YY') ?? 0);
    const [month, day] = [part('MM') ?? 0, part('DD') ?? 0];
    const asUtc = utcSeconds(year, month, day, part('hh') ?? 0, part('mm') ?? 0, part('ss') ?? 0);
    return asUtc === undefined ? undefined : { date: '', asUtc, offset: undefined };
  };
}

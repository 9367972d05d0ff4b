import type { EpochSeconds } from '../../domain/time.ts';
import { londonStamp } from '../stamps.ts';

/**
 * OBIS codes (IEC 62056-61, EN 13757-1): A-B:C.D.E*F. A is the medium (1 electricity, 6 heat, 7 gas, 8 cold and 9 warm
 * water, 0 abstract), B the channel, C what is measured, D how (8 a register, 7 the value now), E the tariff (0 the
 * total), F a billing period (255 the present one).
 */
export interface Obis {
  /** `A-B`; undefined where the device leaves it out. */
  readonly medium: string | undefined;
  /** `C.D.E`. */
  readonly code: string;
}

const written = /^(?:(\d{1,3})-(\d{1,3}):)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[*&.](\d{1,3}))?$/;
const packed = /^[0-9a-f]{12}$/i;

/** A code as devices write it: `1-0:1.8.0*255`, `1.8.0`, `1.0.1.8.0.255`, `0100010800FF`. Stored periods are none. */
export function readObis(text: string): Obis | undefined {
  if (text.length > 24) return undefined;
  if (packed.test(text)) {
    const [a, b, c, d, e, f] = [...Buffer.from(text, 'hex')];
    return f === 255 ? { medium: `${a}-${b}`, code: `${c}.${d}.${e}` } : undefined;
  }
  const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3}\.\d{1,3}\.\d{1,3})\.255$/.exec(text);
  if (dotted) return { medium: `${dotted[1]}-${dotted[2]}`, code: dotted[3] as string };
  const match = written.exec(text);
  if (!match) return undefined;
  const [, a, b, c, d, e, f = '255'] = match;
  if (f !== '255') return undefined;
  const medium = a === undefined ? undefined : `${Number(a)}-${Number(b)}`;
  return { medium, code: `${Number(c)}.${Number(d)}.${Number(e)}` };
}

/**
 * The 12 bytes of a COSEM date-time as hex digits (IEC 62056-6-2): year, month, day, weekday, hour, minute, second,
 * hundredths, deviation, status. The deviation is minutes from local time to UTC (-60 in British summer); 8000 leaves
 * it open, and then it is the clock in London.
 */
export function cosemStamp(text: unknown, near: EpochSeconds): EpochSeconds | undefined {
  if (typeof text !== 'string' || !/^[0-9a-f]{24}$/i.test(text)) return undefined;
  const bytes = Buffer.from(text, 'hex');
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(bytes.readUInt16BE(0)).padStart(4, '0');
  const date = `${year}-${two(bytes.readUInt8(2))}-${two(bytes.readUInt8(3))}`;
  const seconds = bytes.readUInt8(7) === 0xff ? 0 : bytes.readUInt8(7);
  const clock = `${date}T${two(bytes.readUInt8(5))}:${two(bytes.readUInt8(6))}:${two(seconds)}`;
  const deviation = bytes.readInt16BE(9);
  if (deviation === -0x8000) return londonStamp(clock, near);
  const utc = londonStamp(`${clock}Z`, near);
  return utc === undefined || Math.abs(deviation) > 840 ? undefined : utc + 60 * deviation;
}

import { daySeconds } from '../../domain/time.ts';

/**
 * Dates and stamps as files write them, in the signs of strftime, which people who make such files know: %d/%m/%Y.
 * A text must be of its style from end to end; there is no guessing between day first and month first.
 */

/** A date and, where the style has one, a time of day, both as written. */
export interface WrittenStamp {
  /** Days since 1970-01-01 of the calendar date. */
  readonly day: number;
  /** Seconds since 00:00 on the clock, 0 to 86,400; undefined where the style has no time. */
  readonly second: number | undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Each sign: what it looks like. */
const signs = {
  d: String.raw`(?<d>\d{1,2})`,
  e: String.raw`(?<d>\d{1,2})`,
  m: String.raw`(?<m>\d{1,2})`,
  b: '(?<b>[a-z]{3})[a-z]*',
  Y: String.raw`(?<Y>\d{4})`,
  y: String.raw`(?<y>\d{2})`,
  H: String.raw`(?<H>\d{1,2})`,
  M: String.raw`(?<M>\d{2})`,
  S: String.raw`(?<S>\d{2})`,
  a: '[a-z]{3,9}',
} as const satisfies Record<string, string>;

type Sign = keyof typeof signs;

/** Whether a text is a style: known signs, each once, and a day, a month and a year among them. */
export function isDateStyle(style: string): boolean {
  const used = Array.from(style.matchAll(/%(.)/g), (found) => found[1] as string);
  if (used.some((sign) => !Object.hasOwn(signs, sign)) || new Set(used).size !== used.length) return false;
  const has = (...any: Sign[]): boolean => any.filter((sign) => used.includes(sign)).length === 1;
  return has('d', 'e') && has('m', 'b') && has('Y', 'y') && used.includes('H') === used.includes('M');
}

function expressionOf(style: string): RegExp {
  // Where signs run together, as in %Y%m%d, each has its full width.
  const isTight = /%\w%\w/.test(style);
  const source = style.replaceAll(/%(.)|(\s+)|([^\w\s])/g, (_all, sign?: string, gap?: string, mark?: string) => {
    if (gap !== undefined) return String.raw`\s+`;
    if (sign === undefined) return `[${mark === '^' ? String.raw`\^` : mark}]`;
    const looks = signs[sign as Sign];
    return isTight ? looks.replace('{1,2}', '{2}') : looks;
  });
  return new RegExp(`^${source}$`, 'i');
}

/** Reads stamps of some styles; a text of none of them, or that no calendar has, is undefined. */
export function stampReader(styles: string | readonly string[]): (text: string) => WrittenStamp | undefined {
  const expressions = (typeof styles === 'string' ? [styles] : styles).map(expressionOf);
  return (text) => {
    const trimmed = text.trim();
    if (trimmed.length > 60) return undefined;
    for (const expression of expressions) {
      const parts = expression.exec(trimmed)?.groups;
      const stamp = parts && stampOf(parts);
      if (stamp) return stamp;
    }
    return undefined;
  };
}

function stampOf(parts: Readonly<Record<string, string | undefined>>): WrittenStamp | undefined {
  const month = parts['b'] === undefined ? Number(parts['m']) : months.indexOf(parts['b'].toLowerCase()) + 1;
  // Two digits are of this century: no half-hour was metered in the last one.
  const year = parts['Y'] === undefined ? 2000 + Number(parts['y']) : Number(parts['Y']);
  const date = Number(parts['d']);
  const time = Date.UTC(year, month - 1, date);
  const back = new Date(time);
  if (month < 1 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== date) return undefined;
  const day = time / 1000 / daySeconds;
  if (parts['H'] === undefined) return { day, second: undefined };
  const second = clockSeconds(Number(parts['H']), Number(parts['M']), Number(parts['S'] ?? 0));
  return second === undefined ? undefined : { day, second };
}

function clockSeconds(hour: number, minute: number, second: number): number | undefined {
  const all = hour * 3600 + minute * 60 + second;
  return minute > 59 || second > 59 || all > daySeconds ? undefined : all;
}

const clockShape = /^(\d{1,2})[:_](\d{2})(?:[:_](\d{2}))?\s*([ap]m)?$/i;

/**
 * A time of day as files write it, in seconds since 00:00: `00:30`, `0:30`, `00:30:00`, `12:30 AM`, `130`, `0030`,
 * `00_30_00`, and 24:00, which is 86,400. Undefined for anything else.
 */
export function timeOfDay(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,4}$/.test(trimmed)) {
    const digits = trimmed.padStart(4, '0');
    return clockSeconds(Number(digits.slice(0, 2)), Number(digits.slice(2)), 0);
  }
  const found = clockShape.exec(trimmed);
  if (!found) return undefined;
  let hour = Number(found[1]);
  const half = found[4]?.toLowerCase();
  // Some write 23:30 PM; and 00:30 AM.
  if (half === 'am' && hour === 12) hour = 0;
  if (half === 'pm' && hour < 12) hour += 12;
  return clockSeconds(hour, Number(found[2]), Number(found[3] ?? 0));
}

/** Both ends of `00:00 to 00:30` or `23:30 - 00:00`; undefined for a text that is no span. */
export function spanOfDay(text: string): { readonly start: number; readonly end: number } | undefined {
  const [first, second, ...more] = text.split(/\s+to\s+|\s*-\s*/i);
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const start = timeOfDay(first);
  const end = timeOfDay(second);
  return start === undefined || end === undefined ? undefined : { start, end: end === 0 ? daySeconds : end };
}

/** The time of day that a header names: `hr0030`, `H2400`, `Consumption 00:00 AM`, `00:00 - 00:30`. */
export function timeInHeader(header: string): number | undefined {
  const span = spanOfDay(header);
  if (span) return span.start;
  const clock = /\d{1,2}[:_]\d{2}(?:[:_]\d{2})?(?:\s*[ap]m)?\s*$/i.exec(header)?.[0];
  return timeOfDay(clock ?? /\d{1,4}\s*$/.exec(header)?.[0] ?? '');
}

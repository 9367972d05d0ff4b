import type { EpochSeconds, Period } from '../../domain/time.ts';
import { isKeepableName } from '../keepable.ts';

/**
 * Pieces of InfluxQL. Names of people never reach a statement but through `text`: the client's own escaping leaves a
 * backslash as it is, so that `\'` would end the literal.
 */

/** A string literal. */
export function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** An identifier. */
export function identifier(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** InfluxDB counts nanoseconds in 64 bits, so its time ends in 2262; a later literal fails the whole statement. */
const lastSecond = 9_223_372_036;

/** An instant as a literal; one beyond what InfluxDB can hold is the nearest that it can. */
export function instant(at: EpochSeconds): string {
  return `${Math.max(-lastSecond, Math.min(lastSecond, at))}s`;
}

/** `time` within a half-open period. */
export function within(period: Period): string {
  return `time >= ${instant(period.from)} AND time < ${instant(period.to)}`;
}

/** So many comparisons are as quick as a pattern; many hundreds take minutes, since they are joined one by one. */
const mostComparisons = 25;

/**
 * A tag that is one of several values; undefined when none of them can have been written. Many ids become one pattern;
 * names that hold more than a pattern's plain letters are always compared.
 */
export function oneOf(tag: string, values: readonly string[]): string | undefined {
  const possible = [...new Set(values)].filter(isKeepableName);
  if (possible.length === 0) return undefined;
  const ids = possible.length > mostComparisons ? possible.filter((value) => /^[A-Za-z0-9-]+$/.test(value)) : [];
  const plain = new Set(ids);
  const comparisons = possible.filter((value) => !plain.has(value)).map((value) => `${tag} = ${text(value)}`);
  const pattern = ids.length > 0 ? [`${tag} =~ /^(?:${ids.join('|')})$/`] : [];
  return `(${[...pattern, ...comparisons].join(' OR ')})`;
}

import type { Period } from '../../domain/time.ts';
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

/** `time` within a half-open period. */
export function within(period: Period): string {
  return `time >= ${period.from}s AND time < ${period.to}s`;
}

/** A tag that is one of several values; undefined when none of them can have been written. */
export function oneOf(tag: string, values: readonly string[]): string | undefined {
  const possible = [...new Set(values)].filter(isKeepableName);
  if (possible.length === 0) return undefined;
  return `(${possible.map((value) => `${tag} = ${text(value)}`).join(' OR ')})`;
}

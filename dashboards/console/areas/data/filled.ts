import { Refused } from '../../ask.ts';
import { londonInstant } from '../../place.ts';

/** What was filled into a field, as the API takes it; each rejects with the problem beside its field. */

function wrong(name: string, says: string, expected: string): Refused {
  return new Refused(400, [{ code: 'request.invalid', says, where: `body ${name}`, expected }]);
}

/** Keys and values written as JSON. */
export function jsonOf(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(name, 'This is not JSON.', 'keys and values, as { "parent": "sal-e-main" }');
}

/** A number as people write it here. */
export function numberOf(text: string, name: string): number {
  const value = Number(text.replaceAll(',', ''));
  if (text !== '' && Number.isFinite(value)) return value;
  throw wrong(name, 'This is not a number.', 'digits, with a point before decimals');
}

/** A number, or nothing where nothing was filled in. */
export function optionalNumber(text: string, name: string): number | undefined {
  return text === '' ? undefined : numberOf(text, name);
}

/** An instant from a time of London's clocks, as the browser gives it; in the hour that comes twice the first. */
export function instantOf(text: string, name: string): string {
  const instant = londonInstant(text);
  if (instant !== undefined) return instant;
  throw wrong(name, 'No clock of London showed this time.', 'a date and a time; an hour is left out in March');
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** Longer than any double needs; a payload of a million digits is not a reading. */
const longest = 64;

/**
 * The one way from something a device sent to a number: a finite number, or a decimal text such as `00746.379`.
 * Anything else is undefined: `""` and null (which JavaScript's `Number` calls 0), `nan`, `Infinity`, `0x10`, `12,5`,
 * `1_000`. White space around a text is allowed, because shells and serial lines add a line end.
 */
export function strictNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > longest) return undefined;
  const text = value.trim();
  if (!decimal.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** What a refused value looked like, short enough for a sentence. */
export function sayValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null (the meter does not know)';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

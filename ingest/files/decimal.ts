import { strictNumber } from '../strict-number.ts';

const tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;

/**
 * A number as files write it; NaN for anything else, an empty cell included. Plain decimals of up to fifteen digits,
 * which nearly all are, are read digit by digit: both the digits and the power of ten are exact, so the quotient is
 * rounded as `Number` rounds it, in a third of the time.
 */
export function decimalOf(text: string): number {
  let digits = 0;
  let count = 0;
  let places = -1;
  let at = text.charCodeAt(0) === 45 ? 1 : 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      digits = digits * 10 + (code - 48);
      count++;
      if (places >= 0) places++;
    } else if (code === 46 && places < 0) places = 0;
    else return strictNumber(text) ?? Number.NaN;
  }
  if (count === 0 || count > 15) return count === 0 ? Number.NaN : (strictNumber(text) ?? Number.NaN);
  const value = places > 0 ? digits / (tens[places] as number) : digits;
  return text.charCodeAt(0) === 45 ? -value : value;
}

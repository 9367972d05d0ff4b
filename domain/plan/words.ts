import { addDays, dateOf, type EpochSeconds, type LocalDate } from '../time.ts';

/** Figures as sentences of the plan say them; what is below nothing has a true minus sign. */

/** kgCO2e in tonnes, to a tenth where they are few. */
export function tonnes(kg: number): string {
  return number(kg / 1000, Math.abs(kg) < 10_000 ? 1 : 0);
}

export function pounds(amount: number): string {
  return `${amount < 0 ? '−' : ''}£${number(Math.abs(amount))}`;
}

/** £ in as few digits as a table has room for: `£58k`, `£11.3m`. */
export function shortPounds(amount: number): string {
  const size = Math.abs(amount);
  if (size < 10_000) return pounds(amount);
  const [value, unit] = size < 999_500 ? [amount / 1e3, 'k'] : [amount / 1e6, 'm'];
  return `${amount < 0 ? '−' : ''}£${number(Math.abs(value), unit === 'm' ? 1 : 0)}${unit}`;
}

export function number(value: number, digits = 0): string {
  const text = Math.abs(value).toLocaleString('en-GB', { maximumFractionDigits: digits });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** With its sign, for what is added or taken away. */
export function signedTonnes(kg: number): string {
  return `${kg > 0 ? '+' : ''}${tonnes(kg)}`;
}

/** 0.1 is `10 % more`. */
export function moreOrLess(change: number): string {
  return `${number(Math.abs(change) * 100, 1)} % ${change < 0 ? 'less' : 'more'}`;
}

/** `31 October 2026`. */
export function sayDate(date: LocalDate): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', options);
}

/** The last London day of a period, from the midnight that ends it. */
export function lastDayOf({ to }: { readonly to: EpochSeconds }): LocalDate {
  return addDays(dateOf(to), -1);
}

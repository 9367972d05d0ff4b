/** Figures, money, shares and times as people read them. What is not known is said so, never as 0. */

const unknownWord = 'not known';

const london = 'Europe/London';
type Moment = string | number;

/** A moment: ISO text, or epoch seconds. */
function dateOf(moment: Moment): Date {
  return new Date(typeof moment === 'number' ? moment * 1000 : moment);
}

/** Digits that a figure deserves: four that count, and no tenth of thousands. */
export function number(value: number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return unknownWord;
  const size = Math.abs(value);
  const most = digits ?? (size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  return value.toLocaleString('en-GB', { maximumFractionDigits: most, minimumFractionDigits: digits ?? 0 });
}

/** A figure with its unit; pounds before the number, as money is written. */
export function amount(value: number | null | undefined, unit: string, digits?: number): string {
  if (value === null || value === undefined) return unknownWord;
  if (unit === '£') return pounds(value, digits);
  return `${number(value, digits)} ${unit}`;
}

/** £ without pence from a hundred on. */
export function pounds(value: number | null | undefined, digits?: number): string {
  if (value === null || value === undefined) return unknownWord;
  const most = digits ?? (Math.abs(value) >= 100 ? 0 : 2);
  const money = {
    style: 'currency',
    currency: 'GBP',
    maximumFractionDigits: most,
    minimumFractionDigits: most,
  } as const;
  return value.toLocaleString('en-GB', money);
}

/** A share of 1 as per cent. What is nearly all is never said as all. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return unknownWord;
  if (share < 1 && share > 0.999) return '99.9 %';
  if (share > 0 && share < 0.001) return '0.1 %';
  return `${(share * 100).toLocaleString('en-GB', { maximumFractionDigits: share > 0.1 && share < 0.99 ? 0 : 1 })} %`;
}

/** A share of 1 in hundredths, for a figure or a bar. What is nearly all, or nearly nothing, is not drawn as that. */
export function hundredths(share: number | null): number | null {
  if (share === null || share <= 0 || share >= 1) return share === null ? null : share * 100;
  return Math.min(99.9, Math.max(0.1, share * 100));
}

/** A date of London, `26 Nov 2026`. A date without a time is one already. */
export function day(moment: Moment | null | undefined): string {
  if (moment === null || moment === undefined) return unknownWord;
  const zone = typeof moment === 'string' && moment.length === 10 ? 'UTC' : london;
  return dateOf(moment).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: zone,
  });
}

/** A time of London, `26 Nov 2026, 14:30`. */
export function time(moment: Moment | null | undefined): string {
  if (moment === null || moment === undefined) return unknownWord;
  return dateOf(moment).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: london,
  });
}

/** How long ago, in the largest unit that says it; `from` in epoch milliseconds is now. */
export function ago(moment: Moment | null | undefined, from: number): string {
  if (moment === null || moment === undefined) return 'never';
  const seconds = (from - dateOf(moment).getTime()) / 1000;
  return seconds < 0 ? `in ${lasting(-seconds)}` : seconds < 5 ? 'now' : `${lasting(seconds)} ago`;
}

/** A length of time. */
export function lasting(seconds: number): string {
  const [size, name] =
    seconds < 90
      ? [1, 'second']
      : seconds < 5400
        ? [60, 'minute']
        : seconds < 172_800
          ? [3600, 'hour']
          : [86_400, 'day'];
  const count = Math.round(seconds / size);
  return `${count.toLocaleString('en-GB')} ${name}${count === 1 ? '' : 's'}`;
}

/** `3 meters`, `1 meter`, `no meters`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number === 0 ? 'no' : number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** A word of a table as people say it: `main_incomer` → `Main incomer`. */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

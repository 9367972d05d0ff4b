import { halfHourSeconds } from '../time.ts';
import type { Chart } from './evidence.ts';
import { londonTime } from './wording.ts';

/**
 * The chart of an alert as two lines of text, for mail that shows no pictures and a message of 28 kB: each sign the
 * mean of some hours, as high as the largest of both lines. What is not known is a dot and not the lowest bar.
 */
const bars = '▁▂▃▄▅▆▇█';
const unknown = '·';
/** Signs in a line: what a telephone shows without breaking it. */
const signs = 42;

export interface TextChart {
  readonly measured: string;
  readonly expected: string;
  /** From when to when, and how high the highest sign is. */
  readonly says: string;
}

/** Undefined where nothing of it is known. */
export function textChart({ from, measured, expected }: Chart, unit: string): TextChart | undefined {
  const each = Math.max(1, Math.ceil(measured.length / signs));
  const lines = [meansOf(measured, each), meansOf(expected, each)] as const;
  const most = Math.max(0, ...lines.flat().filter((value) => value !== null));
  if (!lines[0].some((value) => value !== null)) return undefined;
  const to = from + measured.length * halfHourSeconds;
  return {
    measured: lines[0].map((value) => signOf(value, most)).join(''),
    expected: lines[1].map((value) => signOf(value, most)).join(''),
    says: `${londonTime(from)} to ${londonTime(to)}, up to ${Number(most.toPrecision(3))} ${unit}`,
  };
}

function meansOf(values: readonly (number | null)[], each: number): (number | null)[] {
  const means: (number | null)[] = [];
  for (let i = 0; i < values.length; i += each) {
    const known = values.slice(i, i + each).filter((value) => value !== null);
    means.push(known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length);
  }
  return means;
}

function signOf(value: number | null, most: number): string {
  if (value === null) return unknown;
  const step = most > 0 ? Math.floor((Math.max(0, value) / most) * (bars.length - 1e-9)) : 0;
  return bars[Math.min(step, bars.length - 1)] as string;
}

import type { Line, Point } from '../../pieces/chart-lines.ts';

/** Half-hours (or days) of a meter as lines: measured, estimated, and nothing where nothing is known. */

export interface HalfHour {
  /** Epoch seconds; it ends at `to`. */
  readonly at: number;
  readonly to: number;
  /** London date. */
  readonly date: string;
  /** Null: missing. */
  readonly amount: number | null;
  readonly quality: 'measured' | 'estimated' | 'missing';
  readonly rule: string | null;
}

/**
 * Two lines: an estimate is joined to the measured points on both its sides, so that a single one is seen too.
 * `times` turns amounts into what is drawn: 2 makes a rate of a half-hour's amount.
 */
export function qualityLines(halfHours: readonly HalfHour[], times: number): Line[] {
  const point = ({ at, amount }: HalfHour, isOn: boolean): Point => [
    at,
    isOn && amount !== null ? amount * times : null,
  ];
  const isEstimated = (one: HalfHour | undefined): boolean => one?.quality === 'estimated';
  const measured = halfHours.map((one) => point(one, one.quality === 'measured'));
  const estimated = halfHours.map((one, i) =>
    point(one, isEstimated(one) || isEstimated(halfHours[i - 1]) || isEstimated(halfHours[i + 1])),
  );
  return [
    { name: 'Measured', points: measured },
    ...(halfHours.some(isEstimated) ? [{ name: 'Estimated', points: estimated, dashed: true }] : []),
  ];
}

export interface MissingSpan {
  readonly at: number;
  readonly to: number;
  readonly halfHours: number;
  readonly rule: string | null;
}

/** Rows of missing half-hours, each as one. */
export function missingSpans(halfHours: readonly HalfHour[]): MissingSpan[] {
  const spans: MissingSpan[] = [];
  for (const { at, to, quality, rule } of halfHours) {
    if (quality !== 'missing') continue;
    const last = spans.at(-1);
    if (last && last.to === at) spans[spans.length - 1] = { ...last, to, halfHours: last.halfHours + 1 };
    else spans.push({ at, to, halfHours: 1, rule });
  }
  return spans;
}

export interface CountedDay {
  readonly date: string;
  /** Of what is known; null where nothing is. */
  readonly amount: number | null;
  readonly measured: number;
  readonly estimated: number;
  readonly missing: number;
}

/** The same by London day. */
export function daysOf(halfHours: readonly HalfHour[]): CountedDay[] {
  return Array.from(
    Map.groupBy(halfHours, ({ date }) => date),
    ([date, list]): CountedDay => {
      const many = (quality: HalfHour['quality']): number => list.filter((one) => one.quality === quality).length;
      const known = list.flatMap(({ amount }) => amount ?? []);
      return {
        date,
        amount: known.length === 0 ? null : known.reduce((a, b) => a + b),
        measured: many('measured'),
        estimated: many('estimated'),
        missing: many('missing'),
      };
    },
  );
}

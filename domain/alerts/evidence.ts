import type { Cause } from './causes.ts';
import { halfHourSeconds, type EpochSeconds } from '../time.ts';
import type { Finding } from './finding.ts';

/** By what an alert is told, kept with it: what a message says and draws. Null is not known. */
export interface Evidence {
  readonly unit: Finding['unit'];
  /** Means while it held, kW, m³/h or kvar; kVA of a demand. */
  readonly measured: number | null;
  readonly expected: number | null;
  /** Robust standard deviations by which it was off, and the share of its half-hours that is known. */
  readonly score: number | null;
  readonly known: number;
  /** How many kinds of look saw it. */
  readonly detectors: number;
  /** Numbers special to the kind, by name with the unit last. */
  readonly facts: Readonly<Record<string, number>>;
  readonly chart?: Chart | undefined;
}

/** What was measured beside what was expected, in steps of half an hour: kW or m³/h, three figures. */
export interface Chart {
  readonly from: EpochSeconds;
  readonly measured: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
}

/** Days that a chart shows: those on which it began, or the last ones, with the one before. */
export const chartDays = 7;

/** What tells a cause: the words and numbers of the finding that says most particularly what it is. */
export function evidenceOf({ kind, subject, findings }: Cause, chart?: Chart): Evidence {
  const head = findings.find((one) => one.kind === kind && one.subject === subject) as Finding;
  const { unit, measured, expected, score, known, facts } = head;
  return {
    unit,
    measured: figure(measured),
    expected: figure(expected),
    score: figure(score),
    known,
    detectors: new Set(findings.map((one) => one.kind)).size,
    // What is not known is not told.
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => Number.isFinite(value))),
    chart,
  };
}

/** The columns of a subject as a chart, from a half-hour of theirs to another; half-hours are of kWh or m³. */
export function chartOf(
  columns: { readonly from: EpochSeconds; readonly use: Float64Array; readonly expected: Float64Array },
  from: EpochSeconds,
  to: EpochSeconds,
): Chart {
  const first = Math.max(0, Math.floor((from - columns.from) / halfHourSeconds));
  const end = Math.min(columns.use.length, Math.ceil((to - columns.from) / halfHourSeconds));
  const rates = (values: Float64Array): (number | null)[] =>
    Array.from(values.subarray(first, end), (value) => figure(2 * value));
  return {
    from: columns.from + first * halfHourSeconds,
    measured: rates(columns.use),
    expected: rates(columns.expected),
  };
}

/** Three figures: more is not known. */
function figure(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : null;
}

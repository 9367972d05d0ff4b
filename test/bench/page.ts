import { cpus, totalmem } from 'node:os';
import { quantile, type Spread } from './statistics.ts';

/** One part of the page: what was done, and tables of what was seen. */
export interface Part {
  readonly title: string;
  /** How it was done and what is bare, in Markdown. */
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
}

/** A target and whether it was met. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly found: string;
  readonly met: boolean;
}

export const whole = (number: number): string => Math.round(number).toLocaleString('en-GB');

/** `12.3 (11.9–14.0)`; what was seen once has no spread. */
export function spreadText({ median, least, most }: Spread, say: (number: number) => string): string {
  return least === most ? say(median) : `${say(median)} (${say(least)}–${say(most)})`;
}

export const fixed =
  (digits: number) =>
  (number: number): string =>
    number.toFixed(digits);

/** Median, 99th percentile and worst of some times, in the unit they have. */
export function percentilesOf(times: readonly number[]): { half: number; most: number; worst: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { half: quantile(sorted, 0.5), most: quantile(sorted, 0.99), worst: quantile(sorted, 1) };
}

/** Everything that was run, as the committed page. */
export function pageOf(
  parts: readonly Part[],
  run: { command: string; date: string; load: string; failed: readonly string[] },
): string {
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const verdicts = parts.flatMap((part) => part.verdicts);
  return [
    '# Benchmarks',
    '',
    `Written by \`${run.command}\` on ${run.date}; Node.js ${process.version}, ${machine}.`,
    `Load average when it began and ended: ${run.load}. Everything shares the machine: publisher, broker, database and`,
    'Meterhouse. So absolute numbers say little; the ratios, taken within one run by turns, are what is held.',
    'Numbers are medians, with the least and the most behind them in brackets.',
    ...(run.failed.length > 0
      ? ['', `**Not measured in this run, because they failed: ${run.failed.join(', ')}.**`]
      : []),
    '',
    '## Targets',
    '',
    ...tableOf(
      ['what', 'target', 'found', ''],
      verdicts.map(({ what, target, found, met }) => [what, target, found, met ? 'met' : '**missed**']),
    ),
    ...parts.flatMap((part) => ['', `## ${part.title}`, '', part.about, '', ...tableOf(part.head, part.rows)]),
    '',
  ].join('\n');
}

/** A Markdown table, its columns padded. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, 3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

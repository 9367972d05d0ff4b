import { readFileSync } from 'node:fs';
import { quantile } from '../bench/statistics.ts';

/** Memory of one process at one moment, MB. */
export interface Memory {
  readonly rss: number;
  /** Of JavaScript; undefined where the process has none. */
  readonly heap: number | undefined;
}

/** What was seen at one moment. */
export interface Sample {
  /** Seconds since the stream began. */
  readonly at: number;
  readonly memory: Readonly<Record<string, Memory>>;
  /** Messages that the broker has acknowledged and that are not booked yet. */
  readonly lag: number;
  readonly booked: number;
  /** Milliseconds that the API took for a site's consumption. */
  readonly answeredMs: number;
  /** False where it said that it was too slow. */
  readonly answered: boolean;
}

export function rssOf(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

/** Of a process that runs with `memory-told.ts`; undefined before it first told. */
export function heapOf(file: string): number | undefined {
  try {
    const { heapUsed } = JSON.parse(readFileSync(file, 'utf8')) as NodeJS.MemoryUsage;
    return heapUsed / 1024 ** 2;
  } catch {
    return undefined;
  }
}

/** Medians of the second and of the last quarter of a run: what grows shows between them, what warms up does not. */
export function growth(samples: readonly Sample[], process: string): { early: number; late: number } {
  const list = samples.map((sample) => sample.memory[process]?.rss ?? 0);
  const quarter = (from: number, to: number): number => {
    const part = list.slice(Math.floor(from * list.length), Math.ceil(to * list.length));
    return quantile(
      part.toSorted((a, b) => a - b),
      0.5,
    );
  };
  return { early: quarter(0.25, 0.5), late: quarter(0.75, 1) };
}

/** Flat: no more than a tenth and 16 MB above; garbage that waits for its collector is not growth. */
export function isFlat({ early, late }: { readonly early: number; readonly late: number }): boolean {
  return late <= early * 1.1 + 16;
}

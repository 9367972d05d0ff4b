import { join } from 'node:path';
import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, type Verdict, whole } from './page.ts';
import type { RederiveOptions } from './rederive-child.ts';
import type { Rig } from './rig.ts';
import { type Spread, spreadOf } from './statistics.ts';

const interval = 900;
const times = 5;
const targetMs = 1_000;

/** A changed multiplier until every half-hour and day of one meter's year is restated. */
export async function rederivePart({ folder, influx }: Rig, progress: (line: string) => void): Promise<Part> {
  const seen: { title: string; ms: Spread; cpu: Spread }[] = [];
  let readings = 0;
  for (const title of ['InfluxDB', 'DuckDB']) {
    const place = join(folder, `rederive-${title}`);
    const { url } = influx;
    const options: RederiveOptions = {
      folder: place,
      store:
        title === 'DuckDB'
          ? { kind: 'duckdb', path: join(place, 'readings.duckdb') }
          : { kind: 'influxdb', url, user: 'admin', password: 'admin-secret', database: 'bench_year' },
      interval,
      times,
    };
    const child = startBenchChild('rederive-child.ts', options);
    const said = await child.ended();
    readings = await child.said('readings');
    const of = (key: string): Spread =>
      spreadOf(said.map((words) => words[key]).filter((value) => typeof value === 'number'));
    const [ms, cpu] = [of('ms'), of('cpu_ms')];
    progress(`rederive ${title}: ${ms.median.toFixed(0)} ms, of the processor ${cpu.median.toFixed(0)} ms`);
    seen.push({ title, ms, cpu });
  }
  return {
    title: 'A meter-year derived again',
    about: `One meter with a register reading every ${interval / 60} minutes for a year, ${whole(readings)} readings. Its multiplier is changed, and one
look of the process that derives restates all of it: readings from the store, half-hours, gaps and days back to it.
${times} times.`,
    head: ['', 'ms', 'CPU of the process, ms'],
    rows: seen.map(({ title, ms, cpu }) => [title, spreadText(ms, whole), spreadText(cpu, whole)]),
    verdicts: seen.map(
      ({ title, ms }): Verdict => ({
        what: `a meter-year derived again, ${title}`,
        target: `< ${fixed(0)(targetMs / 1_000)} s`,
        found: `${spreadText(ms, whole)} ms`,
        met: ms.median < targetMs,
      }),
    ),
  };
}

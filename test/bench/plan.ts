import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import type { PlanOptions } from './plan-child.ts';
import { spreadOf } from './statistics.ts';

/** Ten meters each. */
const sites = 114;
const targetSeconds = 60;

/** What the four-step plan asks of the days of an estate: the baseline models of all its meters, of three years. */
export async function planPart(progress: (line: string) => void): Promise<Part> {
  const options: PlanOptions = { sites, rounds: 1 };
  const said = await startBenchChild('plan-child.ts', options).ended();
  const of = (key: string) => spreadOf(said.flatMap((words) => (typeof words[key] === 'number' ? [words[key]] : [])));
  const [ms, cpu, bare, models] = [of('ms'), of('cpu_ms'), of('bare_cpu_ms'), of('models')];
  const times = spreadOf(said.map((words) => Number(words['cpu_ms']) / Number(words['bare_cpu_ms'])));
  progress(`plan: ${whole(models.median)} baseline models in ${whole(ms.median)} ms`);
  return {
    title: 'The four-step plan',
    about: `Baseline models of ${whole(10 * sites)} meters, of each of three years of their days: days read from DuckDB, temperatures of the
town, and the model that Meterhouse takes (\`day_types\`: no weather, heating, cooling and both, kinds of day, walls that
remember) with its intervals. Bare is one line of use on degree days a year, by least squares, of days in memory. In one
process; the first time is not counted.`,
    head: ['', 'models', 's', 's of the processor', 'bare', 'times bare'],
    rows: [
      [
        'baseline models of an estate',
        whole(models.median),
        ...[ms, cpu, bare].map((one) => spreadText(one, (value) => fixed(1)(value / 1000))),
        spreadText(times, whole),
      ],
    ],
    verdicts: [
      {
        what: `baseline models of ${whole(10 * sites)} meters, three years of days`,
        target: `< ${targetSeconds} s`,
        found: `${fixed(1)(ms.median / 1000)} s`,
        met: ms.median < 1000 * targetSeconds,
      },
    ],
  };
}

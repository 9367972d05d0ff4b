import { addDays, dateOf } from '../../domain/time.ts';
import { type BenchChild, startBenchChild } from './child.ts';
import { publishToAnswer, rate, seconds } from './latency.ts';
import { fixed, type Part, percentilesOf, type Verdict, whole } from './page.ts';
import type { RestateFillOptions } from './restate-fill-child.ts';
import type { ProductSubject, Rig } from './rig.ts';

const rounds = 2;
const years = 3;
const most = 2;

/** A factor restated over three years, while the same messages come in as in the run without it. */
export async function restatePart(rig: Rig, progress: (line: string) => void): Promise<Part> {
  const seen: { title: string; without: number[]; with: number[]; ms: number }[] = [];
  let days = 0;
  for (const [subject, title] of [
    ['influxdb', 'InfluxDB; ingest and API two processes'],
    ['duckdb', 'DuckDB; one process'],
  ] as const) {
    days = await fill(rig, subject);
    progress(`restate ${subject}: ${whole(days)} days of meters are there`);
    const found: (typeof seen)[number] = { title, without: [], with: [], ms: 0 };
    for (let round = 0; round < rounds; round++) {
      found.without.push(...(await publishToAnswer(rig, subject)));
      let restating: BenchChild | undefined;
      const begin = (taking: BenchChild): void => {
        restating = taking;
        process.kill(taking.pid, 'SIGUSR2');
      };
      found.with.push(...(await publishToAnswer(rig, subject, begin, restatedYears())));
      found.ms = Math.max(found.ms, (await restating?.said('restated_ms')) ?? Number.NaN);
    }
    const [without, meanwhile] = [percentilesOf(found.without), percentilesOf(found.with)];
    progress(
      `restate ${subject}: p99 ${without.most.toFixed(0)} ms without, ${meanwhile.most.toFixed(0)} ms with; ` +
        `${found.ms.toFixed(0)} ms until restated`,
    );
    seen.push(found);
  }
  return {
    title: 'A factor restated while messages come in',
    about: `${whole(days)} days of meters, ${years} years of 1,140. Once messages come, ${whole(rate)} a second for ${seconds} s, the factor of
electricity is another in each year: the emissions of every day and the days of all sites are worked out again by the
process that takes the messages. From publishing to the API's answer as above, with it and without, ${rounds} rounds by turns.`,
    head: ['', 'samples', 'median, ms', 'p99, ms', 'worst, ms', 'restated after, ms'],
    rows: seen.flatMap(({ title, without, with: meanwhile, ms }) => [
      [`${title}: without`, ...numbers(without), ''],
      [`${title}: with`, ...numbers(meanwhile), whole(ms)],
    ]),
    verdicts: seen.map(({ title, without, with: meanwhile }): Verdict => {
      const ratio = percentilesOf(meanwhile).most / percentilesOf(without).most;
      const what = `publish to \`GET /v1/readings\` during a restatement, of without, ${title}`;
      return { what, target: `p99 ≤ ${most} ×`, found: `${fixed(2)(ratio)} ×`, met: ratio <= most };
    }),
  };
}

function numbers(times: readonly number[]): string[] {
  const { half, most: late, worst } = percentilesOf(times);
  return [whole(times.length), ...[half, late, worst].map(fixed(0))];
}

const lastDate = (): string => addDays(dateOf(Math.floor(Date.now() / 1000)), -1);

function restatedYears(): number[] {
  const last = Number(lastDate().slice(0, 4));
  return Array.from({ length: years }, (_, i) => last - i);
}

async function fill(rig: Rig, subject: ProductSubject): Promise<number> {
  const to = lastDate();
  const from = `${Number(to.slice(0, 4)) - years + 1}-01-01`;
  const options: RestateFillOptions = { ...rig.house(subject), from, to };
  const child = startBenchChild('restate-fill-child.ts', options);
  await child.ended();
  return await child.said('days');
}

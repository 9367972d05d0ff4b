import { addDays, dateOf } from '../../domain/time.ts';
import { type BenchChild, startBenchChild } from './child.ts';
import { publishToAnswer, rate, seconds } from './latency.ts';
import { fixed, type Part, percentilesOf, type Verdict, whole } from './page.ts';
import type { RestateFillOptions } from './restate-fill-child.ts';
import type { ProductSubject, Rig } from './rig.ts';

const years = 3;
const most = 2;

/** A factor restated over three years, while the same messages come in as in the run without it. */
export async function restatePart(rig: Rig, progress: (line: string) => void): Promise<Part> {
  const seen: { title: string; without: number[]; with: number[]; done: string }[] = [];
  let days = 0;
  for (const [subject, title] of [
    ['influxdb', 'InfluxDB; ingest and API two processes'],
    ['duckdb', 'DuckDB; one process'],
  ] as const) {
    days = await fill(rig, subject);
    progress(`restate ${subject}: ${whole(days)} days of meters are there`);
    const without = await publishToAnswer(rig, subject);
    let restating: BenchChild | undefined;
    const begin = async (taking: BenchChild): Promise<void> => {
      restating = taking;
      process.kill(taking.pid, 'SIGUSR2');
      await taking.said('restating');
    };
    const meanwhile = await publishToAnswer(rig, subject, begin, restatedYears());
    const count = (await restating?.said('restated_days')) ?? 0;
    const done = `${whole(count)}${(await restating?.said('restated')) === 1 ? ', all' : ', going on'}`;
    const [plain, late] = [percentilesOf(without), percentilesOf(meanwhile)];
    progress(
      `restate ${subject}: p99 ${plain.most.toFixed(0)} ms without, ${late.most.toFixed(0)} ms with; days: ${done}`,
    );
    seen.push({ title, without, with: meanwhile, done });
  }
  return {
    title: 'A factor restated while messages come in',
    about: `${whole(days)} days of meters, ${years} years of 1,140. Before messages come, ${whole(rate)} a second for ${seconds} s, the factor of
electricity becomes another in each year: the emissions of every day and the days of all sites are worked out again by
the process that takes the messages, which gives them a small part of its time. From publishing to the API's answer as
above, without it and with it; what was restated until the last message came stands beside it.`,
    head: ['', 'samples', 'median, ms', 'p99, ms', 'worst, ms', 'days restated'],
    rows: seen.flatMap(({ title, without, with: meanwhile, done }) => [
      [`${title}: without`, ...numbers(without), ''],
      [`${title}: with`, ...numbers(meanwhile), done],
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

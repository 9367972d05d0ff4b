import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../servers/process.ts';
import { type BenchChild, startBenchChild } from './child.ts';
import type { HouseChildOptions } from './house-child.ts';
import { fixed, type Part, percentilesOf, type Verdict, whole } from './page.ts';
import type { ProductSubject, Rig } from './rig.ts';
import { readingOf } from './workload.ts';

export const rate = 900;
export const seconds = 30;
const sampleEvery = 75;
const targetMs = 2_000;

/** From publishing until `GET /v1/readings` has answered with the reading, at a steady rate. */
export async function latencyPart(rig: Rig, progress: (line: string) => void): Promise<Part> {
  const seen: { title: string; times: number[] }[] = [];
  for (const [subject, title] of [
    ['influxdb', 'InfluxDB; ingest and API two processes'],
    ['duckdb', 'DuckDB; one process'],
  ] as const) {
    const times = await publishToAnswer(rig, subject);
    const { half, most } = percentilesOf(times);
    progress(`latency ${subject}: ${times.length} samples, median ${half.toFixed(0)} ms, p99 ${most.toFixed(0)} ms`);
    seen.push({ title, times });
  }
  return {
    title: 'From publishing to the API’s answer',
    about: `${whole(rate)} messages a second for ${seconds} s, two readings each, half-hours derived beside it. Of one message in
${sampleEvery}: from the moment it is handed to the socket until an answer of \`GET /v1/readings\` with its reading is here.
Each sample is asked for again after a pause of 20 ms or a tenth of what has passed. API keys are on.`,
    head: ['', 'samples', 'median, ms', 'p99, ms', 'worst, ms'],
    rows: seen.map(({ title, times }) => {
      const { half, most, worst } = percentilesOf(times);
      return [title, whole(times.length), ...[half, most, worst].map(fixed(0))];
    }),
    verdicts: seen.map(({ title, times }): Verdict => {
      const { most } = percentilesOf(times);
      const what = `publish to \`GET /v1/readings\`, ${title}`;
      return { what, target: `p99 < ${whole(targetMs)} ms`, found: `${whole(most)} ms`, met: most < targetMs };
    }),
  };
}

/**
 * Milliseconds from publishing to the API's answer, of one run. What else the process that takes messages has to do
 * begins before.
 */
export async function publishToAnswer(
  rig: Rig,
  subject: ProductSubject,
  begin: (taking: BenchChild) => Promise<unknown> = () => Promise.resolve(),
  restates: readonly number[] = [],
): Promise<number[]> {
  const messages = rate * seconds;
  const ingest = { url: rig.broker.url, prefix: subject, derive: true };
  const house = { ...rig.house(subject), expect: messages };
  const keys = { apiKeys: 60 };
  const taking: HouseChildOptions = { ...house, holder: `bench-${subject}`, ingest, restates };
  const serving: HouseChildOptions = { ...house, holder: 'api', ...keys };
  const isOne = subject === 'duckdb';
  const taker = startBenchChild('house-child.ts', isOne ? { ...taking, ...keys } : taking);
  const api = isOne ? taker : startBenchChild('house-child.ts', serving);
  await taker.said('open');
  const port = await api.said('port');
  const secrets = (api.heard.find((words) => 'keys' in words)?.['keys'] ?? []) as string[];
  await begin(taker);
  const from = rig.stamp();
  const publisher = rig.publish(subject, messages, { rate, sampleEvery });
  const waits: Promise<number>[] = [];
  const ask = asker(port, secrets);
  const end = publisher.ended();
  let looked = 0;
  await until(
    'the publisher to end',
    () => {
      for (; looked < publisher.heard.length; looked++) {
        const { sample, at } = publisher.heard[looked] ?? {};
        if (typeof sample !== 'number' || typeof at !== 'number') continue;
        const { meter, at: stamp } = readingOf(sample, from);
        waits.push(appears(() => ask(meter, stamp), at));
      }
      return publisher.heard.some((words) => 'published' in words);
    },
    (seconds + 60) * 1_000,
  );
  await end;
  const times = await Promise.all(waits);
  for (const child of new Set([taker, api])) await child.finish();
  return times;
}

/** Asks the API whether a meter has a reading at a second; the keys take turns. */
function asker(port: number, secrets: readonly string[]): (meter: string, at: number) => Promise<boolean> {
  let turn = 0;
  return async (meter, at) => {
    const period = `from=${iso(at)}&to=${iso(at + 1)}`;
    const url = `http://127.0.0.1:${port}/v1/readings?meter=${meter}&kind=register&${period}`;
    turn += 1;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${secrets[turn % secrets.length] ?? ''}` } });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${text}`);
    return text.includes('"at":');
  };
}

const iso = (at: number): string => new Date(at * 1_000).toISOString();

/** Milliseconds from `since` until it is so. */
async function appears(isSo: () => Promise<boolean>, since: number): Promise<number> {
  while (!(await isSo())) {
    const passed = Date.now() - since;
    if (passed > 60_000) throw new Error('a reading did not appear within a minute');
    await sleep(Math.max(20, passed / 10));
  }
  return Date.now() - since;
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublisherOptions } from '../servers/publisher.ts';
import { end, startChild, until } from '../servers/process.ts';
import type { ChildOptions } from './source-child.ts';

/** What was booked over four kills, as a judge sees it. */
export interface Judgement {
  /** Different messages booked. */
  readonly booked: number;
  /** Repeats not flagged, or with another fingerprint than the first; messages of a topic out of order. */
  readonly wrong: readonly string[];
  readonly output: string;
}

/** Publishes from one process, books in another and kills that one four times; then reads what was booked. */
export async function killedFourTimes(kind: ChildOptions['kind'], port: number, messages: number): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-killed-'));
  const options: ChildOptions = {
    kind,
    port,
    file: join(folder, 'booked'),
    memory: join(folder, 'memory'),
    topics: ['load/#'],
  };
  const booked = (): string[] => {
    try {
      return readFileSync(options.file, 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  };
  const consume = async (): Promise<ReturnType<typeof startChild>> => {
    const child = startChild(process.execPath, [join(import.meta.dirname, 'source-child.ts'), JSON.stringify(options)]);
    await until('the consumer to open', () => {
      if (child.child.exitCode !== null) throw new Error(child.output());
      return child.output().includes('open\n');
    });
    return child;
  };
  const load: PublisherOptions = { port, messages, prefix: 'load', topics: 40, clientId: 'load', rate: 12_000 };
  let consumer = await consume();
  const publisher = startChild(process.execPath, [
    join(import.meta.dirname, '../servers/publisher.ts'),
    JSON.stringify(load),
  ]);
  try {
    for (const share of [0.1, 0.3, 0.5, 0.7]) {
      await until(`${share} of the messages`, () => booked().length >= share * messages, 60_000);
      await end(consumer.child, 'SIGKILL');
      consumer = await consume();
    }
    const numbers = (): Set<string> => new Set(booked().map((line) => line.slice(0, line.indexOf(' '))));
    await until('every message', () => numbers().size >= messages, 60_000).catch(() => undefined);
    return judge(booked(), `${consumer.output()}\n${publisher.output().slice(-300)}`);
  } finally {
    await end(consumer.child, 'SIGKILL');
    await end(publisher.child, 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function judge(lines: readonly string[], output: string): Judgement {
  const first = new Map<string, string>();
  const newest = new Map<string, number>();
  const wrong: string[] = [];
  for (const line of lines) {
    const [n = '', topic = '', duplicate, fingerprint = ''] = line.split(' ');
    if (!/^\d+ load\/\d+ [01] \S+$/.test(line)) wrong.push(`not a line of the consumer: ${line}`);
    const before = first.get(n);
    if (before === undefined) {
      first.set(n, fingerprint);
      if (Number(n) <= (newest.get(topic) ?? -1)) wrong.push(`out of order: ${line}`);
      newest.set(topic, Number(n));
    } else if (duplicate !== '1' || before !== fingerprint) wrong.push(`a repeat that is not known as one: ${line}`);
  }
  return { booked: first.size, wrong, output };
}

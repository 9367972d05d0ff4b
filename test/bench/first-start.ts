import { join } from 'node:path';
import { end, startChild, until } from '../servers/process.ts';
import { fixed, type Part } from './page.ts';

const root = join(import.meta.dirname, '../..');

/** `npm start` on an empty data folder and again: what a person waits for. Shown, not judged. */
export async function startPart(parent: string, progress: (line: string) => void): Promise<Part> {
  const rows: string[][] = [];
  for (const title of ['first start, makes 27 months of history', 'second start']) {
    const { ready, live } = await measure(join(parent, 'start'));
    progress(`${title}: ready after ${ready.toFixed(1)} s, first live figure after ${live.toFixed(1)} s`);
    rows.push([title, fixed(1)(ready), fixed(1)(live)]);
  }
  return {
    title: 'Start',
    about: `\`meterhouse start\` with the sample estate, embedded broker and store, on an empty data folder and then again:
seconds from the start of the process. The live figure is the first reading that came over MQTT from a simulated meter
and was booked; each speaks every 10 s.`,
    head: ['', 'ready, s', 'first live figure, s'],
    rows,
    verdicts: [],
  };
}

async function measure(data: string): Promise<{ ready: number; live: number }> {
  const flags = ['--data', data, '--port', '0', '--broker-port', '0'];
  const began = performance.now();
  const { child, output } = startChild(process.execPath, ['meterhouse.js', 'start', ...flags], { cwd: root });
  const seconds = async (words: string): Promise<number> => {
    const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
    await until(`start to say "${words}"`, () => output().includes(words) || gone(), 600_000);
    if (!output().includes(words)) throw new Error(`start ended:\n${output()}`);
    return (performance.now() - began) / 1_000;
  };
  const ready = await seconds('Ready after');
  const live = await seconds('First live reading');
  await end(child, 'SIGINT');
  if (child.exitCode !== 0) throw new Error(`start did not end well (${child.exitCode}):\n${output()}`);
  return { ready, live };
}

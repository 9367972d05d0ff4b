import type { AlertsOptions } from './alerts-child.ts';
import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { spreadOf } from './statistics.ts';

const sites = 114;
const rounds = 15;
const targets = { lookMs: 2_000, heldMb: 200, replayMs: 1_000 };

/** The half-hourly look at an estate, warm, and a year's replay of one meter, each with the floor of it. */
export async function alertsPart(progress: (line: string) => void): Promise<Part> {
  const options: AlertsOptions = { sites, rounds };
  const said = await startBenchChild('alerts-child.ts', options, ['--expose-gc']).ended();
  const spread = (key: string, where: (words: (typeof said)[number]) => boolean = () => true) =>
    spreadOf(said.filter(where).flatMap((words) => (typeof words[key] === 'number' ? [words[key]] : [])));
  const ratio = (where: (words: (typeof said)[number]) => boolean) =>
    spreadOf(said.filter(where).map((words) => Number(words['cpu_ms']) / Number(words['bare_cpu_ms'])));
  const isLook = (words: (typeof said)[number]): boolean => 'look' in words;
  const replays = ['electricity', 'gas'].map((name) => {
    const of = (words: (typeof said)[number]): boolean => words['replay'] === name;
    return { name, ms: spread('ms', of), cpu: spread('cpu_ms', of), bare: spread('bare_cpu_ms', of), ratio: ratio(of) };
  });
  const look = spread('ms', isLook);
  const held = spread('held_after_mb').median;
  const meters = spread('meters').median;
  const learning = spread('learning_ms').median / meters;
  const slowest = replays.reduce((most, { ms }) => Math.max(most, ms.median), 0);
  progress(`alerts: a half-hour of ${meters} meters in ${spreadText(look, whole)} ms, ${whole(held)} MB held`);
  const row = (what: string, ms: typeof look, cpu: typeof look, bare: typeof look, times: typeof look): string[] => [
    what,
    ...[ms, cpu, bare].map((one) => spreadText(one, whole)),
    spreadText(times, whole),
  ];
  return {
    title: 'Abnormal use',
    about: `A half-hour of ${whole(meters)} meters at ${sites} sites that were learned before (${fixed(0)(learning)} ms a meter of
eighteen weeks): read in one question from DuckDB (${spreadText(spread('read_ms'), whole)} ms of it), looked at for the fast kinds, merged with the
alerts there are and written to the state file. Bare is a subtraction, a division and a comparison for each half-hour
of the nine weeks that are held. A replay is the learning look at fifteen months of one meter: all kinds, with the
weather, and what each could detect; bare is the score of each half-hour by the median and the MAD of eight weeks
before, which is what a spreadsheet would do and learns no weather. ${rounds} times, after one that is not counted.`,
    head: ['', 'ms', 'ms of the processor', 'bare', 'times bare'],
    rows: [
      row('a half-hour of the estate', look, spread('cpu_ms', isLook), spread('bare_cpu_ms', isLook), ratio(isLook)),
      ...replays.map(({ name, ms, cpu, bare, ratio: times }) => row(`a year's replay, ${name}`, ms, cpu, bare, times)),
    ],
    verdicts: [
      {
        what: `${whole(meters)} meters evaluated for a half-hour, warm`,
        target: `≤ ${whole(targets.lookMs)} ms`,
        found: `${spreadText(look, whole)} ms`,
        met: look.median <= targets.lookMs,
      },
      {
        what: 'memory held for that',
        target: `≤ ${targets.heldMb} MB`,
        found: `${whole(held)} MB`,
        met: held <= targets.heldMb,
      },
      {
        what: "a year's replay of one meter",
        target: `< ${whole(targets.replayMs)} ms`,
        found: `${whole(slowest)} ms`,
        met: slowest < targets.replayMs,
      },
    ],
  };
}

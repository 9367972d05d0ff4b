import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { spreadOf } from './statistics.ts';
import type { ReadinessOptions } from './readiness-child.ts';

const rounds = 7;
/** Of one site, from the question to its answer. */
const studyMs = 1_000;

/** Studies of the sample's hospital: a heat pump, and panels with batteries. */
export async function readinessPart(folder: string, progress: (line: string) => void): Promise<Part> {
  const options: ReadinessOptions = { folder, rounds };
  const said = await startBenchChild('readiness-child.ts', options).ended();
  const times = (what: string): number[] =>
    said.flatMap((words) => (words['what'] === what && typeof words['ms'] === 'number' ? [words['ms']] : []));
  const bare = times('bare');
  const row = (name: string, what: string): string[] => {
    const ours = times(what);
    const ratio = spreadOf(ours.map((ms, i) => ms / (bare[i] ?? Number.NaN)));
    progress(`${name}: ${spreadText(spreadOf(ours), whole)} ms, ${spreadText(ratio, fixed(1))} times bare`);
    return [name, spreadText(spreadOf(ours), whole), spreadText(spreadOf(bare), whole), spreadText(ratio, fixed(1))];
  };
  const study = spreadOf(times('readiness'));
  return {
    title: 'Ready for a heat pump',
    about: `A study reads a year of half-hours of a site's supply, of the gas and the heat of its boilers and of the weather, and
reckons the heat pump, what would make it fit, each flow, and the costs by every tariff that can hold. Bare is to read
the half-hours of the same meters and do nothing with them, by turns. Milliseconds on the clock.`,
    head: ['what', 'ms', 'bare, ms', 'times bare'],
    rows: [
      row("one site's readiness study", 'readiness'),
      row('five sizes of panels with batteries at one site', 'renewables'),
    ],
    verdicts: [
      {
        what: "one site's readiness study, every tariff that can hold among it",
        target: `< ${whole(studyMs)} ms`,
        found: `${spreadText(study, whole)} ms`,
        met: study.median < studyMs,
      },
    ],
  };
}

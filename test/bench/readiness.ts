import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { spreadOf } from './statistics.ts';
import type { ReadinessOptions } from './readiness-child.ts';

const rounds = 7;
/** Of one site, from the question to its answer. */
const studyMs = 1_000;

/** Studies of the sample's hospital: rows and verdicts of the part `plan`. */
export async function readinessRows(
  folder: string,
  progress: (line: string) => void,
): Promise<Pick<Part, 'rows' | 'verdicts'>> {
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

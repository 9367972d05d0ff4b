import type { MeasureStatus } from '../register.ts';
import { type Step, stepNumbers } from '../steps.ts';
import type { MeasureCounts, StepStanding, StepState } from './figure.ts';

/**
 * How far each step has come at a place: what people wrote down of its measures, and what meters say against it. A site
 * that has done nothing of a step that it has no measures for has not done the step: nobody has looked yet.
 */

export interface StepMeasure {
  readonly id: string;
  readonly name: string;
  readonly step: Step;
  readonly status: MeasureStatus;
}

/** What the meters say of a measure that is installed. */
export interface MeasureFinding {
  readonly measure: string;
  /** Whether a meter says otherwise than the register; else what it says beside it. */
  readonly contradicts: boolean;
  /** Without the name of the measure. */
  readonly says: string;
}

/** All four steps, in order. */
export function stepsOfPlace(
  measures: readonly StepMeasure[],
  findings: readonly MeasureFinding[],
): readonly StepStanding[] {
  const byMeasure = Map.groupBy(findings, ({ measure }) => measure);
  return stepNumbers.map((step) => {
    const own = measures.filter((one) => one.step === step);
    const counts = countsOf(own);
    const found = own
      .filter(({ status }) => status === 'installed')
      .flatMap(({ id, name }) => (byMeasure.get(id) ?? []).map((one) => ({ ...one, name })));
    const against = found.filter(({ contradicts }) => contradicts);
    return {
      step,
      state: stateOf(counts, against.length > 0),
      because: [sayCounts(counts), ...found.map(({ name, says }) => `${name}: ${says}`)],
      measures: counts,
    };
  });
}

/** The first step that is not done; undefined where all are. */
export function standsAt(steps: readonly StepStanding[]): Step | undefined {
  return steps.find(({ state }) => state !== 'done')?.step;
}

function countsOf(measures: readonly StepMeasure[]): MeasureCounts {
  const of = (...wanted: MeasureStatus[]): number => measures.filter(({ status }) => wanted.includes(status)).length;
  return {
    planned: of('proposed', 'approved', 'funded'),
    installing: of('installing'),
    installed: of('installed'),
    withdrawn: of('withdrawn'),
  };
}

function stateOf({ planned, installing, installed }: MeasureCounts, isContradicted: boolean): StepState {
  if (isContradicted) return 'contradicted';
  if (planned + installing + installed === 0) return 'no_measures';
  if (installing + installed === 0) return 'planned';
  return planned + installing === 0 ? 'done' : 'under_way';
}

function sayCounts({ planned, installing, installed, withdrawn }: MeasureCounts): string {
  const parts = [
    [installed, 'installed'],
    [installing, 'being installed'],
    [planned, 'planned'],
    [withdrawn, 'withdrawn'],
  ] as const;
  const said = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  return said.length === 0 ? 'no measure of this step is in the register' : `measures: ${said.join(', ')}`;
}

import { existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Period } from '../domain/time.ts';
import { type FaultPlan, faultPlanSchema, happeningsOf } from '../simulators/faults.ts';
import { measuresHalfWay } from '../simulators/happenings.ts';
import { type Model, modelOf } from '../simulators/model.ts';

/** The simulated life of an estate: its meters' registers follow from seed, history and plan alone. */
export function simulatedEstate(
  estate: Estate,
  life: { readonly seed: number; readonly history: Period; readonly plan?: FaultPlan },
): Model {
  const happenings = [...measuresHalfWay(estate, life.history), ...happeningsOf(life.plan ?? [])];
  return modelOf({ estate, seed: life.seed, start: life.history.from, happenings });
}

/** How often a plan is looked at again, milliseconds. */
const lookAgainMs = 1_000;

/** Says the plan of a file each time that it changes, and what is wrong with one that cannot be read, until stopped. */
export function followFaultPlan(
  file: string,
  { changed, refused }: { changed: (plan: FaultPlan) => void; refused: (problem: ProblemError) => void },
): () => void {
  const look = (): void => {
    try {
      changed(readFaultPlan(file));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refused(error);
    }
  };
  watchFile(file, { interval: lookAgainMs, persistent: false }, look);
  return () => unwatchFile(file, look);
}

/** The faults of a file (JSON, a list; `simulators/faults.ts` says their form). */
export function readFaultPlan(file: string): FaultPlan {
  if (!existsSync(file)) {
    throw new ProblemError([
      { code: 'command.invalid', where: '--faults', found: file, expected: 'a file that can be read' },
    ]);
  }
  const parsed = faultPlanSchema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  throw new ProblemError(
    parsed.error.issues.map((issue) => ({
      code: 'command.invalid' as const,
      where: `${file} ${issue.path.join('.')}`,
      expected: issue.message,
    })),
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: file, expected: 'a list of faults in JSON', detail }]);
  }
}

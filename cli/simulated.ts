import { readFileSync } from 'node:fs';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Period } from '../domain/time.ts';
import { type FaultPlan, faultPlanSchema, happeningsOf } from '../simulators/faults.ts';
import { type Model, modelOf } from '../simulators/model.ts';
import { registerHappenings } from '../simulators/register-happenings.ts';
import { happeningsBefore } from '../simulators/sample-happenings.ts';

/** The simulated life of an estate: its meters' registers follow from register, seed, history and plan alone. */
export function simulatedEstate(
  estate: Estate,
  life: { readonly seed: number; readonly history: Period; readonly plan?: FaultPlan },
): Model {
  const happenings = [
    ...registerHappenings(estate, life.seed),
    ...happeningsBefore(estate, life.history),
    ...happeningsOf(life.plan ?? []),
  ];
  return modelOf({ estate, seed: life.seed, start: life.history.from, happenings });
}

/** How often a plan is looked at again, milliseconds. */
const lookAgainMs = 1_000;

/** The faults of a file (JSON, a list; `simulators/faults.ts` says their form), as they were read. */
export interface PlanFile {
  readonly plan: FaultPlan;
  /**
   * Says the plan each time that the file is another than it was when it was last read, and what is wrong with one that
   * cannot be read, until stopped.
   */
  readonly follow: (listener: {
    readonly changed: (plan: FaultPlan) => void;
    readonly refused: (problem: ProblemError) => void;
  }) => () => void;
}

/** Throws a ProblemError where it cannot be read. */
export function readPlanFile(file: string): PlanFile {
  // What the file said is compared, and not when it was written: a change before the first look is one too.
  let known = textOf(file);
  return {
    plan: planOf(file, known),
    follow: ({ changed, refused }) => {
      const look = (): void => {
        const text = textOf(file);
        if (text === known) return;
        known = text;
        try {
          changed(planOf(file, text));
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          refused(error);
        }
      };
      const timer = setInterval(look, lookAgainMs).unref();
      return () => clearInterval(timer);
    },
  };
}

/** Undefined where it cannot be read. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function planOf(file: string, text: string | undefined): FaultPlan {
  if (text === undefined) {
    throw new ProblemError([
      { code: 'command.invalid', where: '--faults', found: file, expected: 'a file that can be read' },
    ]);
  }
  const parsed = faultPlanSchema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  throw new ProblemError(
    parsed.error.issues.map((issue) => ({
      code: 'command.invalid' as const,
      where: `${file} ${issue.path.join('.')}`,
      expected: issue.message,
    })),
  );
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: file, expected: 'a list of faults in JSON', detail }]);
  }
}

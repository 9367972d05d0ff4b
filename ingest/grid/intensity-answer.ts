import { z } from 'zod';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { type EpochSeconds, halfHourSeconds } from '../../domain/time.ts';

/**
 * Answers of carbonintensity.org.uk (its API definitions). The nation has a forecast and, where it is over, an actual;
 * a region has a forecast alone. Regions come as a list of one, or as the one itself: both have been seen.
 */

/** One half-hour, gCO2/kWh. */
export interface GridHalfHour {
  readonly start: EpochSeconds;
  readonly forecast: number | undefined;
  readonly actual: number | undefined;
}

const grams = z.number().min(0).max(2_000).nullish();
const halfHoursSchema = z.array(
  z.looseObject({
    from: z.string(),
    to: z.string(),
    intensity: z.looseObject({ forecast: grams, actual: grams }),
  }),
);
const regionSchema = z.looseObject({ data: halfHoursSchema });
const answerSchema = z.looseObject({
  data: z.union([
    halfHoursSchema,
    regionSchema.transform(({ data }) => data),
    z.tuple([regionSchema]).transform(([one]) => one.data),
  ]),
});

/** `2026-11-26T12:00Z`; whole half-hours only. */
function instantOf(text: string): EpochSeconds | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:[03]0Z$/.test(text)) return undefined;
  const at = Date.parse(`${text.slice(0, -1)}:00Z`) / 1000;
  return Number.isFinite(at) ? at : undefined;
}

/** The half-hours of an answer; throws a ProblemError `grid.bad-answer` where it is none. */
export function readIntensities(text: string, where: string): GridHalfHour[] {
  const bad = (more: Pick<Problem, 'found' | 'detail'>): ProblemError =>
    new ProblemError([{ code: 'grid.bad-answer', where, ...more }]);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw bad({ found: text.slice(0, 80), detail: 'not JSON' });
  }
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) throw bad({ found: text.slice(0, 80), detail: parsed.error.issues[0]?.path.join('.') ?? '' });
  return parsed.data.data.map(({ from, to, intensity }) => {
    const start = instantOf(from);
    if (start === undefined || instantOf(to) !== start + halfHourSeconds) {
      throw bad({ found: `${from} to ${to}`, detail: 'no half-hour in UTC' });
    }
    return { start, forecast: intensity.forecast ?? undefined, actual: intensity.actual ?? undefined };
  });
}

import { type Problem, ProblemError } from '../problems.ts';

/** What could not be costed, and everything that is missing for it. */
export interface NotCosted<P> {
  readonly point: P;
  readonly problems: readonly Problem[];
}

/** What was costed of an estate, and what was not: a sum of the first is never the sum of both. */
export interface Costed<P, T> {
  readonly costed: readonly T[];
  readonly notCosted: readonly NotCosted<P>[];
}

/**
 * Each of several supply points by itself, one after the other, so that one without data or a contract does not hide
 * the cost of all the others. It is listed with its problems instead, and whoever adds up says that the sum is without
 * it. Rejects with all problems where the points were asked for by name, or where nothing could be costed at all; and
 * at once with problems that are not of tariffs, such as a store that does not answer.
 */
export async function eachCosted<P, T>(
  points: readonly P[],
  isNamed: boolean,
  cost: (point: P) => Promise<T>,
): Promise<Costed<P, T>> {
  const costed: T[] = [];
  const notCosted: NotCosted<P>[] = [];
  for (const point of points) {
    try {
      costed.push(await cost(point));
    } catch (error) {
      if (!(error instanceof ProblemError) || !error.problems.every(isOfTariffs)) throw error;
      notCosted.push({ point, problems: error.problems });
    }
  }
  if (notCosted.length > 0 && (isNamed || costed.length === 0)) {
    throw new ProblemError(notCosted.flatMap(({ problems }) => problems));
  }
  return { costed, notCosted };
}

function isOfTariffs({ code }: Problem): boolean {
  return code.startsWith('tariff.') || code === 'calendar.unknown-year';
}

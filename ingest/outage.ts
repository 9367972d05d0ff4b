import { ProblemError } from '../domain/problems.ts';

/** Whether an error says that the store does not answer at all, rather than something about what it was asked. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  return error.problems.some(({ code }) => code === 'store.unreachable' || code === 'store.refused-login');
}

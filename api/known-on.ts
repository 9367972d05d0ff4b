import { ProblemError } from '../domain/problems.ts';
import { addDays, dateOf, type LocalDate, startOfDay, toIso } from '../domain/time.ts';
import { storesKnownAt } from '../store/known-at.ts';
import type { ApiParts } from './parts.ts';

/**
 * The parts of the API as they were at the end of a London date: the same code then answers with the days, gaps,
 * register and clock of then. Without a date, or on the day of today, as they are.
 * Throws `request.invalid` for a date ahead and `request.not-kept` for one before anything was kept.
 */
export function partsKnownOn(parts: ApiParts, date: LocalDate | undefined): ApiParts {
  const today = dateOf(parts.clock());
  if (date === undefined || date === today) return parts;
  const where = 'query known_on';
  if (date > today) {
    throw new ProblemError([{ code: 'request.invalid', where, found: date, expected: 'today or a date before it' }]);
  }
  const at = startOfDay(addDays(date, 1));
  const since = parts.state.keptSince();
  const register = at >= since ? parts.registers.at(at) : undefined;
  if (!register) {
    const expected = `a date on or after ${dateOf(since)} (${toIso(since)})`;
    throw new ProblemError([{ code: 'request.not-kept', where, found: date, expected }]);
  }
  return { ...parts, ...storesKnownAt(parts, at), estate: () => register, clock: () => at };
}

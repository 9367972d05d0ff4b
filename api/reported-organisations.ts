import type { Estate, Organisation } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { View } from './view.ts';

/**
 * The organisations that a caller may report for: those all of whose sites it may see, since a part of an
 * organisation's energy must not pass for the whole. Throws one problem for each one asked for that is not among them.
 */
export function reportedOrganisations(
  estate: Estate,
  view: View,
  asked: readonly string[] | undefined,
): readonly Organisation[] {
  const hidden = new Set(
    [...estate.sites.values()].filter(({ id }) => !view.sites.has(id)).map(({ organisation }) => organisation),
  );
  const whole = [...view.organisations.values()].filter(({ id }) => !hidden.has(id));
  if (asked === undefined) return whole;
  const known = new Set(whole.map(({ id }) => id));
  const wrong = asked.filter((id) => !known.has(id));
  if (wrong.length > 0) {
    throw new ProblemError(
      wrong.map((found) => ({ code: 'request.unknown-id' as const, where: 'query organisation', found })),
    );
  }
  return whole.filter(({ id }) => asked.includes(id));
}

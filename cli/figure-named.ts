import type { Invocation, Option } from './command.ts';
import { putFlags, wordOf } from './said.ts';

/** Flags that name the place and the period of a figure. */
export const figureOptions = {
  site: { type: 'string', value: 'ID', describes: 'the figure of a site' },
  building: { type: 'string', value: 'ID', describes: 'the figure of a building' },
  organisation: {
    type: 'string',
    value: 'ID',
    describes: 'the figure of an organisation; without a place: of all sites',
  },
  utility: { type: 'string', value: 'NAME', describes: 'the figure of one fuel alone, as electricity' },
  from: { type: 'string', value: 'DATE', describes: 'the first London date' },
  to: { type: 'string', value: 'DATE', describes: 'the first London date after' },
} as const satisfies Record<string, Option>;

/** The figure as a query names it. Throws a ProblemError when its period is not said. */
export function askedQuery(figure: string, flags: Invocation['flags']): URLSearchParams {
  const query = new URLSearchParams({ figure, from: wordOf(flags, 'from'), to: wordOf(flags, 'to') });
  putFlags(query, flags, ['site', 'building', 'organisation', 'utility']);
  return query;
}

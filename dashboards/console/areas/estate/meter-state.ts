import type { z } from 'zod';
import type { issueSchema } from '../../../../api/contract/data-issues.ts';
import type { dataQualityRowSchema } from '../../../../api/contract/data-quality.ts';
import type { MarkKind } from '../../pieces/mark.tsx';

export type Quality = z.output<typeof dataQualityRowSchema>;
export type Issue = z.output<typeof issueSchema>;

/** A meter that somebody should look at, and why. */
export interface Trouble {
  readonly meter: string;
  readonly site: string;
  readonly kind: MarkKind;
  readonly what: string;
  readonly says: string;
  readonly since: string | null;
}

/** What is the matter with meters now: the silent first, then what is wrong with their data, the newest first. */
export function troublesOf(quality: readonly Quality[], issues: readonly Issue[]): Trouble[] {
  const silent = quality
    .filter(({ overdue }) => overdue)
    .map(({ meter, site, last_heard }): Trouble => {
      const says = last_heard === null ? 'it was never heard' : 'longer than its maximum gap';
      return { meter, site, kind: 'bad', what: 'silent', says, since: last_heard };
    });
  const isSilent = new Set(silent.map(({ meter }) => meter));
  const wrong = issues
    // Silence is told once, by when the meter was heard.
    .filter(({ meter, kind }) => kind !== 'silent' || !isSilent.has(meter))
    .toSorted((a, b) => (a.from < b.from ? 1 : -1))
    .map(
      ({ meter, site, kind, says, from }): Trouble => ({
        meter,
        site,
        kind: 'warn',
        what: kind.replaceAll('-', ' '),
        says,
        since: from,
      }),
    );
  return [...silent, ...wrong];
}

/** The worst that is to be said of each meter. */
export function worstOf(troubles: readonly Trouble[]): ReadonlyMap<string, Trouble> {
  const worst = new Map<string, Trouble>();
  for (const trouble of troubles) if (!worst.has(trouble.meter)) worst.set(trouble.meter, trouble);
  return worst;
}

/** How many of them are to be heard at all: a meter whose readings come in files is not. */
export function heardOf(quality: readonly Quality[]): { readonly heard: number; readonly silent: number } {
  const silent = quality.filter(({ overdue }) => overdue).length;
  return { heard: quality.filter(({ overdue, last_heard }) => !overdue && last_heard !== null).length, silent };
}

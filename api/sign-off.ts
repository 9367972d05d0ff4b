import type { z } from 'zod';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { doubtsOf } from '../domain/signoff/doubts.ts';
import { type FigureAsked, figureKinds } from '../domain/signoff/figure-asked.ts';
import type { AcceptedDoubt, SignOff } from '../domain/signoff/sign-off.ts';
import { toIso } from '../domain/time.ts';
import { figureSpans, readFigureDays } from '../store/figure-days.ts';
import { readFigure } from '../store/figure.ts';
import { storesOfDays } from '../store/frozen-days.ts';
import { factorsName } from '../store/register-versions.ts';
import { notBegun } from './asked-figure.ts';
import type { signOffMadeSchema } from './contract/sign-offs.ts';
import { explainFigure } from './figure-explanation.ts';
import { known } from './outside.ts';
import type { ApiParts } from './parts.ts';

export interface SignOffWish {
  readonly asked: FigureAsked;
  readonly visible: readonly string[];
  readonly who: string;
  readonly reason: string;
  readonly accept: readonly AcceptedDoubt[];
}

/**
 * Freezes a figure. Its days are read once, and the value is reckoned from what was read, so that a message which
 * arrives meanwhile is in both or in neither. Rejects with `sign-off.doubt` for all that stands against it.
 */
export async function makeSignOff(parts: ApiParts, wish: SignOffWish): Promise<SignOff> {
  const { asked, visible, who, reason, accept } = wish;
  const { state, clock } = parts;
  const estate = parts.estate();
  const now = clock();
  const first = await readFigure({ stores: parts, estate, now }, visible, asked);
  if (!first) throw new ProblemError([notBegun(asked.period, 'body from')]);
  const { bucket, sites } = first;
  if (bucket.because.includes('not-over')) {
    const found = `it is over up to ${toIso(bucket.to)}`;
    throw new ProblemError([{ code: 'sign-off.not-over', where: 'body to', found }]);
  }
  const spans = figureSpans(estate, asked, sites, bucket, now);
  const meters = [...new Set(spans.flatMap((span) => span.meters))].sort();
  const { days, gaps } = await readFigureDays(parts, spans);
  const frozen: ApiParts = {
    ...parts,
    ...storesOfDays(
      parts,
      Map.groupBy(days, ({ meter }) => meter),
      gaps,
    ),
    estate: () => estate,
    clock: () => now,
  };
  const figure = await readFigure({ stores: frozen, estate, now }, visible, asked);
  checkDoubts(doubtsOf(figure ?? first), accept);
  const chain = await explainFigure(frozen, visible, asked, { depth: 'meters' });
  const factors = state.versionAt(factorsName, now)?.version ?? 0;
  const versions = { register: estate.version, factors, code: parts.version };
  const value = figure?.value;
  return state.sign(
    { at: now, who, reason, asked, sites, meters, value, accepted: accept, versions },
    { days, gaps, chain },
  );
}

/** Throws for each doubt that nobody accepts, and for each that is accepted and not there. */
export function checkDoubts(doubts: ReturnType<typeof doubtsOf>, accept: readonly AcceptedDoubt[]): void {
  const accepted = new Set(accept.map(({ doubt }) => doubt));
  const named = new Set(doubts.map(({ name }) => name));
  const open = doubts.filter(({ name }) => !accepted.has(name));
  const needless = accept.filter(({ doubt }) => !named.has(doubt));
  const problems = [
    ...open.map(({ name, says }): Problem => {
      return { code: 'sign-off.doubt', where: 'body accept', found: name, detail: says };
    }),
    ...needless.map(({ doubt }): Problem => {
      const expected = 'a doubt that stands against this figure';
      return { code: 'request.invalid', where: 'body accept', found: doubt, expected };
    }),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
}

/** A sign-off as it looks outside. */
export function signOffAnswer(signed: SignOff): z.output<typeof signOffMadeSchema>['sign_off'] {
  const { id, at, who, reason, act, asked, accepted, sites, meters, versions, digest } = signed;
  const { unit, per } = figureKinds[asked.figure];
  return {
    id,
    at: toIso(at),
    who,
    reason,
    act,
    figure: asked.figure,
    place: { ...asked.place },
    utility: asked.utility ?? null,
    period: { from: toIso(asked.period.from), to: toIso(asked.period.to) },
    value: known(signed.value),
    unit,
    per: per ?? null,
    accepted: accepted.map((one) => ({ ...one })),
    sites: [...sites],
    meters: [...meters],
    register_version: versions.register,
    factors_version: versions.factors,
    code_version: versions.code,
    digest,
  };
}

import { useEffect, useState } from 'preact/hooks';
import type { Acted } from '../../answers.ts';
import { act, type Asked, Refused } from '../../ask.ts';
import { now } from '../../clock.ts';
import type { OffersBody } from './offers-question.ts';

export type ComparisonAnswer = Acted['POST /v1/tariff-comparisons'];

interface Heard {
  readonly question: string;
  readonly since: number;
  readonly said?: ComparisonAnswer;
  readonly at?: number;
  readonly refused?: Refused;
}

/** A comparison as an answer that is waited for; undefined while there is nothing to ask. Its question is a body. */
export function useComparison(body: OffersBody | undefined): Asked<ComparisonAnswer> | undefined {
  const question = body ? JSON.stringify(body) : '';
  const [heard, setHeard] = useState<Heard>({ question, since: now() });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (question === '') return undefined;
    let isGone = false;
    const since = now();
    setHeard({ question, since });
    act('POST /v1/tariff-comparisons', { body: JSON.parse(question) as OffersBody }).then(
      (said) => isGone || setHeard({ question, since, said, at: now() }),
      (error: unknown) => {
        const refused = error instanceof Refused ? error : new Refused(0, []);
        return isGone || setHeard({ question, since, refused });
      },
    );
    return () => {
      isGone = true;
    };
  }, [question, tries]);
  if (question === '') return undefined;
  const retry = (): void => setTries((count) => count + 1);
  if (heard.question !== question) return { state: 'loading', since: now() };
  if (heard.said) return { state: 'known', data: heard.said, at: heard.at ?? heard.since, stale: undefined, retry };
  return heard.refused ? { state: 'failed', refused: heard.refused, retry } : { state: 'loading', since: heard.since };
}

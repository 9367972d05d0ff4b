import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded, Waiting, Failed } from '../../pieces/states.tsx';
import { londonDate, usePlace } from '../../place.ts';
import { useComparison } from './comparison.ts';
import { OffersAnswer } from './offers-answer.tsx';
import { OffersForm } from './offers-form.tsx';
import { bodyOf, choosableOf, questionOf } from './offers-question.ts';
import { ForPrices, SupplyLinks } from './prices.tsx';

/** Which offer is the cheapest for our half-hours, across sites, with what is not known and what is renewable. */
export function Offers() {
  return (
    <Page
      title="Compare offers"
      says="What each offer would cost for our own half-hours, alike for all. The address is the question: mail it."
    >
      <SupplyLinks here="/supply/offers" />
      <ForPrices>
        <Shown />
      </ForPrices>
    </Page>
  );
}

function Shown() {
  // One kind of charge is asked for, as only the offers themselves are needed and not all of their rates.
  const tariffs = useAsked('/v1/tariffs', { query: { component: 'other' } });
  const points = useAsked('/v1/supply-points');
  return (
    <Loaded asked={tariffs} waiting="Reading the offers">
      {(offers) => (
        <Loaded asked={points} waiting="Reading the supply points">
          {({ supply_points: rows }) => <Asking tariffs={offers.tariffs} points={rows} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface AskingShape {
  readonly tariffs: Answers['/v1/tariffs']['tariffs'];
  readonly points: Answers['/v1/supply-points']['supply_points'];
}

function Asking({ tariffs, points }: AskingShape) {
  const { query } = usePlace();
  const today = londonDate(now());
  const utility = query.get('utility') ?? 'electricity';
  const choosable = choosableOf(tariffs, points, utility, today);
  const question = questionOf(query, choosable, utility, today);
  const isWhole = question.offers.length > 0 && question.points.length > 0;
  const asked = useComparison(isWhole ? bodyOf(question) : undefined);
  return (
    <>
      <OffersForm choosable={choosable} question={question} />
      {choosable.offers.length === 0 && (
        <Empty
          says={`No offer of ${utility} is in the register.`}
          next="Write each into the estate folder, in the form of estates/sample/offers.yaml; then it is here."
        />
      )}
      {choosable.offers.length > 0 && !isWhole && (
        <Empty says="Choose at least one offer and one supply point." next="Two offers or more are ranked." />
      )}
      <div aria-live="polite">
        {asked?.state === 'loading' && <Waiting for="Laying our half-hours onto each offer" since={asked.since} />}
        {asked?.state === 'failed' && (
          <Section title="This could not be compared">
            <Failed refused={asked.refused} retry={asked.retry} />
          </Section>
        )}
      </div>
      {asked?.state === 'known' && <OffersAnswer answer={asked.data} question={question} tariffs={tariffs} />}
    </>
  );
}

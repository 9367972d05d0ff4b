import { Section } from '../../pieces/page.tsx';
import { Table } from '../../pieces/table.tsx';
import { number, pounds } from '../../say.ts';
import type { ComparisonAnswer } from './comparison.ts';
import { Promised } from './offers-answer.tsx';

/** What each offer promises, what it costs, and what it would change. */
export function OffersRenewable({ answer }: { answer: ComparisonAnswer }) {
  const location = tonnes(answer.offers[0]?.emissions_location_kgco2e ?? null);
  return (
    <Section
      title="Is it really renewable?"
      says={
        <>
          By location every offer emits the same, {location} tCO₂e, since it follows from the use. An offer is a
          promise: until its certificates (REGOs) are retired for you, the market-based figure does not move and nothing
          may be claimed. <a href="/supply/cover">What is covered today</a>
        </>
      }
    >
      <Table
        caption="What the offers promise"
        hideCaption
        rows={answer.offers}
        rowKey={(row) => row.offer}
        columns={[
          {
            heading: 'Offer',
            head: true,
            cell: (row) => (
              <>
                {row.supplier}
                <div class="quiet">{row.offer_name}</div>
              </>
            ),
          },
          {
            heading: 'Certificates',
            cell: (row) => <Promised share={row.rego_share} />,
            sort: (row) => row.rego_share,
          },
          { heading: 'By', cell: (row) => row.rego_evidence ?? <span class="quiet">the offer says nothing</span> },
          {
            heading: 'They cost, without VAT',
            number: true,
            cell: (row) => (row.rego_gbp === 0 ? 'nothing apart' : pounds(row.rego_gbp)),
            sort: (row) => row.rego_gbp,
          },
          {
            heading: 'Market-based today, tCO₂e',
            number: true,
            cell: (row) => tonnes(row.emissions_market_kgco2e),
            sort: (row) => row.emissions_market_kgco2e,
          },
          {
            heading: 'If they are retired, tCO₂e',
            number: true,
            cell: (row) => tonnes(row.emissions_market_expected_kgco2e),
            sort: (row) => row.emissions_market_expected_kgco2e,
          },
        ]}
      />
    </Section>
  );
}

function tonnes(kilograms: number | null): string {
  return kilograms === null ? 'not known' : number(kilograms / 1000);
}

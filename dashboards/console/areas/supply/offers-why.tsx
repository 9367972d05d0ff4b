import { Section } from '../../pieces/page.tsx';
import { Table } from '../../pieces/table.tsx';
import { pounds } from '../../say.ts';
import type { ComparisonAnswer } from './comparison.ts';
import { shortName } from './offers-answer.tsx';
import { componentWords } from './said.ts';
import { grouped } from './sums.ts';

/** Each offer taken apart in the same way. */
export function OffersWhy({ answer }: { answer: ComparisonAnswer }) {
  const causes = answer.causes.filter(({ place }) => place === 'all');
  const parts = answer.components.filter(({ place }) => place === 'all');
  const partName = (part: (typeof parts)[number]['component']): string =>
    part === 'vat' ? 'VAT' : componentWords[part];
  return (
    <Section
      title="Why they differ"
      says="The parts add up to the cost of each. An all-in price has networks and levies in its energy: no saving."
    >
      <PartsTable
        answer={answer}
        caption="By cause, £ with VAT"
        parts={causes.map(({ means, offer, cost_gbp: gbp }) => ({ name: means, offer, gbp }))}
      />
      <details>
        <summary>By component of the bill</summary>
        <PartsTable
          answer={answer}
          caption="By component, £; VAT stands apart"
          parts={parts.map(({ component, offer, cost_gbp: gbp }) => ({ name: partName(component), offer, gbp }))}
        />
      </details>
    </Section>
  );
}

interface Part {
  readonly name: string;
  readonly offer: string;
  readonly gbp: number;
}

/** A row for each part, a column for each offer. */
function PartsTable({ answer, caption, parts }: { answer: ComparisonAnswer; caption: string; parts: readonly Part[] }) {
  type Row = readonly [string, readonly Part[]];
  return (
    <Table<Row>
      caption={caption}
      rows={[...grouped(parts, ({ name }) => name)]}
      rowKey={([name]) => name}
      columns={[
        { heading: 'For', head: true, cell: ([name]) => name },
        ...answer.offers.map((offer) => {
          const gbpOf = ([, row]: Row): number | undefined => row.find((part) => part.offer === offer.offer)?.gbp;
          const cell = (row: Row): string => (gbpOf(row) === undefined ? 'no such charge' : pounds(gbpOf(row), 0));
          return { heading: shortName(offer, answer.offers), number: true, cell, sort: gbpOf };
        }),
      ]}
    />
  );
}

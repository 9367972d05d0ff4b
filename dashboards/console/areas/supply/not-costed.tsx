import type { Answers } from '../../answers.ts';
import { Section } from '../../pieces/page.tsx';
import { Table } from '../../pieces/table.tsx';

type Row = Answers['/v1/costs']['not_costed'][number];

/** What is in no sum, why, and how to add it. Nothing is drawn where all is costed. */
export function NotCosted({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <Section
      title="What could not be costed"
      says="These are in no sum above. Add what is missing and the figures follow by themselves."
    >
      <Missing rows={rows} />
    </Section>
  );
}

/** Each thing that is missing for a cost, and how to add it. */
export function Missing({ rows }: { rows: readonly Row[] }) {
  return (
    <Table
      caption="What is missing"
      hideCaption
      rows={rows}
      rowKey={(row) => `${row.where} ${row.code} ${row.found}`}
      columns={[
        {
          heading: 'Supply point',
          head: true,
          cell: (row) => <a href={`/supply/points/${row.supply_point}`}>{row.supply_point}</a>,
          sort: (row) => row.supply_point,
        },
        { heading: 'What is missing', cell: (row) => row.detail ?? row.where },
        { heading: 'Found', cell: (row) => row.found ?? 'nothing' },
        { heading: 'What to do', cell: (row) => row.mend },
      ]}
    />
  );
}

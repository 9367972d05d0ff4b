import type { Answers } from '../../answers.ts';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Table } from '../../pieces/table.tsx';
import { words } from '../../say.ts';
import { mwh } from './cover-words.ts';

type Evidence = Answers['/v1/cover']['evidence'][number];
type Own = Answers['/v1/cover']['own_generation'][number];

const stateMarks: Readonly<Record<NonNullable<Evidence['state']>, { kind: MarkKind; says: string }>> = {
  retired: { kind: 'good', says: 'retired or confirmed' },
  allocated: { kind: 'warn', says: 'set aside, not retired' },
  contracted: { kind: 'warn', says: 'promised' },
};

/** Batches, contracts and own generation, with the document that each stands on. */
export function CoverEvidence({ answer }: { answer: Answers['/v1/cover'] }) {
  return (
    <Section
      title="What is claimed, and by which evidence"
      says="Certificates and contracts of the year, and what became of the certificates of our own generation."
    >
      <Table
        caption="Certificates and contracts"
        rows={answer.evidence}
        rowKey={(row) => `${row.by} ${row.id}`}
        empty="No certificate and no contract with a claim is written down for this year."
        columns={[
          {
            heading: 'Claim',
            head: true,
            cell: (row) => (
              <>
                {row.says}
                <div class="quiet">{row.id}</div>
              </>
            ),
            sort: (row) => row.says,
          },
          { heading: 'Stands', cell: (row) => <Standing row={row} />, sort: (row) => row.state },
          {
            heading: 'Covers here, MWh',
            number: true,
            cell: (row) => mwh(row.matched_kwh),
            sort: (row) => row.matched_kwh,
          },
          {
            heading: 'Surplus, MWh',
            number: true,
            cell: (row) => (row.surplus_kwh === null ? '–' : mwh(row.surplus_kwh)),
            sort: (row) => row.surplus_kwh,
          },
          { heading: 'Evidence', cell: (row) => row.evidence },
        ]}
      />
      {answer.own_generation.length > 0 && <OwnGeneration rows={answer.own_generation} />}
      <details>
        <summary>How certificates are shared out</summary>
        <p>{answer.rule}</p>
      </details>
    </Section>
  );
}

function Standing({ row }: { row: Evidence }) {
  if (row.excluded.length > 0) return <Mark kind="bad">does not count: {row.excluded.map(words).join(', ')}</Mark>;
  if (row.state === null) return <Mark kind="unknown">nothing is claimed</Mark>;
  const { kind, says } = stateMarks[row.state];
  return <Mark kind={kind}>{says}</Mark>;
}

const certificateMarks: Readonly<Record<Own['certificates'], { kind: MarkKind; says: string }>> = {
  kept: { kind: 'good', says: 'kept' },
  not_issued: { kind: 'good', says: 'never issued' },
  sold: { kind: 'bad', says: 'sold: no claim is left' },
  unknown: { kind: 'unknown', says: 'not written down; taken as kept' },
};

function OwnGeneration({ rows }: { rows: readonly Own[] }) {
  return (
    <Table
      caption="Own generation"
      rows={rows}
      rowKey={(row) => row.meter}
      columns={[
        {
          heading: 'Meter',
          head: true,
          cell: (row) => <a href={`/meters/${row.meter}`}>{row.meter}</a>,
          sort: (row) => row.meter,
        },
        {
          heading: 'Certificates',
          cell: (row) => (
            <Mark kind={certificateMarks[row.certificates].kind}>{certificateMarks[row.certificates].says}</Mark>
          ),
          sort: (row) => row.certificates,
        },
        { heading: 'Made, MWh', number: true, cell: (row) => mwh(row.made_kwh), sort: (row) => row.made_kwh },
        { heading: 'Used here, MWh', number: true, cell: (row) => mwh(row.used_kwh), sort: (row) => row.used_kwh },
        { heading: 'What follows', cell: (row) => row.says },
        { heading: 'Evidence', cell: (row) => row.evidence ?? <span class="quiet">none is written down</span> },
      ]}
    />
  );
}

import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { day, pounds } from '../../say.ts';
import { Missing } from './not-costed.tsx';

type Variance = Answers['/v1/budget']['variances'][number];

/** The financial year against what was planned: what is over as it was, the rest in usual weather. */
export function AgainstBudget({ filter }: { filter: Readonly<Record<string, string | undefined>> }) {
  // A budget is of a supply point or of a site; each question answers the one kind where the other has none.
  const byPoint = useAsked('/v1/budget', { query: { ...filter, bucket: 'whole', by: 'supply_point' } });
  const bySite = useAsked('/v1/budget', { query: { ...filter, bucket: 'whole', by: 'site' } });
  return (
    <Section
      title="Against the budget"
      says="This financial year: so far as it cost, the rest in usual weather. Nine in ten end between low and high."
    >
      <Loaded asked={byPoint} waiting="Reckoning what the year comes to">
        {(points) => (
          <Loaded asked={bySite} waiting="Reckoning what the year comes to">
            {(sites) => <Variances points={points} sites={sites} filter={filter} />}
          </Loaded>
        )}
      </Loaded>
    </Section>
  );
}

/** Each budget once, those of supply points first. */
function variancesOf(points: readonly Variance[], sites: readonly Variance[]): readonly Variance[] {
  const told = new Set(points.flatMap(({ budgets }) => budgets));
  return [...points, ...sites.filter(({ budgets }) => !budgets.every((id) => told.has(id)))];
}

interface VariancesShape {
  readonly points: Answers['/v1/budget'];
  readonly sites: Answers['/v1/budget'];
  readonly filter: Readonly<Record<string, string | undefined>>;
}

function Variances({ points, sites, filter }: VariancesShape) {
  const rows = variancesOf(points.variances, sites.variances);
  return (
    <>
      <Table
        caption={`Budgets of the year from ${day(points.period.from)}; expected from ${day(points.actual_until)} on`}
        rows={rows}
        rowKey={(row) => `${row.place} ${row.budgets.join(' ')}`}
        csv={csvHref('/v1/budget', { query: { ...filter, bucket: 'month' } })}
        empty="No budget of this year is written down for this choice: budgets.yaml of the estate folder holds them."
        columns={[
          {
            heading: 'Budget of',
            head: true,
            cell: (row) => (
              <>
                {row.place}
                <div class="quiet">
                  {row.place_name}, {row.utility}
                </div>
              </>
            ),
            sort: (row) => row.place,
          },
          {
            heading: 'Planned',
            number: true,
            cell: (row) => (
              <>
                {pounds(row.budget_gbp)}
                <div class="quiet">{row.vat === 'included' ? 'with VAT' : 'without VAT'}</div>
              </>
            ),
            sort: (row) => row.budget_gbp,
          },
          {
            heading: 'The year comes to',
            number: true,
            cell: (row) => <Outturn row={row} />,
            sort: (row) => row.outturn_gbp,
          },
          { heading: 'Beyond the budget', cell: (row) => <Difference row={row} />, sort: (row) => row.difference_gbp },
          { heading: 'Because', cell: (row) => <Because row={row} /> },
        ]}
      />
      <NotPriced rows={points.not_costed} />
    </>
  );
}

function Outturn({ row }: { row: Variance }) {
  if (row.outturn_gbp === null) return <Mark kind="unknown">not known</Mark>;
  return (
    <>
      {pounds(row.outturn_gbp)}
      <div class="quiet">
        {pounds(row.outturn_low_gbp)} to {pounds(row.outturn_high_gbp)}
      </div>
    </>
  );
}

/** How sure it is that the year ends beyond its budget, or within. */
function standingOf({ budget_gbp: budget, outturn_low_gbp: low, outturn_high_gbp: high }: Variance): MarkKind {
  if (low === null || high === null) return 'unknown';
  if (low > budget) return 'bad';
  return high > budget ? 'warn' : 'good';
}

const standingWords: Readonly<Record<MarkKind, string>> = {
  bad: 'dearer even at the low end',
  warn: 'within what is open',
  good: 'cheaper even at the high end',
  unknown: 'not known',
  info: '',
};

function Difference({ row }: { row: Variance }) {
  const kind = standingOf(row);
  if (row.difference_gbp === null) return <Mark kind="unknown">not known</Mark>;
  const more = row.difference_gbp >= 0;
  return (
    <>
      {pounds(Math.abs(row.difference_gbp))} {more ? 'more' : 'less'}
      <div>
        <Mark kind={kind}>{standingWords[kind]}</Mark>
      </div>
    </>
  );
}

function Because({ row }: { row: Variance }) {
  if (row.because !== null) return <>{row.because}</>;
  const parts = [
    { says: 'weather', gbp: row.weather_gbp },
    { says: 'other use', gbp: row.other_use_gbp },
    { says: 'price', gbp: row.price_gbp },
  ].filter(({ gbp }) => gbp !== null && Math.abs(gbp) >= 0.5);
  return (
    <ul class="plain">
      {parts.map(({ says, gbp }) => (
        <li key={says}>
          {pounds(Math.abs(gbp ?? 0))} {(gbp ?? 0) >= 0 ? 'more' : 'less'} for {says}
        </li>
      ))}
    </ul>
  );
}

function NotPriced({ rows }: { rows: Answers['/v1/budget']['not_costed'] }) {
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>
        {rows.length === 1 ? 'One part of the year has' : `${rows.length} parts of the year have`} no price yet, and no
        £ here
      </summary>
      <Missing rows={rows} />
    </details>
  );
}

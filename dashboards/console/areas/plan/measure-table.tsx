import { Mark } from '../../pieces/mark.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { day, number, pounds } from '../../say.ts';
import { expectedSays, type MeasureRow, statusWords } from './words.ts';

interface MeasureTableShape {
  readonly caption: string;
  readonly measures: readonly MeasureRow[];
  readonly csv?: string;
  readonly withSite?: boolean;
}

/** Measures in the order in which the house gives them. */
export function MeasureTable({ caption, measures, csv, withSite = true }: MeasureTableShape) {
  return (
    <Table
      caption={caption}
      hideCaption
      columns={withSite ? columns : columns.filter(({ heading }) => heading !== 'Site')}
      rows={measures}
      rowKey={({ measure }) => measure}
      csv={csv}
      empty="No measure of this kind is in the register. Measures are written below `measures:` of the estate folder, or by `meterhouse plan add`."
    />
  );
}

const columns: readonly Column<MeasureRow>[] = [
  {
    heading: 'Measure',
    head: true,
    cell: ({ measure, name, kind_says: kind, before }) => (
      <>
        <a href={`/plan/measures/${measure}`}>{name}</a>
        <div class="quiet">{kind}</div>
        {before.length > 0 && <Mark kind="warn">something else should come first</Mark>}
      </>
    ),
    sort: ({ name }) => name,
  },
  {
    heading: 'Site',
    cell: ({ site, site_name: name }) => <a href={`/plan/sites/${site}`}>{name}</a>,
    sort: ({ site_name: name }) => name,
  },
  { heading: 'Step', number: true, cell: ({ step }) => step, sort: ({ step }) => step },
  {
    heading: 'How far',
    cell: ({ status, since, begins, ends }) => (
      <>
        <Mark kind={statusWords[status].mark}>{statusWords[status].says}</Mark>
        <div class="quiet">
          since {day(since)}
          {status !== 'installed' &&
            begins !== null &&
            `; works ${day(begins)} to ${ends === null ? 'open' : day(ends)}`}
        </div>
      </>
    ),
    sort: ({ since }) => since,
  },
  { heading: 'Expected a year', cell: (row) => expectedSays(row) ?? 'not stated' },
  {
    heading: '£ a year',
    number: true,
    cell: ({ saves_gbp_per_year: gbp }) => pounds(gbp, 0),
    sort: ({ saves_gbp_per_year: gbp }) => gbp,
  },
  {
    heading: 'tCO2e a year',
    number: true,
    cell: ({ saves_kgco2e_per_year: kg }) => number(kg === null ? null : kg / 1000),
    sort: ({ saves_kgco2e_per_year: kg }) => kg,
  },
  {
    heading: '£ a tonne',
    number: true,
    cell: ({ cost_gbp_per_tco2e: cost }) => pounds(cost, 0),
    sort: ({ cost_gbp_per_tco2e: cost }) => cost,
  },
  {
    heading: 'Capital',
    number: true,
    cell: ({ capital_gbp: capital, funding_gap_gbp: gap }) => (
      <>
        {pounds(capital, 0)}
        {gap !== null && gap > 0 && <div class="quiet">{pounds(gap, 0)} not secured</div>}
      </>
    ),
    sort: ({ capital_gbp: capital }) => capital,
  },
];

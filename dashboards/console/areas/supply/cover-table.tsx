import { Share } from '../../pieces/figure.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { number, percent } from '../../say.ts';
import { type CoverRow, mwh } from './cover-words.ts';

interface CoverTableShape {
  readonly rows: readonly CoverRow[];
  readonly csv: string;
  /** Of organisations: a site has a part of theirs, and no surplus of its own. */
  readonly withSurplus?: boolean;
}

function megawattHours(heading: string, of: (row: CoverRow) => number | null): Column<CoverRow> {
  return { heading, number: true, cell: (row) => mwh(of(row)), sort: of };
}

function tonnes(heading: string, of: (row: CoverRow) => number | null): Column<CoverRow> {
  const said = (value: number | null): string => (value === null ? 'not known' : number(value / 1000));
  return { heading, number: true, cell: (row) => said(of(row)), sort: of };
}

/** Use, what covers it, what is left, and the emissions of both methods beside each other. */
export function CoverTable({ rows, csv, withSurplus = false }: CoverTableShape) {
  return (
    <Table
      caption={withSurplus ? 'Cover by organisation' : 'Cover by site'}
      hideCaption
      rows={rows}
      rowKey={(row) => row.place}
      csv={csv}
      empty="No electricity is bought in this period."
      columns={[
        {
          heading: withSurplus ? 'Organisation' : 'Site',
          head: true,
          cell: (row) => (withSurplus ? row.place_name : <a href={`/sites/${row.place}`}>{row.place_name}</a>),
          sort: (row) => row.place_name,
        },
        megawattHours('Bought', (row) => row.bought_kwh),
        megawattHours('Retired', (row) => row.covered_retired_kwh),
        megawattHours('Set aside', (row) => row.covered_allocated_kwh),
        megawattHours('Promised', (row) => row.covered_contracted_kwh),
        megawattHours('Not covered', (row) => row.uncovered_kwh),
        ...(withSurplus ? [megawattHours('Surplus', (row) => row.surplus_kwh)] : []),
        megawattHours('Own, kept', (row) => row.own_kept_kwh),
        megawattHours('Own, sold', (row) => row.own_sold_kwh),
        {
          heading: 'Renewable',
          number: true,
          cell: (row) => percent(row.renewable_share),
          sort: (row) => row.renewable_share,
        },
        tonnes('Location-based, tCO₂e', (row) => row.emissions_location_kgco2e),
        tonnes('Market-based, tCO₂e', (row) => row.emissions_market_kgco2e),
        { heading: 'Measured', cell: (row) => <Share share={row.measured_share} />, sort: (row) => row.measured_share },
      ]}
    />
  );
}

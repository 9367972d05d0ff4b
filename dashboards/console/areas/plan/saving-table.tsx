import { Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { day, number, pounds } from '../../say.ts';
import { expectedAtMeter, type PlanSaving, savedSays, verdictWords } from './words.ts';

/** What meters show of measures to date; a line for each meter and the measures that it shows together. */
export function SavingTable({ savings, csv }: { savings: readonly PlanSaving[]; csv?: string }) {
  return (
    <Table
      caption="What the meters show"
      hideCaption
      columns={columns}
      rows={savings.filter(({ kind }) => kind === 'to_date')}
      rowKey={({ site, meter, measures }) => `${site} ${meter} ${measures.join(' ')}`}
      csv={csv}
      empty="Nothing is installed yet whose saving a meter could show."
    />
  );
}

const columns: readonly Column<PlanSaving>[] = [
  {
    heading: 'Measures',
    head: true,
    cell: ({ measures, meter, site_name: site }) => (
      <>
        {measures.map((measure, i) => (
          <>
            {i > 0 && ' with '}
            <a key={measure} href={`/plan/measures/${measure}`}>
              {measure}
            </a>
          </>
        ))}
        <div class="quiet">
          {site}
          {meter !== null && (
            <>
              , at <a href={`/meters/${meter}`}>{meter}</a>
            </>
          )}
        </div>
      </>
    ),
    sort: ({ site_name: site }) => site,
  },
  {
    heading: 'What the meter says',
    cell: ({ verdict, because, inside }) => (
      <>
        {verdict === null ? (
          <Mark kind="unknown">not known</Mark>
        ) : (
          <Mark kind={verdictWords[verdict].mark}>{verdictWords[verdict].says}</Mark>
        )}
        {because.length > 0 && (
          <details>
            <summary>Why there is no number</summary>
            <ul>
              {because.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          </details>
        )}
        {inside !== null && <div class="quiet">counted at {inside}, above it</div>}
      </>
    ),
    sort: ({ verdict }) => verdict,
  },
  {
    heading: 'Saved so far (nine in ten)',
    cell: (saving) => (
      <>
        {savedSays(saving) ?? 'not known'}
        {savedSays(saving) !== undefined && saving.measured_share !== null && <Share share={saving.measured_share} />}
      </>
    ),
    sort: ({ saved_kwh: kwh, saved_m3: m3 }) => kwh ?? m3,
  },
  { heading: 'Expected', cell: (saving) => expectedAtMeter(saving) ?? 'not stated' },
  {
    heading: '£ a year',
    number: true,
    cell: ({ saved_gbp_per_year: gbp }) => pounds(gbp, 0),
    sort: ({ saved_gbp_per_year: gbp }) => gbp,
  },
  {
    heading: 'tCO2e a year',
    number: true,
    cell: ({ saved_kgco2e_per_year: kg }) => number(kg === null ? null : kg / 1000),
    sort: ({ saved_kgco2e_per_year: kg }) => kg,
  },
  { heading: 'Looked at', cell: ({ from, to }) => `${day(from)} to ${day(to)}`, sort: ({ from }) => from },
];

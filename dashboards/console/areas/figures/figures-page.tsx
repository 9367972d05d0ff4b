import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures, Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Loaded, Partial } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, hrefOf, type Period, usePeriod, usePlace, useQuery } from '../../place.ts';
import { count, day, hundredths, number, percent, words } from '../../say.ts';
import { disclosurePeriodOf } from '../supply/cover-words.ts';
import { explainHref, type PlaceAsked, signOffHref } from './figure-asked.ts';
import { Targets } from './targets.tsx';

type CarbonAnswer = Answers['/v1/carbon'];
type CarbonRow = CarbonAnswer['figures'][number];
type IntensityRow = Answers['/v1/intensity']['figures'][number];

type By = 'organisation' | 'site';

/** What is reported, by whom, and how well each figure can be defended. */
export function FiguresPage() {
  const period = usePeriod('last-year');
  const [chosen] = useQuery('by');
  const [site] = useQuery('site');
  const [named] = useQuery('organisation');
  // A site is told by itself; an organisation by its sites.
  const organisation = site === undefined ? named : undefined;
  const by: By = chosen === 'site' || organisation !== undefined || site !== undefined ? 'site' : 'organisation';
  const query = { bucket: 'whole', from: period.from, to: period.to, organisation, site };
  const carbon = useAsked('/v1/carbon', { query: { ...query, by } });
  const intensity = useAsked('/v1/intensity', { query: { ...query, by } });
  const all = useAsked('/v1/carbon', {
    query: { ...query, by: site !== undefined ? 'site' : organisation === undefined ? 'estate' : 'organisation' },
  });
  return (
    <Page
      title="Figures to report"
      says="Energy, kWh per m² and carbon by both methods, each with its measured share, its factors and the chain behind it."
      actions={<Choices />}
    >
      <Loaded asked={all} waiting="Reckoning carbon">
        {({ figures }) => <Whole row={figures[0]} place={{ organisation, site }} period={period} />}
      </Loaded>
      <p>
        <a href="/figures/sign-offs">What was signed off, and what changed since</a>
      </p>
      <Section title={`Carbon by ${by}`} says="Location-based leads; market-based stands beside it, never instead.">
        <Loaded asked={carbon} waiting="Reckoning carbon">
          {(data) => (
            <Carbon answer={data} by={by} period={period} csv={csvHref('/v1/carbon', { query: { ...query, by } })} />
          )}
        </Loaded>
      </Section>
      <Section title={`Energy per m² by ${by}`} says="Gross internal area, weighted by the days on which it held.">
        <Loaded asked={intensity} waiting="Reckoning energy per m²">
          {({ figures }) => (
            <Intensity
              rows={figures}
              by={by}
              period={period}
              csv={csvHref('/v1/intensity', { query: { ...query, by } })}
            />
          )}
        </Loaded>
      </Section>
      {site === undefined && <Targets organisation={organisation} />}
      <Section title="How carbon was reckoned" says="Every factor that was used, with where it comes from.">
        <Loaded asked={carbon}>{(data) => <Reckoned answer={data} />}</Loaded>
      </Section>
    </Page>
  );
}

/** Whose figures, by what, of when. */
function Choices() {
  const [organisation] = useQuery('organisation');
  const [site] = useQuery('site');
  const organisations = useAsked('/v1/organisations');
  const sites = useAsked('/v1/sites', { query: { limit: 1000 }, when: site !== undefined });
  const named = organisations.state === 'known' ? organisations.data.organisations : [];
  return (
    <>
      {site === undefined ? (
        <Choice
          name="organisation"
          label="Organisation"
          all="All"
          options={named.map(({ id, name }) => ({ value: id, text: name }))}
        />
      ) : (
        <Choice
          name="site"
          label="Site"
          all="All"
          options={
            sites.state === 'known'
              ? sites.data.sites.map(({ id, name }) => ({ value: id, text: name }))
              : [{ value: site, text: site }]
          }
        />
      )}
      {organisation === undefined && site === undefined && (
        <Choice
          name="by"
          label="By"
          options={[
            { value: 'organisation', text: 'organisation' },
            { value: 'site', text: 'site' },
          ]}
        />
      )}
      <PeriodPicker usual="last-year" offers={['last-year', 'this-year', 'last-12-months', 'last-month']} />
    </>
  );
}

function Whole({ row, place, period }: { row: CarbonRow | undefined; place: PlaceAsked; period: Period }) {
  if (!row) return null;
  const asked = { ...place, from: period.from, to: period.to };
  const cover = row.market_cover_share;
  return (
    <>
      {row.status === 'partial' && <Partial share={row.measured_share} says={because(row)} />}
      <Figures>
        <Figure label="Energy bought" value={row.energy_kwh} unit="kWh" share={row.measured_share} />
        <Figure
          label="Carbon, location-based"
          value={tonnes(row.emissions_kgco2e)}
          unit="tCO₂e"
          share={row.measured_share}
          provisional={row.status === 'partial'}
          note="by the average of the grid"
          explain={explainHref({ ...asked, figure: 'carbon' })}
        />
        <Figure
          label="Carbon, market-based"
          value={tonnes(row.emissions_market_kgco2e)}
          unit="tCO₂e"
          share={row.measured_share}
          provisional={row.status === 'partial'}
          note={
            row.residual_mix_unavailable
              ? 'the grid’s average stands in for the residual mix'
              : 'by contracts and certificates'
          }
          explain={explainHref({ ...asked, figure: 'carbon_market' })}
        />
        <Figure
          label="Electricity covered with evidence"
          value={hundredths(cover)}
          unit="%"
          href={hrefOf('/supply/cover', { period: disclosurePeriodOf(addDays(period.to, -1)) })}
        />
      </Figures>
    </>
  );
}

/** Kilograms in tonnes; what is not known stays so. */
function tonnes(kilograms: number | null): number | null {
  return kilograms === null ? null : kilograms / 1000;
}

function because({ partial_because: reasons }: Pick<CarbonRow, 'partial_because'>): string {
  return `Not the figure of the whole period: ${reasons.map((reason) => words(reason).toLowerCase()).join(', ')}.`;
}

/** How well a row stands, in a word with its shape. */
function Standing({ row }: { row: CarbonRow | IntensityRow }) {
  return (
    <>
      {row.status === 'partial' ? <Mark kind="warn">partial</Mark> : <Mark kind="good">complete</Mark>}{' '}
      <Share share={row.measured_share} />
      {row.warnings.length > 0 && (
        <details>
          <summary>{count(row.warnings.length, 'doubt')}</summary>
          <ul>
            {row.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface TableOf<Row> {
  readonly rows: readonly Row[];
  readonly by: By;
  readonly period: Period;
  readonly csv: string;
}

function Carbon({ answer, by, period, csv }: { answer: CarbonAnswer } & Omit<TableOf<CarbonRow>, 'rows'>) {
  const maySign = useCaller().reaches('operate');
  const asked = (row: CarbonRow) => ({ figure: 'carbon' as const, [by]: row.place, from: period.from, to: period.to });
  return (
    <Table
      caption={`Emissions, ${day(period.from)} until ${day(answer.period.to)}, ${answer.boundary_name}`}
      rows={answer.figures}
      rowKey={({ place }) => place}
      csv={csv}
      sortedBy="Location-based, tCO₂e"
      empty="No place of this key reports anything in this period."
      columns={[
        { heading: words(by), head: true, cell: (row) => <Place row={row} by={by} />, sort: (row) => row.place_name },
        { heading: 'Energy, kWh', number: true, cell: (row) => number(row.energy_kwh), sort: (row) => row.energy_kwh },
        {
          heading: 'Location-based, tCO₂e',
          number: true,
          cell: (row) => number(tonnes(row.emissions_kgco2e)),
          sort: (row) => row.emissions_kgco2e,
        },
        {
          heading: 'Market-based, tCO₂e',
          number: true,
          cell: (row) => number(tonnes(row.emissions_market_kgco2e)),
          sort: (row) => row.emissions_market_kgco2e,
        },
        { heading: 'Known how well', cell: (row) => <Standing row={row} />, sort: (row) => row.measured_share },
        {
          heading: 'Defend',
          cell: (row) => (
            <>
              <a href={explainHref(asked(row))}>
                Explain<span class="hidden"> carbon of {row.place_name}</span>
              </a>
              {maySign && ' · '}
              {maySign && (
                <a href={signOffHref(asked(row))}>
                  Sign off<span class="hidden"> carbon of {row.place_name}</span>
                </a>
              )}
            </>
          ),
        },
      ]}
    />
  );
}

function Place({ row, by }: { row: { readonly place: string; readonly place_name: string }; by: By }) {
  const { query } = usePlace();
  // The same time of one organisation: a row leads to the figure that was pressed.
  const time = Object.fromEntries(['from', 'until', 'period'].map((name) => [name, query.get(name) ?? undefined]));
  const href = by === 'site' ? `/sites/${row.place}` : hrefOf('/figures', { organisation: row.place, ...time });
  return <a href={href}>{row.place_name}</a>;
}

function Intensity({ rows, by, period, csv }: TableOf<IntensityRow>) {
  const asked = (row: IntensityRow) => ({
    figure: 'intensity' as const,
    [by]: row.place,
    from: period.from,
    to: period.to,
  });
  const ordered = [...rows].sort((a, b) => (b.intensity_kwh_per_m2 ?? -1) - (a.intensity_kwh_per_m2 ?? -1));
  return (
    <>
      <Bars
        title="Energy per m² of gross internal area"
        unit="kWh/m²"
        rows={ordered.map((row) => ({
          name: row.place_name,
          value: row.intensity_kwh_per_m2,
          href: explainHref(asked(row)),
          note: row.status === 'partial' ? <Mark kind="warn">partial</Mark> : undefined,
        }))}
      />
      <Table
        caption="What it is made of"
        rows={rows}
        rowKey={({ place }) => place}
        csv={csv}
        sortedBy="kWh/m²"
        columns={[
          { heading: words(by), head: true, cell: (row) => <Place row={row} by={by} />, sort: (row) => row.place_name },
          {
            heading: 'kWh/m²',
            number: true,
            cell: (row) => number(row.intensity_kwh_per_m2),
            sort: (row) => row.intensity_kwh_per_m2,
          },
          {
            heading: 'Energy, kWh',
            number: true,
            cell: (row) => number(row.energy_kwh),
            sort: (row) => row.energy_kwh,
          },
          { heading: 'Area, m²', number: true, cell: (row) => number(row.gross_internal_area_m2, 0) },
          {
            heading: 'Of the area metered',
            number: true,
            cell: (row) => percent(row.metered_area_share),
          },
          { heading: 'Known how well', cell: (row) => <Standing row={row} />, sort: (row) => row.measured_share },
        ]}
      />
    </>
  );
}

function Reckoned({ answer }: { answer: CarbonAnswer }) {
  return (
    <>
      <dl class="facts">
        <dt>Boundary</dt>
        <dd>
          {answer.boundary_name}: {answer.boundary_source}
        </dd>
        <dt>Factors of</dt>
        <dd>
          {answer.factor_years
            .map(({ from, to, sets }) => `${day(from)} to ${day(to)}: ${sets.map(({ set }) => set).join(', ')}`)
            .join('; ')}
        </dd>
      </dl>
      <Table
        caption="Factors"
        rows={answer.factors}
        rowKey={(row) => `${row.utility} ${row.activity} ${row.set} ${row.valid_from}`}
        sortedBy="Utility"
        ascending
        columns={[
          { heading: 'Utility', head: true, cell: ({ utility }) => words(utility), sort: ({ utility }) => utility },
          { heading: 'Activity', cell: ({ activity }) => words(activity) },
          { heading: 'Scope', number: true, cell: ({ scope }) => scope },
          { heading: 'Set', cell: ({ set }) => set },
          {
            heading: 'Factor',
            number: true,
            cell: (row) => `${row.factor_kgco2e} kgCO₂e/${row.per === 'm3' ? 'm³' : row.per}`,
          },
          {
            heading: 'Standing',
            cell: ({ standing }) => <Mark kind={standing === 'verified' ? 'good' : 'warn'}>{standing}</Mark>,
          },
          { heading: 'Source', cell: ({ source }) => source },
        ]}
      />
    </>
  );
}

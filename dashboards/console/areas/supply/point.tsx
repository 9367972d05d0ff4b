import { Fragment } from 'preact';
import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import type { Params } from '../../pages.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf, usePeriod } from '../../place.ts';
import { amount, day, number, pounds, words } from '../../say.ts';
import { HalfHours } from './half-hours.tsx';
import { ForPrices, SupplyLinks } from './prices.tsx';
import { componentWords, contractWords, monthName, type SupplyPointRow } from './said.ts';
import { NoticesDue } from './supply-points.tsx';

/** One supply point: its contract, what it costs and for what, its capacity and its half-hours. */
export function SupplyPoint({ params }: { params: Params }) {
  const id = params['supply_point'] ?? '';
  return (
    <Page
      title={id}
      says="The contract of a supply point, what its half-hours cost and for what, and its capacity."
      crumbs={[{ href: '/supply', text: 'Supply' }]}
      actions={<PeriodPicker usual="this-year" />}
    >
      <SupplyLinks />
      <ForPrices>
        <Shown id={id} />
      </ForPrices>
    </Page>
  );
}

function Shown({ id }: { id: string }) {
  const { from, to } = usePeriod('this-year');
  const point = useAsked('/v1/supply-points', { query: { supply_point: id, demand: 'last_12_months' } });
  const asking = { query: { supply_point: id, from, to, bucket: 'whole', split: 'band' } };
  const whole = useAsked('/v1/costs', { query: { supply_point: id, from, to, bucket: 'whole' } });
  const parts = useAsked('/v1/costs', asking);
  return (
    <>
      <Loaded asked={whole} waiting="Adding up what it costs">
        {(data) => <Costs answer={data} />}
      </Loaded>
      <Loaded asked={point} waiting="Reading the contract">
        {({ supply_points: [row] }) => row && <About row={row} />}
      </Loaded>
      <Section title="What the money is for" says="Each kind of charge, in its bands of the day where it has some.">
        <Loaded asked={parts} waiting="Parting the costs">
          {(data) => <Parts answer={data} csv={csvHref('/v1/costs', asking)} />}
        </Loaded>
      </Section>
      <HalfHours id={id} />
    </>
  );
}

function Costs({ answer }: { answer: Answers['/v1/costs'] }) {
  const [row] = answer.costs;
  if (!row) return <Empty says="Nothing was used in this period." next="Choose another period." />;
  const share = row.measured_share;
  const provisional = row.partial_because.includes('not-over');
  const { cost_low_gbp: low, cost_high_gbp: high } = row;
  const isRange = low !== null && high !== null && high - low >= 0.5;
  return (
    <Figures>
      <Figure
        label="Cost, without VAT"
        value={row.cost_gbp}
        unit="£"
        share={share}
        provisional={provisional}
        note={isRange ? `between ${pounds(low)} and ${pounds(high)}, by what is missing` : undefined}
      />
      <Figure label="With VAT" value={row.total_gbp} unit="£" note={`VAT ${pounds(row.vat_gbp)}`} />
      {row.use_m3 === null ? (
        <Figure label="All in, without VAT" value={row.all_in_p_per_kwh} unit="p/kWh" digits={2} />
      ) : (
        <Figure label="All in, without VAT" value={row.all_in_gbp_per_m3} unit="£/m³" digits={2} />
      )}
      <Figure label="Used" value={row.use_m3 ?? row.use_kwh} unit={row.use_m3 === null ? 'kWh' : 'm³'} share={share} />
    </Figures>
  );
}

function About({ row }: { row: SupplyPointRow }) {
  return (
    <>
      <NoticesDue points={[row]} />
      <div class="columns">
        <Section
          title="Contract"
          actions={
            <a href={hrefOf('/supply/offers', { points: row.supply_point, utility: row.utility })}>
              Compare offers for it
            </a>
          }
        >
          <Contract row={row} />
        </Section>
        {row.agreed_capacity_kva !== null && <Capacity row={row} />}
      </div>
    </>
  );
}

function Contract({ row }: { row: SupplyPointRow }) {
  const tariffs = useAsked('/v1/tariffs', { query: { component: 'other' } });
  const tariff = tariffs.state === 'known' ? tariffs.data.tariffs.find((one) => one.tariff === row.tariff) : undefined;
  const number = row.mpan ?? row.mprn ?? row.spid;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Site', row.site_name],
    ['Utility', words(row.utility)],
    [row.utility === 'gas' ? 'MPRN' : row.utility === 'water' ? 'SPID' : 'MPAN', number],
    ['Supplier', row.supplier],
    ['Tariff', tariff ? `${tariff.tariff_name}: ${contractWords[tariff.contract]}` : row.tariff],
    ['From', row.contract_from === null ? null : day(row.contract_from)],
    ['Until', row.contract_to === null ? null : day(row.contract_to)],
    ['Notice by', row.notice_by === null ? null : day(row.notice_by)],
    ['Next reminder', row.next_reminder === null ? null : day(row.next_reminder)],
    ['Voltage', row.voltage],
    ['DUoS tariff', row.duos_tariff],
    ['Residual band', row.residual_band],
    ['Known from', row.source],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span class="quiet">not written down</span>}</dd>
        </Fragment>
      ))}
      <dt>Meter</dt>
      <dd>
        <a href={`/meters/${row.meter}`}>{row.meter}</a>
      </dd>
    </dl>
  );
}

function Capacity({ row }: { row: SupplyPointRow }) {
  const { agreed_capacity_kva: agreed, maximum_demand_kva: most, maximum_demand_month: month } = row;
  const { maximum_demand_low_kva: low, maximum_demand_high_kva: high } = row;
  const left = agreed === null || most === null ? null : agreed - most;
  const why = 'no kvarh are counted there and no power factor is stated';
  return (
    <Section
      title="Capacity"
      says="What is agreed is paid for whether it is needed or not; what is drawn beyond it costs more."
    >
      <Figures>
        <Figure label="Agreed" value={agreed} unit="kVA" />
        <Figure
          label="Most drawn, last 12 months"
          value={most}
          unit="kVA"
          {...(most === null ? {} : { share: row.measured_time_share })}
          note={
            most === null
              ? why
              : `in ${monthName(month ?? '')}; between ${number(low)} and ${number(high)} kVA by the power factor`
          }
        />
        <Figure
          label="Left"
          value={left}
          unit="kVA"
          note={left === null ? why : left < 0 ? <Mark kind="bad">more is drawn than is agreed</Mark> : undefined}
        />
      </Figures>
    </Section>
  );
}

function Parts({ answer, csv }: { answer: Answers['/v1/costs']; csv: string }) {
  const name = ({ component, band }: (typeof answer.costs)[number]): string =>
    band === null ? componentWords[component] : `${componentWords[component]}, ${band.replaceAll('_', ' ')}`;
  return (
    <>
      <Bars
        title="Cost without VAT"
        unit="£"
        rows={[...answer.costs]
          .sort((a, b) => (b.cost_gbp ?? 0) - (a.cost_gbp ?? 0))
          .map((row) => ({ name: name(row), value: row.cost_gbp }))}
      />
      <Table
        caption="Charges of the period"
        hideCaption
        rows={answer.costs}
        rowKey={(row) => `${row.component} ${row.band}`}
        csv={csv}
        columns={[
          { heading: 'For', head: true, cell: name, sort: name },
          { heading: 'Without VAT', number: true, cell: (row) => pounds(row.cost_gbp, 2), sort: (row) => row.cost_gbp },
          { heading: 'VAT', number: true, cell: (row) => pounds(row.vat_gbp, 2), sort: (row) => row.vat_gbp },
          { heading: 'With VAT', number: true, cell: (row) => pounds(row.total_gbp, 2), sort: (row) => row.total_gbp },
          {
            heading: 'Over all that was used',
            number: true,
            cell: (row) =>
              row.all_in_gbp_per_m3 === null
                ? amount(row.all_in_p_per_kwh, 'p/kWh', 2)
                : amount(row.all_in_gbp_per_m3, '£/m³', 2),
            sort: (row) => row.all_in_p_per_kwh ?? row.all_in_gbp_per_m3,
          },
          { heading: 'Rates are', cell: (row) => row.rate_standing ?? 'not known', sort: (row) => row.rate_standing },
        ]}
      />
      <Rates answer={answer} />
    </>
  );
}

/** Where every rate that was used is known from. */
function Rates({ answer }: { answer: Answers['/v1/costs'] }) {
  return (
    <details>
      <summary>Where the rates are known from</summary>
      <Table
        caption="Charges and their sources"
        hideCaption
        rows={answer.rates}
        rowKey={(row) => `${row.tariff} ${row.charge} ${row.source}`}
        columns={[
          { heading: 'Charge', head: true, cell: (row) => row.name, sort: (row) => row.name },
          { heading: 'For', cell: (row) => componentWords[row.component] },
          { heading: 'By', cell: (row) => row.unit },
          { heading: 'Seen', cell: (row) => row.standing, sort: (row) => row.standing },
          { heading: 'Source', cell: (row) => row.source },
        ]}
      />
    </details>
  );
}

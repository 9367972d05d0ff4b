import type { z } from 'zod';
import type { savingSchema } from '../../../../api/contract/alerts.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Page } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { usePlace } from '../../place.ts';
import { amount, count, day, number, pounds, time, words } from '../../say.ts';

type Saving = z.output<typeof savingSchema>;

/** `/alerts/savings`: what mending saved, as the meters show. */
export function AlertSavings() {
  const { query } = usePlace();
  const question = { site: query.get('site') ?? undefined, running: query.get('running') ?? undefined };
  const asked = useAsked('/v1/alerts/savings', { query: question });
  const sites = useAsked('/v1/sites');
  return (
    <Page
      title="What mending saved"
      says="Only what a meter shows to be used no more since an alert was closed as mended, for at most twelve months each."
      crumbs={[{ href: '/alerts', text: 'Alerts' }]}
    >
      <div class="choices">
        <Choice
          name="site"
          label="Site"
          all="All sites"
          options={sites.state === 'known' ? sites.data.sites.map(({ id, name }) => ({ value: id, text: name })) : []}
        />
        <Choice name="running" label="Count" all="All" options={[{ value: 'true', text: 'Those that still run' }]} />
      </div>
      <Loaded asked={asked} waiting="Reading the savings">
        {({ savings, as_of: asOf }) => (
          <>
            <Sums savings={savings} asOf={asOf} />
            <Table
              caption="Savings by alert"
              hideCaption
              columns={columns}
              rows={savings}
              rowKey={({ claim }) => claim}
              sortedBy="£ so far"
              csv={csvHref('/v1/alerts/savings', { query: question })}
              empty={
                <>
                  No saving is booked yet. Close an alert as mended: when its meter shows it gone on seven days one
                  after the other, it stands here. <a href="/alerts">Alerts to act on</a>
                </>
              }
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Together; what has no price is counted beside the sum and not taken for nothing. */
function Sums({ savings, asOf }: { savings: readonly Saving[]; asOf: string }) {
  if (savings.length === 0) return null;
  const running = savings.filter(({ until }) => until > asOf);
  return (
    <Figures>
      <Sum label="£ so far" unit="£" values={savings.map((one) => one.saved_gbp)} />
      <Sum label="Carbon so far" unit="kgCO2e" values={savings.map((one) => one.saved_kgco2e)} />
      <Sum label="£ a week, now" unit="£" values={running.map((one) => one.saved_gbp_per_week)} />
      <Sum label="Carbon a week, now" unit="kgCO2e" values={running.map((one) => one.saved_kgco2e_per_week)} />
    </Figures>
  );
}

function Sum({ label, unit, values }: { label: string; unit: string; values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  const unknown = values.length - known.length;
  return (
    <Figure
      label={label}
      unit={unit}
      digits={0}
      value={values.length > 0 && known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)}
      note={unknown > 0 ? `of ${count(unknown, 'saving')} beside it this is not known` : undefined}
    />
  );
}

/** kWh, m³ or kvarh: a saving is in one of them. */
function energyOf(saving: Saving, of: 'so far' | 'a week') {
  const [kwh, m3, kvarh] =
    of === 'so far'
      ? [saving.saved_kwh, saving.saved_m3, saving.saved_kvarh]
      : [saving.saved_kwh_per_week, saving.saved_m3_per_week, saving.saved_kvarh_per_week];
  return m3 !== null ? amount(m3, 'm³') : kvarh !== null ? amount(kvarh, 'kvarh') : amount(kwh, 'kWh');
}

const columns: readonly Column<Saving>[] = [
  {
    heading: 'What was mended',
    head: true,
    cell: ({ alert, site_name: site, kind, subject }) => (
      <>
        <a href={`/alerts/${alert}`}>
          {site}: {words(kind).toLowerCase()}
        </a>
        <div class="quiet">{subject}</div>
      </>
    ),
    sort: ({ site_name: site }) => site,
  },
  { heading: 'What was done', cell: ({ why, closed_by: who }) => (who === '' ? why : `${why} (${who})`) },
  { heading: '£ so far', number: true, cell: ({ saved_gbp: gbp }) => pounds(gbp, 0), sort: (one) => one.saved_gbp },
  {
    heading: '£ a week',
    number: true,
    cell: ({ saved_gbp_per_week: gbp }) => pounds(gbp, 0),
    sort: (one) => one.saved_gbp_per_week,
  },
  {
    heading: 'kgCO2e so far',
    number: true,
    cell: ({ saved_kgco2e: kg }) => number(kg, 0),
    sort: (one) => one.saved_kgco2e,
  },
  { heading: 'Use so far', number: true, cell: (saving) => energyOf(saving, 'so far') },
  { heading: 'Use a week', number: true, cell: (saving) => energyOf(saving, 'a week') },
  {
    heading: 'Counted',
    cell: ({ from, until }) => (
      <span title={`${time(from)} to ${time(until)}`}>
        {day(from)} to {day(until)}
      </span>
    ),
    sort: ({ from }) => from,
  },
];

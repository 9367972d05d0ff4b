import { financeGaps } from '../../../../domain/plan/measure-finance.ts';
import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import type { Params } from '../../pages.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { amount, day, number, percent, pounds, words } from '../../say.ts';
import { MeasureStatusAct } from './measure-status.tsx';
import { SavingTable } from './saving-table.tsx';
import { statusWords, stepTitles } from './words.ts';

type Shown = Answers['/v1/measures/:measure'];

/** `/plan/measures/:measure`: what it is, how far it has come, what it should save and what it truly saves. */
export function MeasurePage({ params: { measure = '' } }: { params: Params }) {
  const asked = useAsked('/v1/measures/:measure', { params: { measure } });
  const row = asked.state === 'known' ? asked.data.measure : undefined;
  return (
    <Page
      title={row?.name ?? `Measure ${measure}`}
      says={
        row && (
          <>
            Step {row.step}, {stepTitles[row.step]}; {row.kind_says}; at{' '}
            <a href={`/plan/sites/${row.site}`}>{row.site_name}</a>{' '}
            <Mark kind={statusWords[row.status].mark}>{statusWords[row.status].says}</Mark>
          </>
        )
      }
      crumbs={[
        { href: '/plan', text: 'Plan' },
        { href: '/plan/measures', text: 'Measures' },
      ]}
    >
      <Loaded asked={asked} waiting="Reading the measure">
        {(shown) => <MeasureParts shown={shown} renew={asked.state === 'loading' ? () => {} : asked.retry} />}
      </Loaded>
    </Page>
  );
}

function MeasureParts({ shown, renew }: { shown: Shown; renew: () => void }) {
  const { measure: row, warnings, out_of_order: outOfOrder } = shown;
  return (
    <>
      {warnings.map((one) => (
        <p key={one}>
          <Mark kind="info">{one}</Mark>
        </p>
      ))}
      {outOfOrder.map(({ before, says }) => (
        <div key={before} class="notice warn">
          <p>
            <Mark kind="warn">Something else should come first.</Mark> {says}{' '}
            <a href={`/plan/measures/${before}`}>{before}</a>
          </p>
        </div>
      ))}
      <Worth shown={shown} />
      <div class="columns">
        <Section title="How far it has come">
          <ol class="events">
            {shown.statuses.map(({ from, is, because }) => (
              <li key={`${from} ${is}`}>
                <Mark kind={statusWords[is].mark}>{statusWords[is].says}</Mark>
                <div class="quiet">
                  since {day(from)}
                  {because !== null && `: ${because}`}
                </div>
              </li>
            ))}
          </ol>
          <MeasureStatusAct row={row} renew={renew} />
        </Section>
        <Section title="What is written down of it">
          <Written shown={shown} />
        </Section>
      </div>
      <Verified measure={row.measure} site={row.site} />
    </>
  );
}

function Worth({ shown: { measure: row } }: { shown: Shown }) {
  const why = row.unknown.length === 0 ? undefined : `${row.unknown.map((one) => financeGaps[one]).join('; ')}.`;
  const noteOf = (value: number | null, note?: string): string | undefined => (value === null ? why : note);
  return (
    <Figures>
      <Figure
        label="Expected to save a year"
        value={row.saves_gbp_per_year}
        unit="£"
        digits={0}
        note={noteOf(
          row.saves_gbp_per_year,
          row.gbp_from === 'stated' ? 'As stated.' : 'At what one more kWh costs, without VAT.',
        )}
      />
      <Figure
        label="Expected to save a year"
        value={row.saves_kgco2e_per_year === null ? null : row.saves_kgco2e_per_year / 1000}
        unit="tCO2e"
        note={noteOf(row.saves_kgco2e_per_year, 'Location-based, by the newest factors.')}
      />
      <Figure
        label="Capital"
        value={row.capital_gbp}
        unit="£"
        digits={0}
        note={
          row.funding_gap_gbp !== null && row.funding_gap_gbp > 0
            ? `${pounds(row.funding_gap_gbp, 0)} not secured`
            : undefined
        }
      />
      <Figure label="Simple payback" value={row.payback_years} unit="years" note={noteOf(row.payback_years)} />
      <Figure
        label="Cost of a tonne over its life"
        value={row.cost_gbp_per_tco2e}
        unit="£"
        digits={0}
        note={noteOf(row.cost_gbp_per_tco2e, 'Below 0 it earns money and saves carbon.')}
      />
    </Figures>
  );
}

function Written({ shown }: { shown: Shown }) {
  const { measure: row, expected, funding, after } = shown;
  const works =
    row.begins === null ? 'not known' : `${day(row.begins)} to ${row.ends === null ? 'open' : day(row.ends)}`;
  return (
    <dl class="facts">
      <dt>Owner</dt>
      <dd>{row.owner ?? 'nobody named'}</dd>
      <dt>Works</dt>
      <dd>{works}</dd>
      <dt>Expected a year</dt>
      <dd>
        {expected.length === 0
          ? 'not stated'
          : expected.map(({ utility, unit, saves, low, high }) => (
              <div key={utility}>
                {words(utility)}: {amount(saves, unit === 'm3' ? 'm³' : unit)}
                {low !== null && high !== null && ` (${number(low)} to ${number(high)})`}
              </div>
            ))}
      </dd>
      <dt>Funding</dt>
      <dd>
        {funding.length === 0
          ? 'none listed'
          : funding.map(({ from, gbp, is }) => (
              <div key={from}>
                {pounds(gbp, 0)} from {from}: {is}
              </div>
            ))}
      </dd>
      <dt>Meters that are to show it</dt>
      <dd>
        {row.meters.length === 0 ? (
          <Mark kind="warn">none: it cannot be verified</Mark>
        ) : (
          row.meters.map((meter) => (
            <div key={meter}>
              <a href={`/meters/${meter}`}>{meter}</a>
            </div>
          ))
        )}
      </dd>
      {after.length > 0 && (
        <>
          <dt>Comes after</dt>
          <dd>
            {after.map((one) => (
              <div key={one}>
                <a href={`/plan/measures/${one}`}>{one}</a>
              </div>
            ))}
          </dd>
        </>
      )}
      <dt>How sure that it comes</dt>
      <dd>{row.confidence ?? 'it is over'}</dd>
      <dt>Life</dt>
      <dd>{amount(row.life_years, 'years')}</dd>
      <dt>Discounted at</dt>
      <dd>
        {percent(shown.discount.rate)} a year: {shown.discount.source}
      </dd>
      <dt>Source</dt>
      <dd>{row.source}</dd>
    </dl>
  );
}

/** What the meters show; it is reckoned from years of days and comes last. */
function Verified({ measure, site }: { measure: string; site: string }) {
  const asked = useAsked('/v1/plan/savings', { query: { site } });
  return (
    <Section title="What the meters show" says="What a measure saved is never written down: its meters say it.">
      <Loaded asked={asked} waiting="Setting its meters against what would have been used">
        {({ savings }) => <SavingTable savings={savings.filter(({ measures }) => measures.includes(measure))} />}
      </Loaded>
    </Section>
  );
}

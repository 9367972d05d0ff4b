import { useState } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { addressOf, useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { now } from '../../clock.ts';
import { useLive } from '../../live.ts';
import type { Params } from '../../pages.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { type Point, TimeChart } from '../../pieces/time-chart.tsx';
import { amount, count, number, percent, pounds, time, words } from '../../say.ts';
import { AlertActs } from './alert-acts.tsx';
import { AlertEvents } from './alert-events.tsx';
import { AlertTold } from './alert-told.tsx';
import { sinceSays, stateWords, unitWords, urgencyOf, whoHasIt, whyUnknown } from './words.ts';

type Shown = Answers['/v1/alerts/:alert'];

const everySeconds = 60;

/** `/alerts/:alert`: one cause, from what is wrong to what was done about it. */
export function AlertPage({ params: { alert = '' } }: { params: Params }) {
  const [heard, setHeard] = useState(0);
  useLive((event) => {
    if (event.name === 'alert' && event.data.alert === alert) setHeard(event.data.sequence);
  });
  const asked = useAsked('/v1/alerts/:alert', { params: { alert }, every: everySeconds, again: heard });
  const known = asked.state === 'known' ? asked.data : undefined;
  return (
    <Page
      title={known ? `${known.alert.site_name}: ${known.alert.says}` : `Alert ${alert}`}
      says={known && <Standing shown={known} />}
      crumbs={[{ href: '/alerts', text: 'Alerts' }]}
    >
      <Loaded asked={asked} waiting="Reading the alert">
        {(shown) => <AlertParts shown={shown} renew={asked.state === 'loading' ? () => {} : asked.retry} />}
      </Loaded>
    </Page>
  );
}

/** How urgent it is and who has it, before all else. */
function Standing({ shown: { alert } }: { shown: Shown }) {
  const urgency = urgencyOf(alert);
  const state = stateWords[alert.state];
  return (
    <>
      <Mark kind={urgency.mark}>{urgency.does}</Mark>{' '}
      <Mark kind={state.mark}>
        {alert.closed_as === null ? state.says : `${state.says} (closed as ${alert.closed_as})`}
      </Mark>{' '}
      {alert.overdue && <Mark kind="bad">overdue</Mark>}
    </>
  );
}

function AlertParts({ shown, renew }: { shown: Shown; renew: () => void }) {
  const { alert, message, events, saving } = shown;
  const caller = useCaller();
  return (
    <>
      <p class="lead">
        <strong>{message.unusual.replace(/^./, (letter) => letter.toUpperCase())}</strong>, at{' '}
        <a href={`/meters/${alert.subject}`}>{alert.subject_name}</a>,{' '}
        <a href={`/sites/${alert.site}`}>{alert.site_name}</a>: {sinceSays(alert, now())}.
      </p>
      <Worth shown={shown} />
      {saving && (
        <p>
          <Mark kind="good">Mending it saves {pounds(saving.saved_gbp_per_week, 0)} a week, as the meter shows</Mark> (
          <a href="/alerts/savings">what mending saved</a>)
        </p>
      )}
      <div class="columns">
        <Section title="What to look at first">
          <ol>
            {message.look_at.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ol>
          {message.before.length > 0 && <TriedBefore shown={shown} />}
        </Section>
        <Section title="What to do with it" says={`Who has it: ${whoHasIt(alert) ?? stateWords[alert.state].says}.`}>
          <AlertActs shown={shown} renew={renew} />
        </Section>
      </div>
      <Section
        title="What was measured beside what was expected"
        actions={
          shown.chart && (
            <a href={addressOf('/v1/alerts/:alert/chart.svg', { params: { alert: alert.id } })} target="_blank">
              As a picture to send
            </a>
          )
        }
      >
        <AlertChart shown={shown} />
      </Section>
      <div class="columns">
        <Section title="How it is known">
          <Evidence shown={shown} />
        </Section>
        <Section title="What happened to it" says={`${count(events.length, 'event')}, kept for ever.`}>
          <AlertEvents events={events} />
        </Section>
      </div>
      {caller.reaches('operate') && <AlertTold alert={alert.id} />}
    </>
  );
}

/** What it costs, and how far that is known. */
function Worth({ shown: { alert } }: { shown: Shown }) {
  const [value, unit] =
    alert.excess_m3 !== null
      ? [alert.excess_m3, 'm³']
      : alert.excess_kvarh !== null
        ? [alert.excess_kvarh, 'kvarh']
        : [alert.excess_kwh, 'kWh'];
  const week = alert.ongoing ? 'a week, as it goes on' : 'a week, as it went on';
  return (
    <Figures>
      <Figure
        label={`Cost ${week}`}
        value={alert.cost_gbp_per_week}
        unit="£"
        digits={0}
        note={
          alert.cost_gbp_per_week === null ? whyUnknown(alert, 'price') : 'Without VAT, at what one more unit costs.'
        }
      />
      <Figure
        label={`Carbon ${week}`}
        value={alert.emissions_kgco2e_per_week}
        unit="kgCO2e"
        digits={0}
        note={alert.emissions_kgco2e_per_week === null ? whyUnknown(alert, 'carbon') : 'Location-based.'}
      />
      <Figure
        label="Used beyond the usual so far"
        value={value}
        unit={unit}
        share={alert.known_share}
        note={value === null ? whyUnknown(alert, 'price') : undefined}
        provisional={alert.ongoing}
        explain={`/meters/${alert.subject}`}
      />
      <Figure label="Cost so far" value={alert.cost_gbp} unit="£" provisional={alert.ongoing} />
    </Figures>
  );
}

const halfHourSeconds = 1800;

function AlertChart({ shown: { alert, chart } }: { shown: Shown }) {
  if (!chart) return <p class="quiet">What this is about is no use of a meter: there is nothing to draw.</p>;
  const first = Date.parse(chart.from) / 1000;
  const points = (values: readonly (number | null)[]): Point[] =>
    values.map((value, i) => [first + i * halfHourSeconds, value]);
  const [from, to] = [Date.parse(alert.from) / 1000, Date.parse(alert.to) / 1000];
  return (
    <TimeChart
      title={`${alert.subject_name}, the mean of each half-hour`}
      unit={unitWords(chart.unit)}
      lines={[
        { name: 'Measured', points: points(chart.measured) },
        { name: 'Expected', points: points(chart.expected), dashed: true },
      ]}
      from={first}
      to={first + Math.max(chart.measured.length, 1) * halfHourSeconds}
      marks={[{ at: Math.max(from, first), to, says: `the time of the alert is shaded, to ${time(alert.to)}` }]}
    />
  );
}

/** By what it is told; the meters that show it lead to their own pages. */
function Evidence({ shown: { alert, message, evidence } }: { shown: Shown }) {
  const unit = unitWords(evidence.unit);
  return (
    <dl class="facts">
      <dt>How sure</dt>
      <dd>{message.sure}</dd>
      <dt>Measured while it held</dt>
      <dd>
        {amount(evidence.measured, unit)} where {amount(evidence.expected, unit)} is usual
      </dd>
      <dt>Beyond the usual</dt>
      <dd>{amount(evidence.excess, unit)} on average</dd>
      <dt>Half-hours known</dt>
      <dd>{percent(alert.known_share)}</dd>
      {Object.entries(evidence.facts).map(([name, value]) => (
        <>
          <dt key={name}>{words(name)}</dt>
          <dd>{number(value)}</dd>
        </>
      ))}
      <dt>Meters that show it</dt>
      <dd>
        {alert.meters.map((meter, i) => (
          <>
            {i > 0 && ', '}
            <a key={meter} href={`/meters/${meter}`}>
              {meter}
            </a>
          </>
        ))}
      </dd>
      <dt>Raised</dt>
      <dd>
        {time(alert.opened)}, as {alert.id} ({words(alert.kind)})
      </dd>
    </dl>
  );
}

function TriedBefore({ shown: { earlier, message } }: { shown: Shown }) {
  return (
    <>
      <h3>What was tried before</h3>
      <ul>
        {earlier.length > 0
          ? earlier.map(({ alert, at, says }) => (
              <li key={`${alert} ${at}`}>
                {time(at)}: {says} (<a href={`/alerts/${alert}`}>{alert}</a>)
              </li>
            ))
          : message.before.map((one) => <li key={one}>{one}</li>)}
      </ul>
    </>
  );
}

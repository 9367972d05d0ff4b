import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { useLive } from '../../live.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { usePlace } from '../../place.ts';
import { ago, amount, count, pounds, time } from '../../say.ts';
import {
  type AlertRow,
  shownStates,
  sinceSays,
  stateWords,
  urgencies,
  urgencyOf,
  urgencyRank,
  whoHasIt,
  whyUnknown,
  worstFirst,
} from './words.ts';

/** As many as the API gives at once: whoever has more than these to act on has another problem. */
const most = 1_000;
const everySeconds = 60;
const toDo = { state: [...shownStates['to-do'].states], limit: most };

/** `/alerts`: what is wrong, what matters most first, and who has it. */
export function Alerts() {
  const { news, again } = useNews();
  const asking = { every: everySeconds, again };
  const { shown, question } = useQuestion();
  const acting = useAsked('/v1/alerts', { query: toDo, ...asking });
  const asked = useAsked('/v1/alerts', { query: question, ...asking });
  return (
    <Page
      title="Alerts"
      says="One line for each cause of abnormal use. What matters most comes first."
      actions={
        <>
          <a href="/alerts/savings">What mending saved</a>
          <a href="/alerts/deliveries">Who was told</a>
        </>
      }
    >
      <Loaded asked={acting} waiting="Reading what is to be acted on">
        {({ alerts }) => <WorthGettingUp alerts={alerts} />}
      </Loaded>
      <p role="status" class="live-news">
        {news.length > 0 && <Mark kind="info">{news.at(-1)}</Mark>}
      </p>
      <Choices alerts={acting.state === 'known' ? acting.data.alerts : []} shown={shown} />
      <Loaded asked={asked} waiting="Reading the alerts">
        {({ alerts, together, next_cursor: more }) => (
          <>
            <Sums together={together} />
            {more !== null && (
              <p>
                <Mark kind="warn">The newest {most} are shown; there are more. Choose a site or a severity.</Mark>
              </p>
            )}
            <Table
              caption={`Alerts: ${shown.toLowerCase()}`}
              hideCaption
              columns={columns}
              rows={alerts.toSorted(worstFirst)}
              rowKey={({ id }) => id}
              csv={csvHref('/v1/alerts', { query: question })}
              empty={
                <>
                  No alert of this kind. Only what is measured is looked at: silent meters stand under{' '}
                  <a href="/data">Data</a>.
                </>
              }
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Of all that match; what has no price or no factor is counted beside the sum and not taken for nothing. */
function Sums({ together }: { together: Answers['/v1/alerts']['together'] }) {
  const { alerts, without_price: unpriced, without_factor: unknown } = together;
  const beside = (number: number, what: string): string | undefined =>
    number === 0 ? undefined : `${count(number, 'alert')} without a known ${what} beside it`;
  return (
    <Figures>
      <Figure label="Alerts shown" value={alerts} unit="" digits={0} />
      <Figure
        label="Cost a week as they go on"
        value={alerts > 0 && unpriced === alerts ? null : together.cost_gbp_per_week}
        unit="£"
        digits={0}
        note={beside(unpriced, 'price')}
      />
      <Figure
        label="Carbon a week as they go on"
        value={alerts > 0 && unknown === alerts ? null : together.emissions_kgco2e_per_week}
        unit="kgCO2e"
        digits={0}
        note={beside(unknown, 'factor')}
      />
    </Figures>
  );
}

/** What the address asks for, and as the API is asked. */
function useQuestion() {
  const { query } = usePlace();
  const chosen = query.get('show') ?? '';
  const show = Object.hasOwn(shownStates, chosen) ? (chosen as keyof typeof shownStates) : 'to-do';
  const { text, states } = shownStates[show];
  const [site, severity, owner] = ['site', 'severity', 'owner'].map((name) => query.get(name) ?? undefined);
  const overdue = query.get('overdue') === 'true' ? 'true' : undefined;
  return { shown: text, question: { state: [...states], site, severity, owner, overdue, limit: most } };
}

const newsSettlesMs = 600;

/** What happened to alerts since the page was opened, and a number that grows when they are to be asked anew. */
function useNews(): { readonly news: readonly string[]; readonly again: number } {
  const [news, setNews] = useState<readonly string[]>([]);
  const [again, setAgain] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive((event) => {
    if (event.name !== 'alert') return;
    const { alert, at, says, site } = event.data;
    setNews((before) => [...before.slice(-9), `${time(at)}: ${alert} at ${site}: ${says}`]);
    clearTimeout(timer.current);
    // A look of the watch may raise several at once: they are asked for together.
    timer.current = setTimeout(() => setAgain((number) => number + 1), newsSettlesMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return { news, again };
}

/** The answer to the question at the plant-room door. */
function WorthGettingUp({ alerts }: { alerts: readonly AlertRow[] }) {
  const atOnce = alerts.filter(({ severity }) => severity === '1');
  const today = alerts.filter(({ severity }) => severity === '2').length;
  const later = alerts.length - atOnce.length - today;
  if (atOnce.length > 0) {
    return (
      <div class="notice bad">
        <p>
          <Mark kind="bad">{count(atOnce.length, 'alert')} cannot wait: go, at any hour.</Mark>
        </p>
        <ul>
          {atOnce.map((alert) => (
            <li key={alert.id}>
              <a href={`/alerts/${alert.id}`}>
                {alert.site_name}: {alert.says}
              </a>
              , {alert.subject_name}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <p class="verdict">
      <Mark kind="good">Nothing here is worth getting up for at night.</Mark>{' '}
      {alerts.length === 0
        ? 'Nobody has anything to act on.'
        : [today > 0 ? `${today} for today` : '', later > 0 ? `${later} for this week or later` : '']
            .filter((part) => part !== '')
            .join(', ')
            .concat('.')}
    </p>
  );
}

function Choices({ alerts, shown }: { alerts: readonly AlertRow[]; shown: string }) {
  const { query } = usePlace();
  const sites = useAsked('/v1/sites');
  const owners = [...new Set(alerts.flatMap(({ owner }) => owner ?? []))].sort();
  return (
    <details class="filters" open={query.size > 0}>
      <summary>Shown: {shown.toLowerCase()}. Choose others</summary>
      <div class="choices">
        <Choice
          name="show"
          label="Show"
          options={Object.entries(shownStates).map(([value, { text }]) => ({ value, text }))}
        />
        <Choice
          name="severity"
          label="Severity"
          all="Any"
          options={Object.entries(urgencies).map(([value, { says }]) => ({ value, text: says }))}
        />
        <Choice
          name="site"
          label="Site"
          all="All sites"
          options={sites.state === 'known' ? sites.data.sites.map(({ id, name }) => ({ value: id, text: name })) : []}
        />
        {owners.length > 0 && (
          <Choice
            name="owner"
            label="Who"
            all="Anybody"
            options={owners.map((owner) => ({ value: owner, text: owner }))}
          />
        )}
        <Choice name="overdue" label="Due" all="Any date" options={[{ value: 'true', text: 'Overdue' }]} />
      </div>
    </details>
  );
}

const freshMs = 3_600_000;

function isFresh({ state, opened }: AlertRow): boolean {
  return state === 'open' && now() - Date.parse(opened) < freshMs;
}

const columns: readonly Column<AlertRow>[] = [
  {
    heading: 'What',
    head: true,
    cell: (alert) => (
      <>
        <a href={`/alerts/${alert.id}`}>
          {alert.site_name}: {alert.says}
        </a>
        <div class="quiet">{alert.subject_name}</div>
        {isFresh(alert) && <Mark kind="info">new: raised {ago(alert.opened, now())}</Mark>}
      </>
    ),
    sort: ({ site_name: site }) => site,
  },
  {
    heading: 'By when',
    cell: (alert) => <Mark kind={urgencyOf(alert).mark}>{urgencyOf(alert).says}</Mark>,
    sort: urgencyRank,
  },
  {
    heading: '£ a week',
    number: true,
    cell: (alert) => worth(alert, 'price'),
    sort: ({ cost_gbp_per_week: cost }) => cost,
  },
  {
    heading: 'kgCO2e a week',
    number: true,
    cell: (alert) => worth(alert, 'carbon'),
    sort: ({ emissions_kgco2e_per_week: emissions }) => emissions,
  },
  {
    heading: 'Since',
    cell: (alert) => sinceSays(alert, now()),
    sort: ({ from }) => from,
  },
  {
    heading: 'Who has it',
    cell: (alert) => (
      <>
        <Mark kind={stateWords[alert.state].mark}>{stateWords[alert.state].says}</Mark>
        {whoHasIt(alert) !== undefined && <div>{whoHasIt(alert)}</div>}
        {alert.overdue && <Mark kind="bad">overdue</Mark>}
      </>
    ),
    sort: ({ owner }) => owner,
  },
];

/** A week of it; where it is not known, the reason stands behind the words. */
function worth(alert: AlertRow, of: 'price' | 'carbon') {
  const value = of === 'price' ? alert.cost_gbp_per_week : alert.emissions_kgco2e_per_week;
  if (value !== null) return of === 'price' ? pounds(value, 0) : amount(value, '', 0);
  return <span title={whyUnknown(alert, of)}>not known</span>;
}

import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, londonDate, useQuery } from '../../place.ts';
import { count, number, words } from '../../say.ts';
import { now } from '../../clock.ts';
import { useFresh } from './fresh.ts';
import { loadsOf, rateOf, sayChange, type SiteNow, unitOf, usualOf } from './loads.ts';
import { heardOf } from './meter-state.ts';
import { type Judged, MetersRight, useMetersJudged } from './meters-right.tsx';
import { namesOf } from './names.ts';
import { NowFigures } from './now-figures.tsx';
import { Questions } from './questions.tsx';
import { UseChart } from './use-chart.tsx';

/** How often the live picture is asked for again while readings come in. */
const liveSeconds = 10;

/** The front door: what the estate uses now, whether the meters are right, and the way to everything else. */
export function EstatePage() {
  const heard = useFresh(liveSeconds, ({ name }) => name === 'reading');
  const live = useAsked('/v1/now', { again: heard, every: 60 });
  const sites = useAsked('/v1/sites', { query: { limit: 1000 } });
  const names = namesOf(sites.state === 'known' ? sites.data.sites : []);
  const nameOf = (site: string): string => names.get(site) ?? site;
  return (
    <Page title="The estate now" says="What every site uses, against what it usually uses at this time of the week.">
      <Loaded asked={live} waiting="Asking every site">
        {(data) => (data.sites.length === 0 ? <FirstStart /> : <Live data={data} nameOf={nameOf} />)}
      </Loaded>
    </Page>
  );
}

function FirstStart() {
  return (
    <Empty
      says="No site with a meter is in the register yet."
      next={
        <>
          A meter that publishes is seen in <a href="/data/inbox">the inbox</a>, with an entry for the register. What a
          site and a meter are written as is told by <code>docs/first-meter.md</code>.
        </>
      }
    />
  );
}

type Now = Answers['/v1/now'];

function Live({ data, nameOf }: { data: Now; nameOf: (site: string) => string }) {
  const loads = loadsOf(data.sites);
  const judged = useMetersJudged();
  return (
    <>
      {loads.length === 0 ? (
        <Empty
          says="Nothing was heard of any meter yet."
          next={
            <>
              Look at <a href="/data">the quality of data</a>: it tells what arrives and what became of it.
            </>
          }
        />
      ) : (
        <NowFigures loads={loads} at={data.at} missingOf={({ without }) => without.map(nameOf).join(', ')} />
      )}
      <MetersRight judged={judged} nameOf={nameOf} />
      <Sites data={data} nameOf={nameOf} quality={judged.quality} />
      <Day data={data} />
      <Questions />
    </>
  );
}

interface SiteRow {
  readonly site: string;
  readonly loads: ReadonlyMap<string, SiteNow>;
  /** Of all its meters; undefined until the house said. */
  readonly heard: number | undefined;
  readonly silent: number | undefined;
}

/** Utilities that have a column of their own; a site's page shows the others. */
const columnsOf = ['electricity', 'gas', 'water'] as const;

interface SitesShape {
  readonly data: Now;
  readonly nameOf: (site: string) => string;
  readonly quality: Judged['quality'];
}

function Sites({ data, nameOf, quality }: SitesShape) {
  const alerts = useAsked('/v1/alerts', { query: { state: ['open', 'acknowledged'], limit: 1000 }, every: 60 });
  const bySite = Map.groupBy(alerts.state === 'known' ? alerts.data.alerts : [], ({ site }) => site);
  const qualities = Map.groupBy(quality.state === 'known' ? quality.data.meters : [], ({ site }) => site);
  const rows = Array.from(
    Map.groupBy(data.sites, ({ site }) => site),
    ([site, list]): SiteRow => ({
      site,
      loads: new Map(list.map((row) => [row.utility, row])),
      ...(quality.state === 'known' ? heardOf(qualities.get(site) ?? []) : { heard: undefined, silent: undefined }),
    }),
  );
  return (
    <Section title="Site by site">
      <Table
        caption="What each site uses now"
        hideCaption
        rows={rows}
        rowKey={({ site }) => site}
        sortedBy="Electricity"
        csv={csvHref('/v1/now')}
        columns={[
          {
            heading: 'Site',
            head: true,
            cell: ({ site }) => <a href={`/sites/${site}`}>{nameOf(site)}</a>,
            sort: ({ site }) => nameOf(site),
          },
          ...columnsOf.map((utility) => ({
            heading: words(utility),
            number: true,
            cell: ({ loads }: SiteRow) => <LoadCell row={loads.get(utility)} />,
            sort: ({ loads }: SiteRow) => {
              const row = loads.get(utility);
              return row && rateOf(row);
            },
          })),
          {
            heading: 'Heard',
            cell: (row) => <HeardCell row={row} />,
            sort: ({ silent }) => silent,
          },
          {
            heading: 'Alerts',
            cell: ({ site }) => <AlertCell site={site} asked={alerts.state} number={bySite.get(site)?.length ?? 0} />,
            sort: ({ site }) => bySite.get(site)?.length ?? 0,
          },
        ]}
      />
    </Section>
  );
}

function HeardCell({ row: { heard, silent } }: { row: SiteRow }) {
  if (heard === undefined || silent === undefined) return <span class="quiet">…</span>;
  if (heard + silent === 0) return <span class="quiet">none heard yet</span>;
  if (silent === 0) return <Mark kind="good">all {heard}</Mark>;
  return (
    <Mark kind={heard === 0 ? 'bad' : 'warn'}>
      {heard} of {heard + silent}
    </Mark>
  );
}

/** A rate, and beside it how far it is from usual. */
function LoadCell({ row }: { row: SiteNow | undefined }) {
  if (!row) return <span class="quiet">none</span>;
  const [rate, usual] = [rateOf(row), usualOf(row)];
  if (rate === null) {
    const isFiled = row.heard_meters + row.silent_meters === 0;
    return isFiled ? <span class="quiet">not read live</span> : <Mark kind="unknown">not known</Mark>;
  }
  const change = usual === null || usual <= 0 ? null : sayChange(rate / usual - 1);
  return (
    <>
      {number(rate)} {unitOf(row.utility)}
      {change !== null && <div class="quiet">{change}</div>}
    </>
  );
}

function AlertCell({ site, asked, number: many }: { site: string; asked: string; number: number }) {
  if (asked !== 'known') return <span class="quiet">{asked === 'loading' ? '…' : 'not known'}</span>;
  if (many === 0) return <span class="quiet">none</span>;
  return (
    <a href={`/alerts?site=${site}`}>
      <Mark kind="warn">{count(many, 'alert')}</Mark>
    </a>
  );
}

/** Yesterday and today of one utility of the estate. */
function Day({ data }: { data: Now }) {
  const utilities = [...new Set(data.sites.map(({ utility }) => utility))];
  const [chosen = utilities[0] ?? 'electricity'] = useQuery('utility');
  const again = useFresh(60, ({ name }) => name === 'half-hours');
  const today = londonDate(now());
  return (
    <Section
      title="Yesterday and today"
      says="Where the line leaves that of the week before, ask what runs. What lies ahead today is last week’s."
      actions={
        <Choice
          name="utility"
          label="Utility"
          options={utilities.map((utility) => ({ value: utility, text: words(utility) }))}
        />
      }
    >
      <UseChart utility={chosen} period={{ from: addDays(today, -1), to: addDays(today, 1) }} again={again} />
    </Section>
  );
}

import type { Answers } from '../../answers.ts';
import { type Asked, csvHref, useAsked } from '../../ask.ts';
import { isWhole, useCaller } from '../../caller.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures, Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, usePeriod, useQuery } from '../../place.ts';
import { count, day, lasting, time } from '../../say.ts';
import { IssueTable, openIssues } from './issues.tsx';

type Quality = Answers['/v1/data-quality']['meters'][number];
type Ledger = Answers['/v1/data-quality/ledgers']['ledgers'][number];

/** Whether what is shown everywhere else stands on data: silent meters, what was measured, what was not understood. */
export function DataPage() {
  const period = usePeriod('last-7-days');
  const [site] = useQuery('site');
  const query = { from: period.from, to: period.to, site };
  // The ledgers count by the day of receipt, and their last day belongs to them.
  const days = { from: period.from, to: addDays(period.to, -1), site };
  const quality = useAsked('/v1/data-quality', { query, every: 60 });
  const issues = useAsked('/v1/data-issues', { query: { site, state: openIssues, limit: 500 }, every: 60 });
  const ledgers = useAsked('/v1/data-quality/ledgers', { query: days, every: 60 });
  return (
    <Page
      title="Quality of data"
      says="Which meters are silent, how much was measured, and what came in and was not understood."
      actions={<Choices />}
    >
      <Summary quality={quality} issues={issues} ledgers={ledgers} />
      <Doors />
      <Section
        title="What is wrong"
        says="Each trouble with the data of a meter is one line, however often it was found."
      >
        <Loaded asked={issues} waiting="Reading the data issues">
          {(data) => (
            <IssueTable
              issues={data.issues}
              isCut={data.next_cursor !== null}
              csv={csvHref('/v1/data-issues', { query: { site, state: openIssues } })}
            />
          )}
        </Loaded>
      </Section>
      <Section
        title="Messages, day by day"
        says="By the UTC day on which they came. Received is decoded, ignored (understood, nothing to keep) and not understood."
      >
        <Loaded asked={ledgers} waiting="Reading the ledgers">
          {(data) => <Ledgers rows={data.ledgers} csv={csvHref('/v1/data-quality/ledgers', { query: days })} />}
        </Loaded>
      </Section>
      <Section title="Meter by meter" says="Half-hours of the period that are over, while the meter was there.">
        <Loaded asked={quality} waiting="Counting half-hours">
          {({ meters }) => <Meters rows={meters} csv={csvHref('/v1/data-quality', { query })} />}
        </Loaded>
      </Section>
    </Page>
  );
}

function Choices() {
  const sites = useAsked('/v1/sites', { query: { limit: 1000 } });
  const named = sites.state === 'known' ? sites.data.sites : [];
  return (
    <>
      <Choice
        name="site"
        label="Site"
        all="All sites"
        options={named.map(({ id, name }) => ({ value: id, text: name }))}
      />
      <PeriodPicker usual="last-7-days" offers={['today', 'yesterday', 'last-7-days', 'last-28-days', 'last-month']} />
    </>
  );
}

/** How many of something; null while it is not known. */
function counted<T>(asked: Asked<T>, of: (data: T) => number): number | null {
  return asked.state === 'known' ? of(asked.data) : null;
}

function Summary(shape: {
  readonly quality: Asked<Answers['/v1/data-quality']>;
  readonly issues: Asked<Answers['/v1/data-issues']>;
  readonly ledgers: Asked<Answers['/v1/data-quality/ledgers']>;
}) {
  const { quality, issues, ledgers } = shape;
  const sum = (of: (row: Ledger) => number) =>
    counted(ledgers, (data) => data.ledgers.reduce((total, row) => total + of(row), 0));
  const meters = counted(quality, (data) => data.meters.length);
  return (
    <Figures>
      <Figure
        label="Meters overdue now"
        value={counted(quality, (data) => data.meters.filter(({ overdue }) => overdue).length)}
        unit=""
        note={meters === null ? undefined : `of ${count(meters, 'meter')}`}
      />
      <Figure
        label="Open troubles with data"
        value={counted(issues, (data) => data.issues.length)}
        unit=""
        note={issues.state === 'known' && issues.data.next_cursor !== null ? 'and more' : undefined}
      />
      <Figure label="Messages received" value={sum((row) => row.messages_received)} unit="" />
      <Figure label="Not understood" value={sum((row) => row.messages_quarantined)} unit="" href="/data/quarantine" />
    </Figures>
  );
}

/** What a person does about data. */
function Doors() {
  const caller = useCaller();
  if (!caller.reaches('operate')) {
    return <p class="quiet">Reads, exchanges and the inbox are for keys that may operate. This one may look.</p>;
  }
  const doors = [
    // Topics that nobody has registered belong to no site.
    ...(isWhole(caller)
      ? [
          ['/data/inbox', 'Inbox', 'Meters that speak and that nobody has registered.'],
          ['/data/quarantine', 'Quarantine', 'Messages that were not understood; look at one, decode it again.'],
        ]
      : []),
    ['/data/read', 'Read a meter', 'Enter what the face of a meter shows.'],
    ['/data/exchange', 'Record an exchange', 'An old meter went, a new one came.'],
    ['/data/rulings', 'Decide about readings', 'Void what is wrong, estimate what is missing.'],
    ['/data/jobs', 'What was asked for', 'How far it is, and what came of it.'],
  ] as const;
  return (
    <nav aria-label="What can be done about data">
      <ul class="cards">
        {doors.map(([href = '', title, says]) => (
          <li key={href} class="card">
            <a href={href}>{title}</a>
            <div class="quiet">{says}</div>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Meters({ rows, csv }: { rows: readonly Quality[]; csv: string }) {
  return (
    <Table
      caption="Quality of each meter"
      hideCaption
      rows={rows}
      rowKey={({ meter }) => meter}
      csv={csv}
      sortedBy="Heard"
      empty="No meter of this choice was there in the period."
      columns={[
        {
          heading: 'Meter',
          head: true,
          cell: ({ meter }) => <a href={`/meters/${meter}`}>{meter}</a>,
          sort: ({ meter }) => meter,
        },
        { heading: 'Site', cell: ({ site }) => <a href={`/sites/${site}`}>{site}</a>, sort: ({ site }) => site },
        {
          heading: 'Heard',
          cell: heardSaid,
          sort: ({ overdue, silent_s }) => (overdue ? 1e12 : 0) + (silent_s ?? 1e12),
        },
        {
          heading: 'Measured',
          cell: ({ measured_share }) => <Share share={measured_share} />,
          sort: ({ measured_share }) => measured_share,
        },
        { heading: 'Half-hours', number: true, cell: (row) => row.half_hours, sort: (row) => row.half_hours },
        {
          heading: 'Estimated',
          number: true,
          cell: (row) => row.estimated_half_hours,
          sort: (row) => row.estimated_half_hours,
        },
        {
          heading: 'Missing',
          number: true,
          cell: (row) => row.missing_half_hours,
          sort: (row) => row.missing_half_hours,
        },
        {
          heading: 'Revised reads',
          number: true,
          cell: (row) => row.revised_readings,
          sort: (row) => row.revised_readings,
        },
      ]}
    />
  );
}

function heardSaid({ overdue, last_heard, silent_s }: Quality) {
  if (last_heard === null) return overdue ? <Mark kind="bad">never heard</Mark> : <Mark kind="unknown">not heard</Mark>;
  if (overdue) return <Mark kind="bad">silent for {lasting(silent_s ?? 0)}</Mark>;
  return <Mark kind="good">{time(last_heard)}</Mark>;
}

function Ledgers({ rows, csv }: { rows: readonly Ledger[]; csv: string }) {
  return (
    <Table
      caption="Messages and readings by day"
      hideCaption
      rows={rows}
      rowKey={({ day: of }) => of}
      csv={csv}
      sortedBy="Day"
      empty="Nothing came in on these days."
      columns={[
        { heading: 'Day', head: true, cell: (row) => day(row.day), sort: (row) => row.day },
        { heading: 'Received', number: true, cell: (row) => row.messages_received },
        { heading: 'Decoded', number: true, cell: (row) => row.messages_decoded },
        { heading: 'Ignored', number: true, cell: (row) => row.messages_ignored },
        { heading: 'Not understood', number: true, cell: (row) => row.messages_quarantined },
        { heading: 'Readings', number: true, cell: (row) => row.readings_decoded },
        { heading: 'Stored', number: true, cell: (row) => row.readings_stored },
        { heading: 'Repeated', number: true, cell: (row) => row.readings_repeated },
        { heading: 'Revised', number: true, cell: (row) => row.readings_revised },
        { heading: 'Refused', number: true, cell: (row) => row.readings_refused },
      ]}
    />
  );
}

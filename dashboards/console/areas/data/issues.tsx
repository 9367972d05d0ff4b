import type { Answers } from '../../answers.ts';
import { act, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { ActForm } from '../../pieces/act-form.tsx';
import { Done, useDone } from '../../pieces/done.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf, londonDate } from '../../place.ts';
import { time, words } from '../../say.ts';

type Issue = Answers['/v1/data-issues']['issues'][number];

/** Those that are there now. */
export const openIssues = ['opened', 'ongoing'] as const;

/** Troubles with the data of meters. */
export function IssueTable({ issues, isCut, csv }: { issues: readonly Issue[]; isCut: boolean; csv: string }) {
  return (
    <>
      {isCut && <p class="quiet">The first {issues.length}. The CSV has more.</p>}
      <Table
        caption="Open troubles with data"
        hideCaption
        rows={issues}
        rowKey={({ id }) => String(id)}
        csv={csv}
        sortedBy="Since"
        empty="No open trouble with the data of these meters."
        columns={[
          {
            heading: 'Trouble',
            head: true,
            cell: ({ id, kind }) => <a href={`/data/issues/${id}`}>{words(kind)}</a>,
            sort: ({ kind }) => kind,
          },
          {
            heading: 'Meter',
            cell: ({ meter }) => <a href={`/meters/${meter}`}>{meter}</a>,
            sort: ({ meter }) => meter,
          },
          { heading: 'What was seen', cell: ({ says }) => says },
          { heading: 'Since', cell: ({ from }) => time(from), sort: ({ from }) => from },
          { heading: 'Last seen', cell: ({ to }) => time(to), sort: ({ to }) => to },
        ]}
      />
    </>
  );
}

/** One trouble: what it is, and a person's word that it is none. */
export function IssuePage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const [acts, setActs] = useState(0);
  const id = Number(params['issue']);
  // Issues are listed by number, those after a cursor: so this is the next after the one before it.
  const query = { cursor: Number.isInteger(id) && id > 0 ? id - 1 : 0, limit: 1 };
  const asked = useAsked('/v1/data-issues', { query, again: acts });
  return (
    <Page title="A trouble with data" crumbs={[{ href: '/data', text: 'Quality of data' }]}>
      <Loaded asked={asked} waiting="Reading the issue">
        {({ issues: [issue] }) =>
          issue?.id === id ? (
            <IssueTold issue={issue} onDone={() => setActs((before) => before + 1)} />
          ) : (
            <Empty says="There is no such issue that this key may see." next={<a href="/data">Quality of data</a>} />
          )
        }
      </Loaded>
    </Page>
  );
}

function IssueTold({ issue, onDone }: { issue: Issue; onDone: () => void }) {
  const { meter, from, to } = issue;
  const span = { meter, from: londonDate(Date.parse(from)), to: londonDate(Date.parse(to)) };
  const done = useDone();
  return (
    <>
      <Section title={`${words(issue.kind)}: ${meter}`}>
        <p>{issue.says}</p>
        <dl class="facts">
          <dt>State</dt>
          <dd>
            <Mark kind={issue.state === 'closed' ? 'good' : issue.state === 'ignored' ? 'info' : 'warn'}>
              {words(issue.state)}
            </Mark>
          </dd>
          <dt>Seen</dt>
          <dd>
            from {time(from)} to {time(to)}
          </dd>
          <dt>First found</dt>
          <dd>{time(issue.opened)}</dd>
          {issue.reason !== null && (
            <>
              <dt>Ignored</dt>
              <dd>
                by {issue.ignored_by} on {time(issue.ignored_at)}: {issue.reason}
              </dd>
            </>
          )}
        </dl>
        <p>
          <a href={`/meters/${meter}`}>The meter</a> ·{' '}
          <a href={hrefOf('/data/rulings', span)}>Decide about its readings</a> ·{' '}
          <a href={hrefOf('/data/exchange', { meter })}>Record an exchange</a>
        </p>
      </Section>
      <Section title="Your word on it">
        <Done says={done.says} />
        <IgnoreForm
          key={`${issue.state} ${done.times}`}
          issue={issue}
          onDone={(says) => {
            done.tell(says);
            onDone();
          }}
        />
      </Section>
    </>
  );
}

function IgnoreForm({ issue, onDone }: { issue: Issue; onDone: (says: string) => void }) {
  const isIgnored = issue.state === 'ignored';
  const route = isIgnored ? 'POST /v1/data-issues/:issue/reopen' : 'POST /v1/data-issues/:issue/ignore';
  return (
    <ActForm
      title={isIgnored ? 'Open it again' : 'Ignore it'}
      says={
        isIgnored ? 'It is looked at like any other again.' : 'Finding it again does not open it. Your reason stays.'
      }
      submit={isIgnored ? 'Open it again' : 'Ignore it'}
      role="operate"
      fields={[{ name: 'reason', label: 'Why', required: true, hint: 'Kept for ever with your name.' }]}
      send={async ({ reason }) => {
        await act(route, { params: { issue: String(issue.id) }, body: { reason } });
        onDone(isIgnored ? 'It is open again.' : 'It is ignored.');
      }}
    />
  );
}

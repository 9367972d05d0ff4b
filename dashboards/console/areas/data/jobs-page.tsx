import { useAsked } from '../../ask.ts';
import type { Job } from '../../jobs.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { percent } from '../../say.ts';
import { kindSaid, resultSaid } from './job-words.ts';

/** What was asked for, how far it is, and what came of it. */
export function JobsPage() {
  const asked = useAsked('/v1/jobs', { query: { limit: 200 }, every: 3 });
  return (
    <Page
      title="What was asked for"
      says="Work is done one after the other by the process that works out half-hours, and goes on when this page is closed."
      crumbs={[{ href: '/data', text: 'Quality of data' }]}
    >
      <Section title="The newest first">
        <Loaded asked={asked} waiting="Reading what was asked for">
          {({ jobs }) => <Jobs rows={jobs} />}
        </Loaded>
      </Section>
    </Page>
  );
}

function Jobs({ rows }: { rows: readonly Job[] }) {
  return (
    <Table
      caption="Work"
      hideCaption
      rows={rows}
      rowKey={({ id }) => String(id)}
      empty="Nothing was asked for yet."
      columns={[
        { heading: 'Number', number: true, cell: ({ id }) => id, sort: ({ id }) => id },
        { heading: 'What', head: true, cell: ({ kind }) => kindSaid(kind), sort: ({ kind }) => kind },
        { heading: 'State', cell: stateSaid, sort: ({ state }) => state },
        { heading: 'What came of it', cell: (job) => <div class="lines">{resultSaid(job)}</div> },
      ]}
    />
  );
}

function stateSaid({ state, progress }: Job) {
  if (state === 'done') return <Mark kind="good">done</Mark>;
  if (state === 'failed') return <Mark kind="bad">failed</Mark>;
  if (state === 'waiting') return <Mark kind="unknown">waits for its turn</Mark>;
  return <Mark kind="info">under way, {percent(progress)}</Mark>;
}

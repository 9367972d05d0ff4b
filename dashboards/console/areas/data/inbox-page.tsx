import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf, useQuery } from '../../place.ts';
import { count, number, time } from '../../say.ts';

type Inbox = Answers['/v1/inbox'];
type Entry = Inbox['entries'][number];
const states = [
  { value: 'open', text: 'To decide' },
  { value: 'accepted', text: 'Accepted' },
  { value: 'ignored', text: 'Ignored' },
] as const;

/** What speaks and is in no register. */
export function InboxPage() {
  const [chosen = 'open'] = useQuery('state');
  const [cursor, setCursor] = useQuery('after');
  const asked = useAsked('/v1/inbox', { query: { state: chosen, limit: 100, cursor }, every: 30 });
  return (
    <Page
      title="Inbox"
      says="Topics that speak and that nobody has registered. Nothing of them is lost: what was heard is decoded once the meter is accepted."
      crumbs={[{ href: '/data', text: 'Quality of data' }]}
      actions={<Choice name="state" label="Show" options={states} />}
    >
      {cursor !== undefined && (
        <p>
          <a href={hrefOf('/data/inbox', { state: chosen })}>From the first</a>
        </p>
      )}
      <Section title={states.find(({ value }) => value === chosen)?.text ?? 'Topics'}>
        <Loaded asked={asked} waiting="Reading the inbox">
          {(data) => (
            <Entries data={data} isOpen={chosen === 'open'} isFirst={cursor === undefined} onMore={setCursor} />
          )}
        </Loaded>
      </Section>
    </Page>
  );
}

interface EntriesShape {
  readonly data: Inbox;
  readonly isOpen: boolean;
  readonly isFirst: boolean;
  readonly onMore: (cursor: string) => void;
}

function Entries({ data, isOpen, isFirst, onMore }: EntriesShape) {
  // After the last page nothing is left, which says nothing of the pages before.
  if (data.entries.length === 0 && !isFirst) return <Empty says="No more of them." />;
  if (data.entries.length === 0) {
    return (
      <Empty
        says={isOpen ? 'Whatever speaks is registered.' : 'There is none.'}
        next={isOpen ? 'A new meter appears here as soon as it publishes to the broker.' : undefined}
      />
    );
  }
  const { next_cursor: next } = data;
  return (
    <>
      <Table
        caption="Topics"
        hideCaption
        rows={data.entries}
        rowKey={({ id }) => String(id)}
        sortedBy="Last heard"
        columns={[
          {
            heading: 'Topic',
            head: true,
            cell: ({ id, topic }) => <a href={`/data/inbox/${id}`}>{topic}</a>,
            sort: ({ topic }) => topic,
          },
          { heading: 'Understood as', cell: understood },
          {
            heading: 'Messages',
            number: true,
            cell: ({ messages }) => number(messages, 0),
            sort: ({ messages }) => messages,
          },
          { heading: 'First heard', cell: (row) => time(row.first_heard), sort: (row) => row.first_heard },
          { heading: 'Last heard', cell: (row) => time(row.last_heard), sort: (row) => row.last_heard },
        ]}
      />
      {next !== null && (
        <button type="button" onClick={() => onMore(next)}>
          The next hundred
        </button>
      )}
    </>
  );
}

function understood({ family, proposed_meters }: Entry): string {
  return family === null ? 'no family of meters' : `${family}, ${count(proposed_meters, 'meter')}`;
}

import { useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Failed, Loaded, Waiting } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf } from '../../place.ts';
import { time } from '../../say.ts';

/** What people did to the record of a meter: exchanges, reads, rulings, and which of them stand. */
export function MeterHistory({ meter }: { meter: string }) {
  const mayOperate = useCaller().reaches('operate');
  const rulings = useAsked('/v1/meters/:meter/rulings', { params: { meter } });
  const acts = useAsked('/v1/acts', { query: { meter, limit: 1000 }, when: mayOperate });
  const standing = new Map(rulings.state === 'known' ? rulings.data.rulings.map(({ id, stands }) => [id, stands]) : []);
  return (
    <Section
      title="What people did"
      says="Exchanges, reads and rulings, kept for ever with who and why."
      actions={
        mayOperate && (
          <>
            <a href={hrefOf('/data/read', { meter })}>Enter a read</a>
            <a href={hrefOf('/data/exchange', { meter })}>Record an exchange</a>
            <a href={hrefOf('/data/rulings', { meter })}>Decide about readings</a>
          </>
        )
      }
    >
      {!mayOperate && (
        <p class="quiet">Only rulings are shown: exchanges and reads are told to keys that may operate.</p>
      )}
      {acts.state === 'known' && acts.data.next_cursor !== null && (
        <p>
          <Mark kind="warn">Only the oldest 1,000 acts are shown; there are newer ones.</Mark>
        </p>
      )}
      {mayOperate && acts.state === 'loading' && <Waiting for="Reading what people did" since={acts.since} />}
      {acts.state === 'failed' && <Failed refused={acts.refused} retry={acts.retry} />}
      <Loaded asked={rulings} waiting="Reading what people did">
        {(data) =>
          mayOperate && acts.state !== 'known' ? null : (
            <Table
              caption="What people did with this meter"
              hideCaption
              rows={acts.state === 'known' ? acts.data.acts : data.rulings}
              rowKey={({ id }) => String(id)}
              empty={
                mayOperate
                  ? 'Nobody changed anything here: its figures are its readings.'
                  : 'Nobody ruled on its readings.'
              }
              sortedBy="When"
              columns={[
                { heading: 'When', cell: ({ at }) => time(at), sort: ({ at }) => at },
                { heading: 'What', head: true, cell: ({ says }) => says },
                { heading: 'Who', cell: ({ who }) => who },
                { heading: 'Why', cell: ({ reason }) => reason },
                {
                  heading: 'Stands',
                  cell: ({ id }) =>
                    standing.get(id) === false ? <Mark kind="info">taken back</Mark> : <Mark kind="good">yes</Mark>,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

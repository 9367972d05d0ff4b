import type { Answers } from '../../answers.ts';
import { act, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { cameOf } from '../../jobs.tsx';
import { ActForm } from '../../pieces/act-form.tsx';
import { Bars } from '../../pieces/bars.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Done, useDone } from '../../pieces/done.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf, useQuery } from '../../place.ts';
import { count, day, number, percent, time } from '../../say.ts';
import { replaySaid } from './job-words.ts';

type Quarantine = Answers['/v1/quarantine'];
type Message = Quarantine['messages'][number];

const shown = 200;

/** Messages that were not understood, by reason; what is mended can be decoded again. */
export function QuarantinePage() {
  const [code] = useQuery('code');
  const [meter] = useQuery('meter');
  const [replayed = 'false'] = useQuery('replayed');
  const [cursor, setCursor] = useQuery('after');
  const [acts, setActs] = useState(0);
  const query = { code, meter, replayed: replayed === 'all' ? undefined : replayed, limit: shown, cursor };
  const asked = useAsked('/v1/quarantine', { query, again: acts });
  return (
    <Page
      title="Quarantine"
      says="Messages that were not understood, kept whole until what was wrong is mended."
      crumbs={[{ href: '/data', text: 'Quality of data' }]}
      actions={
        <Choice
          name="replayed"
          label="Show"
          options={[
            { value: 'false', text: 'Waiting' },
            { value: 'true', text: 'Decoded again' },
            { value: 'all', text: 'All' },
          ]}
        />
      }
    >
      <Loaded asked={asked} waiting="Reading the quarantine">
        {(data) => (
          <>
            <Use use={data.quarantine} />
            <Reasons messages={data.messages} chosen={code} isCut={data.next_cursor !== null} />
            <Section title={code === undefined ? 'Messages' : `Messages with ${code}`} says="The oldest first.">
              <Messages rows={data.messages} />
              {cursor !== undefined && (
                <a href={hrefOf('/data/quarantine', { code, meter, replayed })}>From the first</a>
              )}
              {data.next_cursor !== null && (
                <button type="button" onClick={() => setCursor(data.next_cursor ?? undefined)}>
                  The next {shown}
                </button>
              )}
            </Section>
          </>
        )}
      </Loaded>
      <Section title="Decode again">
        <ReplayForm key={`${code} ${meter}`} code={code} meter={meter} onDone={() => setActs((before) => before + 1)} />
      </Section>
    </Page>
  );
}

function Use({ use }: { use: Quarantine['quarantine'] }) {
  return (
    <>
      {use.notices.map(({ code, says, found, mend }) => (
        <div key={code} class="notice warn" role="status">
          <p>
            <Mark kind="warn">
              {says} ({found})
            </Mark>
          </p>
          <p>To mend it: {mend}.</p>
        </div>
      ))}
      <Figures>
        <Figure
          label="Messages kept"
          value={use.messages}
          unit=""
          note={`${percent(use.full_share)} of what is kept at most`}
        />
        <Figure label="Soon too old" value={use.expiring} unit="" note="not decoded, and going" />
        <Figure label="Gone for good" value={use.expired} unit="" note="since the house began" />
        <div class="figure">
          <div class="figure-label">Oldest that waits</div>
          <div class="figure-value">{use.oldest === null ? 'none' : day(use.oldest)}</div>
        </div>
      </Figures>
    </>
  );
}

/** How many of those shown have which reason, with how to mend it. */
function Reasons({
  messages,
  chosen,
  isCut,
}: {
  messages: readonly Message[];
  chosen: string | undefined;
  isCut: boolean;
}) {
  const byCode = new Map<string, { mend: string; messages: number }>();
  for (const { code, mend } of messages) byCode.set(code, { mend, messages: (byCode.get(code)?.messages ?? 0) + 1 });
  if (byCode.size === 0) return null;
  const rows = [...byCode].sort(([, a], [, b]) => b.messages - a.messages);
  return (
    <Section
      title="By reason"
      says={isCut ? `Of the ${messages.length} shown; there are more.` : undefined}
      actions={chosen !== undefined && <a href="/data/quarantine">All reasons</a>}
    >
      <Bars
        title="Messages"
        unit="messages"
        digits={0}
        rows={rows.map(([code, { messages: value, mend }]) => ({
          name: code,
          value,
          href: hrefOf('/data/quarantine', { code }),
          note: `To mend it: ${mend}.`,
        }))}
      />
    </Section>
  );
}

function Messages({ rows }: { rows: readonly Message[] }) {
  return (
    <Table
      caption="Messages that were not understood"
      hideCaption
      rows={rows}
      rowKey={({ id }) => String(id)}
      empty="Every message of this choice was understood."
      columns={[
        {
          heading: 'Message',
          head: true,
          cell: ({ id, topic }) => <a href={`/data/quarantine/${id}`}>{topic}</a>,
          sort: ({ topic }) => topic,
        },
        { heading: 'Received', cell: ({ received }) => time(received), sort: ({ received }) => received },
        { heading: 'Meter', cell: ({ meter }) => meterSaid(meter), sort: ({ meter }) => meter },
        { heading: 'Reason', cell: ({ code }) => <code>{code}</code>, sort: ({ code }) => code },
        { heading: 'What was seen', cell: ({ detail }) => detail },
        { heading: 'Decoded again', cell: ({ replayed }) => (replayed ? <Mark kind="good">yes</Mark> : 'no') },
      ]}
    />
  );
}

function meterSaid(meter: string) {
  return meter === 'unregistered' ? 'in no register' : <a href={`/meters/${meter}`}>{meter}</a>;
}

function ReplayForm(shape: { code: string | undefined; meter: string | undefined; onDone: () => void }) {
  const { code, meter, onDone } = shape;
  const which = [code && `with the reason ${code}`, meter && `of ${meter}`].filter(Boolean).join(' ');
  return (
    <ActForm
      title={which === '' ? 'Decode all that waits again' : `Decode all ${which} again`}
      says="By the register and the mappings as they are now. What is wrong as before stays where it is."
      submit="Decode again"
      role="operate"
      fields={[
        { name: 'reason', label: 'Why now', required: true, hint: 'What was mended. Kept for ever with your name.' },
        { name: 'clock_was_behind', label: 'Our own clock was behind when they came', kind: 'tick' },
      ]}
      send={async ({ reason, clock_was_behind }) => {
        const filter = code === undefined && meter === undefined ? { all: true } : { code, meter };
        const body = { reason, clock_was_behind: clock_was_behind === 'true', ...filter };
        const { job } = await act('POST /v1/quarantine/replay', { body });
        const said = await cameOf(job, replaySaid);
        onDone();
        return said;
      }}
    />
  );
}

/** One message, all that was kept of it. */
export function QuarantinedPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const [acts, setActs] = useState(0);
  const message = params['message'] ?? '';
  const asked = useAsked('/v1/quarantine/:message', { params: { message }, again: acts });
  return (
    <Page
      title="A message that was not understood"
      crumbs={[
        { href: '/data', text: 'Quality of data' },
        { href: '/data/quarantine', text: 'Quarantine' },
      ]}
    >
      <Loaded asked={asked} waiting="Reading the message">
        {(data) => <Told message={data.message} onDone={() => setActs((before) => before + 1)} />}
      </Loaded>
    </Page>
  );
}

function Told({ message, onDone }: { message: Answers['/v1/quarantine/:message']['message']; onDone: () => void }) {
  const done = useDone();
  return (
    <>
      <Section title={message.topic}>
        <p>{message.detail}</p>
        <dl class="facts">
          <dt>Reason</dt>
          <dd>
            <code>{message.code}</code>. To mend it: {message.mend}.
          </dd>
          <dt>Meter</dt>
          <dd>{meterSaid(message.meter)}</dd>
          <dt>Received</dt>
          <dd>
            {time(message.received)}, QoS {message.qos}
            {message.retained ? ', retained' : ''}
          </dd>
          <dt>Refused readings</dt>
          <dd>
            {message.refused_readings === 0 ? 'nothing of it was understood' : number(message.refused_readings, 0)}
          </dd>
          <dt>State</dt>
          <dd>{message.replayed ? <Mark kind="good">decoded again</Mark> : <Mark kind="warn">waiting</Mark>}</dd>
        </dl>
        <h3>All that was kept of it ({count(message.payload_bytes, 'byte')})</h3>
        <pre tabIndex={0}>{message.payload_text ?? message.payload_hex}</pre>
        {message.payload_text === null && <p class="quiet">It is not text: its bytes, two digits each.</p>}
      </Section>
      <Section title="Decode again">
        <Done says={done.says} />
        {message.replayed ? (
          <p class="quiet">It was decoded again.</p>
        ) : (
          <ActForm
            key={done.times}
            title="Decode this message again"
            submit="Decode again"
            role="operate"
            fields={[
              {
                name: 'reason',
                label: 'Why now',
                required: true,
                hint: 'What was mended. Kept for ever with your name.',
              },
            ]}
            send={async ({ reason }) => {
              const { job } = await act('POST /v1/quarantine/replay', { body: { reason, messages: [message.id] } });
              done.tell(await cameOf(job, replaySaid));
              onDone();
            }}
          />
        )}
      </Section>
    </>
  );
}

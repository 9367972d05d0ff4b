import type { Answers } from '../../answers.ts';
import { act, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { roles, utilities } from '../../../../domain/estate/vocabulary.ts';
import { cameOf } from '../../jobs.tsx';
import { ActForm, type Field, type Filled } from '../../pieces/act-form.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { useQuery } from '../../place.ts';
import { count, number, time, words } from '../../say.ts';
import { acceptedSaid } from './job-words.ts';
import { jsonOf, numberOf } from './filled.ts';

type Whole = Answers['/v1/inbox/:entry'];
type Proposal = Whole['proposals'][number];
type Site = Answers['/v1/sites']['sites'][number];

/** What the face of a meter may count in. */
const faces = ['kWh', 'MWh', 'Wh', 'm3', 'l', 'hcf', 'ft3', 'MJ', 'GJ', 'kJ', 'kvarh', 'kg', 't', 'pulse'] as const;

/** What is rated by its flow. */
const flows: ReadonlySet<string> = new Set(['water', 'gas']);

function plain(list: readonly string[]) {
  return list.map((value) => ({ value, text: value }));
}

/** One topic that nobody has registered: what it says, and taking its meter into the register. */
export function InboxEntryPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const [acts, setActs] = useState(0);
  const entry = params['entry'] ?? '';
  const asked = useAsked('/v1/inbox/:entry', { params: { entry }, again: acts });
  const sites = useAsked('/v1/sites', { query: { limit: 1000 } });
  const onDone = (): void => setActs((before) => before + 1);
  return (
    <Page
      title="A topic in the inbox"
      crumbs={[
        { href: '/data', text: 'Quality of data' },
        { href: '/data/inbox', text: 'Inbox' },
      ]}
    >
      <Loaded asked={asked} waiting="Reading the topic">
        {(whole) => (
          <>
            <Heard entry={whole.entry} />
            <Loaded asked={sites}>{(data) => <Accepting whole={whole} sites={data.sites} onDone={onDone} />}</Loaded>
            <Section title="Or leave it">
              <IgnoreTopic entry={entry} onDone={onDone} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Heard({ entry }: { entry: Whole['entry'] }) {
  return (
    <Section title={entry.topic}>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <Mark kind={entry.state === 'open' ? 'warn' : entry.state === 'accepted' ? 'good' : 'info'}>
            {entry.state === 'open' ? 'To decide' : words(entry.state)}
          </Mark>
        </dd>
        <dt>Heard</dt>
        <dd>
          {count(entry.messages, 'message')}, from {time(entry.first_heard)} to {time(entry.last_heard)}
        </dd>
      </dl>
      <h3>Its last message begins</h3>
      {entry.payload_text === null ? <p>It is not text.</p> : <pre tabIndex={0}>{entry.payload_text}</pre>}
    </Section>
  );
}

/** The meters that the topic may be of; with several a person chooses one at a time. */
function Accepting({ whole, sites, onDone }: { whole: Whole; sites: readonly Site[]; onDone: () => void }) {
  const [channel] = useQuery('channel');
  const { proposals, entry } = whole;
  const proposal = proposals.find((one) => one.channel === channel) ?? proposals[0];
  if (!proposal) {
    return (
      <Section title="Accept it">
        <Empty
          says="No family of meters that this house knows understands it."
          next="Write down what such a message means (docs/mappings.md), and it is understood here at once."
        />
      </Section>
    );
  }
  const choices = proposals.map((one) => ({ value: one.channel ?? '', text: one.channel ?? 'the only one' }));
  return (
    <Section
      title="Accept it"
      says={`Understood as ${proposal.decoder}. Compare the number with the face of the meter before you accept.`}
      actions={proposals.length > 1 && <Choice name="channel" label="Which of its meters" options={choices} />}
    >
      <dl class="facts">
        <dt>Its last message says</dt>
        <dd>
          {number(proposal.value)} {proposal.unit} ({proposal.kind}
          {proposal.guessed.includes('kind') ? ', guessed' : ''})
        </dd>
      </dl>
      <AcceptForm key={proposal.id} entry={entry} proposal={proposal} sites={sites} onDone={onDone} />
      <details>
        <summary>The same as a register entry, to be pasted into a file of the estate instead</summary>
        <pre tabIndex={0}>{proposal.yaml}</pre>
      </details>
    </Section>
  );
}

function AcceptForm(shape: { entry: Whole['entry']; proposal: Proposal; sites: readonly Site[]; onDone: () => void }) {
  const { entry, proposal, sites, onDone } = shape;
  return (
    <ActForm
      title="Take the meter into the register"
      says="What was heard meanwhile is decoded with it."
      submit="Accept the meter"
      role="operate"
      fields={fieldsOf(proposal, sites, entry.topic)}
      send={async (filled) => {
        const { job } = await act('POST /v1/inbox/:entry/accept', {
          params: { entry: String(entry.id) },
          body: bodyOf(filled, proposal),
        });
        const said = await cameOf(job, (result) => (
          <>
            {acceptedSaid(result)} <a href={`/meters/${filled['id']}`}>Look at it</a>
          </>
        ));
        onDone();
        return said;
      }}
    />
  );
}

function fieldsOf({ id, utility, unit, guessed }: Proposal, sites: readonly Site[], topic: string): readonly Field[] {
  const hintOf = (key: Proposal['guessed'][number]): string =>
    guessed.includes(key) ? 'Guessed: nothing in the message says so.' : 'As the message says.';
  const options = (list: readonly string[]) => list.map((value) => ({ value, text: words(value) }));
  return [
    {
      name: 'site',
      label: 'Site',
      kind: 'choice',
      required: true,
      options: [{ value: '', text: 'Choose' }, ...sites.map((site) => ({ value: site.id, text: site.name }))],
    },
    {
      name: 'id',
      label: 'Id',
      value: id,
      required: true,
      hint: 'Lower-case letters, digits and hyphens; never used before.',
    },
    {
      name: 'name',
      label: 'Name',
      value: topic,
      required: true,
      hint: 'What people call it: where it is, what it feeds.',
    },
    {
      name: 'utility',
      label: 'Utility',
      kind: 'choice',
      options: options(utilities),
      value: utility,
      required: true,
      hint: hintOf('utility'),
    },
    {
      name: 'unit',
      label: 'Unit of its register',
      kind: 'choice',
      options: plain(faces),
      value: unit,
      required: true,
      hint: hintOf('unit'),
    },
    {
      name: 'role',
      label: 'Role',
      kind: 'choice',
      options: options(roles.filter((role) => role !== 'virtual')),
      value: 'sub',
      required: true,
      hint: hintOf('role'),
    },
    {
      name: 'rating',
      label: 'Rating of its breaker, transformer or pipe',
      kind: 'number',
      hint: 'Beyond it a rate is impossible, so that a spike is told from use.',
    },
    {
      name: 'rating_unit',
      label: 'in',
      kind: 'choice',
      required: true,
      value: flows.has(utility) ? 'm3/h' : 'kW',
      options: plain(['kW', 'kVA', 'MW', 'm3/h', 'l/s']),
    },
    ...(unit === 'pulse'
      ? ([
          { name: 'times', label: 'What one pulse is', kind: 'number', required: true },
          {
            name: 'pulse_unit',
            label: 'in',
            kind: 'choice',
            required: true,
            options: plain(['kWh', 'm3', 'l']),
          },
        ] as const)
      : []),
    {
      name: 'more',
      label: 'Further keys of the register, as JSON',
      kind: 'lines',
      hint: 'For a gas meter its volume_correction and calorific_value; a parent, a building, an end use.',
    },
    { name: 'reason', label: 'Why', hint: 'Kept for ever with your name.' },
  ];
}

/** Rejects with Refused where the further keys are not JSON. */
function bodyOf(filled: Filled, { channel, decoder }: Proposal) {
  const {
    site,
    id,
    name,
    utility,
    unit,
    role,
    rating = '',
    rating_unit,
    times = '',
    pulse_unit,
    more = '',
    reason = '',
  } = filled;
  const meter = {
    decoder,
    utility,
    unit,
    role,
    ...(rating === '' ? {} : { rating: { value: numberOf(rating, 'rating'), unit: rating_unit } }),
    ...(times === ''
      ? {}
      : { multiplier: [{ from: '2000-01-01', times: numberOf(times, 'times'), unit: pulse_unit }] }),
    ...(more === '' ? {} : jsonOf(more, 'more')),
  };
  return {
    site,
    id,
    name,
    meter,
    ...(channel === null ? {} : { channel }),
    ...(reason === '' ? {} : { reason }),
  };
}

function IgnoreTopic({ entry, onDone }: { entry: string; onDone: () => void }) {
  return (
    <ActForm
      title="Ignore the topic"
      says="It is none of ours: a neighbour's, a test. Its messages stay in the quarantine."
      submit="Ignore it"
      role="operate"
      fields={[{ name: 'reason', label: 'Why', required: true, hint: 'Kept for ever with your name.' }]}
      send={async ({ reason }) => {
        await act('POST /v1/inbox/:entry/ignore', { params: { entry }, body: { reason } });
        onDone();
        return 'It is ignored.';
      }}
    />
  );
}

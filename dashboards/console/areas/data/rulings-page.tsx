import type { Answers } from '../../answers.ts';
import { act, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { ActForm } from '../../pieces/act-form.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { useQuery } from '../../place.ts';
import { time } from '../../say.ts';
import { instantOf, numberOf } from './filled.ts';
import { type Meter, WithMeter } from './meter-choice.tsx';

type Ruling = Answers['/v1/meters/:meter/rulings']['rulings'][number];

const kinds = {
  void: { text: 'Leave readings out', says: 'The readings of the span are wrong and are left out.' },
  overrule: { text: 'Believe readings', says: 'Readings of the span that were not believed are right.' },
  accept: { text: 'Accept what was said', says: 'What was said of the span is so; there is nothing more to ask.' },
  estimate: {
    text: 'Estimate what is missing',
    says: 'Missing half-hours of the span are filled, each with its part.',
  },
} as const;
type Kind = keyof typeof kinds;

/** What people decide about the readings of a meter. */
export function RulingsPage() {
  return (
    <Page
      title="Decide about readings"
      says="Nothing is deleted: a decision stands beside the readings, with who and why, and can be taken back."
      crumbs={[{ href: '/data', text: 'Quality of data' }]}
    >
      <WithMeter>{(meter) => <Decisions key={meter.id} meter={meter} />}</WithMeter>
    </Page>
  );
}

function Decisions({ meter }: { meter: Meter }) {
  const [acts, setActs] = useState(0);
  const asked = useAsked('/v1/meters/:meter/rulings', { params: { meter: meter.id }, again: acts });
  const onDone = (): void => setActs((before) => before + 1);
  return (
    <>
      <Section title="A new decision" actions={<KindChoice />}>
        <DecideForm meter={meter} onDone={onDone} />
      </Section>
      <Section title="Decided so far">
        <Loaded asked={asked} waiting="Reading the decisions">
          {({ rulings }) => (
            <>
              <Rulings rows={rulings} />
              <Undo meter={meter.id} rulings={rulings} onDone={onDone} />
            </>
          )}
        </Loaded>
      </Section>
    </>
  );
}

function useKind(): Kind {
  const [kind = 'void'] = useQuery('kind');
  return Object.hasOwn(kinds, kind) ? (kind as Kind) : 'void';
}

function KindChoice() {
  const options = Object.entries(kinds).map(([value, { text }]) => ({ value, text }));
  return <Choice name="kind" label="Decision" options={options} />;
}

function DecideForm({ meter, onDone }: { meter: Meter; onDone: () => void }) {
  const kind = useKind();
  const [from = ''] = useQuery('from');
  const [to = ''] = useQuery('to');
  const atMidnight = (date: string): string => (date === '' ? '' : `${date}T00:00`);
  const units = meter.utility === 'water' ? ['m3'] : meter.measures === 'reactive' ? ['kvarh'] : ['kWh', 'm3'];
  return (
    <ActForm
      key={`${meter.id} ${kind}`}
      title={kinds[kind].text}
      says={kinds[kind].says}
      submit="Decide so"
      role="operate"
      fields={[
        {
          name: 'from',
          label: 'From',
          kind: 'datetime-local',
          required: true,
          value: atMidnight(from),
          hint: 'Time of London.',
        },
        {
          name: 'to',
          label: 'Until',
          kind: 'datetime-local',
          required: true,
          value: atMidnight(to),
          hint: 'This moment does not belong to it.',
        },
        ...(kind === 'estimate'
          ? ([
              { name: 'amount', label: 'What passed in the whole span', kind: 'number', required: true },
              {
                name: 'unit',
                label: 'in',
                kind: 'choice',
                required: true,
                options: units.map((value) => ({ value, text: value })),
              },
            ] as const)
          : []),
        { name: 'reason', label: 'Why', required: true, hint: 'Kept for ever with your name.' },
      ]}
      send={async (filled) => {
        const estimate = kind === 'estimate' && {
          amount: numberOf(filled['amount'] ?? '', 'amount'),
          unit: filled['unit'],
        };
        const span = { from: instantOf(filled['from'] ?? '', 'from'), to: instantOf(filled['to'] ?? '', 'to') };
        const body = { kind, ...span, ...estimate, reason: filled['reason'] };
        await act('POST /v1/meters/:meter/rulings', { params: { meter: meter.id }, body });
        onDone();
        return 'It is decided. The half-hours of the span are worked out again.';
      }}
    />
  );
}

function Rulings({ rows }: { rows: readonly Ruling[] }) {
  return (
    <Table
      caption="Decisions about this meter"
      hideCaption
      rows={rows}
      rowKey={({ id }) => String(id)}
      sortedBy="When"
      empty="Nobody has decided anything about this meter."
      columns={[
        { heading: 'Decision', head: true, cell: ({ id, says }) => `${id}: ${says}` },
        { heading: 'Span', cell: spanSaid },
        { heading: 'When', cell: ({ at }) => time(at), sort: ({ at }) => at },
        { heading: 'Who', cell: ({ who }) => who },
        { heading: 'Why', cell: ({ reason }) => reason },
        {
          heading: 'Stands',
          cell: ({ stands }) => (stands ? <Mark kind="good">yes</Mark> : <Mark kind="info">taken back</Mark>),
        },
      ]}
    />
  );
}

/** Moments in a record are epoch seconds or ISO text; what is no moment is no span. */
function spanSaid({ detail }: Ruling): string {
  const { from, to } = Object(detail) as { from?: unknown; to?: unknown };
  const isMoment = (value: unknown): value is number | string => typeof value === 'number' || typeof value === 'string';
  return isMoment(from) && isMoment(to) ? `${time(from)} until ${time(to)}` : '';
}

function Undo({ meter, rulings, onDone }: { meter: string; rulings: readonly Ruling[]; onDone: () => void }) {
  const standing = rulings.filter(({ stands }) => stands);
  if (standing.length === 0) return null;
  return (
    <ActForm
      title="Take a decision back"
      submit="Take it back"
      role="operate"
      fields={[
        {
          name: 'ruling',
          label: 'Which',
          kind: 'choice',
          required: true,
          options: standing.map(({ id, says, at }) => ({ value: String(id), text: `${id}: ${says}, ${time(at)}` })),
        },
        { name: 'reason', label: 'Why', required: true, hint: 'Both stay in the record.' },
      ]}
      send={async ({ ruling = '', reason }) => {
        await act('POST /v1/meters/:meter/rulings/:ruling/undo', { params: { meter, ruling }, body: { reason } });
        onDone();
        return 'It is taken back. The half-hours of the span are worked out again.';
      }}
    />
  );
}

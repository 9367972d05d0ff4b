import type { Answers } from '../../answers.ts';
import { act, type Refused, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { ActForm, type Filled } from '../../pieces/act-form.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, usePlace } from '../../place.ts';
import { amount, day, time } from '../../say.ts';
import { type FigureName, figureWords } from './figure-asked.ts';

export type SignOff = Answers['/v1/sign-offs']['sign_offs'][number];

/** Figures that were signed, and the form to sign one. */
export function SignOffsPage() {
  const [made, setMade] = useState(0);
  const asked = useAsked('/v1/sign-offs', { again: made });
  return (
    <Page
      title="Signed-off figures"
      says="A signed figure is kept for ever with every day of every meter behind it. What changes later is told beside it, never in it."
      crumbs={[{ href: '/figures', text: 'Figures to report' }]}
    >
      <Section title="Signed so far">
        <Loaded asked={asked} waiting="Reading what was signed">
          {({ sign_offs }) => <Signed rows={sign_offs} />}
        </Loaded>
      </Section>
      <Section title="Sign a figure off">
        <SignForm onDone={() => setMade((count) => count + 1)} />
      </Section>
    </Page>
  );
}

/** A place as it is told: its id, or all sites. */
export function placeSaid({ place }: SignOff): string {
  return place.kind === 'estate' ? 'all sites' : place.id;
}

/** What was signed, in a line. */
export function figureSaid({ figure, utility }: SignOff): string {
  return utility === null ? figureWords[figure].says : `${figureWords[figure].says}, ${utility}`;
}

/** The first and the last date of a signed period. */
export function periodSaid({ period }: SignOff): string {
  return `${day(period.from)} until ${day(new Date(Date.parse(period.to) - 1).toISOString())}`;
}

function Signed({ rows }: { rows: readonly SignOff[] }) {
  return (
    <Table
      caption="Signed figures"
      hideCaption
      rows={rows}
      rowKey={({ id }) => String(id)}
      sortedBy="Signed"
      empty="Nothing was signed off yet. The form below freezes a figure, so that it can be defended later."
      columns={[
        {
          heading: 'Figure',
          head: true,
          cell: (row) => (
            <a href={`/figures/sign-offs/${row.id}`}>
              {figureSaid(row)} of {placeSaid(row)}
            </a>
          ),
          sort: figureSaid,
        },
        { heading: 'Period', cell: periodSaid, sort: ({ period }) => period.from },
        {
          heading: 'Signed value',
          number: true,
          cell: (row) => amount(row.value, figureWords[row.figure].unit),
          sort: ({ value }) => value,
        },
        { heading: 'Signed', cell: ({ at, who }) => `${time(at)} by ${who}`, sort: ({ at }) => at },
        { heading: 'Doubts accepted', number: true, cell: ({ accepted }) => accepted.length },
        { heading: 'Why', cell: ({ reason }) => reason },
      ]}
    />
  );
}

/** The doubts of a refusal that a person may take upon themselves. */
function doubtsOf(refused: Refused | undefined): readonly string[] {
  return (refused?.problems ?? []).flatMap(({ code, found }) =>
    code === 'sign-off.doubt' && found !== undefined ? [found] : [],
  );
}

/** Signs; where doubts stand against the figure, each gets a field for the reason why it is accepted. */
function SignForm({ onDone }: { onDone: () => void }) {
  const { query } = usePlace();
  const organisations = useAsked('/v1/organisations');
  const sites = useAsked('/v1/sites', { query: { limit: 1000 } });
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const doubts = doubtsOf(refused);
  const places = [
    { value: '', text: 'all sites of this key' },
    ...(organisations.state === 'known' ? organisations.data.organisations : []).map(({ id, name }) => ({
      value: `organisation ${id}`,
      text: name,
    })),
    ...(sites.state === 'known' ? sites.data.sites : []).map(({ id, name }) => ({ value: `site ${id}`, text: name })),
  ];
  const asked = query.get('organisation') ? `organisation ${query.get('organisation')}` : `site ${query.get('site')}`;
  const send = async (filled: Filled) => {
    try {
      const { sign_off } = await act('POST /v1/sign-offs', { body: bodyOf(filled, doubts) });
      setRefused(undefined);
      onDone();
      return <a href={`/figures/sign-offs/${sign_off.id}`}>Signed as number {sign_off.id}.</a>;
    } catch (error) {
      setRefused(error as Refused);
      throw error;
    }
  };
  if (organisations.state === 'loading' || sites.state === 'loading') return null;
  return (
    <ActForm
      title="Sign a figure"
      role="operate"
      submit={doubts.length > 0 ? 'Sign it, accepting these doubts' : 'Sign it off'}
      warning="What is signed cannot be taken back."
      send={send}
      fields={[
        {
          name: 'figure',
          label: 'Figure',
          kind: 'choice',
          required: true,
          options: Object.entries(figureWords).map(([value, { says }]) => ({ value, text: says })),
          value: query.get('figure') ?? 'carbon',
        },
        { name: 'place', label: 'Of', kind: 'choice', options: places, value: asked, required: true },
        { name: 'from', label: 'First day', kind: 'date', required: true, value: query.get('from') ?? '' },
        {
          name: 'to',
          label: 'Last day',
          kind: 'date',
          required: true,
          value: query.get('to') ? addDays(query.get('to') ?? '', -1) : '',
        },
        { name: 'reason', label: 'What it is signed for', required: true, hint: 'as: annual report 2025-26' },
        ...doubts.map((doubt, i) => ({
          name: `doubt-${i}`,
          label: `Why this doubt is accepted: ${doubt}`,
          required: true,
        })),
        ...(doubts.length > 0
          ? [{ name: 'by', label: 'Name of the person who accepts these doubts', required: true }]
          : []),
      ]}
    />
  );
}

function bodyOf(filled: Filled, doubts: readonly string[]) {
  const [kind = '', id = ''] = (filled['place'] ?? '').split(' ');
  return {
    figure: filled['figure'] as FigureName,
    ...(kind === '' ? {} : { [kind]: id }),
    from: filled['from'],
    to: addDays(filled['to'] ?? '', 1),
    reason: filled['reason'],
    accept: doubts.map((doubt, i) => ({ doubt, by: filled['by'], reason: filled[`doubt-${i}`] })),
  };
}

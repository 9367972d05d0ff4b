import type { Answers } from '../../answers.ts';
import { act, type Refused, useAsked } from '../../ask.ts';
import { useState } from 'preact/hooks';
import { ActForm, type Field, type Filled } from '../../pieces/act-form.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Failed, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, hrefOf, isDate, usePlace, useQuery } from '../../place.ts';
import { amount, day, percent, time } from '../../say.ts';
import { type FigureName, figureWords } from './figure-asked.ts';

export type SignOff = Answers['/v1/sign-offs']['sign_offs'][number];

/** Figures that were signed, and the form to sign one. */
export function SignOffsPage() {
  const [made, setMade] = useState(0);
  const [after] = useQuery('after');
  const asked = useAsked('/v1/sign-offs', { query: { limit: 1000, cursor: after }, again: made });
  return (
    <Page
      title="Signed-off figures"
      says="A signed figure is kept for ever with every day of every meter behind it. What changes later is told beside it, never in it."
      crumbs={[{ href: '/figures', text: 'Figures to report' }]}
    >
      <Section title="Signed so far">
        <Loaded asked={asked} waiting="Reading what was signed">
          {({ sign_offs, next_cursor: next }) => (
            <>
              <Signed rows={sign_offs} />
              {next !== null && (
                <p>
                  These are the oldest. <a href={hrefOf('/figures/sign-offs', { after: next })}>Those signed later</a>
                </p>
              )}
              {after !== undefined && (
                <p>
                  <a href="/figures/sign-offs">From the first</a>
                </p>
              )}
            </>
          )}
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
  const begun = begunBy(query);
  const [named, setNamed] = useState<Named>(begun);
  const doubts = doubtsOf(refused);
  const known = [
    { value: 'estate', text: 'all sites of this key' },
    ...(organisations.state === 'known' ? organisations.data.organisations : []).map(({ id, name }) => ({
      value: `organisation ${id}`,
      text: name,
    })),
    ...(sites.state === 'known' ? sites.data.sites : []).map(({ id, name }) => ({ value: `site ${id}`, text: name })),
  ];
  // Where the place of a link is not to be had here, none is taken in its stead: the reader must choose.
  const isThere = known.some(({ value }) => value === begun.place);
  const places = isThere ? known : [{ value: '', text: `choose: ${begun.place} is not there` }, ...known];
  const follow = (form: HTMLFormElement): void => {
    const now = namedIn(form);
    if (namedNames.every((name) => now[name] === named[name])) return;
    setNamed(now);
    // Doubts are of the figure that was refused, and not of another.
    setRefused(undefined);
  };
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
  if (organisations.state === 'failed') return <Failed refused={organisations.refused} retry={organisations.retry} />;
  if (sites.state === 'failed') return <Failed refused={sites.refused} retry={sites.retry} />;
  if (organisations.state === 'loading' || sites.state === 'loading') return null;
  return (
    <div onChange={({ target }) => target instanceof Element && formOf(target, follow)} onReset={() => setNamed(begun)}>
      <ActForm
        title="Sign a figure"
        role="operate"
        submit={doubts.length > 0 ? 'Sign it, accepting these doubts' : 'Sign it off'}
        warning={
          <>
            What is signed cannot be taken back.{' '}
            <FigureNow named={isThere || named.place !== begun.place ? named : { ...named, place: '' }} />
          </>
        }
        send={send}
        fields={fieldsOf({ ...begun, place: isThere ? begun.place : '' }, places, doubts)}
      />
    </div>
  );
}

/** The fields of the form; each doubt has one of its own name, so that no reason is taken for another. */
function fieldsOf(begun: Named, places: NonNullable<Field['options']>, doubts: readonly string[]): readonly Field[] {
  return [
    {
      name: 'figure',
      label: 'Figure',
      kind: 'choice',
      required: true,
      options: Object.entries(figureWords).map(([value, { says }]) => ({ value, text: says })),
      value: begun.figure,
    },
    {
      name: 'place',
      label: 'Of',
      kind: 'choice',
      options: places,
      value: begun.place,
      required: true,
    },
    { name: 'from', label: 'First day', kind: 'date', required: true, value: begun.from },
    {
      name: 'to',
      label: 'Last day',
      kind: 'date',
      required: true,
      value: begun.to,
    },
    { name: 'reason', label: 'What it is signed for', required: true, hint: 'as: annual report 2025-26' },
    ...doubts.map((doubt) => ({
      name: `doubt ${doubt}`,
      label: `Why this doubt is accepted: ${doubt}`,
      required: true,
    })),
    ...(doubts.length > 0
      ? [{ name: 'by', label: 'Name of the person who accepts these doubts', required: true }]
      : []),
  ];
}

const namedNames = ['figure', 'place', 'from', 'to'] as const;
/** Which figure the form names; `to` is the last day that belongs to it. */
type Named = Readonly<Record<(typeof namedNames)[number], string>>;

/** As the address names it; what is no date there is left for the reader to fill in. */
function begunBy(query: URLSearchParams): Named {
  const [organisation, site] = [query.get('organisation'), query.get('site')];
  const [figure, from, to] = [query.get('figure') ?? '', query.get('from') ?? '', query.get('to') ?? ''];
  return {
    figure: Object.hasOwn(figureWords, figure) ? figure : 'carbon',
    place: organisation ? `organisation ${organisation}` : site ? `site ${site}` : 'estate',
    from: isDate(from) ? from : '',
    to: isDate(to) ? addDays(to, -1) : '',
  };
}

function formOf(target: Element, follow: (form: HTMLFormElement) => void): void {
  const form = target.closest('form');
  if (form) follow(form);
}

function namedIn(form: HTMLFormElement): Named {
  const data = new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  return { figure: text('figure'), place: text('place'), from: text('from'), to: text('to') };
}

/** The place of the form as the API has it. */
function placeOf(place: string): Readonly<Record<string, string>> {
  const [kind = '', id = ''] = place.split(' ');
  return id === '' ? {} : { [kind]: id };
}

/** What would be signed, as the house knows it now: it is to be seen before, as it is kept for ever. */
function FigureNow({ named: { figure, place, from, to } }: { named: Named }) {
  const when = place !== '' && isDate(from) && isDate(to) && from <= to;
  const query = { figure, ...placeOf(place), from, to: when ? addDays(to, 1) : to, depth: 'sites' };
  const asked = useAsked('/v1/explain/figure', { query, when });
  if (!when) return null;
  if (asked.state === 'loading') return <>Its value is being asked for …</>;
  if (asked.state === 'failed') return <>Its value cannot be told: {asked.refused.message}</>;
  const { value, measured_share: share } = asked.data;
  return (
    <>
      It is {amount(value, figureWords[asked.data.figure].unit)} now, measured share {percent(share)}.
    </>
  );
}

function bodyOf(filled: Filled, doubts: readonly string[]) {
  return {
    figure: filled['figure'] as FigureName,
    ...placeOf(filled['place'] ?? ''),
    from: filled['from'],
    to: addDays(filled['to'] ?? '', 1),
    reason: filled['reason'],
    accept: doubts.map((doubt) => ({ doubt, by: filled['by'], reason: filled[`doubt ${doubt}`] })),
  };
}

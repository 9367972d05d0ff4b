import { useMemo } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { type Asked, csvHref, useAsked } from '../../ask.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Failed, Loaded, Waiting } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, londonDate } from '../../place.ts';
import { ago, count, time } from '../../say.ts';
import { now } from '../../clock.ts';
import { type BalanceCount, countBalances } from './balance-words.ts';
import { useClock, useFresh } from './fresh.ts';
import { namesOf } from './names.ts';
import { heardOf, type Trouble, troublesOf } from './meter-state.ts';

/** The days by which meters are judged here. */
const judgedDays = 7;

/** What tells whether meters are right: of one site, or of all. */
export interface Judged {
  readonly quality: Asked<Answers['/v1/data-quality']>;
  readonly issues: Asked<Answers['/v1/data-issues']>;
  readonly balances: Asked<Answers['/v1/reconciliation']>;
  /** Address of the same as CSV. */
  readonly csv: string;
}

export function useMetersJudged(site?: string): Judged {
  const again = useFresh(60, ({ name }) => name === 'half-hours');
  const today = londonDate(now());
  const week = { from: addDays(today, 1 - judgedDays), to: addDays(today, 1), site };
  const quality = useAsked('/v1/data-quality', { query: week, again, every: 60 });
  const issues = useAsked('/v1/data-issues', { query: { state: ['opened', 'ongoing'], site }, again });
  // Mains against sub-meters reads half-hours of all of them: after what is cheaper.
  const balances = useAsked('/v1/reconciliation', { query: week, when: quality.state === 'known' });
  return { quality, issues, balances, csv: csvHref('/v1/data-quality', { query: week }) };
}

interface RightShape {
  readonly judged: Judged;
  readonly nameOf: (site: string) => string;
  readonly isOneSite?: boolean;
}

/** Whether the meters are right: heard, without a fault, and mains that agree with what is below them. */
export function MetersRight({ judged, nameOf, isOneSite = false }: RightShape) {
  const { quality, issues, balances, csv } = judged;
  return (
    <Section
      title="Are the meters right?"
      says={`When each was heard, faults in its data, mains against sub-meters in the last ${judgedDays} days.`}
    >
      <Loaded asked={quality} waiting="Looking at the meters">
        {({ meters }) =>
          issues.state === 'loading' ? (
            <Waiting for="Looking for faults" since={issues.since} />
          ) : (
            <Verdict
              meters={meters}
              issues={issues.state === 'known' ? issues.data.issues : undefined}
              balances={balances.state === 'known' ? countBalances(balances.data.balances) : balances.state}
              csv={csv}
              nameOf={nameOf}
              isOneSite={isOneSite}
            />
          )
        }
      </Loaded>
      {issues.state === 'failed' && <Failed refused={issues.refused} retry={issues.retry} />}
      {balances.state === 'failed' && <Failed refused={balances.refused} retry={balances.retry} />}
    </Section>
  );
}

interface VerdictShape {
  readonly meters: Answers['/v1/data-quality']['meters'];
  readonly issues: Answers['/v1/data-issues']['issues'] | undefined;
  readonly balances: BalanceCount | 'loading' | 'failed';
  readonly csv: string;
  readonly nameOf: (site: string) => string;
  readonly isOneSite: boolean;
}

function Verdict({ meters, issues, balances, csv, nameOf, isOneSite }: VerdictShape) {
  const troubles = useMemo(() => troublesOf(meters, issues ?? []), [meters, issues]);
  const { heard, silent } = heardOf(meters);
  const added = typeof balances === 'string' ? undefined : balances;
  const faulty = new Set(troubles.filter(({ what }) => what !== 'silent').map(({ meter }) => meter)).size;
  return (
    <>
      <p role="status" class="verdict">
        <Sentence heard={heard} silent={silent} faulty={faulty} isWhole={issues !== undefined} balances={balances} />
      </p>
      <Figures>
        <Figure
          label="Meters heard"
          value={heard}
          unit={`of ${heard + silent}`}
          note={
            silent === 0
              ? heard === 0
                ? 'none was ever heard'
                : 'none is silent'
              : `${silent} silent past the longest gap allowed`
          }
          href="/data"
        />
        <Figure
          label="With a fault in the data"
          value={issues === undefined ? null : faulty}
          unit={faulty === 1 ? 'meter' : 'meters'}
          note={issues === undefined ? 'the issues could not be read' : 'open and not ignored'}
        />
        <Figure
          label="Mains that agree with their sub-meters"
          value={added?.agree ?? null}
          unit={`of ${added?.all ?? 0}`}
          note={added?.says ?? (balances === 'failed' ? 'they could not be added up' : 'being added up')}
        />
      </Figures>
      {troubles.length > 0 && <Troubles troubles={troubles} csv={csv} nameOf={nameOf} isOneSite={isOneSite} />}
    </>
  );
}

function Sentence(shape: {
  readonly heard: number;
  readonly silent: number;
  readonly faulty: number;
  readonly isWhole: boolean;
  readonly balances: BalanceCount | 'loading' | 'failed';
}) {
  const { heard, silent, faulty, isWhole, balances } = shape;
  const suspect = typeof balances === 'string' ? 0 : balances.suspect;
  const wrong = [
    ...(silent > 0 ? [`${count(silent, 'meter')} silent`] : []),
    ...(faulty > 0 ? [`${count(faulty, 'meter')} with a fault`] : []),
    ...(suspect > 0 ? [`${count(suspect, 'main')} with a suspect below`] : []),
  ];
  if (wrong.length > 0) return <Mark kind={silent > 0 ? 'bad' : 'warn'}>Not all: {wrong.join(', ')}.</Mark>;
  if (heard === 0) return <Mark kind="unknown">It cannot be told: no meter was heard yet.</Mark>;
  if (!isWhole) return <Mark kind="unknown">All are heard; whether they are right could not be read.</Mark>;
  if (balances === 'loading') return <Mark kind="info">No fault so far; mains are being held against sub-meters.</Mark>;
  if (balances === 'failed') {
    return <Mark kind="unknown">No fault in the data; mains could not be held against their sub-meters.</Mark>;
  }
  return <Mark kind="good">Yes: every meter is heard, and none shows a fault.</Mark>;
}

/** What fits before the rest of the page; the page of the data has all. */
const shownTroubles = 12;

interface TroublesShape {
  readonly troubles: readonly Trouble[];
  readonly csv: string;
  readonly nameOf: (site: string) => string;
  readonly isOneSite: boolean;
}

function Troubles({ troubles, csv, nameOf, isOneSite }: TroublesShape) {
  const at = useClock(30);
  const sites = [...new Set(troubles.map(({ site }) => site))];
  const asked = useAsked('/v1/meters', { query: { site: sites, limit: 1000 } });
  const names = namesOf(asked.state === 'known' ? asked.data.meters : []);
  return (
    <>
      <Table
        caption="Meters to look at, the silent first"
        rows={troubles.slice(0, shownTroubles)}
        rowKey={({ meter, what, since }) => `${meter} ${what} ${since}`}
        csv={csv}
        columns={[
          {
            heading: 'Meter',
            head: true,
            cell: ({ meter }) => <a href={`/meters/${meter}`}>{names.get(meter) ?? meter}</a>,
          },
          ...(isOneSite
            ? []
            : [{ heading: 'Site', cell: ({ site }: Trouble) => <a href={`/sites/${site}`}>{nameOf(site)}</a> }]),
          {
            heading: 'What',
            cell: ({ kind, what, says }) => (
              <>
                <Mark kind={kind}>{what}</Mark> <span class="quiet">{says}</span>
              </>
            ),
          },
          {
            heading: 'Since',
            cell: ({ since }) => (since === null ? 'never heard' : <span title={time(since)}>{ago(since, at)}</span>),
          },
        ]}
      />
      {troubles.length > shownTroubles && (
        <p>
          {troubles.length - shownTroubles} more on <a href="/data">the quality of data</a>.
        </p>
      )}
    </>
  );
}

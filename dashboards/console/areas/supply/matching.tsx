import { useEffect, useState } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { ask, csvHref, Refused } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Failed, Waiting } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { londonDate } from '../../place.ts';
import { count, hundredths, percent } from '../../say.ts';
import { datesOf, mwh } from './cover-words.ts';

type Answer = Answers['/v1/matching'];

/** How much was matched in its own half-hour: a year of half-hours, so one organisation after the other. */
export function Matching({ period, organisations }: { period: string; organisations: readonly string[] }) {
  const { from, to: end } = datesOf(period);
  const today = londonDate(now());
  const query = { by: 'site', bucket: 'whole', from, to: end < today ? end : today };
  const isBegun = from < today;
  const { answers, waiting, refused, retry } = useMatching(query, isBegun ? organisations : []);
  return (
    <Section
      title="Matched hour by hour"
      says="A yearly claim adds up the year. This was met in its own half-hour: June’s sun lights no December night."
    >
      {!isBegun && <Empty says="The disclosure year has just begun: there is nothing to match yet." />}
      {answers.length > 0 && <Matched answers={answers} csv={csvHref('/v1/matching', { query })} />}
      {waiting !== undefined && (
        <Waiting
          for={`Going through the half-hours: ${answers.length} of ${count(organisations.length, 'organisation')}`}
          since={waiting}
        />
      )}
      {refused && <Failed refused={refused} retry={retry} />}
    </Section>
  );
}

interface Heard {
  readonly asked: string;
  readonly answers: readonly Answer[];
  readonly refused?: Refused;
}

/** Asks for one organisation after the other; sites of one share what is retired for it, so no site is asked alone. */
function useMatching(query: Readonly<Record<string, string>>, organisations: readonly string[]) {
  const asked = JSON.stringify([query, organisations]);
  const [heard, setHeard] = useState<Heard>({ asked, answers: [] });
  const [since, setSince] = useState(now);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const goThrough = async (): Promise<void> => {
      let answers: readonly Answer[] = [];
      setHeard({ asked, answers });
      setSince(now());
      try {
        for (const organisation of organisations) {
          const { signal } = stop;
          answers = [...answers, await ask('/v1/matching', { query: { ...query, organisation }, signal })];
          setHeard({ asked, answers });
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        setHeard({ asked, answers, refused: error instanceof Refused ? error : new Refused(0, []) });
      }
    };
    void goThrough();
    return () => stop.abort();
  }, [asked, tries]);
  const { answers, refused } = heard.asked === asked ? heard : { answers: [], refused: undefined };
  const isDone = answers.length === organisations.length || refused !== undefined;
  return { answers, refused, waiting: isDone ? undefined : since, retry: () => setTries((times) => times + 1) };
}

function Matched({ answers, csv }: { answers: readonly Answer[]; csv: string }) {
  const unmatched = answers.flatMap((answer) => answer.unmatched);
  const rows = answers.flatMap(({ figures }) => figures).sort((a, b) => (b.use_kwh ?? 0) - (a.use_kwh ?? 0));
  return (
    <>
      <Bars
        title="Matched in its own half-hour"
        unit="%"
        rows={rows.map((row) => ({
          name: row.place_name,
          value: hundredths(row.matched_share),
          href: `/sites/${row.place}`,
        }))}
      />
      <Table
        caption="Half-hourly matching by site"
        hideCaption
        rows={rows}
        rowKey={(row) => row.place}
        csv={csv}
        columns={[
          { heading: 'Site', head: true, cell: (row) => row.place_name, sort: (row) => row.place_name },
          { heading: 'Used, MWh', number: true, cell: (row) => mwh(row.use_kwh), sort: (row) => row.use_kwh },
          {
            heading: 'Hour by hour',
            number: true,
            cell: (row) => percent(row.matched_share),
            sort: (row) => row.matched_share,
          },
          {
            heading: 'By the year',
            number: true,
            cell: (row) => percent(row.volume_share),
            sort: (row) => row.volume_share,
          },
          {
            heading: 'Carbon-free with the grid',
            number: true,
            cell: (row) => percent(row.carbon_free_share),
            sort: (row) => row.carbon_free_share,
          },
          {
            heading: 'Too much at its hour, MWh',
            number: true,
            cell: (row) => mwh(row.excess_kwh),
            sort: (row) => row.excess_kwh,
          },
          {
            heading: 'Half-hours compared',
            number: true,
            cell: (row) => (row.half_hours === 0 ? 'none' : percent(row.compared_half_hours / row.half_hours)),
            sort: (row) => (row.half_hours === 0 ? null : row.compared_half_hours / row.half_hours),
          },
        ]}
      />
      {unmatched.length > 0 && (
        <p class="quiet">
          Not matched by the half-hour: {unmatched.map(({ of, because }) => `${of} (${because})`).join('; ')}.
        </p>
      )}
    </>
  );
}

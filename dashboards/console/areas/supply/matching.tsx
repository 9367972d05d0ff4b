import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { londonDate } from '../../place.ts';
import { percent } from '../../say.ts';
import { datesOf, mwh } from './cover-words.ts';

/** How much was matched in its own half-hour: a year of half-hours, shown when they come. */
export function Matching({ period }: { period: string }) {
  const { from, to: end } = datesOf(period);
  const today = londonDate(now());
  const asking = { query: { by: 'site', bucket: 'whole', from, to: end < today ? end : today } };
  const isBegun = from < today;
  const asked = useAsked('/v1/matching', { ...asking, when: isBegun });
  return (
    <Section
      title="Matched hour by hour"
      says="A yearly claim adds up the year. This was met in its own half-hour: June’s sun lights no December night."
    >
      {isBegun ? (
        <Loaded asked={asked} waiting="Going through the half-hours of every site">
          {(data) => <Matched answer={data} csv={csvHref('/v1/matching', asking)} />}
        </Loaded>
      ) : (
        <Empty says="The disclosure year has just begun: there is nothing to match yet." />
      )}
    </Section>
  );
}

function Matched({ answer, csv }: { answer: Answers['/v1/matching']; csv: string }) {
  const rows = [...answer.figures].sort((a, b) => (b.use_kwh ?? 0) - (a.use_kwh ?? 0));
  return (
    <>
      <Bars
        title="Matched in its own half-hour"
        unit="%"
        digits={0}
        rows={rows.map((row) => ({
          name: row.place_name,
          value: row.matched_share === null ? null : row.matched_share * 100,
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
      {answer.unmatched.length > 0 && (
        <p class="quiet">
          Not matched by the half-hour: {answer.unmatched.map(({ of, because }) => `${of} (${because})`).join('; ')}.
        </p>
      )}
    </>
  );
}

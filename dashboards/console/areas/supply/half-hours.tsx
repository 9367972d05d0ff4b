import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded, Partial } from '../../pieces/states.tsx';
import { type Point, TimeChart } from '../../pieces/time-chart.tsx';
import { londonDate, presets } from '../../place.ts';

type CostRow = Answers['/v1/costs']['costs'][number];

/** The last seven days half-hour by half-hour: when it is used, and when the money goes. */
export function HalfHours({ id }: { id: string }) {
  const { from, to } = presets['last-7-days'].of(londonDate(now()));
  const asking = { query: { supply_point: id, from, to, bucket: 'half_hour' } };
  const asked = useAsked('/v1/costs', asking);
  return (
    <Section
      title="Half-hours of the last seven days"
      says="When it is used, and when the money goes. What is high at night is base load."
    >
      <Loaded asked={asked} waiting="Reading the half-hours">
        {(data) => <Drawn answer={data} csv={csvHref('/v1/costs', asking)} />}
      </Loaded>
    </Section>
  );
}

/** Of a half-hour that nobody measured the most likely is no measurement, so the chart has a gap there. */
function pointsOf(rows: readonly CostRow[], valueOf: (row: CostRow) => number | null): Point[] {
  return rows.map((row) => [Date.parse(row.from) / 1000, row.measured_share === 0 ? null : valueOf(row)] as const);
}

function Drawn({ answer, csv }: { answer: Answers['/v1/costs']; csv: string }) {
  const { costs, period } = answer;
  const [first] = costs;
  if (!first) return <Empty says="There are no half-hours of these days." />;
  const span = { from: Date.parse(period.from) / 1000, to: Date.parse(period.to) / 1000 };
  const isVolume = first.use_kwh === null && first.use_m3 !== null;
  const measured = costs.filter(({ measured_share: share }) => share === 1).length / costs.length;
  return (
    <>
      {measured < 1 && <Partial share={measured} says="What nobody measured is left open in the charts." />}
      <TimeChart
        title="Used in each half-hour"
        unit={isVolume ? 'm³' : 'kWh'}
        lines={[{ name: 'Used', points: pointsOf(costs, (row) => (isVolume ? row.use_m3 : row.use_kwh)) }]}
        {...span}
      />
      <TimeChart
        title="Cost of each half-hour, without VAT"
        unit="£"
        height={160}
        lines={[{ name: 'Cost', points: pointsOf(costs, ({ cost_gbp }) => cost_gbp) }]}
        {...span}
      />
      <p class="table-foot">
        <a href={csv} download>
          Save as CSV<span class="hidden">: half-hours</span>
        </a>
      </p>
    </>
  );
}

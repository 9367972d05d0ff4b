import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { type Line, TimeChart } from '../../pieces/time-chart.tsx';
import { londonDate, presets } from '../../place.ts';
import { words } from '../../say.ts';
import { grouped, wholeSum } from './sums.ts';

/** Twelve whole months and this one: a year ago stands at the left end. */
export function CostByMonth({ filter }: { filter: Readonly<Record<string, string | undefined>> }) {
  const { from } = presets['last-12-months'].of(londonDate(now()));
  const { to } = presets.today.of(londonDate(now()));
  const asking = { query: { ...filter, from, to, bucket: 'month' } };
  const asked = useAsked('/v1/costs', asking);
  return (
    <Section
      title="Cost by month"
      says="Without VAT, twelve months and this one so far. A month of which a part is not costed is left empty."
    >
      <Loaded asked={asked} waiting="Adding up the months">
        {(data) => (
          <>
            <TimeChart
              title="Cost by month"
              unit="£"
              kind="stacked"
              lines={linesOf(data)}
              from={Date.parse(data.period.from) / 1000}
              to={endOf(data)}
            />
            <p class="table-foot">
              <a href={csvHref('/v1/costs', asking)} download>
                Save as CSV<span class="hidden">: cost by month</span>
              </a>
            </p>
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** The month that runs is drawn as wide as the others. */
function endOf({ costs, period }: Answers['/v1/costs']): number {
  const last = Math.max(...costs.map(({ from }) => Date.parse(from)), Date.parse(period.from));
  return last / 1000 + 31 * 86_400;
}

/** One line a utility; what export brings is in none. */
function linesOf({ costs, contracts }: Answers['/v1/costs']): Line[] {
  const sold = new Set(contracts.filter((one) => one.contract === 'export').map((one) => one.supply_point));
  const bought = costs.filter(({ place }) => !sold.has(place));
  return [...grouped(bought, ({ utility }) => utility)].map(([utility, rows]) => ({
    name: words(utility),
    points: [...grouped(rows, ({ from }) => from)]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([at, month]) => [Date.parse(at) / 1000, wholeSum(month, ({ cost_gbp }) => cost_gbp)] as const),
  }));
}

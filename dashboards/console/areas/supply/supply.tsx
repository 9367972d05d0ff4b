import { csvHref, useAsked } from '../../ask.ts';
import type { Answers } from '../../answers.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { usePeriod, useQuery } from '../../place.ts';
import { amount, count, number, words } from '../../say.ts';
import { AgainstBudget } from './against-budget.tsx';
import { CostByMonth } from './cost-by-month.tsx';
import { NoticesDue, SupplyPoints } from './supply-points.tsx';
import { NotCosted } from './not-costed.tsx';
import { ForPrices, SupplyLinks } from './prices.tsx';
import { type CostRow, componentWords } from './said.ts';
import { grouped, sharedBy, sumOf } from './sums.ts';

/** What supply costs, against what was planned, by which contract, and by when somebody must act. */
export function Supply() {
  return (
    <Page
      title="Supply"
      says="What energy and water cost by our half-hours and contracts, and which contract needs somebody next."
    >
      <SupplyLinks here="/supply" />
      <ForPrices>
        <Shown />
      </ForPrices>
    </Page>
  );
}

const utilities = ['electricity', 'gas', 'water', 'heat'] as const;

function Shown() {
  const { from, to } = usePeriod('this-year');
  const [site] = useQuery('site');
  const [utility] = useQuery('utility');
  const filter = { site, utility };
  const sites = useAsked('/v1/sites');
  const points = useAsked('/v1/supply-points', { query: filter });
  const costs = useAsked('/v1/costs', { query: { ...filter, from, to, bucket: 'whole' } });
  const costsAsked = { query: { ...filter, from, to, bucket: 'whole' } };
  return (
    <>
      <div class="choices">
        <PeriodPicker
          usual="this-year"
          offers={['this-year', 'last-year', 'this-month', 'last-month', 'last-12-months']}
        />
        <Choice
          name="site"
          label="Site"
          all="All sites"
          options={sites.state === 'known' ? sites.data.sites.map(({ id, name }) => ({ value: id, text: name })) : []}
        />
        <Choice
          name="utility"
          label="Utility"
          all="All"
          options={utilities.map((value) => ({ value, text: words(value) }))}
        />
      </div>
      {points.state === 'known' && <NoticesDue points={points.data.supply_points} />}
      <Loaded asked={costs} waiting="Adding up what it costs">
        {(data) => <ToDate answer={data} />}
      </Loaded>
      <AgainstBudget filter={filter} />
      <Section
        title="Supply points and their contracts"
        says="The soonest date for notice first: a contract that nobody ends in time is often a dear year more."
      >
        <Loaded asked={points} waiting="Reading the contracts">
          {(data) => (
            <SupplyPoints
              answer={data}
              costs={costs.state === 'known' ? costs.data : undefined}
              csv={csvHref('/v1/supply-points', { query: filter })}
              costsCsv={csvHref('/v1/costs', costsAsked)}
            />
          )}
        </Loaded>
      </Section>
      <div class="columns">
        <CostByMonth filter={filter} />
        <WhatFor filter={filter} from={from} to={to} />
      </div>
      {costs.state === 'known' && <NotCosted rows={costs.data.not_costed} />}
    </>
  );
}

type CostsAnswer = Answers['/v1/costs'];

function isExport(answer: CostsAnswer, { place }: CostRow): boolean {
  return answer.contracts.some((one) => one.supply_point === place && one.contract === 'export');
}

/** One figure a utility, and what export brings; each says of how many supply points it is. */
function ToDate({ answer }: { answer: CostsAnswer }) {
  const bought = answer.costs.filter((row) => !isExport(answer, row));
  const sold = answer.costs.filter((row) => isExport(answer, row));
  if (answer.costs.length === 0) {
    return (
      <Empty
        says="There is no supply point to cost."
        next="Write supply points and their contracts into the estate folder: tariffs.md among the documents says how."
      />
    );
  }
  return (
    <Figures>
      {[...grouped(bought, ({ utility }) => utility)].map(([utility, rows]) => (
        <UtilityCost key={utility} utility={utility} rows={rows} />
      ))}
      {sold.length > 0 && <Sold rows={sold} />}
    </Figures>
  );
}

function UtilityCost({ utility, rows }: { utility: string; rows: readonly CostRow[] }) {
  const costed = rows.filter(({ cost_gbp: cost }) => cost !== null);
  const cost = sumOf(rows, ({ cost_gbp }) => cost_gbp);
  const use = sumOf(costed, ({ use_kwh: energy, use_m3: volume }) => energy ?? volume);
  const isVolume = costed.every(({ use_kwh: energy }) => energy === null);
  const share = sharedBy(costed);
  const unitCost =
    cost.value === null || !use.value ? null : isVolume ? cost.value / use.value : (cost.value / use.value) * 100;
  const isOver = rows.every(({ partial_because: because }) => !because.includes('not-over'));
  return (
    <Figure
      label={`${words(utility)}, without VAT`}
      value={cost.value}
      unit="£"
      share={share}
      provisional={!isOver}
      note={
        <>
          {unitCost !== null && (
            <strong>{amount(unitCost, isVolume ? '£/m³' : 'p/kWh', isVolume ? 2 : 1)} all in</strong>
          )}
          {unitCost !== null && `, ${number(use.value)} ${isVolume ? 'm³' : 'kWh'}`}
          {rangeOf(rows)}
          {cost.known < cost.of && (
            <div>
              Only {cost.known} of {count(cost.of, 'supply point')}: the others could not be costed, see below.
            </div>
          )}
        </>
      }
    />
  );
}

/** What missing half-hours leave open. */
function rangeOf(rows: readonly CostRow[]): string {
  const low = sumOf(rows, ({ cost_low_gbp }) => cost_low_gbp).value;
  const high = sumOf(rows, ({ cost_high_gbp }) => cost_high_gbp).value;
  if (low === null || high === null || high - low < 0.5) return '';
  return `; between ${amount(low, '£')} and ${amount(high, '£')}, by what is missing`;
}

function Sold({ rows }: { rows: readonly CostRow[] }) {
  const cost = sumOf(rows, ({ cost_gbp }) => cost_gbp);
  return (
    <Figure
      label="Paid to us for export"
      value={cost.value === null ? null : -cost.value}
      unit="£"
      share={sharedBy(rows)}
      note={`without VAT, for ${number(sumOf(rows, ({ use_kwh }) => use_kwh).value)} kWh`}
    />
  );
}

type Filter = Readonly<Record<'site' | 'utility', string | undefined>>;

/** What the money is for: asked after the first view, as it says the same sum in parts. */
function WhatFor({ filter, from, to }: { filter: Filter; from: string; to: string }) {
  const asking = { query: { ...filter, from, to, bucket: 'whole', by: 'site', split: 'component' } };
  const asked = useAsked('/v1/costs', asking);
  return (
    <Section
      title="What the money is for"
      says="Without VAT, in the period above. Ask the supplier about the block that grew."
    >
      <Loaded asked={asked} waiting="Parting the costs">
        {(data) => {
          const parts = [...grouped(data.costs, ({ component }) => component)].map(([component, rows]) => ({
            name: componentWords[component as CostRow['component']],
            value: sumOf(rows, ({ cost_gbp }) => cost_gbp).value,
          }));
          return (
            <>
              <Bars title="Cost by component" unit="£" rows={parts.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))} />
              <p class="table-foot">
                <a href={csvHref('/v1/costs', asking)} download>
                  Save as CSV<span class="hidden">: cost by component</span>
                </a>
              </p>
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

import { csvHref, useAsked } from '../../ask.ts';
import type { Params } from '../../pages.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded, Partial } from '../../pieces/states.tsx';
import { day, number } from '../../say.ts';
import { MeasureTable } from './measure-table.tsx';
import { Files } from './plan.tsx';
import { Decisions, Headline, Steps } from './plan-parts.tsx';
import { SavingTable } from './saving-table.tsx';
import { type Plan, stepTitles, unitShown } from './words.ts';

/** `/plan/sites/:site`: the four steps of one site, by its measures and its meters. */
export function PlanSitePage({ params: { site = '' } }: { params: Params }) {
  const asked = useAsked('/v1/plan', { query: { site } });
  const plan = asked.state === 'known' ? asked.data.plans[0] : undefined;
  return (
    <Page
      title={plan ? `Plan: ${plan.name}` : `Plan of ${site}`}
      crumbs={[
        { href: '/plan', text: 'Plan' },
        { href: '/plan/measures', text: 'Measures' },
      ]}
      actions={<a href={`/sites/${site}`}>The site now</a>}
    >
      <Loaded asked={asked} waiting="Putting the plan together from a year of half-hours">
        {({ plans: [one] }) =>
          one ? <SitePlan plan={one} site={site} /> : <Empty says="There is no plan of this site." />
        }
      </Loaded>
    </Page>
  );
}

function SitePlan({ plan, site }: { plan: Plan; site: string }) {
  const share = plan.year.measured_share;
  return (
    <>
      <Files query={{ site }} />
      {share !== null && share < 0.9995 && (
        <Partial share={share} says={`of the twelve months from ${day(plan.year.period.from)}.`} />
      )}
      <div class="columns">
        <Headline plan={plan} />
        <Decisions plan={plan} />
      </div>
      <Section title="Where the four steps stand">
        <Steps plan={plan} />
      </Section>
      <Section title="Measures">
        <MeasureTable
          caption="Measures of the site"
          measures={plan.measures}
          withSite={false}
          csv={csvHref('/v1/measures', { query: { site } })}
        />
      </Section>
      <Section title="What the meters show of the measures">
        <SavingTable savings={plan.savings} csv={csvHref('/v1/plan/savings', { query: { site } })} />
      </Section>
      <Indicators plan={plan} site={site} />
    </>
  );
}

/** The indicators of each step; what is not known says what it lacks. */
function Indicators({ plan, site }: { plan: Plan; site: string }) {
  const rows = plan.indicators.filter(({ building }) => building === null);
  return (
    <Section
      title="What the meters say of each step"
      says={`From ${day(plan.year.period.from)}, twelve whole months.`}
      actions={
        <a href={csvHref('/v1/plan/standing', { query: { site } })} download>
          Save as CSV
        </a>
      }
    >
      {[1, 2, 3, 4].map((step) => (
        <details key={step} open={step === 1}>
          <summary>
            {step}. {stepTitles[step]}
          </summary>
          <Figures>
            {rows
              .filter((row) => row.step === step)
              .map((row) => (
                <Figure
                  key={row.indicator}
                  label={row.indicator_name.replace(/^./, (letter) => letter.toUpperCase())}
                  value={row.value}
                  unit={unitShown(row.unit)}
                  share={row.value === null ? undefined : (row.measured_share ?? row.measured_time_share ?? undefined)}
                  note={noteOf(row)}
                />
              ))}
          </Figures>
        </details>
      ))}
    </Section>
  );
}

/** Why it is not known, or between what it lies. */
function noteOf(row: Plan['indicators'][number]): string | undefined {
  if (row.value === null) return row.says.replace(/^[^:]*: not known; /, '');
  if (row.low === null || row.high === null) return row.unit === 'GBP/week' ? 'a week' : undefined;
  return `${number(row.low)} to ${number(row.high)}`;
}

import { addressOf, csvHref, useAsked } from '../../ask.ts';
import type { Answers } from '../../answers.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { useQuery } from '../../place.ts';
import { Decisions, Headline, Steps } from './plan-parts.tsx';
import { MeasureTable } from './measure-table.tsx';
import { SavingTable } from './saving-table.tsx';
import { TrajectoryPart } from './trajectory.tsx';
import { stepStateWords, stepTitles } from './words.ts';

/** `/plan`: an organisation's four steps, its way to the target, and what waits for a decision. */
export function PlanPage() {
  const asked = useAsked('/v1/organisations');
  const [chosen] = useQuery('organisation');
  const organisations = asked.state === 'known' ? asked.data.organisations : [];
  const organisation = organisations.find(({ id }) => id === chosen)?.id ?? organisations[0]?.id;
  return (
    <Page
      title="Plan"
      says="Where the four steps stand, what the meters show of them, and whether the target is met."
      actions={
        <>
          {organisations.length > 0 && (
            <Choice
              name="organisation"
              label="Organisation"
              options={organisations.map(({ id, name }) => ({ value: id, text: name }))}
            />
          )}
          <a href="/plan/measures">All measures</a>
        </>
      }
    >
      <Loaded asked={asked} waiting="Reading the organisations">
        {() =>
          organisation === undefined ? (
            <Empty
              says="This key sees no organisation whole."
              next={<a href="/plan/measures">The measures it sees</a>}
            />
          ) : (
            <PlanOf key={organisation} organisation={organisation} />
          )
        }
      </Loaded>
    </Page>
  );
}

/** What is quick is asked first; the plan itself is a year of half-hours and of its peers. */
function PlanOf({ organisation }: { organisation: string }) {
  const query = { organisation };
  const trajectory = useAsked('/v1/plan/trajectory', { query });
  const plan = useAsked('/v1/plan', { query, when: trajectory.state !== 'loading' });
  const standing = useAsked('/v1/plan/standing', { query, when: plan.state !== 'loading' });
  return (
    <>
      <Files query={query} />
      <Loaded asked={plan} waiting="Putting the plan together from a year of half-hours">
        {({ plans: [one], warnings }) => (
          <>
            {warnings.map((warning) => (
              <p key={warning}>
                <Mark kind="warn">{warning}</Mark>
              </p>
            ))}
            {one && (
              <div class="columns">
                <Headline plan={one} />
                <Decisions plan={one} />
              </div>
            )}
          </>
        )}
      </Loaded>
      <Loaded asked={trajectory} waiting="Drawing the way to the target">
        {(answer) => <TrajectoryPart answer={answer} organisation={organisation} />}
      </Loaded>
      <Section title="Where the four steps stand">
        {plan.state === 'known' && plan.data.plans[0] && <Steps plan={plan.data.plans[0]} />}
        <Loaded asked={standing} waiting="Asking the meters of each site">
          {(answer) => <SiteSteps answer={answer} organisation={organisation} />}
        </Loaded>
      </Section>
      {plan.state === 'known' && plan.data.plans[0] && (
        <>
          <Section title="Measures">
            <MeasureTable
              caption="Measures of the organisation"
              measures={plan.data.plans[0].measures}
              csv={csvHref('/v1/measures', { query })}
            />
          </Section>
          <Section
            title="What the meters show"
            says="Against what would have been used; nine in ten such intervals hold what was truly saved."
          >
            <SavingTable savings={plan.data.plans[0].savings} csv={csvHref('/v1/plan/savings', { query })} />
          </Section>
        </>
      )}
    </>
  );
}

/** The same plan to print, and as data. */
export function Files({ query }: { query: { readonly organisation?: string; readonly site?: string } }) {
  const of = (format: string): string => addressOf('/v1/plan', { query: { ...query, format } });
  return (
    <p class="files">
      <a href={of('html')} target="_blank">
        A page to print
      </a>{' '}
      <a href={of('xlsx')} download>
        Save as a spreadsheet
      </a>{' '}
      <a href={of('csv')} download>
        Save as CSV
      </a>
    </p>
  );
}

type Standing = Answers['/v1/plan/standing'];

/** A line for each site, a column for each step; the step at which a site stands is marked. */
function SiteSteps({ answer: { steps }, organisation }: { answer: Standing; organisation: string }) {
  const sites = [
    ...Map.groupBy(
      steps.filter(({ building }) => building === null),
      ({ site }) => site,
    ),
  ].map(([site, own]) => ({ site, name: own[0]?.site_name ?? site, own }));
  return (
    <Table
      caption="Where each site stands"
      rows={sites}
      rowKey={({ site }) => site}
      csv={csvHref('/v1/plan/standing', { query: { organisation, table: 'steps' } })}
      columns={[
        {
          heading: 'Site',
          head: true,
          cell: ({ site, name }) => <a href={`/plan/sites/${site}`}>{name}</a>,
          sort: ({ name }) => name,
        },
        ...[1, 2, 3, 4].map((step) => ({
          heading: `${step}. ${stepTitles[step]}`,
          cell: ({ own }: (typeof sites)[number]) => {
            const one = own.find((row) => row.step === step);
            if (!one) return 'not known';
            return (
              <>
                <Mark kind={stepStateWords[one.state].mark}>{stepStateWords[one.state].says}</Mark>
                {one.stands_here && <div class="quiet">stands here</div>}
              </>
            );
          },
        })),
      ]}
    />
  );
}

import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { count, day, pounds } from '../../say.ts';
import { type Plan, stepStateWords, stepTitles } from './words.ts';

/** Parts that the plan of an organisation and that of a site have both. */

/** What a board reads first. */
export function Headline({ plan }: { plan: Plan }) {
  return (
    <Section title="In short">
      <ul class="headline">
        {plan.headline.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Section>
  );
}

const decisionMarks: Readonly<Record<Plan['decisions'][number]['kind'], MarkKind>> = {
  contradicted: 'bad',
  more_needed: 'bad',
  not_saving: 'bad',
  late: 'warn',
  funding: 'warn',
  order: 'warn',
  approve: 'info',
  unverifiable: 'unknown',
  no_measures: 'unknown',
};

/** Facts that wait for somebody, in the order in which the house puts them. */
export function Decisions({ plan: { decisions } }: { plan: Plan }) {
  return (
    <Section title="To decide next" says="Each is a fact of the register or of a meter.">
      {decisions.length === 0 ? (
        <p class="quiet">Nothing waits for anybody.</p>
      ) : (
        <ol>
          {decisions.map(({ kind, says, measure, site, by, capital_gbp: capital }) => (
            <li key={`${kind} ${says}`}>
              <Mark kind={decisionMarks[kind]}>{says}</Mark>
              <div class="quiet">
                {by !== null && `by ${day(by)} `}
                {capital !== null && `${pounds(capital, 0)} `}
                {measure !== null ? (
                  <a href={`/plan/measures/${measure}`}>The measure</a>
                ) : (
                  site !== null && <a href={`/plan/sites/${site}`}>The site</a>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** The four steps, each with how far it has come and why. */
export function Steps({ plan: { steps, place } }: { plan: Plan }) {
  return (
    <ol class="cards steps">
      {steps.map((one) => (
        <li key={one.step} class="card">
          <h3>
            {one.step}. {stepTitles[one.step]}
          </h3>
          <Mark kind={stepStateWords[one.state].mark}>{stepStateWords[one.state].says}</Mark>
          <p class="quiet">
            {one.title}: {one.means}.
          </p>
          <p>
            Measures: {countsOf(one)}
            {place === 'organisation' && `; done at ${count(one.sites_done, 'site')}`}.
          </p>
          {one.because.length > 0 && (
            <details>
              <summary>Why</summary>
              <ul>
                {one.because.map((why) => (
                  <li key={why}>{why}</li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function countsOf(one: Plan['steps'][number]): string {
  const { measures_installed: installed, measures_installing: installing, measures_planned: planned } = one;
  return `${installed} installed, ${installing} under way, ${planned} planned`;
}

import { csvHref, useAsked } from '../../ask.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { usePlace } from '../../place.ts';
import { number, percent } from '../../say.ts';
import { MeasureTable } from './measure-table.tsx';
import { type MeasureRow, statusNames, statusWords, stepTitles } from './words.ts';

/** `/plan/measures`: what is done and planned, in the order in which it belongs, and what a tonne costs. */
export function MeasuresPage() {
  const { query } = usePlace();
  const chosen = (name: string): string | undefined => query.get(name) ?? undefined;
  const places = { organisation: chosen('organisation'), site: chosen('site') };
  const question = { ...places, step: chosen('step'), status: chosen('status') };
  const asked = useAsked('/v1/measures', { query: question });
  const curve = useAsked('/v1/measures', { query: { ...question, sort: 'cost_per_tonne' } });
  return (
    <Page
      title="Measures"
      says="Site by site in the order in which they belong: by step, then what comes after another, then by date."
      crumbs={[{ href: '/plan', text: 'Plan' }]}
    >
      <Choices />
      <Loaded asked={asked} waiting="Reading the measures">
        {({ measures, warnings }) => (
          <>
            {warnings.map((one) => (
              <p key={one}>
                <Mark kind="info">{one}</Mark>
              </p>
            ))}
            <MeasureTable caption="Measures" measures={measures} csv={csvHref('/v1/measures', { query: question })} />
          </>
        )}
      </Loaded>
      <Section
        title="What a tonne costs"
        says="Of what is neither over nor withdrawn, the cheapest first. Below 0 it earns money and saves carbon."
        actions={
          <a href={csvHref('/v1/measures', { query: { ...question, sort: 'cost_per_tonne' } })} download>
            Save as CSV
          </a>
        }
      >
        <Loaded asked={curve} waiting="Reckoning what a tonne costs">
          {({ measures, discount }) => (
            <>
              <Abatement measures={measures} />
              <p class="quiet">
                Over the life of each at {percent(discount.rate)} a year ({discount.source}).
              </p>
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  );
}

/** The marginal abatement cost, one bar a measure. */
function Abatement({ measures }: { measures: readonly MeasureRow[] }) {
  if (measures.length === 0) return <p class="quiet">Nothing is planned of which this could be told.</p>;
  return (
    <Bars
      title="£ for each tonne of CO2e over its life"
      unit="£"
      digits={0}
      rows={measures.map((row) => ({
        name: row.name,
        value: row.cost_gbp_per_tco2e,
        href: `/plan/measures/${row.measure}`,
        note: `${number(row.saves_kgco2e_per_year === null ? null : row.saves_kgco2e_per_year / 1000)} t a year, ${row.site_name}`,
      }))}
    />
  );
}

function Choices() {
  const organisations = useAsked('/v1/organisations');
  const sites = useAsked('/v1/sites');
  const named = (list: readonly { id: string; name: string }[]) =>
    list.map(({ id, name }) => ({ value: id, text: name }));
  return (
    <div class="choices">
      <Choice
        name="organisation"
        label="Organisation"
        all="All"
        options={organisations.state === 'known' ? named(organisations.data.organisations) : []}
      />
      <Choice name="site" label="Site" all="All" options={sites.state === 'known' ? named(sites.data.sites) : []} />
      <Choice
        name="step"
        label="Step"
        all="All"
        options={Object.entries(stepTitles).map(([value, text]) => ({ value, text: `${value}. ${text}` }))}
      />
      <Choice
        name="status"
        label="How far"
        all="All"
        options={statusNames.map((value) => ({ value, text: statusWords[value].says }))}
      />
    </div>
  );
}

import { useId } from 'preact/hooks';
import { useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { addDays, go, hrefOf, londonDate, presets } from '../../place.ts';

/** Asks which number is meant; what is asked is a link that can be mailed. */
export function ExplainAsk({ meter }: { meter: string | undefined }) {
  return (
    <div class="columns">
      <Section title="A day of a meter" says="And from there each of its half-hours.">
        <AskDay meter={meter} />
      </Section>
      <Section title="A figure" says="Of a site, or of all sites together.">
        <AskFigure />
      </Section>
    </div>
  );
}

/** Goes where a filled-in form says; fields left empty are left out. */
function goTo(form: HTMLFormElement): void {
  const filled: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') filled[name] = value;
  // People name the last day of a period, the house the first after it.
  const { until, ...asked } = filled;
  go(hrefOf('/explain', until === undefined || until === '' ? asked : { ...asked, to: addDays(until, 1) }));
}

function AskDay({ meter }: { meter: string | undefined }) {
  const [which, when] = [useId(), useId()];
  const asked = useAsked('/v1/meters', { query: { limit: 1000 } });
  return (
    <Loaded asked={asked} waiting="Reading the meters">
      {({ meters }) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            goTo(event.currentTarget);
          }}
        >
          <div class="field">
            <label for={which}>Meter</label>
            <select id={which} name="meter" defaultValue={meter ?? ''} required>
              {meters.map(({ id, name, site }) => (
                <option key={id} value={id}>
                  {name}, {site} ({id})
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for={when}>Day</label>
            <input id={when} name="date" type="date" required defaultValue={addDays(londonDate(now()), -1)} />
          </div>
          <button type="submit" class="main">
            Explain the day
          </button>
        </form>
      )}
    </Loaded>
  );
}

/** Figures that stand for themselves; those of the market are reached from the pages of supply and figures. */
const askedFigures = [
  { value: 'energy', text: 'Energy, kWh' },
  { value: 'intensity', text: 'Energy per m²' },
  { value: 'carbon', text: 'Carbon, location-based' },
  { value: 'carbon_market', text: 'Carbon, market-based' },
  { value: 'cover', text: 'Electricity covered with evidence' },
  { value: 'water', text: 'Water, m³' },
  { value: 'water_intensity', text: 'Water per m²' },
] as const;

function AskFigure() {
  const [what, where, first, last] = [useId(), useId(), useId(), useId()];
  const asked = useAsked('/v1/sites', { query: { limit: 1000 } });
  const month = presets['last-month'].of(londonDate(now()));
  return (
    <Loaded asked={asked} waiting="Reading the sites">
      {({ sites }) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            goTo(event.currentTarget);
          }}
        >
          <div class="field">
            <label for={what}>Figure</label>
            <select id={what} name="figure">
              {askedFigures.map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for={where}>Site</label>
            <select id={where} name="site">
              <option value="">All sites together</option>
              {sites.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for={first}>From</label>
            <input id={first} name="from" type="date" required defaultValue={month.from} />
          </div>
          <div class="field">
            <label for={last}>Until</label>
            <input id={last} name="until" type="date" required defaultValue={addDays(month.to, -1)} />
          </div>
          <button type="submit" class="main">
            Explain the figure
          </button>
        </form>
      )}
    </Loaded>
  );
}

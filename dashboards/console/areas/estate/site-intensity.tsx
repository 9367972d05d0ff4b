import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Bars } from '../../pieces/bars.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { hrefOf, londonDate, presets } from '../../place.ts';
import { day, words } from '../../say.ts';

type Comparison = Answers['/v1/intensity/comparisons']['figures'][number];

/** kWh/m² of the last twelve months beside last year, like sites and published benchmarks. */
export function SiteIntensity({ site }: { site: string }) {
  const year = presets['last-12-months'].of(londonDate(now()));
  const query = { site, from: year.from, to: year.to };
  const asked = useAsked('/v1/intensity/comparisons', { query });
  return (
    <Section
      title="Beside others and last year"
      says={`Twelve months to ${day(year.to)}, per m² of gross internal area.`}
      actions={<a href={hrefOf('/figures', { site, period: 'last-12-months' })}>All figures</a>}
    >
      <Loaded asked={asked} waiting="Comparing with last year and others">
        {({ figures: [figure] }) =>
          figure ? (
            <>
              <Intensities figure={figure} site={site} from={year.from} to={year.to} />
              <p class="table-foot">
                <a href={csvHref('/v1/intensity/comparisons', { query })} download>
                  Save as CSV<span class="hidden">: intensity beside others</span>
                </a>
              </p>
            </>
          ) : (
            <Empty says="Nothing is known of these twelve months yet." />
          )
        }
      </Loaded>
    </Section>
  );
}

function Intensities({ figure, site, from, to }: { figure: Comparison; site: string; from: string; to: string }) {
  const { intensity_kwh_per_m2: own, change_share: change, last_year_kwh_per_m2: lastYear } = figure;
  const benchmark = sumOf(figure.tm46_electricity_kwh_per_m2, figure.tm46_fossil_thermal_kwh_per_m2);
  return (
    <>
      <Figures>
        <Figure
          label="Intensity"
          value={own}
          unit="kWh/m²"
          share={figure.measured_share}
          note={sayYear(change)}
          explain={hrefOf('/explain', { figure: 'intensity', site, from, to })}
        />
      </Figures>
      <Bars
        title="Beside others"
        unit="kWh/m²"
        rows={[
          { name: 'This site', value: own },
          ...(lastYear === null ? [] : [{ name: 'Last year', value: lastYear }]),
          ...(figure.median_kwh_per_m2 === null
            ? []
            : [
                {
                  name: `Median of ${words(figure.site_type ?? 'like sites').toLowerCase()}`,
                  value: figure.median_kwh_per_m2,
                },
              ]),
          ...(benchmark === null
            ? []
            : [
                {
                  name: 'Benchmark TM46',
                  value: benchmark,
                  note: [
                    words(figure.tm46_category ?? ''),
                    ...(figure.tm46_standing === 'quoted' ? ['quoted: the publication was not seen'] : []),
                  ].join('; '),
                },
              ]),
        ]}
      />
      {figure.median_kwh_per_m2 === null && (
        <p class="quiet">
          {figure.peers ?? 0} of our sites of its type {figure.peers === 1 ? 'is' : 'are'} whole: too few for a median.
        </p>
      )}
    </>
  );
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function sayYear(change: number | null): string {
  if (change === null) return 'not set against last year: it is not known whole in both';
  const size = Math.round(Math.abs(change) * 100);
  return size === 0 ? 'as last year' : `${size} % ${change > 0 ? 'more' : 'less'} than last year`;
}

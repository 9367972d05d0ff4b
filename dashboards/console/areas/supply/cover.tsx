import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { addDays, hrefOf, londonDate, useQuery } from '../../place.ts';
import { hundredths, number, percent } from '../../say.ts';
import { CoverBars } from './cover-bars.tsx';
import { CoverEvidence } from './cover-evidence.tsx';
import { CoverTable } from './cover-table.tsx';
import { type CoverRow, datesOf, disclosurePeriodOf, mayBeSaid, mwh, periodBefore } from './cover-words.ts';
import { Matching } from './matching.tsx';
import { SupplyLinks } from './prices.tsx';

/** Whether the supply is renewable: what covers it, by site, and what may be said of it. */
export function Cover() {
  const today = disclosurePeriodOf(londonDate(now()));
  const periods = [0, 1, 2].map((years) => periodBefore(today, years));
  const [chosen] = useQuery('period');
  const period = chosen !== undefined && /^\d{4}-\d\d$/.test(chosen) ? chosen : today;
  const question = (by: string) => ({ query: { by, period } });
  const estate = useAsked('/v1/cover', question('estate'));
  const organisations = useAsked('/v1/cover', question('organisation'));
  const sites = useAsked('/v1/cover', question('site'));
  return (
    <Page
      title="Renewable supply"
      says="How much of our electricity is covered by certificates of origin (REGOs) and own generation."
      actions={
        <Choice
          name="period"
          label="Disclosure year"
          options={periods.map((value, i) => ({ value, text: i === 0 ? `${value}, to date` : value }))}
        />
      }
    >
      <SupplyLinks here="/supply/cover" />
      <Loaded asked={estate} waiting="Matching certificates with use">
        {({ figures: [row] }) => row && <OfEstate row={row} />}
      </Loaded>
      <Section
        title="What may be said"
        says="Only what is retired with evidence may be claimed, and own generation whose certificates are kept."
      >
        <Loaded asked={organisations} waiting="Reading what is claimed">
          {({ figures }) => <Sayings rows={figures} />}
        </Loaded>
      </Section>
      <Section
        title="By site"
        says="MWh. Certificates are shared out over the year; a surplus covers no other organisation."
      >
        <Loaded asked={sites} waiting="Sharing out the certificates">
          {(data) => (
            <>
              <CoverBars rows={data.figures} />
              <CoverTable rows={data.figures} csv={csvHref('/v1/cover', question('site'))} />
            </>
          )}
        </Loaded>
      </Section>
      <Loaded asked={organisations} waiting="Reading the evidence">
        {(data) => (
          <>
            <Organisations answer={data} csv={csvHref('/v1/cover', question('organisation'))} />
            <Matching period={period} organisations={data.figures.map(({ place }) => place)} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** The estate as one: by location first, which no certificate moves; the market’s figure beside it. */
function OfEstate({ row }: { row: CoverRow }) {
  const provisional = row.partial_because.includes('not-over');
  const share = row.measured_share;
  const tonnes = (kilograms: number | null): number | null => (kilograms === null ? null : kilograms / 1000);
  return (
    <>
      <Figures>
        <Figure
          label="Renewable, with evidence"
          value={hundredths(row.renewable_share)}
          unit="%"
          explain={explained('cover', row)}
          share={share}
          provisional={provisional}
          note={`of ${mwh(row.use_kwh)} MWh; ${percent(row.renewable_share_expected)} if all promises are kept`}
        />
        <Figure
          label="Covered by nothing"
          value={row.uncovered_kwh === null ? null : row.uncovered_kwh / 1000}
          unit="MWh"
          note={`of ${mwh(row.bought_kwh)} MWh bought: the shortfall`}
        />
        <Figure
          label="Surplus of certificates"
          value={row.surplus_kwh === null ? null : row.surplus_kwh / 1000}
          unit="MWh"
          note="retired or held beyond the use of their organisation; not carried into another year"
        />
        <Figure
          label="Location-based"
          value={tonnes(row.emissions_location_kgco2e)}
          unit="tCO₂e"
          explain={explained('carbon', row)}
          share={share}
          provisional={provisional}
          note="what the grid emitted; no certificate changes it"
        />
        <Figure
          label="Market-based, beside it"
          value={tonnes(row.emissions_market_kgco2e)}
          unit="tCO₂e"
          explain={explained('carbon_market', row)}
          share={share}
          provisional={provisional}
          note={`${number(tonnes(row.emissions_market_expected_kgco2e))} tCO₂e if what is promised is retired`}
        />
      </Figures>
      {row.residual_mix_unavailable && (
        <p>
          <Mark kind="info">No residual mix is written down</Mark>{' '}
          <span class="quiet">
            for Great Britain, so what is not covered is reckoned at the average of the grid in both methods.
          </span>
        </p>
      )}
    </>
  );
}

/** Where the chain of a figure of the estate's electricity is told. */
function explained(figure: 'cover' | 'carbon' | 'carbon_market', { period }: CoverRow): string {
  const { from, to } = datesOf(period);
  const tomorrow = addDays(londonDate(now()), 1);
  const utility = figure === 'cover' ? undefined : 'electricity';
  return hrefOf('/explain', { figure, utility, from, to: to < tomorrow ? to : tomorrow });
}

function Sayings({ rows }: { rows: readonly CoverRow[] }) {
  return (
    <ul class="cards">
      {rows.map((row) => {
        const { kind, may } = mayBeSaid(row);
        return (
          <li key={row.place} class="card">
            <h3>{row.place_name}</h3>
            <p>
              <Mark kind={kind}>{percent(row.renewable_share)} renewable, with evidence</Mark>
            </p>
            <p>{may}</p>
            {row.because.length > 0 && (
              <>
                <p class="quiet">What stands in the way:</p>
                <ul>
                  {row.because.map((one) => (
                    <li key={one}>{one}</li>
                  ))}
                </ul>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Organisations({ answer, csv }: { answer: Answers['/v1/cover']; csv: string }) {
  return (
    <>
      <Section title="Surplus and shortfall by organisation" says="MWh. Each organisation reports for itself.">
        <CoverTable rows={answer.figures} csv={csv} withSurplus />
      </Section>
      <CoverEvidence answer={answer} />
    </>
  );
}

import { useMemo } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { type Asked, csvHref, useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import type { PageComponent } from '../../loaded.ts';
import { addDays, hrefOf, londonDate, type Period, usePeriod, useQuery } from '../../place.ts';
import { amount, count, words } from '../../say.ts';
import { Balances } from './balances.tsx';
import { useFresh } from './fresh.ts';
import { type Load, loadsOf } from './loads.ts';
import { MeterList } from './meter-list.tsx';
import { MetersRight, useMetersJudged } from './meters-right.tsx';
import { namesOf } from './names.ts';
import { NowFigures } from './now-figures.tsx';
import { SiteAlerts } from './site-alerts.tsx';
import { SiteIntensity } from './site-intensity.tsx';
import { UseChart } from './use-chart.tsx';

const liveSeconds = 10;

/** One site: now, the last days, its meters against each other, how it stands beside others. */
export const SitePage: PageComponent = ({ params: { site = '' } }) => {
  const heard = useFresh(liveSeconds, ({ name, data }) => name === 'reading' && data.site === site);
  const about = useAsked('/v1/sites/:site', { params: { site } });
  const live = useAsked('/v1/now', { query: { site }, again: heard, every: 60 });
  const meters = useAsked('/v1/meters', { query: { site, limit: 1000 }, again: heard, every: 60 });
  const judged = useMetersJudged(site);
  const name = about.state === 'known' ? about.data.name : site;
  const isThere = about.state !== 'failed';
  const names = namesOf(meters.state === 'known' ? meters.data.meters : []);
  const meterName = (meter: string): string => names.get(meter) ?? meter;
  return (
    <Page
      title={name}
      says={about.state === 'known' ? sayAbout(about.data) : undefined}
      crumbs={[{ href: '/', text: 'The estate now' }]}
      actions={isThere && <Elsewhere site={site} />}
    >
      {about.state === 'failed' ? (
        <Loaded asked={about}>{() => null}</Loaded>
      ) : (
        <>
          <Loaded asked={live} waiting="Asking the meters">
            {(data) => <Now data={data} nameOf={meterName} />}
          </Loaded>
          <MetersRight judged={judged} nameOf={() => name} isOneSite />
          <Used site={site} live={live} />
          <Standings site={site} meters={meters} nameOf={meterName} />
        </>
      )}
    </Page>
  );
};

function sayAbout({ type, gross_internal_area_m2, buildings, meters }: Answers['/v1/sites/:site']): string {
  const area = gross_internal_area_m2 === null ? 'area not known' : amount(gross_internal_area_m2, 'm²');
  return [words(type), area, count(buildings.length, 'building'), count(meters, 'meter')].join(' · ');
}

function Elsewhere({ site }: { site: string }) {
  return (
    <>
      <a href={hrefOf('/alerts', { site })}>Alerts</a>
      <a href={`/plan/sites/${site}`}>Plan</a>
      <a href={hrefOf('/figures', { site })}>Figures</a>
      <a href={hrefOf('/supply', { site })}>Supply</a>
      <a href={hrefOf('/data', { site })}>Data</a>
    </>
  );
}

function Now({ data, nameOf }: { data: Answers['/v1/now']; nameOf: (meter: string) => string }) {
  const loads = loadsOf(data.sites);
  if (loads.length === 0) {
    return (
      <Empty
        says="No meter of this site was heard yet."
        next={
          <>
            A meter that publishes under a topic without a meter waits in <a href="/data/inbox">the inbox</a>.
          </>
        }
      />
    );
  }
  return <NowFigures loads={loads} at={data.at} missingOf={(load) => <MeterLinks of={load} nameOf={nameOf} />} />;
}

/** The meters for want of which a load is not known. */
function MeterLinks({ of, nameOf }: { of: Load; nameOf: (meter: string) => string }) {
  return (
    <>
      {of.unknownMeters.map((meter, i) => (
        <>
          {i > 0 && ', '}
          <a href={`/meters/${meter}`}>{nameOf(meter)}</a>
        </>
      ))}
    </>
  );
}

/** What was used in the days that are looked at: amounts with their share, and the line beside the week before. */
function Used({ site, live }: { site: string; live: Asked<Answers['/v1/now']> }) {
  const period = usePeriod('last-7-days');
  const again = useFresh(60, ({ name, data }) => name === 'half-hours' && data.site === site);
  const utilities = useMemo(
    () => (live.state === 'known' ? [...new Set(live.data.sites.map(({ utility }) => utility))] : []),
    [live.state === 'known' && live.data.sites.map(({ utility }) => utility).join()],
  );
  const [chosen = utilities[0]] = useQuery('utility');
  return (
    <Section
      title="What was used"
      actions={
        <>
          {utilities.length > 1 && (
            <Choice
              name="utility"
              label="Utility"
              options={utilities.map((utility) => ({ value: utility, text: words(utility) }))}
            />
          )}
          <PeriodPicker usual="last-7-days" />
        </>
      }
    >
      <UsedFigures site={site} period={period} again={again} />
      {chosen !== undefined && <UseChart utility={chosen} site={site} period={period} again={again} />}
    </Section>
  );
}

function UsedFigures({ site, period, again }: { site: string; period: Period; again: number }) {
  const query = { site, bucket: 'whole', split: 'utility', from: period.from, to: period.to } as const;
  const asked = useAsked('/v1/intensity', { query, again });
  return (
    <Loaded asked={asked} waiting="Adding up what was used">
      {({ figures }) => (
        <>
          <Figures>
            {figures.map((row) => {
              const isWater = row.utility === 'water';
              const isOpen = row.partial_because.includes('not-over');
              const name =
                row.source === 'own_renewable' ? `${words(row.utility ?? '')}, own` : words(row.utility ?? '');
              return (
                <Figure
                  key={`${row.utility} ${row.source}`}
                  label={name}
                  value={isWater ? row.water_m3 : row.energy_kwh}
                  unit={isWater ? 'm³' : 'kWh'}
                  share={row.measured_share}
                  provisional={isOpen}
                  note={row.partial_because.includes('missing') ? 'half-hours are missing in it' : undefined}
                  explain={
                    row.source === 'own_renewable'
                      ? undefined
                      : hrefOf('/explain', {
                          figure: isWater ? 'water' : 'energy',
                          site,
                          utility: isWater ? undefined : (row.utility ?? undefined),
                          from: period.from,
                          to: period.to,
                        })
                  }
                />
              );
            })}
          </Figures>
          <p class="table-foot">
            <a href={csvHref('/v1/intensity', { query })} download>
              Save as CSV<span class="hidden">: what was used, by utility</span>
            </a>
          </p>
        </>
      )}
    </Loaded>
  );
}

/** What takes the house longer, after what is looked at first. */
interface StandingsShape {
  readonly site: string;
  readonly meters: Asked<Answers['/v1/meters']>;
  readonly nameOf: (meter: string) => string;
}

function Standings({ site, meters, nameOf }: StandingsShape) {
  const today = londonDate(now());
  const week = { from: addDays(today, -6), to: addDays(today, 1) };
  return (
    <>
      <Section
        title="Mains against their sub-meters"
        says="The last 7 days. What no sub-meter sees runs unmetered; more below than above cannot be."
      >
        <Balances query={{ site, ...week }} nameOf={nameOf} />
      </Section>
      <Section title="Meters" says="A main with those below it, by utility.">
        <Loaded asked={meters} waiting="Reading the meters">
          {(data) => <MeterList meters={data.meters} site={site} week={week} />}
        </Loaded>
      </Section>
      <div class="columns">
        <SiteIntensity site={site} />
        <SiteAlerts site={site} />
      </div>
    </>
  );
}

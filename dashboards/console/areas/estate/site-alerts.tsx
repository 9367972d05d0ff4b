import { useAsked } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { hrefOf } from '../../place.ts';
import { day, pounds } from '../../say.ts';
import { useFresh } from './fresh.ts';

/** What is open at a site, or at one meter of it. */
export function SiteAlerts({ site, meter }: { site: string; meter?: string }) {
  const again = useFresh(2, ({ name, data }) => name === 'alert' && data.site === site);
  const query = { site, meter, state: ['open', 'acknowledged', 'shelved', 'watching'], limit: 50 };
  const asked = useAsked('/v1/alerts', { query, again });
  return (
    <Section title="Alerts" actions={<a href={hrefOf('/alerts', { site })}>All of the site</a>}>
      <Loaded asked={asked} waiting="Reading the alerts">
        {({ alerts }) =>
          alerts.length === 0 ? (
            <Empty says={meter === undefined ? 'No alert is open at this site.' : 'No alert is open at this meter.'} />
          ) : (
            <ul class="cards">
              {alerts.map((alert) => (
                <li key={alert.id} class="card">
                  <h3>
                    <a href={`/alerts/${alert.id}`}>{alert.subject_name}</a>
                  </h3>
                  <p>
                    <Mark kind={alert.severity === '1' ? 'bad' : 'warn'}>{alert.says}</Mark>
                  </p>
                  <p class="quiet">
                    Since {day(alert.from)};{' '}
                    {alert.cost_gbp_per_week === null
                      ? 'what it costs is not known'
                      : `${pounds(alert.cost_gbp_per_week)} a week`}
                    ; {alert.owner === null ? 'nobody has it' : `${alert.owner} has it`}.
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

import type { ComponentChildren } from 'preact';
import type { Asked } from '../../ask.ts';
import { useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { now } from '../../clock.ts';
import { Section } from '../../pieces/page.tsx';
import { hrefOf, londonDate, presets } from '../../place.ts';
import { amount, count, percent, pounds } from '../../say.ts';

/** The questions that people come with, each with its headline and the page that answers it. */
export function Questions() {
  const caller = useCaller();
  return (
    <Section title="Other questions">
      <ul class="cards">
        <Alerts />
        <Supply mayCompare={caller.reaches('procurement')} />
        <Figures />
        <Card href="/plan" title="Are we on the way to net zero?">
          The four steps, measure by measure, and the targets they lead to.
        </Card>
        <Card href="/data" title="Can the data be trusted?">
          What became of every message; what is silent, doubted or waiting to be accepted.
        </Card>
        <Card href="/explain" title="Where does a number come from?">
          The chain behind a half-hour, a day or a figure, down to the readings.
        </Card>
      </ul>
    </Section>
  );
}

function Card({ href, title, children }: { href: string; title: string; children: ComponentChildren }) {
  return (
    <li class="card">
      <h3>
        <a href={href}>{title}</a>
      </h3>
      <p>{children}</p>
    </li>
  );
}

/** The headline once it is known; a page that leads on does not wait for it, nor fail with it. */
function headline<T>(asked: Asked<T>, say: (data: T) => ComponentChildren): ComponentChildren {
  if (asked.state === 'loading') return '…';
  return asked.state === 'failed' ? 'This could not be read just now.' : say(asked.data);
}

function Alerts() {
  const asked = useAsked('/v1/alerts', { query: { state: ['open', 'acknowledged'], limit: 1000 } });
  return (
    <Card href="/alerts" title="What is wrong tonight, and is it worth getting up for?">
      {headline(asked, ({ together: { alerts, cost_gbp_per_week, without_price } }) => {
        if (alerts === 0) return 'No alert is open.';
        const priced = alerts > without_price ? `, ${pounds(cost_gbp_per_week)} a week` : '';
        const unpriced = without_price > 0 ? `; of ${without_price} no price is known` : '';
        return `${count(alerts, 'alert')} open${priced}${unpriced}.`;
      })}
    </Card>
  );
}

function Supply({ mayCompare }: { mayCompare: boolean }) {
  const asked = useAsked('/v1/cover', { query: { by: 'estate' } });
  return (
    <Card href="/supply" title="Which offer is cheapest for our half-hours, and is it really renewable?">
      {headline(asked, ({ figures }) => {
        const share = figures[0]?.cover_share ?? null;
        return share === null
          ? 'What covers the electricity bought is not known yet.'
          : `${percent(share)} of the electricity bought this year is covered with evidence.`;
      })}
      {!mayCompare && ' Prices are seen by those who buy.'}
    </Card>
  );
}

function Figures() {
  const year = presets['last-12-months'].of(londonDate(now()));
  const asked = useAsked('/v1/intensity', { query: { by: 'estate', bucket: 'whole', ...year } });
  return (
    <Card href={hrefOf('/figures')} title="What do we report, and can we defend it?">
      {headline(asked, ({ figures: [figure] }) => {
        if (!figure || figure.intensity_kwh_per_m2 === null) return 'The last twelve months are not known yet.';
        const whole = figure.status === 'complete' ? '' : ', not the whole of it';
        const known = `${percent(figure.measured_share)} measured${whole}`;
        return `${amount(figure.intensity_kwh_per_m2, 'kWh/m²')} in the last twelve months, ${known}.`;
      })}
    </Card>
  );
}

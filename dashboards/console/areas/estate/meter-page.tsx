import { useState } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { useLive } from '../../live.ts';
import type { PageComponent } from '../../loaded.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { hrefOf } from '../../place.ts';
import { ago, lasting, time, words } from '../../say.ts';
import { useClock } from './fresh.ts';
import { MeterDiagnosis } from './meter-diagnosis.tsx';
import { MeterHistory } from './meter-history.tsx';
import { MeterSources } from './meter-sources.tsx';
import { MeterUse } from './meter-use.tsx';
import { namesOf } from './names.ts';
import { SiteAlerts } from './site-alerts.tsx';
import { roleOf, sayUnit } from './units.ts';

type Meter = Answers['/v1/meters/:meter'];
type Reading = Meter['newest'][number];

/** One meter: what it says now, whether it is right, what it counted, where its readings come from. */
export const MeterPage: PageComponent = ({ params: { meter: id = '' } }) => {
  const asked = useAsked('/v1/meters/:meter', { params: { meter: id }, every: 60 });
  const site = asked.state === 'known' ? asked.data.site : '';
  const about = useAsked('/v1/sites/:site', { params: { site }, when: site !== '' });
  const others = useAsked('/v1/meters', { query: { site, limit: 1000 }, when: site !== '' });
  const names = namesOf(others.state === 'known' ? others.data.meters : []);
  const nameOf = (meter: string): string => names.get(meter) ?? meter;
  const siteName = about.state === 'known' ? about.data.name : site;
  const crumbs = [
    { href: '/', text: 'The estate now' },
    ...(site === '' ? [] : [{ href: `/sites/${site}`, text: siteName }]),
  ];
  const isKnown = asked.state === 'known';
  return (
    <Page
      title={isKnown ? asked.data.name : id}
      says={isKnown ? sayAbout(asked.data) : undefined}
      crumbs={crumbs}
      actions={isKnown && <Acts meter={id} />}
    >
      <Loaded asked={asked} waiting="Asking the meter">
        {(meter) => (
          <>
            <Live meter={meter} />
            <MeterDiagnosis meter={meter} nameOf={nameOf} />
            <MeterUse meter={meter} />
            <div class="columns">
              <SiteAlerts site={meter.site} meter={meter.id} />
              <Facts meter={meter} nameOf={nameOf} />
            </div>
            <MeterSources meter={meter} />
            <MeterHistory meter={meter.id} />
          </>
        )}
      </Loaded>
    </Page>
  );
};

function sayAbout(meter: Meter): string {
  const use = meter.end_use === null ? [] : [words(meter.end_use)];
  return [words(meter.utility), roleOf(meter), ...use].join(' · ');
}

function Acts({ meter }: { meter: string }) {
  if (!useCaller().reaches('operate')) return null;
  return (
    <>
      <a href={hrefOf('/data/read', { meter })}>Enter a read</a>
      <a href={hrefOf('/data/exchange', { meter })}>Record an exchange</a>
    </>
  );
}

/** The newest of each series, from the stream as it comes. */
function useNewest(meter: Meter): readonly Reading[] {
  const [heard, setHeard] = useState<readonly Reading[]>([]);
  useLive(({ name, data }) => {
    if (name !== 'reading' || data.meter !== meter.id) return;
    setHeard((before) => [data, ...before.filter((one) => !isSameSeries(one, data))]);
  });
  const fresh = (one: Reading): Reading => {
    const live = heard.find((other) => isSameSeries(one, other));
    return live && live.at >= one.at ? live : one;
  };
  return [
    ...meter.newest.map(fresh),
    ...heard.filter((one) => !meter.newest.some((known) => isSameSeries(known, one))),
  ];
}

function isSameSeries(a: Reading, b: Reading): boolean {
  return a.quantity === b.quantity && a.kind === b.kind;
}

function Live({ meter }: { meter: Meter }) {
  const at = useClock(1);
  const newest = useNewest(meter);
  const last =
    newest
      .map((one) => one.at)
      .sort()
      .at(-1) ?? meter.last_heard;
  if (last === null) {
    return (
      <Empty
        says="Nothing was heard of this meter yet."
        next="Look at its topic in the register, and whether its gateway is on. Reads can be entered by hand meanwhile."
      />
    );
  }
  const silent = (at - Date.parse(last)) / 1000;
  return (
    <>
      <Figures>
        {newest
          .toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
          .map((one) => (
            <Figure
              key={`${one.quantity} ${one.kind}`}
              label={labelOf(one)}
              value={one.value}
              unit={sayUnit(one.unit)}
              {...(one.kind === 'register' ? { digits: registerDigits(one.value) } : {})}
              note={<span title={time(one.at)}>{ago(one.at, at)}</span>}
            />
          ))}
      </Figures>
      <p>
        <Heard silent={silent} meter={meter} last={last} />
      </p>
    </>
  );
}

function labelOf({ quantity, kind }: Reading): string {
  return kind === 'instant' ? `${words(quantity)} now` : `${words(kind)} of ${quantity}`;
}

/** A face is read to its last digit; no more than three behind the point, where doubles begin to show. */
function registerDigits(value: number): number {
  const behind = String(Number(value.toFixed(3))).split('.')[1];
  return behind?.length ?? 0;
}

function Heard({ silent, meter, last }: { silent: number; meter: Meter; last: string }) {
  const every = `It should speak every ${lasting(meter.expected_interval_s)}.`;
  if (silent > meter.maximum_gap_s) {
    return (
      <Mark kind="bad">
        Silent since {time(last)}, longer than the {lasting(meter.maximum_gap_s)} that are allowed. {every}
      </Mark>
    );
  }
  if (silent > 2 * meter.expected_interval_s) {
    return (
      <Mark kind="warn">
        Late: nothing since {time(last)}. {every}
      </Mark>
    );
  }
  return <Mark kind="good">Heard. {every}</Mark>;
}

function Facts({ meter, nameOf }: { meter: Meter; nameOf: (meter: string) => string }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Id', meter.id],
    ['Serial number', meter.serial],
    ['MPAN', meter.mpan],
    ['MPRN', meter.mprn],
    ['Face counts', sayUnit(meter.unit)],
    ['Building', meter.building],
    ['Valid from', meter.valid_from],
    ['Valid to', meter.valid_to],
  ];
  return (
    <Section title="In the register">
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ),
        )}
        {meter.parent !== null && (
          <>
            <dt>Below</dt>
            <dd>
              <a href={`/meters/${meter.parent}`}>{nameOf(meter.parent)}</a>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

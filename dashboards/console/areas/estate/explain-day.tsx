import { useMemo } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Page } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { TimeChart } from '../../pieces/time-chart.tsx';
import { addDays, hrefOf } from '../../place.ts';
import { amount, count, day, time, words } from '../../say.ts';
import { amountOf, Around, Chain, ChainLink, ConversionList, Decided, QualityMark } from './chain.tsx';
import { useMeterName } from './names.ts';
import { type HalfHour, missingSpans, qualityLines } from './quality-lines.ts';

type Explained = Answers['/v1/explain/day'];

/** The chain behind a day of a meter, and the way to each of its half-hours. */
export function ExplainDay({ meter, date }: { meter: string; date: string }) {
  const asked = useAsked('/v1/explain/day', { query: { meter, date } });
  const name = useMeterName(meter);
  return (
    <Page
      title={`${name}, ${day(date)}`}
      says="The half-hours it is made of, by which rule each was told, and what a count is worth."
      crumbs={[
        { href: '/explain', text: 'Where a number comes from' },
        { href: `/meters/${meter}`, text: name },
      ]}
      actions={
        <>
          <a href={hrefOf('/explain', { meter, date: addDays(date, -1) })}>The day before</a>
          <a href={hrefOf('/explain', { meter, date: addDays(date, 1) })}>The day after</a>
        </>
      }
    >
      <Loaded asked={asked} waiting="Following the chain">
        {(explained) =>
          explained.half_hours.length === 0 ? (
            <Empty says="Nothing was worked out for this day: the meter was not valid, or it is still ahead." />
          ) : (
            <Told explained={explained} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Told({ explained }: { explained: Explained }) {
  const halfHours = useMemo(() => explained.half_hours.map((one) => halfHourOf(one, explained.date)), [explained]);
  const isEnergy = explained.half_hours.some(({ energy_kwh }) => energy_kwh !== null);
  const known = halfHours.flatMap(({ amount: one }) => one ?? []);
  const total = known.length === 0 ? null : known.reduce((a, b) => a + b);
  const missing = halfHours.length - known.length;
  return (
    <Chain>
      <ChainLink title={<>It says {amount(total, isEnergy ? 'kWh' : 'm³')}</>}>
        <p>
          The sum of {count(known.length, 'half-hour')}
          {missing > 0 && `; ${count(missing, 'half-hour')} of the day ${missing === 1 ? 'is' : 'are'} missing in it`}.
        </p>
        <Chart halfHours={halfHours} isEnergy={isEnergy} />
      </ChainLink>
      <ChainLink title="By these rules">
        <Rules explained={explained} />
        <Around of={explained} />
      </ChainLink>
      <ChainLink title="Half-hour by half-hour">
        <HalfHours explained={explained} />
      </ChainLink>
      <ChainLink title="What a count is worth">
        <ConversionList conversion={explained.conversion} unit={explained.unit} />
      </ChainLink>
      <ChainLink title="Who decided what">
        <Decided of={explained} />
      </ChainLink>
    </Chain>
  );
}

function halfHourOf(one: Explained['half_hours'][number], date: string): HalfHour {
  const amountKnown = one.quality === 'missing' ? null : (one.energy_kwh ?? one.volume_m3);
  return {
    at: Date.parse(one.from) / 1000,
    to: Date.parse(one.to) / 1000,
    date,
    amount: amountKnown,
    quality: one.quality,
    rule: one.rule,
  };
}

function Chart({ halfHours, isEnergy }: { halfHours: readonly HalfHour[]; isEnergy: boolean }) {
  const lines = useMemo(() => qualityLines(halfHours, 2), [halfHours]);
  const marks = useMemo(
    () =>
      missingSpans(halfHours).map(({ at, to, halfHours: many }) => ({
        at,
        to,
        says: `${count(many, 'half-hour')} missing`,
      })),
    [halfHours],
  );
  return (
    <TimeChart
      title="By half-hour"
      unit={isEnergy ? 'kW' : 'm³/h'}
      lines={lines}
      from={halfHours[0]?.at ?? 0}
      to={halfHours.at(-1)?.to ?? 0}
      marks={marks}
      height={180}
    />
  );
}

function Rules({ explained }: { explained: Explained }) {
  const rules = Array.from(
    Map.groupBy(explained.half_hours, ({ rule, quality }) => `${rule} ${quality}`),
    ([key, list]) => ({ key, first: list[0], many: list.length }),
  );
  return (
    <ul>
      {rules.map(({ key, first, many }) => (
        <li key={key}>
          <strong>{count(many, 'half-hour')}</strong> {first && <QualityMark quality={first.quality} />}{' '}
          {first?.says ?? 'nothing was ever worked out'} <span class="quiet">({first?.rule ?? 'no rule'})</span>
        </li>
      ))}
    </ul>
  );
}

function HalfHours({ explained }: { explained: Explained }) {
  return (
    <Table
      caption="Half-hours of the day"
      hideCaption
      csv={csvHref('/v1/consumption', {
        query: {
          by: 'meter',
          bucket: 'half_hour',
          meter: explained.meter,
          from: explained.date,
          to: addDays(explained.date, 1),
        },
      })}
      rows={explained.half_hours}
      rowKey={({ from }) => from}
      columns={[
        {
          heading: 'From',
          head: true,
          cell: ({ from }) => (
            <a href={hrefOf('/explain', { meter: explained.meter, at: from })}>{time(from).slice(-5)}</a>
          ),
          sort: ({ from }) => from,
        },
        { heading: 'Says', number: true, cell: (one) => amountOf(one), sort: (one) => one.energy_kwh ?? one.volume_m3 },
        {
          heading: 'Quality',
          cell: ({ quality }) => <QualityMark quality={quality} />,
          sort: ({ quality }) => quality,
        },
        { heading: 'Rule', cell: ({ rule }) => (rule === null ? 'none' : words(rule)), sort: ({ rule }) => rule },
      ]}
    />
  );
}

import { useMemo } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { type Line, TimeChart, type TimeMark } from '../../pieces/time-chart.tsx';
import { hrefOf, usePeriod } from '../../place.ts';
import { amount, count, day, words } from '../../say.ts';
import { useFresh } from './fresh.ts';
import { type CountedDay, daysOf, type HalfHour, missingSpans, qualityLines } from './quality-lines.ts';

type Meter = Answers['/v1/meters/:meter'];

/** Half-hours are asked for up to here; more would be a chart of lines on lines. */
const halfHourDays = 62;

/** What a meter counted, by half-hour, with what is measured, estimated and missing told apart. */
export function MeterUse({ meter }: { meter: Meter }) {
  const period = usePeriod('last-7-days');
  const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000;
  const again = useFresh(60, ({ name, data }) => name === 'half-hours' && data.meter === meter.id);
  const bucket = days <= halfHourDays ? 'half_hour' : 'day';
  const query = { by: 'meter', meter: meter.id, bucket, from: period.from, to: period.to };
  const asked = useAsked('/v1/consumption', { query, again });
  return (
    <Section
      title="What it counted"
      says="Measured, estimated and missing are three things: a gap is not low use."
      actions={<PeriodPicker usual="last-7-days" />}
    >
      <Loaded asked={asked} waiting="Reading its half-hours">
        {(data) =>
          data.figures.length === 0 ? (
            <Empty says="It counted nothing in this time: the meter was not valid, or the time is still ahead." />
          ) : (
            <Counted data={data} meter={meter} csv={csvHref('/v1/consumption', { query })} />
          )
        }
      </Loaded>
    </Section>
  );
}

type Consumption = Answers['/v1/consumption'];

function Counted({ data, meter, csv }: { data: Consumption; meter: Meter; csv: string }) {
  const isWater = meter.utility === 'water';
  const isReactive = meter.measures === 'reactive';
  const halfHours = useMemo(() => data.figures.map((row) => halfHourOf(row)), [data]);
  const days = useMemo(() => daysOf(halfHours), [halfHours]);
  const unit = isWater ? 'm³' : isReactive ? 'kvarh' : 'kWh';
  const known = halfHours.filter(({ amount: one }) => one !== null);
  const measured = halfHours.filter(({ quality }) => quality === 'measured').length;
  const isByDay = data.bucket === 'day';
  return (
    <>
      <Figures>
        <Figure
          label="Known in all"
          value={known.length === 0 ? null : known.reduce((sum, one) => sum + (one.amount ?? 0), 0)}
          unit={unit}
          provisional={data.figures.some(({ partial_because: reasons }) => reasons.includes('not-over'))}
          note={
            known.length < halfHours.length
              ? `without ${count(halfHours.length - known.length, isByDay ? 'day' : 'half-hour')} that are missing`
              : undefined
          }
        />
        {!isByDay && (
          <Figure
            label="Half-hours measured"
            value={measured}
            unit={`of ${halfHours.length}`}
            share={measured / halfHours.length}
          />
        )}
      </Figures>
      <Chart data={data} halfHours={halfHours} meter={meter} unit={unit} />
      <Days days={days} unit={unit} meter={meter.id} csv={csv} />
    </>
  );
}

function halfHourOf(row: Consumption['figures'][number]): HalfHour {
  const amount = row.energy_kwh ?? row.reactive_energy_kvarh;
  const isWhole = !row.partial_because.includes('missing');
  return {
    at: Date.parse(row.from) / 1000,
    to: Date.parse(row.to) / 1000,
    date: row.local_date,
    amount: row.quality === 'missing' || !isWhole ? null : row.utility === 'water' ? row.volume_m3 : amount,
    quality: row.quality ?? (isWhole ? (row.measured_share === 1 ? 'measured' : 'estimated') : 'missing'),
    rule: row.rule,
  };
}

/** A day that is not over is no point beside whole ones: it would look like low use. */
function isOpen(row: Consumption['figures'][number] | undefined): boolean {
  return row?.partial_because.includes('not-over') ?? false;
}

function Chart(shape: { data: Consumption; halfHours: readonly HalfHour[]; meter: Meter; unit: string }) {
  const { data, halfHours, meter, unit } = shape;
  const isByDay = data.bucket === 'day';
  const lines = useMemo(
    (): Line[] =>
      qualityLines(
        halfHours.filter((_, i) => !isOpen(data.figures[i])),
        isByDay ? 1 : 2,
      ),
    [halfHours],
  );
  const marks = useMemo(() => marksOf(halfHours, isByDay ? 'day' : 'half-hour'), [halfHours]);
  const rate = unit === 'm³' ? 'm³/h' : unit === 'kvarh' ? 'kvar' : 'kW';
  return (
    <TimeChart
      title={`${meter.name}, ${isByDay ? 'by day' : 'by half-hour'}`}
      unit={isByDay ? `${unit} a day` : rate}
      lines={lines}
      from={Date.parse(data.period.from) / 1000}
      to={Date.parse(data.period.to) / 1000}
      marks={marks}
    />
  );
}

/** So many spans can be read beside a chart. */
const shownSpans = 8;

function marksOf(halfHours: readonly HalfHour[], unit: 'day' | 'half-hour'): TimeMark[] {
  const spans = missingSpans(halfHours);
  return spans.slice(0, shownSpans).map(({ at, to, halfHours: many, rule }, i) => ({
    at,
    to,
    says:
      `${count(many, unit)} missing${rule === null ? '' : ` (${words(rule).toLowerCase()})`}` +
      (i === shownSpans - 1 && spans.length > shownSpans ? `; ${spans.length - shownSpans} more such times` : ''),
  }));
}

function Days({ days, unit, meter, csv }: { days: readonly CountedDay[]; unit: string; meter: string; csv: string }) {
  return (
    <details class="as-table">
      <summary>Day by day, each with its chain</summary>
      <Table
        caption="Day by day"
        hideCaption
        rows={days}
        rowKey={({ date }) => date}
        csv={csv}
        sortedBy="Day"
        columns={[
          { heading: 'Day', head: true, cell: ({ date }) => day(date), sort: ({ date }) => date },
          {
            heading: 'Known',
            number: true,
            cell: ({ amount: one }) => amount(one, unit),
            sort: ({ amount: one }) => one,
          },
          { heading: 'Measured', number: true, cell: ({ measured }) => measured, sort: ({ measured }) => measured },
          {
            heading: 'Estimated',
            number: true,
            cell: ({ estimated }) => estimated,
            sort: ({ estimated }) => estimated,
          },
          { heading: 'Missing', number: true, cell: ({ missing }) => missing, sort: ({ missing }) => missing },
          { heading: 'Chain', cell: ({ date }) => <a href={hrefOf('/explain', { meter, date })}>Explain</a> },
        ]}
      />
    </details>
  );
}

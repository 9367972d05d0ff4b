import { useMemo } from 'preact/hooks';
import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { type Line, type Point, TimeChart } from '../../pieces/time-chart.tsx';
import { addDays, type Period } from '../../place.ts';
import { count, words } from '../../say.ts';
import { unitOf } from './loads.ts';

type Consumption = Answers['/v1/consumption'];
type Row = Consumption['figures'][number];

/** Half-hours can be told apart up to here; more days are drawn as days. */
const halfHourDays = 8;

interface UseShape {
  readonly utility: string;
  /** One site; without it the whole estate. */
  readonly site?: string;
  readonly period: Period;
  /** Grows when half-hours were worked out. */
  readonly again?: unknown;
}

/** What was used of one utility, beside the week before: the first look for what runs that should not. */
export function UseChart({ utility, site, period, again }: UseShape) {
  const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000;
  const bucket = days <= halfHourDays ? 'half_hour' : 'day';
  // The same days of the week, the nearest that are wholly before.
  const back = 7 * Math.ceil(days / 7);
  const shared = { bucket, by: site === undefined ? 'utility' : 'site', site, utility } as const;
  const query = { ...shared, from: period.from, to: period.to };
  const before = { ...shared, from: addDays(period.from, -back), to: addDays(period.to, -back) };
  const asked = useAsked('/v1/consumption', { query, again });
  const earlier = useAsked('/v1/consumption', { query: before });
  return (
    <Loaded asked={asked} waiting="Reading what was used">
      {(now) => (
        <UseLines
          now={now}
          earlier={earlier.state === 'known' ? earlier.data : undefined}
          utility={utility}
          back={back}
          csv={csvHref('/v1/consumption', { query })}
        />
      )}
    </Loaded>
  );
}

interface LinesShape {
  readonly now: Consumption;
  readonly earlier: Consumption | undefined;
  readonly utility: string;
  readonly back: number;
  readonly csv: string;
}

function UseLines({ now, earlier, utility, back, csv }: LinesShape) {
  const isHalfHour = now.bucket === 'half_hour';
  const lines = useMemo((): Line[] => {
    const shift = earlier ? startOf(now) - startOf(earlier) : 0;
    return [
      { name: 'Used', points: pointsOf(now, 0, amountOf) },
      ...(earlier
        ? [
            {
              name: back === 7 ? 'The week before' : `${back} days before`,
              points: pointsOf(earlier, shift, amountOf),
              dashed: true,
            },
          ]
        : []),
      ...(now.figures.some((row) => partOf(row) !== null)
        ? [{ name: 'Known part of it', points: pointsOf(now, 0, partOf), dashed: true }]
        : []),
    ];
  }, [now, earlier]);
  const unit = isHalfHour ? unitOf(utility) : utility === 'water' ? 'm³ a day' : 'kWh a day';
  const gaps = now.figures.filter((row) => amountOf(row) === null && !row.partial_because.includes('not-over'));
  if (now.figures.length === 0)
    return <Empty says={`Nothing is known of ${words(utility).toLowerCase()} in this time.`} />;
  return (
    <>
      {gaps.length > 0 && (
        <div class="notice warn" data-state="partial">
          <p>
            <Mark kind="warn">{sayGaps(gaps.length, isHalfHour)} not known whole</Mark> A meter is missing in them: a
            gap is not low use.
          </p>
        </div>
      )}
      <TimeChart
        title={`${words(utility)}, ${isHalfHour ? 'by half-hour' : 'by day'}`}
        unit={unit}
        lines={lines}
        from={startOf(now)}
        to={Date.parse(now.period.to) / 1000}
        kind={isHalfHour ? 'line' : 'bars'}
      />
      <p class="table-foot">
        <a href={csv} download>
          Save as CSV<span class="hidden">: {words(utility)} used</span>
        </a>
      </p>
    </>
  );
}

function sayGaps(many: number, isHalfHour: boolean): string {
  return count(many, isHalfHour ? 'half-hour' : 'day');
}

function startOf({ period }: Consumption): number {
  return Date.parse(period.from) / 1000;
}

/** As a mean rate over half-hours, as an amount over days; a sum that lacks a meter is no point. */
function pointsOf({ figures, bucket }: Consumption, shift: number, of: (row: Row) => number | null): Point[] {
  const times = bucket === 'half_hour' ? 2 : 1;
  return figures.map((row) => {
    const amount = of(row);
    return [Date.parse(row.from) / 1000 + shift, amount === null ? null : amount * times];
  });
}

function amountOf(row: Row): number | null {
  return isInPart(row) ? null : knownOf(row);
}

function isInPart({ partial_because }: Row): boolean {
  // A day that is not over is a part as well: beside whole days it would look like low use.
  return partial_because.includes('missing') || partial_because.includes('not-over');
}

/** What is known of it, the whole or a part. */
function knownOf(row: Row): number | null {
  return row.utility === 'water' ? row.volume_m3 : row.energy_kwh;
}

/** The known part of what is not known whole, where there is one. */
function partOf(row: Row): number | null {
  return isInPart(row) ? knownOf(row) : null;
}

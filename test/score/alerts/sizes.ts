import type { Clock } from '../../../domain/alerts/clock.ts';
import { type DetectableSize, detectableSize } from '../../../domain/alerts/detectable.ts';
import type { SubjectOf } from '../../../domain/alerts/detect.ts';
import { type AlertKind, alertKindNames } from '../../../domain/alerts/kinds.ts';
import type { LearningLook } from '../../../domain/alerts/look.ts';
import { ruleFor } from '../../../domain/alerts/rules.ts';
import { balanceOf, capacityOf, columnOf, reactiveOf, type SiteColumns } from '../../../domain/alerts/site-columns.ts';
import type { Watched, WatchedMeter } from '../../../domain/alerts/watched.ts';
import { type EpochSeconds, halfHourSeconds } from '../../../domain/time.ts';

/**
 * The sizes that were stated of a meter when a cause began: of what was known until then, which later learning never
 * changes. Those of balances, panels, pumps and supplies are of the meter at the top.
 */
export function statedSizes(
  columns: SiteColumns,
  { watched, clock }: Pick<LearningLook, 'watched' | 'clock'>,
  meter: string,
  at: EpochSeconds,
): DetectableSize[] {
  const count = (at - clock.from) / halfHourSeconds;
  const then: Then = {
    clock: clockUntil(clock, count),
    columns: {
      ...columns,
      count,
      columns: new Map([...columns.columns].map(([id, one]) => [id, one.subarray(0, count)])),
    },
    use: (id) => useUntil(watched.get(id) as Watched, count),
  };
  const own = watched.get(meter);
  return [...(own ? ownSizes(then.use(meter)) : []), ...pairsOf(then, meter)];
}

/** Kinds that look at more than the half-hours of one meter. */
const ofPairs: readonly AlertKind[] = [
  'heating_and_cooling',
  'peak_capacity',
  'power_factor',
  'pv_not_producing',
  'heat_pump_performance',
  'unexplained_main',
];

/** What each of the other kinds would find at a meter, the smallest first; those it cannot be said of last. */
function ownSizes(watched: Watched): DetectableSize[] {
  return alertKindNames
    .filter((kind) => !ofPairs.includes(kind))
    .flatMap((kind): DetectableSize[] => {
      const { enabled, parameters } = ruleFor(kind, watched.meter, []);
      const size = enabled ? detectableSize(kind, watched as SubjectOf<AlertKind>, parameters) : undefined;
      return size ? [size] : [];
    })
    .toSorted((a, b) => (Number.isNaN(a.rate) ? 1 : Number.isNaN(b.rate) ? -1 : a.rate - b.rate));
}

interface Then {
  readonly clock: Clock;
  readonly columns: SiteColumns;
  readonly use: (meter: string) => Watched;
}

function pairsOf({ clock, columns, use }: Then, id: string): DetectableSize[] {
  const { balances, panels, heatPumps, comforts, points } = columns.subjects;
  const size = <K extends AlertKind>(kind: K, meter: WatchedMeter, subject: SubjectOf<K> | undefined) =>
    (subject && detectableSize(kind, subject, ruleFor(kind, meter, []).parameters)) ?? [];
  return [
    ...balances
      .filter(({ main }) => main === id)
      .flatMap((one) => size('unexplained_main', use(id).meter, balanceOf(columns, one, use(id)))),
    ...panels
      .filter(({ meter }) => meter.id === id)
      .flatMap(({ meter, yardstick }) => {
        const sister = yardstick === undefined ? undefined : columnOf(columns, yardstick);
        return size('pv_not_producing', meter, { meter, clock, made: columnOf(columns, id), yardstick: sister });
      }),
    ...heatPumps
      .filter(({ electricity }) => electricity === id)
      .flatMap(({ heat }) => {
        const pump = { electricity: use(id), heatMeter: use(heat).meter, heat: columnOf(columns, heat) };
        return size('heat_pump_performance', use(id).meter, pump);
      }),
    ...comforts
      .filter(({ heating }) => heating === id)
      .flatMap(({ heating, cooling }) =>
        size('heating_and_cooling', use(id).meter, { heating: use(heating), cooling: use(cooling) }),
      ),
    ...points
      .filter(({ meter, drawn }) => meter.id === id || drawn.includes(id))
      .flatMap((point) => [
        ...[size('peak_capacity', point.meter, capacityOf(columns, point, clock))].flat(),
        ...[size('power_factor', point.meter, reactiveOf(columns, point, clock))].flat(),
      ]),
  ];
}

function useUntil(watched: Watched, count: number): Watched {
  const { use, away, expected } = watched;
  return {
    ...watched,
    clock: clockUntil(watched.clock, count),
    use: use.subarray(0, count),
    away: away?.subarray(0, count),
    expected: {
      level: expected.level.subarray(0, count),
      spread: expected.spread.subarray(0, count),
      leftOut: expected.leftOut.subarray(0, count),
    },
  };
}

function clockUntil(clock: Clock, count: number): Clock {
  const days = clock.days.filter(({ first }) => first < count);
  return {
    ...clock,
    count,
    slot: clock.slot.subarray(0, count),
    day: clock.day.subarray(0, count),
    days: days.map((day) => ({ ...day, count: Math.min(day.count, count - day.first) })),
  };
}

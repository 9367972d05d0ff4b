import type { ShownPoint } from '../domain/series.ts';
import {
  capacityPoint,
  CostProfile,
  costPoints,
  noticePoint,
  type OnceCharged,
  type PointTags,
  soFarPoint,
} from '../domain/shown/cost-points.ts';
import {
  addMonths,
  boundariesOf,
  bucketsIn,
  dateOf,
  type EpochSeconds,
  type LocalDate,
  monthOf,
  startOfDay,
} from '../domain/time.ts';

/** What was ever published of a supply point under its tags: a point is written over by whoever knows of it. */
export interface Published extends OnceCharged {
  readonly tags: PointTags;
  /** Its dates as `notice 2026-12-31`. */
  readonly notices: readonly string[];
  /** The first month. */
  readonly first: LocalDate;
}

/** What it is remembered by. Another site or organisation of a supply point is other points. */
export function publishedAs({ supply_point: point, site, organisation, utility }: PointTags): string {
  return `${point} ${site} ${organisation} ${utility}`;
}

/** With what was published now. */
export function withPoints(was: Published, month: LocalDate, points: readonly ShownPoint[]): Published {
  const components = new Set(was.components);
  const bands = new Set(was.bands);
  const notices = new Set(was.notices);
  for (const point of points) {
    if (point.series === 'month_cost_component' || point.series === 'day_cost_component') {
      components.add(point.tags.component);
    }
    if (point.series === 'month_cost_band') bands.add(`${point.tags.component} ${point.tags.band}`);
    if (point.series === 'notice_due') notices.add(`${point.tags.about} ${dateOf(point.at)}`);
  }
  const first = month < was.first ? month : was.first;
  return { tags: was.tags, components: [...components], bands: [...bands], notices: [...notices], first };
}

/** Every point that was published, without its numbers and reasons; a month at a time. */
export function* withdrawnPoints(was: Published, now: EpochSeconds): Generator<readonly ShownPoint[]> {
  const { tags, notices, first } = was;
  const none = { because: '' };
  // On the first of a month, what is told so far is of the month before.
  for (let month = monthOf(dateOf(now)); month >= addMonths(first, -1); month = addMonths(month, -1)) {
    const period = { from: startOfDay(month), to: startOfDay(addMonths(month, 1)), because: [] };
    const days = bucketsIn(period, 'day').map((day) => ({ ...day, because: [] }));
    yield [
      ...days.flatMap((day) => costPoints('day', tags, day, none, was)),
      ...costPoints('month', tags, period, none, was),
      ...new CostProfile().points(tags, period.from),
      capacityPoint(tags, period, {}, true),
      soFarPoint(tags, 'month', period.from, {}),
    ];
  }
  const years = boundariesOf({ from: startOfDay(addMonths(first, -12)), to: now }, 'financial_year').slice(1, -1);
  yield years.map((from) => soFarPoint(tags, 'financial_year', from, {}));
  yield notices.map((name) => {
    const [about = '', date = ''] = name.split(' ');
    return noticePoint(tags, about, startOfDay(date), undefined);
  });
}

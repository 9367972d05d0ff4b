import { describe, expect, test } from 'vitest';
import { detect } from '../../../domain/alerts/detect.ts';
import { type DetectableSize, detectableSize } from '../../../domain/alerts/detectable.ts';
import { type AlertKind, alertKindNames, defaultParameters } from '../../../domain/alerts/kinds.ts';
import { learningLook } from '../../../domain/alerts/look.ts';
import type { SiteSubjects } from '../../../domain/alerts/subjects.ts';
import type { Watched } from '../../../domain/alerts/watched.ts';
import { halfHourSeconds } from '../../../domain/time.ts';
import { type Plant, plants } from './injected.ts';

/**
 * What is said to be the smallest change that is found, put to the proof: a little more is put into the half-hours of
 * some days and hours, for as long as is said, and found; half of it is not.
 */
const starts = 4;
const alittleMore = 1.1;
const clearlyLess = 0.5;

/** By which half-hour of the clock a change begins, where it does not begin with its day. */
const beginsAt: Partial<Record<AlertKind, readonly number[]>> = {
  always_above: [18, 20, 23, 26],
  burst: [3, 14, 22, 31],
  // Before the busy hours are over, and in the middle of the night.
  left_on: [36, 36, 37, 36],
  out_of_hours: [45, 46, 2, 3],
};

function placesOf({ clock }: Plant, kind: AlertKind, { hours }: DetectableSize, subject: unknown): number[] {
  const lasts = Math.ceil(hours / 24);
  const warm = (subject as Partial<Watched>).weather?.mean;
  const isLike = (d: number): boolean => {
    const days = clock.days.slice(d, d + lasts);
    // At weekends the same hours are others.
    if (kind === 'left_on' || kind === 'always_above') return days.every(({ type }) => type === 'working');
    return kind !== 'summer_heating' || days.every((_, k) => (warm?.[d + k] ?? 0) >= 17);
  };
  const last = clock.days.length - lasts - 1;
  const found: number[] = [];
  for (let d = last; d > 0 && found.length < starts; d--) {
    if (isLike(d)) found.push((clock.days[d]?.first ?? 0) + (beginsAt[kind]?.[found.length] ?? 0));
  }
  return found;
}

const made = new Map(Object.entries(plants).map(([name, make]) => [name, make()]));

describe.each([...made])('the smallest change that is found at %s', (_, plant) => {
  const { clock, kinds } = plant;

  test.each(kinds)('by %s', (kind) => {
    const rule = defaultParameters(kind) as never;
    const before = plant.with() as never;
    const size = detectableSize(kind, before, rule);
    if (!size) throw new Error(`${kind} says no size`);
    expect(size.rate).toBeGreaterThan(0);
    expect(detect(kind, before, rule)).toEqual([]);
    const places = placesOf(plant, kind, size, before);
    expect(places).toHaveLength(starts);
    const foundAt = (part: number): number =>
      places.filter((first) => {
        // Plant that is left on was on before.
        const end = first + 2 * size.hours + (kind === 'left_on' ? 38 - (first % 48) : 0);
        const subject = plant.with({ first, end, each: (part * size.rate) / 2 }) as never;
        return detect(kind, subject, rule).some(
          ({ to, raised }) => to > clock.from + first * halfHourSeconds && raised <= clock.from + end * halfHourSeconds,
        );
      }).length;
    expect({ more: foundAt(alittleMore) >= starts - 1, less: foundAt(clearlyLess) }).toEqual({ more: true, less: 0 });
  });
});

test('every kind but a failure says a size, and is put to the proof', () => {
  const proven = new Set([...made.values()].flatMap(({ kinds }) => kinds));
  expect(alertKindNames.filter((kind) => !proven.has(kind))).toEqual(['supply_lost']);
});

test('a meter says the sizes of the kinds that are looked for there, the smallest first', () => {
  const watched = made.get('an office')?.with() as Watched;
  const { meter, clock, use, resolution } = watched;
  const terms = [{ meter: meter.id, times: 1 as const }];
  const subjects: SiteSubjects = {
    site: meter.site,
    openingHours: undefined,
    temperatures: [],
    uses: [{ meter, terms, resolution }],
    balances: [],
    panels: [],
    heatPumps: [],
    comforts: [],
    points: [],
    tree: [{ meter: meter.id, utility: meter.utility, parent: undefined }],
  };
  const columns = { subjects, from: clock.from, count: clock.count, columns: new Map([[meter.id, use]]) };
  const sizes = learningLook({ columns: { ...columns, worth: new Map() }, rules: [] }).meters[0]?.sizes ?? [];
  expect(sizes.map(({ kind }) => kind)).toEqual([
    'night_base',
    'step',
    'never_below',
    'left_on',
    'out_of_hours',
    'always_above',
    'drift',
  ]);
  expect(sizes[0]?.perWeek).toBeCloseTo(168 * (sizes[0]?.rate ?? 0), 6);
  // Of four months nothing can be said that takes half a year to learn.
  expect(sizes.at(-1)?.rate).toBeNaN();
});

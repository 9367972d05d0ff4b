import { describe, expect, test } from 'vitest';
import { detect } from '../../../domain/alerts/detect.ts';
import { detectableSizes } from '../../../domain/alerts/detectable.ts';
import type { AlertKind } from '../../../domain/alerts/kinds.ts';
import { ruleFor } from '../../../domain/alerts/rules.ts';
import { watch, type WatchedMeter } from '../../../domain/alerts/watched.ts';
import { halfHoursOf, seriesSchema, temperatures, windowOf } from './notation.ts';

const clock = windowOf('2026-01-05', 120);
const outdoors = temperatures(clock);
const begins = clock.days[95]?.first ?? 0;

const sites: Record<string, { readonly meter: Partial<WatchedMeter>; readonly series: object }> = {
  'an office': { meter: { siteType: 'office' }, series: { working: '10 | 07:00 40 | 19:00 10', weekend: '10' } },
  'a hospital': {
    meter: { siteType: 'acute_hospital' },
    series: { working: '200 | 06:30 320 | 21:00 200', noise: 0.03, day_noise: 0.02 },
  },
  'water of a hospital': {
    meter: { siteType: 'acute_hospital', utility: 'water' },
    series: { utility: 'water', working: '0.8 | 06:00 3 | 22:00 0.8', noise: 0.1, day_noise: 0.05 },
  },
  'water of a surgery': {
    meter: { siteType: 'gp_practice', utility: 'water' },
    series: { utility: 'water', working: '0.002 | 07:00 0.12 | 18:30 0.002', weekend: '0.002', noise: 0.2 },
  },
};

function watched(name: string, excess: number) {
  const { meter, series } = sites[name] ?? { meter: {}, series: {} };
  const use = halfHoursOf(seriesSchema.parse(series), clock, outdoors, name);
  for (let i = begins; i < clock.count; i++) use[i] = (use[i] as number) + excess / 2;
  const whole = {
    id: 'm',
    name: 'M',
    site: 's',
    utility: 'electricity',
    role: 'main',
    siteType: 'office',
    ...meter,
  } as const;
  return watch({ meter: whole, clock, use, resolution: 0 });
}

describe.each(Object.keys(sites))('the smallest excess that is found at %s', (name) => {
  const kinds: readonly AlertKind[] = ['night_base', 'step', 'night_flow'];
  const before = watched(name, 0);
  const rules = kinds.map((kind) => ruleFor(kind, before.meter, []));
  const sizes = detectableSizes(before, rules);

  test('is said of every kind that is looked for', () => {
    expect(sizes.map(({ kind }) => kind).toSorted()).toEqual(
      rules.flatMap(({ kind, enabled }) => (enabled ? [kind] : [])).toSorted(),
    );
    expect(sizes.every(({ rate, perWeek }) => rate > 0 && Math.abs(perWeek - 168 * rate) < 1e-9)).toBe(true);
  });

  test('is found somewhat above it and not well below it', () => {
    for (const { kind, rate } of sizes) {
      const found = (excess: number): number => {
        const rule = rules.find((one) => one.kind === kind)?.parameters;
        return detect(kind, watched(name, excess) as never, rule as never).filter(
          ({ to }) => to > clock.from + begins * 1800,
        ).length;
      };
      expect({ kind, above: found(1.35 * rate) > 0, below: found(0.5 * rate) > 0 }).toEqual({
        kind,
        above: true,
        below: false,
      });
    }
  });
});

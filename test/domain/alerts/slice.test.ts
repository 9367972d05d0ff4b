import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../domain/alerts/finding.ts';
import { learningLook } from '../../../domain/alerts/look.ts';
import { learningWindow } from '../../../domain/alerts/look-window.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import { fastKinds, SiteSlice } from '../../../domain/alerts/slice.ts';
import type { SiteSubjects, UseSubject } from '../../../domain/alerts/subjects.ts';
import type { WatchedMeter } from '../../../domain/alerts/watched.ts';
import { addDays, dateOf, daySeconds, daysBetween, halfHourSeconds, startOfDay } from '../../../domain/time.ts';

/** An office with a main, a sub-meter and water, of which nothing follows the weather. */
const meter = (id: string, change: Pick<WatchedMeter, 'utility'> & Partial<WatchedMeter>): UseSubject => ({
  meter: { id, name: id, site: 'office', siteType: 'office', role: 'main', ...change },
  terms: [{ meter: id, times: 1 }],
  resolution: 0.01,
});
const subjects: SiteSubjects = {
  site: 'office',
  openingHours: undefined,
  temperatures: [],
  uses: [
    meter('power', { utility: 'electricity' }),
    meter('plant', { utility: 'electricity', role: 'sub', parent: 'power' }),
    meter('water', { utility: 'water' }),
  ],
  balances: [],
  panels: [],
  heatPumps: [],
  comforts: [],
  points: [
    {
      meter: meter('power', { utility: 'electricity' }).meter,
      drawn: [],
      given: [],
      agreed: [{ from: '2020-01-01', value: 62 }],
      powerFactor: { least: 0.95, most: 0.95 },
    },
  ],
  tree: [
    { meter: 'power', utility: 'electricity', parent: undefined },
    { meter: 'plant', utility: 'electricity', parent: 'power' },
    { meter: 'water', utility: 'water', parent: undefined },
  ],
};

interface Happening {
  readonly meter: number;
  /** Days before the end of the whole, and for how many half-hours. */
  readonly before: number;
  readonly halfHours: number;
  readonly what: 'more' | 'nothing' | 'unknown' | 'much';
}

const days = 126;
const first = startOfDay('2026-02-02');
const end = startOfDay(addDays('2026-02-02', days));

/** What passes in a half-hour: by day and night, working days and others, wavering. */
function usual(at: number, which: number): number {
  const halfHour = Math.round((at - first) / halfHourSeconds);
  const [hour, day] = [(halfHour % 48) / 2, Math.floor(halfHour / 48)];
  const busy = hour >= 8 && hour < 18 && day % 7 < 5 ? 1 : 0;
  const waver = Math.sin(halfHour * 12.9898 + which * 78.233) * 0.05 + 1;
  return ([6 + 18 * busy, 2 + 8 * busy, busy * 0.4][which] as number) * waver;
}

function columnsOf(happenings: readonly Happening[]): Map<string, Float64Array> {
  return new Map(
    subjects.uses.map(({ meter: { id } }, which) => {
      const column = Float64Array.from({ length: days * 48 }, (_, i) => usual(first + i * halfHourSeconds, which));
      for (const { meter: of, before, halfHours, what } of happenings) {
        if (of !== which) continue;
        const from = Math.max(0, Math.round(column.length - before * 48));
        for (let i = from; i < Math.min(column.length, from + halfHours); i++) {
          const one = column[i] as number;
          const size = what === 'much' ? 40 : which === 2 ? 0.3 : 7;
          column[i] = what === 'more' || what === 'much' ? one + size : what === 'nothing' ? 0 : Number.NaN;
        }
      }
      return [id, column];
    }),
  );
}

/** The columns of a window as far as they were known at an instant; `late` half-hours only from the end on. */
function knownAt(all: ReadonlyMap<string, Float64Array>, until: number): SiteColumns {
  const to = startOfDay(addDays(dateOf(until), 2));
  const count = (to - first) / halfHourSeconds;
  const known = (until - first) / halfHourSeconds;
  const columns = new Map(
    Array.from(all, ([id, column]): [string, Float64Array] => {
      const part = new Float64Array(count).fill(Number.NaN);
      part.set(column.subarray(0, known));
      return [id, part];
    }),
  );
  return { subjects, from: first, count, columns, worth: new Map() };
}

const told = (findings: readonly Finding[]) =>
  findings
    .filter(({ kind, to }) => (fastKinds as readonly string[]).includes(kind) && to > end - 6 * daySeconds)
    .map(({ kind, subject, from, to, open, raised, excess }) => ({
      what: `${kind} ${subject} ${from} ${to} ${open} ${raised}`,
      excess: Math.round(1000 * excess.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0)),
    }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));

describe('looks of every half-hour', () => {
  const happenings = array(
    record({
      meter: integer({ min: 0, max: 2 }),
      before: integer({ min: 1, max: 100 * 48 }).map((halfHours) => halfHours / 48),
      halfHours: integer({ min: 1, max: 4000 }),
      what: constantFrom('more', 'nothing', 'unknown', 'much'),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('find at each instant what a learning look over everything finds', () => {
    let seen = 0;
    assert(
      property(
        happenings,
        record({
          // Hours after midnight of the last day at which it was learned.
          learned: integer({ min: 0, max: 16 }),
          // Half-hours that are looked at one after the other, and the one after which the house starts again.
          looks: integer({ min: 1, max: 8 }),
          restart: integer({ min: 1, max: 12 }),
          // Half-hours that are not there yet when it is learned, and come with the last look.
          late: integer({ min: 0, max: 40 }),
        }),
        (list, { learned, looks, restart, late }) => {
          const all = columnsOf(list);
          const start = end - daySeconds + learned * 3600;
          const lateFrom = Math.max(end - daySeconds, start - late * halfHourSeconds);
          const learn = (until: number): SiteSlice => {
            const columns = knownAt(all, until);
            const [from, to] = [(lateFrom - first) / halfHourSeconds, (start - first) / halfHourSeconds];
            for (const column of columns.columns.values()) column.fill(Number.NaN, from, to);
            return new SiteSlice({ columns, look: learningLook({ columns, rules: [] }), rules: [], until });
          };
          const take = (slice: SiteSlice, from: number, to: number): void => {
            for (const [id, column] of all) {
              slice.take(id, from, column.slice((from - first) / halfHourSeconds, (to - first) / halfHourSeconds));
            }
          };
          let slice = learn(start);
          let now = start;
          for (let n = 1; n <= looks; n++, now += halfHourSeconds) {
            if (n === restart) slice = learn(now);
            take(slice, now, now + halfHourSeconds);
            slice.look();
          }
          take(slice, lateFrom, start);
          const found = told(slice.look().findings);
          const whole = learningLook({ columns: knownAt(all, now), rules: [] });
          expect(found).toEqual(told(whole.findings));
          seen += found.length;
        },
      ),
      { numRuns: 10, seed: 11 },
    );
    expect(seen).toBeGreaterThan(5);
  });
});

describe('the window of a learning look', () => {
  it('begins on one of the days four weeks apart, a year and more before, and ends with tomorrow', () => {
    const windows = Array.from({ length: 60 }, (_, d) => learningWindow(startOfDay(addDays('2026-03-01', d)) + 18_000));
    expect(new Set(windows.map(({ from }) => from)).size).toBeLessThanOrEqual(4);
    for (const [d, { from, to }] of windows.entries()) {
      expect(daysBetween('2001-01-01', dateOf(from)) % 28).toBe(0);
      const before = daysBetween(dateOf(from), addDays('2026-03-01', d));
      expect(before).toBeGreaterThanOrEqual(463);
      expect(before).toBeLessThan(463 + 28);
      expect(to).toBe(startOfDay(addDays('2026-03-01', d + 2)));
    }
  });
});

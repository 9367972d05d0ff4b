import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Alert, alertOf } from '../../../domain/alerts/life.ts';
import { mergeSeen } from '../../../domain/alerts/life-merge.ts';
import { lastKnown, learningLook } from '../../../domain/alerts/look.ts';
import { learningWindow, toldDays } from '../../../domain/alerts/look-window.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import type { SiteSubjects } from '../../../domain/alerts/subjects.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, startOfDay, wallClock } from '../../../domain/time.ts';
import { statedPrices } from '../../../simulators/true-causes.ts';

/**
 * The alerts of a real school (test/score/paulton/SOURCE.md): its half-hours as they came, week by week, with the
 * months before each that the product looks at and nothing of what came later; an alert lives on from week to week as
 * in the product, and nobody closes any.
 */
export function alertsOfPaulton(): readonly Alert[] {
  const school = readSchool();
  const alerts = new Map<string, Alert>();
  for (let now = school.from + firstLook; now <= school.to; now += 7 * daySeconds) {
    const from = Math.max(school.from, learningWindow(now).from);
    const since = now - toldDays * daySeconds;
    const columns = school.between(from, now);
    const abnormal = [...alerts.values()].map(({ seen: { meters, from: first, to } }) => ({ meters, from: first, to }));
    const { clock, seen: all, watched } = learningLook({ columns, rules: [], abnormal });
    const seen = all.filter(({ open, to }) => open || to >= since);
    const knownUntil = (meter: string): EpochSeconds => lastKnown(clock, watched.get(meter)?.use ?? unknown) ?? from;
    const merged = mergeSeen({ alerts: [...alerts.values()], seen, now, window: { from: since }, knownUntil });
    for (const event of merged.opened) {
      const id = `${alerts.size + 1}`;
      alerts.set(id, alertOf(id, [event]));
    }
    const changed = [...merged.known, ...merged.gone.map((one) => ({ ...one, seen: undefined }))];
    for (const { id, events, seen: now } of changed) {
      const alert = alerts.get(id) as Alert;
      alerts.set(id, alertOf(id, [...alert.events, ...events], now ?? alert.seen));
    }
  }
  return [...alerts.values()];
}

const unknown = new Float64Array();
const firstLook = 91 * daySeconds;

const subjects: SiteSubjects = {
  site: 'school',
  openingHours: undefined,
  temperatures: ['bath'],
  uses: (['electricity', 'gas'] as const).map((utility) => ({
    meter: { id: utility, name: utility, site: 'school', utility, role: 'main', siteType: 'other' },
    terms: [{ meter: utility, times: 1 }],
    resolution: 0,
  })),
  balances: [],
  panels: [],
  heatPumps: [],
  comforts: [],
  points: [],
  tree: (['electricity', 'gas'] as const).map((utility) => ({ meter: utility, utility, parent: undefined })),
};

function readSchool() {
  const folder = join(import.meta.dirname, '../paulton');
  const [electricity, gas, temperature] = ['electricity', 'gas', 'temperatures'].map((name) =>
    readDays(join(folder, `${name}-by-half-hour.csv`)),
  ) as [Days, Days, Days];
  const [from, to] = [startOfDay('2013-09-01'), startOfDay('2018-06-04')];
  return {
    from,
    to,
    between: (first: EpochSeconds, end: EpochSeconds): SiteColumns => ({
      subjects,
      from: first,
      count: (end - first) / halfHourSeconds,
      columns: new Map([
        ['electricity', columnOf(electricity, first, end)],
        ['gas', columnOf(gas, first, end)],
      ]),
      temperature: columnOf(temperature, first, end),
      worth: new Map([
        ['electricity', { price: statedPrices.electricity }],
        ['gas', { price: statedPrices.fuel }],
      ]),
    }),
  };
}

type Days = ReadonlyMap<string, readonly number[]>;

function readDays(file: string): Days {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [date = '', ...values] = line.split(',');
      return [date, values.map((value) => (value === '' ? Number.NaN : Number(value)))];
    }),
  );
}

/** By the clock on the wall; the hour that comes twice in autumn is not known, as it was told once. */
function columnOf(days: Days, from: EpochSeconds, to: EpochSeconds): Float64Array {
  return Float64Array.from({ length: (to - from) / halfHourSeconds }, (_, i) => {
    const at = from + i * halfHourSeconds;
    const { date, minuteOfDay } = wallClock(at);
    const twice = [-2, 2].some((k) => {
      const other = wallClock(at + k * halfHourSeconds);
      return other.date === date && other.minuteOfDay === minuteOfDay;
    });
    return twice ? Number.NaN : (days.get(date)?.[minuteOfDay / 30] ?? Number.NaN);
  });
}

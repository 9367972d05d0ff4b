import { expect, test } from 'vitest';
import { addDays, boundariesOf, dayPeriod, startOfDay } from '../../../domain/time.ts';
import type { ReadingStore, SiteDayFigure, SiteNow } from '../../../store/reading-store.ts';
import { always, day, noon } from './samples.ts';

export function dayTests(store: () => ReadingStore): void {
  const dates = Array.from({ length: 40 }, (_, i) => addDays('2026-03-10', i));

  test('what is written is read; a missing factor is never 0', async () => {
    const days = [
      day('day-a', startOfDay('2026-03-28')),
      day('day-a', startOfDay('2026-03-29'), { emissionsLocation: undefined }),
      day('day-a', startOfDay('2026-03-30'), { emissionsLocation: 0, energy: 0 }),
    ];
    const { site, utility, energy, volume, measuredShare, emissionsLocation } = day('x', 0);
    const sites: SiteDayFigure[] = days.map((one) => ({
      site,
      utility,
      day: one.day,
      energy,
      volume,
      measuredShare,
      emissionsLocation,
      area: undefined,
    }));
    await store().writeDays(days, sites);
    await store().writeDays(days, sites);
    await store().writeDays([], []);
    expect(await store().days(['day-a'], always)).toEqual(days);
    expect(await store().days(['day-a'], dayPeriod('2026-03-29'))).toEqual(days.slice(1, 2));
    expect(await store().days(['day-none'], always)).toEqual([]);
  });

  test('sums of days equal a second method, across the clock change', async () => {
    const days = dates.map((date, i) => day('day-sum', startOfDay(date), { energy: i, measuredEnergy: i / 2 }));
    await store().writeDays(days, []);
    await store().writeDays([day('day-sum', startOfDay('2026-03-12'), { energy: 100, measuredEnergy: 50 })], []);
    const period = { from: startOfDay('2026-03-10'), to: startOfDay('2026-05-01') };
    const months = [...(await store().sumDays(['day-sum', 'day-none'], boundariesOf(period, 'month')))];
    const inMarch = dates.filter((date) => date < '2026-04-01').length;
    const march = dates.slice(0, inMarch).reduce((total, _, i) => total + i, 0) - 2 + 100;
    const april = dates.slice(inMarch).reduce((total, _, i) => total + inMarch + i, 0);
    expect(months.map((sum) => [sum.bucket, sum.energy, sum.measuredEnergy])).toEqual([
      [0, march, march / 2],
      [1, april, april / 2],
    ]);
    expect(months[0]).toMatchObject({ measuredHalfHours: 46 * inMarch, missingHalfHours: inMarch });
    const single = [...(await store().sumDays(['day-sum'], boundariesOf(period, 'day')))];
    expect(single.length).toBe(40);
    expect(single[2]).toMatchObject({ bucket: 2, energy: 100, estimatedHalfHours: 1, volume: 12 });
  });
}

export function nowTests(store: () => ReadingStore): void {
  test('minutes are kept with what is not known, and rewritten', async () => {
    const minute = (site: string, i: number, other: Partial<SiteNow> = {}): SiteNow => {
      const known = { rate: 120.5 + i, usual: 110, heardMeters: 5, silentMeters: 0 };
      return { site, utility: 'electricity', at: noon + i * 60, ...known, ...other };
    };
    const rows = [
      minute('now-a', 0),
      minute('now-a', 1, { rate: undefined, silentMeters: 1 }),
      minute('now-a', 2, { rate: 0, usual: undefined }),
      minute('now-a', 3, { utility: 'water', rate: 0.25 }),
    ];
    await store().writeNow(rows.map((row) => ({ ...row, heardMeters: 9 })));
    await store().writeNow([...rows, minute('now-b', 0)]);
    await store().writeNow([]);
    expect(await store().now(['now-a'], always)).toEqual(rows);
    expect(await store().now(['now-a', 'now-b'], { from: noon, to: noon + 60 })).toHaveLength(2);
    expect(await store().now(['now-none'], always)).toEqual([]);
    expect(await store().now([], always)).toEqual([]);
    await expect(store().writeNow([minute('now-a', 0, { rate: Number.NaN })])).rejects.toThrow(/refused-by-store/);
  });
}

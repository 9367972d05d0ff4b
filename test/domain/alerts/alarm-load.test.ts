import { describe, expect, test } from 'vitest';
import { alarmLoad, type ToldNotice } from '../../../domain/alerts/alarm-load.ts';
import { alertOf } from '../../../domain/alerts/life.ts';
import { leak, monday } from './an-alert.ts';

const day = 86_400;
const period = { from: monday, to: monday + 7 * day };
const told = (at: number, more: Partial<ToldNotice> = {}): ToldNotice => ({
  channel: 'mail',
  recipient: 'ada@trust.example',
  at: monday + at,
  severity: 3,
  ...more,
});
const alert = (severity: 1 | 2 | 3, ...events: Parameters<typeof alertOf>[1]) =>
  alertOf('a-1', [{ event: 'opened', at: monday, seen: { ...leak, severity } }, ...events]);
const over = (at: number) => ({ event: 'ended' as const, at: monday + at, why: 'over' });

describe('the load of alarms', () => {
  test('is counted by recipient and London day, with floods of more than ten in ten minutes', () => {
    const flood = Array.from({ length: 11 }, (_, i) => told(3600 + i * 50));
    const { days, floodShare } = alarmLoad(
      period,
      [told(60, { severity: 1 }), told(5 * 3600), ...flood, told(60, { recipient: 'ben@trust.example' }), told(day)],
      [],
    );
    expect(days).toEqual([
      {
        date: '2026-03-16',
        channel: 'mail',
        recipient: 'ada@trust.example',
        notices: 13,
        severity1: 1,
        mostInTenMinutes: 11,
        floods: 1,
      },
      {
        date: '2026-03-16',
        channel: 'mail',
        recipient: 'ben@trust.example',
        notices: 1,
        severity1: 0,
        mostInTenMinutes: 1,
        floods: 0,
      },
      {
        date: '2026-03-17',
        channel: 'mail',
        recipient: 'ada@trust.example',
        notices: 1,
        severity1: 0,
        mostInTenMinutes: 1,
        floods: 0,
      },
    ]);
    // One stretch of the 2 × 1,008 that two recipients have in a week.
    expect(floodShare).toBeCloseTo(1 / 2016, 10);
  });

  test('ten in ten minutes are no flood', () => {
    const ten = Array.from({ length: 10 }, (_, i) => told(i * 50));
    expect(alarmLoad(period, ten, []).days).toMatchObject([{ mostInTenMinutes: 10, floods: 0 }]);
  });

  test('of nobody has no share, which is not 0', () => {
    expect(alarmLoad(period, [], [])).toMatchObject({ days: [], floodShare: null, judged: 0 });
  });

  test('counts what was raised, and what was a nuisance: none, or over before anybody could look', () => {
    const who = 'Ada';
    const load = alarmLoad(
      period,
      [],
      [
        alert(1),
        alert(2, { event: 'acknowledged', at: monday + 60, who }),
        alert(3, over(3600)),
        alert(3, over(3 * 3600)),
        alert(3, { event: 'acknowledged', at: monday + 60, who }, over(3600)),
        alert(3, { event: 'closed', at: monday + 60, who, as: 'none', why: 'a test' }),
        alert(3, { event: 'closed', at: monday + 60, who, as: 'usual', why: 'the new kitchen' }),
        alertOf('a-3', [{ event: 'opened', at: monday, seen: { ...leak, severity: 3, open: false } }, over(1800)]),
        alertOf('a-2', [{ event: 'opened', at: monday - day, seen: leak }]),
      ],
    );
    expect(load).toMatchObject({ raised: { 1: 1, 2: 1, 3: 6, digest: 0 }, judged: 6, nuisances: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import { clockOf } from '../../../domain/alerts/clock.ts';
import { daysAfter } from '../../../domain/alerts/days-after.ts';
import type { Alert, Seen } from '../../../domain/alerts/life.ts';
import { verify } from '../../../domain/alerts/verification.ts';
import { daySeconds, startOfDay } from '../../../domain/time.ts';

const from = startOfDay('2026-01-05');
const clock = clockOf(from, 40 * 48);
const at = (day: number): number => from + day * daySeconds;
/** Plant that ran from 20:00 to midnight for twenty days, at 10 kW; on the days after `left` of it. */
function look(left: number, unknown = -1) {
  const use = Float64Array.from({ length: clock.count }, (_, i) => {
    const [day, slot] = [Math.floor(i / 48), i % 48];
    if (day === unknown) return Number.NaN;
    // By day it wavers.
    const waver = slot < 40 ? Math.sin(i) : 0;
    return 4 + waver + (slot >= 40 ? (day < 20 ? 5 : 5 * left) : 0);
  });
  const level = new Float64Array(clock.count).fill(4);
  const watched = { clock, use, expected: { level, spread: level, leftOut: new Uint8Array(clock.count) } };
  return { clock, findings: [], watched: new Map([['plant', watched as never]]), scores: () => use };
}
const seen = { subject: 'plant', kind: 'left_on', from: at(0), to: at(20), rate: 10 / 6 } as Seen;
const alert = { seen, closed: { at: at(20) + 3600, as: 'mended' as const } };

describe('the days after something was mended', () => {
  it('begin with the day after, and end with the last that is over', () => {
    const days = daysAfter(alert, look(0), at(30) + 3600);
    expect(days.map((day) => (day.from - from) / daySeconds)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });

  it('tell how much of it is left in the hours in which it was', () => {
    for (const left of [0, 0.5, 1]) {
      const days = daysAfter(alert, look(left), at(40));
      expect(days).toHaveLength(19);
      for (const { rate } of days) expect(rate / seen.rate).toBeCloseTo(left, 1);
    }
  });

  it('say nothing where too little of them is known', () => {
    expect(
      daysAfter(alert, look(0, 23), at(40))
        .map(({ rate }) => Number.isNaN(rate))
        .indexOf(true),
    ).toBe(2);
  });

  it('of what has no excess say whether it was found', () => {
    const found = { kind: 'peak_capacity', subject: 'plant', from: at(22), to: at(22) + 1800 } as never;
    const peak = { ...alert, seen: { ...seen, kind: 'peak_capacity' as const, rate: 0 } };
    expect(daysAfter(peak, { ...look(0), findings: [found] }, at(25)).map(({ rate }) => rate)).toEqual([0, 1, 0, 0]);
    expect(daysAfter(peak, look(0, 23), at(25)).map(({ rate }) => rate)).toEqual([0, 0, Number.NaN, 0]);
  });

  it('say nothing of panels that are silent or that nobody looks at any more: no verdict, no saving', () => {
    const kind = 'pv_not_producing' as const;
    // By day: the panels fell silent with the visit of whoever mended them.
    const silent = Float64Array.from(clock.days, (_, day) => (day <= 20 ? 2 : Number.NaN));
    const back = Float64Array.from(clock.days, () => 0);
    const panels = { ...alert, id: 'a-1', state: 'watching', seen: { ...seen, kind, worth: {} } } as Alert;
    const verdict = (scores: () => Float64Array | undefined) => {
      const days = daysAfter(panels, { ...look(0), watched: new Map(), scores }, at(40));
      expect(days).toHaveLength(19);
      return verify(panels, days, at(40));
    };
    expect(verdict(() => silent)).toBeUndefined();
    expect(verdict(() => undefined)).toBeUndefined();
    expect(verdict(() => back)).toMatchObject({ event: 'verified' });
  });
});

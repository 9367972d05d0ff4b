import { expect, test } from 'vitest';
import { observedHalfHours } from '../../domain/observed/half-hour-values.ts';

const from = Date.UTC(2026, 1, 2) / 1000;
const at = (halfHours: number): number => from + halfHours * 1800;
const level = { quantity: 'temperature', stands_for_half_hours: 1 } as const;
const amount = { quantity: 'energy', stands_for_half_hours: 1 } as const;
const none = { instants: [], intervals: [], estimates: [] };
const { NaN: unknown } = Number;

function values(series: Parameters<typeof observedHalfHours>[0], heard: Partial<typeof none>, halfHours: number) {
  return [...observedHalfHours(series, { ...none, ...heard }, { from, to: at(halfHours) }).values];
}

test('a half-hour without a word is not known', () => {
  const instants = [{ start: at(1), mean: 4.5 }] as never[];
  expect(values(level, { instants }, 3)).toEqual([unknown, 4.5, unknown]);
});

test('an instant stands for the half-hours it is said to, and no further than the next', () => {
  const instants = [
    { start: at(-1), mean: 1 },
    { start: at(2), mean: 2 },
    { start: at(3), mean: 3 },
  ] as never[];
  const hourly = { quantity: 'temperature', stands_for_half_hours: 2 } as const;
  expect(values(hourly, { instants }, 6)).toEqual([1, unknown, 2, 3, 3, unknown]);
});

test('a mean of a day is that of each of its half-hours, and a finer one takes its place', () => {
  const intervals = [
    { at: at(0), value: 10, period: 86_400 },
    { at: at(1), value: 6, period: 900 },
    { at: at(1) + 900, value: 8, period: 900 },
  ] as never[];
  const all = values(level, { intervals }, 50);
  expect(all.slice(0, 3)).toEqual([10, 7, 10]);
  expect(all.slice(47)).toEqual([10, unknown, unknown]);
});

test('an interval counts before instants', () => {
  const heard = { intervals: [{ at: at(0), value: 5, period: 1800 }], instants: [{ start: at(0), mean: 9 }] };
  expect(values(level, heard as never, 1)).toEqual([5]);
});

test('an amount is parted among its half-hours, and one that is covered in part is not known', () => {
  const intervals = [
    { at: at(0), value: 12, period: 5400 },
    { at: at(3), value: 1, period: 900 },
    { at: at(4), value: 1, period: 900 },
    { at: at(4) + 900, value: 2, period: 900 },
  ] as never[];
  expect(values(amount, { intervals }, 5)).toEqual([4, 4, 4, unknown, 3]);
});

test('a forecast is kept apart from what was', () => {
  const heard = {
    intervals: [{ at: at(0), value: 263, period: 1800 }],
    estimates: [0, 1].map((i) => ({ at: at(i), value: 266 + i, period: 1800 })),
    instants: [],
  };
  const both = observedHalfHours({ ...level, quantity: 'carbon_intensity' }, heard, { from, to: at(2) });
  expect([...both.values]).toEqual([263, unknown]);
  expect([...both.forecast]).toEqual([266, 267]);
});

test('a period is taken out to whole half-hours', () => {
  const { from: first, values: taken } = observedHalfHours(level, none, { from: from + 1, to: at(1) + 1 });
  expect([first, taken.length]).toEqual([from, 2]);
  expect(observedHalfHours(level, none, { from, to: from }).values).toHaveLength(0);
});

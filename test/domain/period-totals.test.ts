import { describe, expect, test } from 'vitest';
import { derivationWindow, firstContext } from '../../domain/half-hours/derivation-window.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { dayPeriod } from '../../domain/time.ts';
import { aMeter, anInterval } from './a-meter.ts';

const [from, to] = [dayPeriod('2026-01-01').from, dayPeriod('2026-02-01').from];
const now = dayPeriod('2026-03-01').from;
const invoice = (value: number, at = from, end = to): Reading => anInterval(at, end - at, value, { kind: 'total' });
const derive = (readings: readonly Reading[], window = { from, to }) =>
  deriveHalfHours({ meter: aMeter(), readings, window, now });

describe('the total of an invoice', () => {
  test('is known for its period and for no half-hour of it', () => {
    const { halfHours, gaps } = derive([invoice(31 * 48)]);
    expect(gaps).toEqual([{ meter: 'm', from, to, energy: expect.closeTo(31 * 48, 6), volume: undefined }]);
    expect(halfHours.every(({ quality, rule }) => quality === 'missing' && rule === 'total')).toBe(true);
  });

  test('less what is measured in it is what is left for the rest', () => {
    const measured = Array.from({ length: 30 * 48 }, (_, k) => anInterval(from + k * 1800, 1800, 1));
    const { gaps } = derive([...measured, invoice(30 * 48 + 96)]);
    expect(gaps).toMatchObject([{ from: dayPeriod('2026-01-31').from, to, energy: expect.closeTo(96, 6) }]);
  });

  test('that is less than what is measured in it is not believed', () => {
    const measured = Array.from({ length: 30 * 48 }, (_, k) => anInterval(from + k * 1800, 1800, 1));
    expect(derive([...measured, invoice(100)]).gaps).toEqual([]);
  });

  test('follows the one before it, and one that overlaps is not counted twice', () => {
    const march = dayPeriod('2026-03-01').from;
    const { gaps } = derive([invoice(100), invoice(200, to, march), invoice(50, from + 86_400, to)], {
      from,
      to: march,
    });
    expect(gaps.map(({ energy }) => Math.round(energy ?? 0))).toEqual([100, 200]);
  });

  test('gives the same rows from a window that one touch of it asks for', () => {
    const readings = [invoice(100), anInterval(from + 5 * 86_400, 1800, 2)];
    const touched = { from, to: from };
    const read = (span: typeof touched) => ({
      from: span.from - 40 * 86_400 - firstContext.seconds,
      to: span.to + 80 * 86_400,
    });
    const complete = { before: true, after: true };
    const meter = aMeter();
    const answer = derivationWindow({ meter, readings, touched, now, complete, intervalsRead: read(touched) });
    expect(answer).toMatchObject({ window: { from, to: expect.toSatisfy((end: number) => end >= to) } });
  });
});

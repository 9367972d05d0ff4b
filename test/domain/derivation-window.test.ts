import { describe, expect, test } from 'vitest';
import type { WindowInput } from '../../domain/half-hours/derivation-window.ts';
import { derivationWindow, firstContext, firstRegisters } from '../../domain/half-hours/derivation-window.ts';
import { aMeter, anInterval, aReading, seconds } from './a-meter.ts';

// That a window is wide enough is shown in half-hours.property.test.ts; here, that it is no wider than it need be.
const noon = seconds('2026-03-02T12:00:00Z');
const everyHalfHour = (from: number, to: number): WindowInput['readings'] =>
  Array.from({ length: to - from + 1 }, (_, i) => aReading(noon + (from + i) * 1800, 5000 + (from + i) * 10));

function ask(more: Partial<WindowInput>): ReturnType<typeof derivationWindow> {
  return derivationWindow({
    meter: aMeter(),
    readings: [],
    touched: { from: noon, to: noon },
    now: noon + 60,
    complete: { before: false, after: true },
    intervalsRead: undefined,
    ...more,
  });
}

describe('what a new reading may change', () => {
  test('of a calm half-hourly meter: the last hours, found in the first context', () => {
    const readings = everyHalfHour(-firstContext.registers, 0);
    expect(ask({ readings })).toEqual({ window: { from: noon - 17 * 1800, to: noon + 1800 } });
  });

  test('of a calm meter read every ten seconds: the half-hour it lies in, once what is before that was read', () => {
    const list = Array.from({ length: 201 }, (_, i) => aReading(noon + 900 + (i - 200) * 10, 5000 + i));
    const touched = { from: noon + 900, to: noon + 900 };
    const few = list.slice(-1 - firstContext.registers);
    const needs = { before: true, after: false, intervals: undefined };
    expect(ask({ readings: few, touched, now: noon + 960 })).toEqual({ needs });
    expect(list.length).toBeLessThan(firstRegisters(aMeter({ expected_interval: '10s' })));
    expect(ask({ readings: list, touched, now: noon + 960 })).toEqual({ window: { from: noon, to: noon + 1800 } });
  });

  test('more readings are asked for while the register is disturbed', () => {
    const readings = everyHalfHour(-firstContext.registers, 0).map((reading, i) =>
      i === 20 ? { ...reading, value: 0 } : reading,
    );
    expect(ask({ readings })).toEqual({ needs: { before: true, after: false, intervals: undefined } });
    expect(ask({ readings, complete: { before: true, after: true } })).toEqual({
      window: { from: noon - firstContext.registers * 1800, to: noon + 1800 },
    });
  });

  test('a late reading asks for what came after it', () => {
    const readings = everyHalfHour(-firstContext.registers, 5);
    const complete = { before: false, after: false };
    expect(ask({ readings, complete })).toEqual({ needs: { before: false, after: true, intervals: undefined } });
  });

  test('intervals need no more than their own time', () => {
    const readings = Array.from({ length: 96 }, (_, i) => anInterval(noon + (i - 95) * 1800, 1800, 5));
    const all = { from: noon - 9 * 86_400, to: noon + 9 * 86_400 };
    const found = ask({ readings, complete: { before: true, after: true }, intervalsRead: all });
    expect(found).toEqual({ window: { from: noon - 2 * 1800, to: noon + 2 * 1800 } });
  });

  test('and ask for more where too little of it was read', () => {
    const answer = ask({ intervalsRead: { from: noon, to: noon } });
    const span = { from: noon - firstContext.seconds, to: noon + firstContext.seconds };
    expect(answer).toEqual({ needs: { before: false, after: false, intervals: span } });
  });
});

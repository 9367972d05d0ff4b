import { expect, test } from 'vitest';
import { daySeconds, startOfDay } from '../../domain/time.ts';
import { modelOf } from '../../simulators/model.ts';
import { happeningsBefore } from '../../simulators/sample-happenings.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const history = { from: startOfDay('2026-01-01'), to: startOfDay('2026-01-31') };

test('the sample estate begins with two things that are wrong, and no register shows more of them than they are', () => {
  const happenings = happeningsBefore(estate, history);
  expect(happenings.map(({ kind, meter }) => [kind, meter])).toEqual([
    ['leak', 'sal-w-plant'],
    ['left-on', 'bra-e-kitchen'],
  ]);
  const [well, wrong] = [[], happenings].map((list) =>
    modelOf({ estate, seed: 1, start: history.from, happenings: list }),
  );
  const more = (meter: string, at: number): number =>
    (wrong?.amountAt(meter, at) ?? 0) - (well?.amountAt(meter, at) ?? 0);
  // m³: six days of 0.6 m³/h, at the meter and at the main above it, and nothing before.
  expect(more('sal-w-plant', history.to - 6 * daySeconds)).toBeCloseTo(0, 6);
  expect(more('sal-w-plant', history.to)).toBeCloseTo(6 * 24 * 0.6, 3);
  expect(more('sal-w-main', history.to)).toBeCloseTo(6 * 24 * 0.6, 3);
  // kWh: 5 kW in the twelve hours of three nights, of Wednesday to Saturday.
  expect(more('bra-e-kitchen', history.to)).toBeCloseTo(3 * 12 * 5, 3);
});

test('an estate without these meters, and a life without a history, begin well', () => {
  expect(happeningsBefore({ ...estate, meters: new Map() }, history)).toEqual([]);
  expect(happeningsBefore(estate, { from: history.to, to: history.to })).toEqual([]);
});

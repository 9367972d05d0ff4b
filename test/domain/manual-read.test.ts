import { expect, test } from 'vitest';
import { doubtsOfExchange, doubtsOfRead } from '../../domain/readings/manual-read.ts';
import { aMeter, aReading } from './a-meter.ts';

const at = 1_770_000_000;
const meter = aMeter({ rating: { value: 100, unit: 'kW' }, register: { digits: 5, step: 1 } });
const doubts = (value: number, before?: number, after?: number, of = meter) =>
  doubtsOfRead(
    of,
    { at, value },
    {
      before: before === undefined ? undefined : aReading(at - 36_000, before),
      after: after === undefined ? undefined : aReading(at + 36_000, after),
    },
  ).map(({ expected }) => expected);

test('a read that lies between its neighbours, within the rating, is plausible', () => {
  expect(doubts(500, 100, 900)).toEqual([]);
  expect(doubts(500)).toEqual([]);
  expect(doubts(100, 100, 100)).toEqual([]);
});

test('lower than before, higher than after, or more than the rating lets pass is not', () => {
  expect(doubts(90, 100)).toEqual(['at least 100']);
  expect(doubts(500, undefined, 400)).toEqual(['at most 400']);
  // 100 kW over ten hours are 1,000 kWh; beside the meter's accuracy no more.
  expect(doubts(2_000, 100)).toHaveLength(1);
  expect(doubts(2_000, 100, undefined, aMeter())).toEqual([]);
  expect(doubts(123_456)).toEqual(['below 100000']);
});

test('a register that went through its highest number explains a lower one, an exchange any', () => {
  expect(doubts(200, 99_800)).toEqual([]);
  expect(doubts(200, 50_000)).toEqual(['at least 50000']);
  const exchanges = [{ at: new Date((at - 600) * 1000).toISOString(), closing: 50_300, opening: 0 }];
  expect(doubts(200, 50_000, undefined, aMeter({ exchanges }))).toEqual([]);
});

test('an exchange closes after the reading before it, and opens before the one after it', () => {
  const [before, after] = [aReading(at - 36_000, 50_000), aReading(at + 36_000, 900)];
  const exchange = (closing: number, opening: number, more = {}) =>
    doubtsOfExchange(meter, { at, closing, opening, ...more }, { before, after }).map(({ expected }) => expected);
  expect(exchange(50_300, 0)).toEqual([]);
  expect(exchange(49_000, 0)).toEqual(['at least 50000']);
  expect(exchange(99_000, 1_000)).toEqual([expect.stringMatching(/^at most \d+$/), 'at most 900']);
  expect(exchange(50_300, 1_000_900)).toEqual(['below 100000', 'at most 900']);
  expect(exchange(50_300, 1_000_900, { digits: 7 })).toEqual(['at most 900']);
  const known = aMeter({ exchanges: [{ at: new Date(at * 1000).toISOString(), closing: 50_300, opening: 0 }] });
  expect(doubtsOfExchange(known, { at, closing: 50_300, opening: 0 }, { before, after })).toEqual([]);
});

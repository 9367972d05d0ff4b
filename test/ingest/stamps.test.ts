import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { absoluteStamp, deviceStamp, epochStamp, londonStamp, sinceClockSet } from '../../ingest/stamps.ts';
import { sayValue, strictNumber } from '../../ingest/strict-number.ts';

const stamps: readonly [unknown, string | undefined][] = [
  ['2026-11-23T18:00:00Z', '2026-11-23T18:00:00Z'],
  ['2026-11-23T18:00:00.999999999Z', '2026-11-23T18:00:00Z'],
  ['2026-07-01T01:00:00+01:00', '2026-07-01T00:00:00Z'],
  ['2026-07-01T01:00:00+0100', '2026-07-01T00:00:00Z'],
  ['2026-07-01 01:00-00:30', '2026-07-01T01:30:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['2023-02-29T00:00:00Z', undefined],
  ['2026-11-31T00:00:00Z', undefined],
  ['2026-11-23T24:00:00Z', undefined],
  ['2026-11-23T18:00:00', undefined],
  ['2026-0327T10:00:00Z', undefined],
  ['23/11/2026 18:00', undefined],
  ['', undefined],
  [null, undefined],
  [1_795_456_800.9, '2026-11-23T18:00:00Z'],
  [-1, undefined],
  [Number.NaN, undefined],
  [1_795_456_800_000, undefined],
];

test('the stamps are all here', () => expect(stamps.length).toBe(18));
test.each(stamps)('absolute: %s', (value, iso) => {
  expect(absoluteStamp(value)).toBe(iso === undefined ? undefined : Date.parse(iso) / 1000);
});

test('agrees with the runtime on every second and offset', () => {
  const zones = fc.constantFrom('Z', '+00:00', '+01:00', '-05:30', '+14:00');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), zones, (at, zone) => {
      const text = new Date(at * 1000).toISOString().replace('.000Z', zone);
      expect(absoluteStamp(text)).toBe(Date.parse(text) / 1000);
    }),
  );
});

test('a time in London agrees with Temporal, whichever half of the double hour it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }), (at) => {
      const local = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO('Europe/London');
      expect(londonStamp(local.toPlainDateTime().toString({ smallestUnit: 'second' }), at + 5)).toBe(at);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['2026-10-25T01:30:00', '2026-10-25T00:30:10Z', '2026-10-25T00:30:00Z'],
  ['2026-10-25T01:30:00', '2026-10-25T01:30:10Z', '2026-10-25T01:30:00Z'],
  ['2026-10-25T00:30:00', '2026-10-25T01:30:10Z', '2026-10-24T23:30:00Z'],
  ['2026-10-25T02:00:00', '2026-10-25T02:00:10Z', '2026-10-25T02:00:00Z'],
  // Spring leaves this hour out: a device that shows it did not change its clock.
  ['2026-03-29T01:30:00', '2026-03-29T01:30:10Z', '2026-03-29T01:30:00Z'],
  ['2026-07-01T12:00:00+02:00', '2026-07-01T10:00:00Z', '2026-07-01T10:00:00Z'],
])('on the clock in London: %s heard at %s', (text, heard, meant) => {
  expect(londonStamp(text, Date.parse(heard) / 1000)).toBe(Date.parse(meant) / 1000);
});

test('a clock that was never set says nothing', () => {
  expect(sinceClockSet(epochStamp(1.61))).toBeUndefined();
  expect(sinceClockSet(undefined)).toBeUndefined();
  expect(sinceClockSet(1_795_456_800)).toBe(1_795_456_800);
});

const numbers: readonly [unknown, number | undefined][] = [
  [12.5, 12.5],
  ['00746.379', 746.379],
  ['007970903', 7_970_903],
  [' 42\r\n', 42],
  ['-0.5', -0.5],
  ['+1e3', 1000],
  ['.5', 0.5],
  ['5.', 5],
  ['', undefined],
  [' ', undefined],
  ['nan', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['+Inf', undefined],
  ['1e999', undefined],
  ['0x10', undefined],
  ['0b1', undefined],
  ['12,5', undefined],
  ['1_000', undefined],
  ['1 000', undefined],
  ['unavailable', undefined],
  ['1'.repeat(65), undefined],
  [null, undefined],
  [undefined, undefined],
  [true, undefined],
  [[], undefined],
  [[5], undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
];
test('the numbers are all here', () => expect(numbers.length).toBe(29));
test.each(numbers)('strict number: %j', (value, expected) => expect(strictNumber(value)).toBe(expected));

test('a refused value is said in a few words', () => {
  expect([undefined, null, 1, true, 'x', [], {}].map((value) => sayValue(value))).toEqual([
    'nothing',
    'null (the meter does not know)',
    '1',
    'true',
    '"x"',
    'a list',
    'an object',
  ]);
  expect(sayValue('y'.repeat(5_000)).length).toBe(60);
});

test.each([
  ['2026-11-23T18:00:00Z', '2026-11-23T18:00:00Z'],
  ['2026-07-01 13:30:00', '2026-07-01T12:30:00Z'],
  [1_795_456_800, '2026-11-23T18:00:00Z'],
  ['1795456800', '2026-11-23T18:00:00Z'],
  [1_795_456_800_250, '2026-11-23T18:00:00Z'],
  ['1795456800250', '2026-11-23T18:00:00Z'],
  [1.61, '1970-01-01T00:00:01Z'],
  ['26112318', undefined],
  ['2026-0327T10:00:00', undefined],
  [Number.NaN, undefined],
  [-5, undefined],
  ['', undefined],
  [true, undefined],
  [null, undefined],
])('of a gateway: %j', (value, iso) => {
  expect(deviceStamp(value, 1_795_456_900)).toBe(iso === undefined ? undefined : Date.parse(iso) / 1000);
});

import { describe, expect, test } from 'vitest';
import { isSentinel, nearSentinel } from '../../domain/readings/sentinels.ts';

describe('numbers that devices send when they do not know', () => {
  test.each([
    4_294_967_295,
    // A 32-bit float cannot keep 2³²−1.
    4_294_967_296,
    4_294_967.295,
    2_147_483_647,
    2_147_483.647,
    16_777_215,
    16_777.215,
    8_590.017,
    34_364.271,
    Math.fround(16_777.215),
    99_999.999,
    9_999_999,
  ])('%d', (value) => expect(isSentinel(value)).toBe(true));

  test.each([0, 1, 9_999, 4_294_968, 2_147_480, 16_777.3, 99_999.5, 89_999.999, 327.67])('%d is a number', (value) => {
    expect(isSentinel(value)).toBe(false);
  });

  test('nines mean something only when they fill the register', () => {
    expect(isSentinel(99_999.9, 5)).toBe(true);
    expect(isSentinel(99_999.9, 6)).toBe(false);
  });

  test('a register on its way through is near', () => {
    expect(nearSentinel(16_770, 16_777.215)).toBe(true);
    expect(nearSentinel(500, 16_777.215)).toBe(false);
  });
});

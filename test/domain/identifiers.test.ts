import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMpan, isMprn, mpanCheckDigit } from '../../domain/estate/identifiers.ts';

/** Made-up cores and the dummies of open-source tests (limejump/mpan, chellow); no supply of anybody. */
describe('MPAN', () => {
  test.each([
    '1312345678907',
    '1012345678903',
    '1000123456788',
    '1098765432106',
    '20 1901 0100 002',
    '20 1901 0100 002',
    '001112221312345678907',
    '00801A121312345678907',
  ])('%s is valid', (text) => expect(isMpan(text)).toBe(true));

  test.each([
    ['2499999999990', 'its check digit is wrong'],
    ['8699999999991', 'its check digit is wrong'],
    ['1234567890123', 'a weighting 3, 7, 1 would let it pass'],
    ['1234567890124', 'its check digit is wrong'],
    ['42', 'it is too short'],
    ['10123456789030', 'it is too long'],
    ['Not an MPAN', 'it is text'],
    ['', 'it is empty'],
    ['１０１２３４５６７８９０３', 'its digits are of another script'],
  ])('%s is refused: %s', (text) => expect(isMpan(text)).toBe(false));

  test('a remainder of 10 gives the check digit 0', () => {
    // 175 = 15 × 11 + 10
    expect(mpanCheckDigit('100000000004')).toBe(0);
    expect(isMpan('1000000000040')).toBe(true);
  });

  test('one mistyped digit is never the same number checked twice', () => {
    const cores = fc.stringMatching(/^[0-9]{12}$/);
    fc.assert(
      fc.property(cores, (core) => {
        const valid = `${core}${mpanCheckDigit(core)}`;
        expect(isMpan(valid)).toBe(true);
        const others = Array.from('0123456789').filter((digit) => digit !== valid[12]);
        expect(others.filter((digit) => isMpan(`${core}${digit}`))).toEqual([]);
      }),
    );
  });
});

describe('MPRN', () => {
  // The first is the worked example of the public description of the check digits; the others are made up.
  test.each(['3938424403', '1234567810', '8765432106', '100000108'])('%s is valid', (text) => {
    expect(isMprn(text)).toBe(true);
  });

  test.each(['3938424404', '3938424430', '12345', '12345678901', '39384244O3', ''])('%s is refused', (text) => {
    expect(isMprn(text)).toBe(false);
  });
});

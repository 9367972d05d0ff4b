import { describe, expect, test } from 'vitest';
import { cosemStamp, readObis } from '../../ingest/obis/codes.ts';

const instant = (text: string): number => Date.parse(text) / 1000;
const near = instant('2026-11-23T18:00:00Z');

describe('OBIS codes', () => {
  test.each([
    ['1-0:1.8.0*255', '1-0', '1.8.0'],
    ['1-0:1.8.0', '1-0', '1.8.0'],
    ['1.8.0', undefined, '1.8.0'],
    ['1.0.1.8.0.255', '1-0', '1.8.0'],
    ['0100010800FF', '1-0', '1.8.0'],
    ['0100100700ff', '1-0', '16.7.0'],
    ['7-0:3.0.0&255', '7-0', '3.0.0'],
    ['0-1:24.2.1', '0-1', '24.2.1'],
    ['01-00:001.08.0', '1-0', '1.8.0'],
  ])('%s', (text, medium, code) => {
    expect(readObis(text)).toEqual({ medium, code });
  });

  test.each([
    '1-0:1.8.0*01',
    '1-0:1.8.0*1',
    '010001080001',
    '1.0.1.8.0.1',
    '1.8',
    'energy',
    '1.8.0.0.0',
    '',
    '1234567890123',
  ])('%s is a stored period or no code', (text) => expect(readObis(text)).toBeUndefined());
});

describe('COSEM date-times', () => {
  test.each([
    // Deviation -60: summer time in Britain. 0: winter. -120: summer in Berlin.
    ['07EA0701030D1E00FFFFC480', '2026-07-01T12:30:00Z'],
    ['07EA0B1701120005FF000000', '2026-11-23T18:00:05Z'],
    ['07EA0701030E1E0000FF8880', '2026-07-01T12:30:00Z'],
    // No deviation: the clock in London.
    ['07EA0701030D1E00FF800080', '2026-07-01T12:30:00Z'],
    // Seconds not specified.
    ['07EA0B17011200FFFF000000', '2026-11-23T18:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(cosemStamp(text, near)).toBe(instant(expected));
  });

  test.each(['07EAFFFFFF120005FF000000', '07EA0D1701120005FF000000', '07EA0B17', 12, undefined, 'zz'])(
    '%j is none',
    (text) => expect(cosemStamp(text, near)).toBeUndefined(),
  );
});

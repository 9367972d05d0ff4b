import { expect, test } from 'vitest';
import {
  daysOf,
  type HalfHour,
  missingSpans,
  qualityLines,
} from '../../dashboards/console/areas/estate/quality-lines.ts';

/** Half-hours in a row from a letter each: measured, estimated, missing; each of 3 kWh where it is known. */
function inRow(letters: string): HalfHour[] {
  const qualities = { m: 'measured', e: 'estimated', '-': 'missing' } as const;
  return Array.from(letters, (letter) => letter).map((letter, i) => ({
    at: i * 1800,
    to: (i + 1) * 1800,
    date: i < 4 ? '2026-11-25' : '2026-11-26',
    amount: letter === '-' ? null : 3,
    quality: qualities[letter as 'm'],
    rule: letter === '-' ? 'gap' : 'register',
  }));
}

function drawn(letters: string): (string | undefined)[] {
  return qualityLines(inRow(letters), 2).map(({ points }) =>
    points.map(([, value]) => (value === null ? '.' : String(value))).join(''),
  );
}

test('what is missing is in no line, and an estimate is joined to what is measured beside it', () => {
  expect(drawn('mm-em')).toEqual(['66..6', '...66']);
  expect(drawn('mem')).toEqual(['6.6', '666']);
  expect(drawn('mm-m')).toEqual(['66.6']);
});

test('missing half-hours in a row are one span', () => {
  expect(missingSpans(inRow('m--m-'))).toEqual([
    { at: 1800, to: 5400, halfHours: 2, rule: 'gap' },
    { at: 7200, to: 9000, halfHours: 1, rule: 'gap' },
  ]);
});

test('a day without a known half-hour has no amount', () => {
  expect(daysOf(inRow('me-m--'))).toEqual([
    { date: '2026-11-25', amount: 9, measured: 2, estimated: 1, missing: 1 },
    { date: '2026-11-26', amount: null, measured: 0, estimated: 0, missing: 2 },
  ]);
});

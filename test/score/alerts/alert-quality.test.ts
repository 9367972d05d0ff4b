import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { happeningKinds } from '../../../simulators/happenings.ts';
import { modelOf } from '../../../simulators/model.ts';
import { randomCauses } from './causes.ts';
import { fullyMeteredEstate } from '../../simulators/sample-estate.ts';
import { partLines } from './part.ts';
import { periodOf } from './seed.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/alert-quality.md'), 'utf8');

describe('how well abnormal use is found', () => {
  test('is what the page says, at two practices', () => {
    const lines = partLines();
    expect(lines.length).toBeGreaterThan(15);
    // When it is not: npm run score:alerts -- --write
    expect(page).toContain(lines.join('\n'));
  });

  test('is tried with causes of every kind', () => {
    const estate = fullyMeteredEstate();
    const kinds = [101, 102, 103].flatMap((seed) => {
      const period = periodOf(seed);
      return randomCauses(modelOf({ estate, seed, start: period.from }), period).map(({ kind }) => kind);
    });
    expect(new Set(kinds)).toEqual(new Set(happeningKinds.filter((kind) => kind !== 'measure')));
  });

  test('was judged at the real school, alert by alert', () => {
    expect(page).toContain('## A real school');
    expect(page).not.toContain('not judged');
    expect(page).not.toContain('not raised any more');
  });

  test('meets what was wanted, by the page', () => {
    const line = /kept out of tuning\*\* [^|]*\| ([\d.]+) % [^|]*\|[^|]*\| ([\d.]+) % [^|]*\| ([\d.]+) \|/.exec(page);
    const [recall, precision, falsely] = (line ?? []).slice(1).map(Number) as [number, number, number];
    expect(recall).toBeGreaterThanOrEqual(95);
    expect(precision).toBeGreaterThanOrEqual(90);
    expect(falsely).toBeLessThan(1);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judged, leftOutLine, quantities, recoveryLine, recoveryOf } from '../../score/savings/recovery.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/savings-quality.md'), 'utf8');

test('of 400 buildings made by physics, 90 % intervals hold heat loss, base and saving in nine of ten', () => {
  const recovery = recoveryOf(judged.method, judged.seeds);
  expect(recovery.runs).toBeGreaterThan(0.95 * judged.seeds);
  const covered = quantities.map((quantity) => ({ quantity, covered: recovery.quantities[quantity].covered }));
  expect(covered).toHaveLength(3);
  expect(covered.filter((one) => !(one.covered >= 0.86 && one.covered <= 0.94))).toEqual([]);
  // When it differs, something that models or verifies has changed: npm run score:savings -- --write.
  expect(page).toContain(recoveryLine(`\`${judged.method}\``, recovery));
  expect(page).toContain(leftOutLine(recovery));
}, 120_000);

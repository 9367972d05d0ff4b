import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judged, quantities, recoveryLine, recoveryOf } from '../../score/savings/recovery.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/savings-quality.md'), 'utf8');

test('of 400 buildings made by physics, 90 % intervals hold heat loss, base and saving in nine of ten', () => {
  const recovery = recoveryOf(judged.method, judged.seeds);
  expect(recovery.runs).toBeGreaterThan(0.95 * judged.seeds);
  for (const quantity of quantities) {
    const { covered } = recovery.quantities[quantity];
    expect(covered, quantity).toBeGreaterThanOrEqual(0.86);
    expect(covered, quantity).toBeLessThanOrEqual(0.94);
  }
  // When it differs, something that models or verifies has changed: npm run score:savings -- --write.
  expect(page).toContain(recoveryLine(`\`${judged.method}\``, recovery));
}, 120_000);

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPlanFile } from '../../cli/simulated.ts';

test('a plan is read again when its file changes, and one that cannot be read is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-plan-'));
  const file = join(folder, 'plan.json');
  writeFileSync(file, '[]');
  const heard: unknown[] = [];
  const forget = readPlanFile(file).follow({
    changed: (plan) => heard.push(plan),
    refused: (problem) => heard.push(problem.message),
  });
  onTestFinished(() => {
    forget();
    rmSync(folder, { recursive: true });
  });
  const leak = { kind: 'leak', meter: 'qui-w-main', from: '2026-11-26T13:00:00Z', flow: 0.4 };
  writeFileSync(file, JSON.stringify([leak]));
  await expect.poll(() => heard, { timeout: 20_000 }).toHaveLength(1);
  expect(heard[0]).toEqual([{ ...leak, from: Date.parse(leak.from) / 1000 }]);
  writeFileSync(file, '[{ "kind": "leak" }]');
  await expect.poll(() => heard, { timeout: 20_000 }).toHaveLength(2);
  expect(heard[1]).toContain('plan.json 0.');
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testEstate } from '../api/estate.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { writeSample } from '../api/sample-days.ts';
import { scratch } from './running.ts';
import { typed } from './typed.ts';

/** `explain figure`, `sign-off`, `purge` and `rego`, against the real API. */
const ground = scratch();
let rig: Rig;
let url: string;
beforeAll(async () => {
  rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' } });
  await writeSample(rig, testEstate(), { from: '2026-01-01', to: '2026-01-14', until: noon });
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rig.close();
  ground.remove();
});

async function asked(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const { exit, output } = await typed([...words, '--api', url, '--config', ground.config]);
  return [exit, output];
}

const days = ['--from', '2026-01-02', '--to', '2026-01-05'];

describe('a figure', () => {
  test('is explained with all that makes kWh of what the face of a meter shows', async () => {
    const [exit, said] = await asked('explain', 'figure', 'carbon', '--organisation', 'north', ...days);
    expect(exit).toBe('ok');
    expect(said).toMatch(/^carbon of organisation .*, 2026-01-02T00:00:00Z to 2026-01-05T00:00:00Z:/);
    expect(said).toContain('a count is 1 m3, calorific value 39.5 MJ/m³ (of our making), volume correction 1');
    expect(said).toMatch(/factor: combustion of gas, 0\.18231 kgCO2e\/kWh, set of 2026, quoted/);
  });

  test('is refused a signature while something stands against it, and signed when a person takes that', async () => {
    const wish = ['sign-off', 'figure', 'carbon', '--organisation', 'north', ...days, '--reason', 'the return'];
    const [refused, why] = await asked(...wish);
    expect([refused, why]).toEqual(['refused', expect.stringContaining('factor-quoted gas 2026')]);
    const doubts = Array.from(why.matchAll(/; found (?<doubt>.+?)\. To mend/g), (found) => found.groups?.['doubt']);
    const accept = doubts.map((doubt) => `${doubt}=seen in the bulletin`).join('; ');
    const [exit, said] = await asked(...wish, '--by', 'Ada Byron', '--accept', accept);
    expect([exit, said]).toEqual(['ok', expect.stringMatching(/^1 {2}.*carbon of organisation north/)]);
    expect((await asked('sign-off', 'list'))[1]).toContain('because: the return');
    expect((await asked('sign-off', 'show', '1'))[1]).toContain('what is kept is what was signed');
    expect((await asked('sign-off', 'difference', '1'))[1]).toContain('a difference of 0 kgCO2e');
  });
});

test('a purge says what would go, and removes nothing without --yes', async () => {
  const [exit, said] = await asked('purge', 'readings', '--before', '2023-01-01');
  expect([exit, said]).toEqual(['ok', expect.stringContaining('Nothing was removed')]);
  expect(await asked('purge', 'readings', '--before', '2026-01-03')).toEqual([
    'refused',
    expect.stringContaining('expected a date up to'),
  ]);
});

test('certificates and what they cover are told', async () => {
  expect((await asked('rego', 'list'))[0]).toBe('ok');
  const [exit, said] = await asked('rego', 'cover', '--period', '2025-26', '--by', 'site');
  expect([exit, said]).toEqual(['ok', expect.stringMatching(/^Disclosure period 2025-26\n/)]);
});

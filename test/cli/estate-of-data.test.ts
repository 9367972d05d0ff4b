import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { configSchema } from '../../cli/config.ts';
import { openHouse } from '../../cli/house.ts';
import { ProblemError } from '../../domain/problems.ts';
import { root, scratch } from './running.ts';

const ground = scratch();
afterAll(() => ground.remove());
const data = join(ground.path, 'data');
const at = (name: string): string => join(ground.path, name);
const log = pino({ level: 'silent' });

/** What is said when a house is opened on the one data folder; undefined when it opens. */
async function refusal(estate: string): Promise<string | undefined> {
  const config = configSchema.parse({ estate, data, store: { kind: 'duckdb' } });
  try {
    const house = await openHouse({ config, log, clock: () => Date.now(), holder: 'test', embedded: true });
    await house.close();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}
function call(folder: string, name: string): void {
  writeFileSync(join(folder, 'estate.yaml'), name);
}

test('a data folder stays with its estate, which may be moved or renamed, but not both at once', async () => {
  const [first, second] = [at('first'), at('second')];
  cpSync(join(root, 'test/store/fixtures/estate'), first, { recursive: true });
  const file = (name: string): string => `estate: ${name}\norganisations:\n  - { id: harrow-trust, name: Trust }
  - { id: cafe, name: Café }\n`;
  call(first, file('Harrow'));
  expect(await refusal(first)).toBeUndefined();

  call(first, file('Harrow Fold'));
  expect(await refusal(first)).toBeUndefined();
  renameSync(first, second);
  expect(await refusal(second)).toBeUndefined();

  const third = at('third');
  mkdirSync(third);
  cpSync(second, third, { recursive: true });
  call(third, file('Elsewhere'));
  expect(await refusal(third)).toMatch(
    /data: the data folder holds .*another estate; found 'Elsewhere' in \S+third; expected 'Harrow Fold', last in \S+second\. To mend it: .*--data.*once under its old name\. \[config\.data-of-another-estate\]/,
  );
  // As the sentence says.
  call(third, file('Harrow Fold'));
  expect(await refusal(third)).toBeUndefined();
  call(third, file('Elsewhere'));
  expect(await refusal(third)).toBeUndefined();
});

test('two estates without a name are not taken for one', async () => {
  const nameless = (folder: string): void =>
    call(folder, 'organisations: [{ id: harrow-trust, name: T }, { id: cafe, name: C }]');
  const [here, there] = [at('third'), at('fourth')];
  nameless(here);
  expect(await refusal(here)).toBeUndefined();
  cpSync(here, there, { recursive: true });
  expect(await refusal(there)).toMatch(
    /found an estate without a name in \S+fourth; expected an estate without a name, last in \S+third/,
  );
});

test('a folder that is not sound is named as such, not as another estate', async () => {
  call(at('fourth'), 'estate: [');
  expect(await refusal(at('fourth'))).toMatch(/estate\.yaml/);
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { estateFileSchema } from '../../domain/estate/estate.ts';
import { mappingSchema } from '../../domain/estate/mapping.ts';

const root = join(import.meta.dirname, '../..');
const committed = join(root, 'estates/schema/estate.schema.json');

test('estates/schema/estate.schema.json is what the register asks for; `npm run schema` writes it again', async () => {
  const schema = {
    title: 'Meterhouse estate',
    description: 'One file of an estate folder: organisations, sites, buildings and meters.',
    ...z.toJSONSchema(estateFileSchema, { io: 'input' }),
  };
  expect(Object.keys(schema.properties ?? {})).toEqual([
    'estate',
    'reporting',
    'organisations',
    'sites',
    'observed',
    'supplies',
    'certificates',
    'residual_mix',
    'own_generation',
    'baselines',
    'targets',
    'generation_profiles',
    'tariffs',
    'published_charges',
    'supply_points',
    'budgets',
    'alert_rules',
    'alert_routes',
    'measures',
    'non_routine_events',
    'grid_projections',
  ]);
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(committed);
});

const committedMapping = join(root, 'estates/schema/mapping.schema.json');

test('estates/schema/mapping.schema.json is what a mapping may say; `npm run schema` writes it again', async () => {
  const schema = {
    title: 'Meterhouse mapping',
    description: 'What the messages of a meter family mean, said as data.',
    ...z.toJSONSchema(mappingSchema, { io: 'input' }),
  };
  expect(Object.keys(schema.properties ?? {})).toContain('rules');
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(committedMapping);
});

/** The estate files and mappings of the project. */
const folders = ['estates', 'test/store/fixtures/estate', 'ingest/mappings'];
const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((f) => join(folder, f)),
  )
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('amendments.yaml'));

test('there are estate files', () => expect(files.length).toBeGreaterThan(1));

test.each(files)('%s names the schema on its first line, so that editors complete and check it', (file) => {
  const [first = ''] = readFileSync(join(root, file), 'utf8').split('\n');
  const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1];
  const isMapping = dirname(file).endsWith('mappings');
  expect(named === undefined ? first : relative(root, resolve(root, dirname(file), named))).toBe(
    relative(root, isMapping ? committedMapping : committed),
  );
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usualAccounting } from '../../domain/carbon/accounting.ts';
import { type YearFactors, yearFactors } from '../../domain/carbon/carbon.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { changesOf, rememberDescriptions } from '../../ingest/estate-changes.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { mappingOf } from './mapping/made-mapping.ts';

const decoders = [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }];
const site = 'sites/cottage-hospital.yaml';
const kept = new Map<string, string>();
const state = {
  remember: (key: string, value: string) => kept.set(key, value),
  recall: (key: string) => kept.get(key),
};
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-changes-'));
  cpSync(join(import.meta.dirname, '../store/fixtures/estate'), folder, { recursive: true });
  kept.clear();
});
afterEach(() => rmSync(folder, { recursive: true }));

function estate(): Estate {
  const reading = readEstateFolder(folder, { decoders });
  if (reading.problems) throw new Error(JSON.stringify(reading.problems));
  return reading.estate;
}
function edit(name: string, from: string, to: string): void {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}
const changes = () => {
  const { meters, sites } = changesOf(state, estate());
  return [meters.map(({ id }) => id), sites];
};

test('at first every meter and site is new; once remembered none is', () => {
  const all = estate();
  expect(changes()).toEqual([[...all.meters.keys()], [...all.sites.keys()]]);
  rememberDescriptions(state, all);
  expect(changes()).toEqual([[], []]);
});

test('a meter whose figures rest on what they did is not worked out again', () => {
  rememberDescriptions(state, estate());
  edit(site, 'name: Wards\n        building', 'name: All wards\n        building');
  edit(site, 'topic: cottage/main', 'topic: cottage/intake');
  edit(site, 'role: main\n        unit: m3', 'unit: m3\n        role: main');
  expect(changes()).toEqual([[], []]);
});

test('another multiplier is the meter’s and its site’s, and stays so until it is derived', () => {
  rememberDescriptions(state, estate());
  edit(site, 'multiplier: 60', 'multiplier: 80');
  const [, sites] = changes();
  expect(changes()).toEqual([['cot-e-main'], sites]);
  expect(sites).toHaveLength(1);
  rememberDescriptions(state, estate(), ['cot-e-main']);
  expect(changes()).toEqual([['cot-e-main'], sites]);
});

test('an exchange by amendment is a change; a meter that is gone has every site summed again', () => {
  rememberDescriptions(state, estate());
  edit('amendments.yaml', 'closing: 4120', 'closing: 4121');
  edit('amendments.yaml', 'id: cot-w-main', 'id: cot-w-cold');
  expect(changes()).toEqual([['cot-g-main', 'cot-w-cold'], [...estate().sites.keys()]]);
});

test('another factor is named with its utility and year, one that is new or gone too; without a past there is none', () => {
  const factors = [
    { utility: 'electricity', first: '2025-01-01', values: [0.177] },
    { utility: 'electricity', first: '2026-01-01', values: [0.13] },
    { utility: 'gas', first: '2025-01-01', values: [0.183] },
  ] as const;
  const changed = (list: readonly YearFactors[]) => changesOf(state, estate(), list).factors;
  expect(changed(factors)).toEqual([]);
  rememberDescriptions(state, estate(), [], factors);
  expect(changed(factors)).toEqual([]);
  expect(changed([{ ...factors[0], values: [0.178] }, factors[1]])).toEqual([
    { utility: 'electricity', first: '2025-01-01' },
    { utility: 'gas', first: '2025-01-01' },
  ]);
  expect(changed([...factors, { utility: 'gas', first: '2026-01-01', values: [0.183] }])).toEqual([
    { utility: 'gas', first: '2026-01-01' },
  ]);
});

test('the factors that there are reach from the first set to where the last is carried', () => {
  const all = yearFactors(usualAccounting);
  expect(all.find(({ utility, first }) => utility === 'electricity' && first === '2024-01-01')?.values).toEqual([
    0.20705,
  ]);
  expect(
    all
      .map(({ first }) => first)
      .sort()
      .at(-1),
  ).toBe('2029-01-01');
  // Water lies outside the boundary that days are summed in.
  expect(all.some(({ utility }) => utility === 'water')).toBe(false);
});

test('the meters of a mapping of the estate are worked out again when its rules change, and not for another example', () => {
  edit(site, 'decoder: shelly-gen2', 'decoder: under-test');
  const rules = (value: string) => [{ topic: '#', gives: [{ kind: 'register', unit: 'kWh', value, unnamed: true }] }];
  const withMapping = (value: string, more = {}): Estate => {
    const { mapping } = mappingOf(rules(value), more);
    const known = readEstateFolder(folder, { decoders: [...decoders, { name: 'under-test' }] });
    if (known.problems) throw new Error(JSON.stringify(known.problems));
    return { ...known.estate, mappings: new Map([['under-test', mapping]]) };
  };
  rememberDescriptions(state, withMapping('a'));
  const changed = (now: Estate) => changesOf(state, now).meters.map(({ id }) => id);
  expect(changed(withMapping('a', { title: 'Another title' }))).toEqual([]);
  const heard = [...withMapping('a').meters.values()]
    .filter(({ decoder }) => decoder === 'under-test')
    .map(({ id }) => id);
  expect(heard.length).toBeGreaterThan(0);
  expect(changed(withMapping('b'))).toEqual(heard);
});

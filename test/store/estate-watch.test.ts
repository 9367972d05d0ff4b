import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../domain/problems.ts';
import { type EstateChange, type EstateWatch, type EstateWatchOptions, watchEstate } from '../../store/estate-watch.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

const decoders = [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }];
const allMeters = ['cot-e-main', 'cot-e-wards', 'cot-g-main', 'cot-w-main'];

let folder: string;
let estateFolder: string;
let state: StateStore;
const changes: EstateChange[] = [];
const refusals: (readonly Problem[])[] = [];
const watches: EstateWatch[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-watch-'));
  estateFolder = join(folder, 'estate');
  cpSync(join(import.meta.dirname, 'fixtures/estate'), estateFolder, { recursive: true });
  state = openStateStore(join(folder, 'state.db'), { clock: () => 1_795_000_000, holder: 'test' });
});
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
  changes.length = 0;
  refusals.length = 0;
  state.close();
  rmSync(folder, { recursive: true });
});

function watch(more: Partial<EstateWatchOptions> = {}): EstateWatch {
  const begun = watchEstate(estateFolder, {
    decoders,
    state,
    name: 'derive',
    pollMs: 0,
    onChange: (change) => changes.push(change),
    onProblems: (problems) => refusals.push(problems),
    onError: (error) => {
      throw error;
    },
    ...more,
  });
  watches.push(begun);
  return begun;
}

/** Replaces a text in a file of the folder. */
function edit(name: string, from: string, to: string): void {
  const path = join(estateFolder, name);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}
const site = 'sites/cottage-hospital.yaml';

function settle(watching: EstateWatch): void {
  watching.poll();
  watching.poll();
}

describe('the watch', () => {
  test('gives the first register at once, with all meters as changed and version 1', () => {
    const watching = watch();
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ changed: allMeters, removed: [], warnings: [] });
    expect(watching.estate()).toBe(changes[0]?.estate);
    expect(watching.estate().version).toBe(1);
    settle(watching);
    expect(changes).toHaveLength(1);
  });

  test('takes a change when it was the same in two looks, and names the meters it touches', () => {
    const watching = watch();
    edit(site, 'multiplier: 60', 'multiplier: 80');
    watching.poll();
    expect(watching.estate().version).toBe(1);
    edit(site, 'multiplier: 80', 'multiplier: 100');
    watching.poll();
    expect(watching.estate().version).toBe(1);
    watching.poll();
    expect(watching.estate().version).toBe(2);
    expect(watching.estate().meters.get('cot-e-main')?.multiplier[0]?.times).toBe(100);
    expect(changes.slice(1).map(({ changed, removed }) => [changed, removed])).toEqual([[['cot-e-main'], []]]);
  });

  test('says nothing of meters whose figures rest on what they did', () => {
    const watching = watch();
    edit(site, 'name: Wards\n        building', 'name: All wards\n        building');
    edit(site, 'topic: cottage/main', 'topic: cottage/intake');
    // The same keys in another order.
    edit(site, 'role: main\n        unit: m3', 'unit: m3\n        role: main');
    settle(watching);
    expect(watching.estate().meters.get('cot-e-main')?.topic).toBe('cottage/intake');
    expect(watching.estate().version).toBe(2);
    expect(changes[1]).toMatchObject({ changed: [], removed: [] });
  });

  test('names meters that are gone, and those exchanged by amendment', () => {
    const watching = watch();
    edit('amendments.yaml', 'closing: 4120', 'closing: 4121');
    edit('amendments.yaml', 'id: cot-w-main', 'id: cot-w-cold');
    settle(watching);
    expect(changes[1]).toMatchObject({ changed: ['cot-g-main', 'cot-w-cold'], removed: ['cot-w-main'] });
  });

  test('keeps the last good register while the folder has problems, and says each state of it once', () => {
    const watching = watch();
    edit(site, 'role: main', 'role: mian');
    settle(watching);
    settle(watching);
    expect(refusals).toHaveLength(1);
    expect(watching.problems().map(({ code, where, line }) => [code, where, line])).toEqual([
      ['estate.schema', site, 17],
    ]);
    expect(watching.estate().version).toBe(1);
    expect(changes).toHaveLength(1);
    edit(site, 'role: mian', 'role: main');
    settle(watching);
    expect(watching.problems()).toEqual([]);
    expect(watching.estate().version).toBe(1);
    expect(changes[1]).toMatchObject({ changed: [], removed: [] });
  });

  test('refuses to begin with a folder that is not sound', () => {
    edit(site, 'role: main', 'role: mian');
    expect(() => watch()).toThrow(/did you mean main\?/);
    expect(changes).toEqual([]);
  });

  test('finds what changed while nobody looked, and goes on counting', () => {
    watch().close();
    edit(site, 'digits: 5', 'digits: 6');
    const later = watch();
    expect(later.estate().version).toBe(2);
    expect(changes[1]).toMatchObject({ changed: ['cot-g-main'], removed: [] });
    const again = watch();
    expect(again.estate().version).toBe(2);
    expect(changes[2]).toMatchObject({ changed: [] });
  });

  test('tells the same meters again when what was told could not be done', () => {
    const failing = () => {
      throw new Error('the disk is full');
    };
    expect(() => watch({ onChange: failing })).toThrow('the disk is full');
    const watching = watch();
    expect(changes[0]?.changed).toEqual(allMeters);
    edit(site, 'digits: 5', 'digits: 6');
    let told = 0;
    const second = watch({ name: 'other', onChange: () => (told++ === 1 ? failing() : undefined) });
    edit(site, 'digits: 6, step: 1 }', 'digits: 7, step: 1 }');
    second.poll();
    expect(() => second.poll()).toThrow('the disk is full');
    second.poll();
    expect(told).toBe(3);
    settle(watching);
    expect(changes.at(-1)?.changed).toEqual(['cot-g-main']);
  });

  test('gives every watcher the same number, and each its own changes', () => {
    const derive = watch();
    const api = watch({ name: 'api' });
    edit(site, 'digits: 5', 'digits: 6');
    settle(api);
    settle(derive);
    expect([api.estate().version, derive.estate().version]).toEqual([2, 2]);
    expect(changes.map(({ changed }) => changed)).toEqual([allMeters, allMeters, ['cot-g-main'], ['cot-g-main']]);
  });

  test('looks by itself, and hands over what went wrong', async () => {
    const errors: unknown[] = [];
    const seen = new Promise<void>((resolve) => {
      watch({
        pollMs: 5,
        onError: (error) => {
          errors.push(error);
          resolve();
        },
        onChange: ({ estate }) => {
          if (estate.version === 2) throw new Error('not now');
        },
      });
    });
    edit(site, 'digits: 5', 'digits: 6');
    await seen;
    expect(errors[0]).toMatchObject({ message: 'not now' });
  });
});

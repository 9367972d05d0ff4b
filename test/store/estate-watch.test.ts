import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import type { Problem } from '../../domain/problems.ts';
import { type EstateWatch, type EstateWatchOptions, watchEstate } from '../../store/estate-watch.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

const decoders = [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }];

let folder: string;
let estateFolder: string;
let state: StateStore;
const changes: Estate[] = [];
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
    pollMs: 0,
    onChange: (estate) => changes.push(estate),
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
  test('gives the first register at once, as version 1', () => {
    const watching = watch();
    expect(changes.map(({ version, meters }) => [version, meters.size])).toEqual([[1, 4]]);
    expect(watching.estate()).toBe(changes[0]);
    settle(watching);
    expect(changes).toHaveLength(1);
  });

  test('takes a change when it was the same in two looks', () => {
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
    expect(changes.slice(1)).toEqual([watching.estate()]);
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
  });

  test('refuses to begin with a folder that is not sound', () => {
    edit(site, 'role: main', 'role: mian');
    expect(() => watch()).toThrow(/did you mean main\?/);
    expect(changes).toEqual([]);
  });

  test('goes on counting over restarts, and every watcher says the same number', () => {
    watch().close();
    edit(site, 'digits: 5', 'digits: 6');
    const [later, beside] = [watch(), watch()];
    expect([later.estate().version, beside.estate().version]).toEqual([2, 2]);
    edit(site, 'digits: 6', 'digits: 5');
    settle(beside);
    settle(later);
    expect([later.estate().version, beside.estate().version]).toEqual([3, 3]);
  });

  test('tells a change again that could not be taken, and keeps the register before it meanwhile', () => {
    let isFull = false;
    const watching = watch({
      onChange: (estate) => {
        if (isFull) throw new Error('the disk is full');
        changes.push(estate);
      },
    });
    edit(site, 'digits: 5', 'digits: 6');
    isFull = true;
    watching.poll();
    expect(() => watching.poll()).toThrow('the disk is full');
    expect(watching.estate().version).toBe(1);
    isFull = false;
    watching.poll();
    expect(changes.map(({ version }) => version)).toEqual([1, 2]);
    expect(watching.estate().version).toBe(2);
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
        onChange: ({ version }) => {
          if (version === 2) throw new Error('not now');
        },
      });
    });
    edit(site, 'digits: 5', 'digits: 6');
    await seen;
    expect(errors[0]).toMatchObject({ message: 'not now' });
  });
});

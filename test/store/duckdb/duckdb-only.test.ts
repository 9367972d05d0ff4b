import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { boundariesOf, startOfDay } from '../../../domain/time.ts';
import { openDuckDbStore } from '../../../store/duckdb/duckdb-store.ts';
import { end, startChild, until } from '../../servers/process.ts';
import { always, halfHour, noon, reading, register } from '../contract/samples.ts';
import { batchOf } from './killed-batches.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-duckdb-only-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const writer = resolve(import.meta.dirname, 'writing.child.ts');

describe('the DuckDB file', () => {
  test('loses nothing that was answered when its process is killed, fifteen times', async () => {
    const path = join(folder, 'killed.duckdb');
    let answered = -1;
    for (let kill = 0; kill < 15; kill++) {
      const { child, output } = startChild(process.execPath, [writer, path, String(answered + 1)]);
      await until('the first answer', () => /open\n\d+\n/.test(output()) || child.exitCode !== null, 60_000);
      if (child.exitCode !== null) throw new Error(output());
      await sleep((kill * 37) % 150);
      await end(child, 'SIGKILL');
      const numbers = output().split('\n').slice(1, -1).map(Number);
      answered = Math.max(answered, ...numbers);
    }
    expect(answered).toBeGreaterThanOrEqual(14);
    const store = await openDuckDbStore({ path });
    const expected = new Map<string, number>();
    for (let number = 0; number <= answered; number++) {
      for (const one of batchOf(number)) expected.set(`${one.meter} ${one.at}`, one.value);
    }
    const found = await Promise.all(
      [...Array(10).keys()].map((i) => store.readings(register(`killed-${i}`), always, 1e6)),
    );
    const kept = found.flat();
    // A batch that was written and not yet answered may be there too, but nothing twice.
    expect(new Set(kept.map((one) => `${one.meter} ${one.at}`)).size).toBe(kept.length);
    const values = new Map(kept.map((one) => [`${one.meter} ${one.at}`, one.value]));
    const lost = [...expected].filter(([key, value]) => !key.startsWith('killed-again') && values.get(key) !== value);
    expect(lost).toEqual([]);
    const [again] = await store.readings(register('killed-again'), always, 10);
    expect(again?.value).toBeGreaterThanOrEqual(answered);
    expect((await store.halfHours(['killed-half-hours'], always)).length).toBeGreaterThanOrEqual(answered + 2);
    await store.close();
  }, 240_000);

  test('is refused while another process holds it, and free again when that is killed', async () => {
    const path = join(folder, 'held.duckdb');
    const { child, output } = startChild(process.execPath, [writer, path, '0']);
    await until('the child to open the store', () => output().includes('open'));
    await expect(openDuckDbStore({ path })).rejects.toThrow(/store\.in-use/);
    await end(child, 'SIGKILL');
    await (await openDuckDbStore({ path })).close();
  });

  test('is refused to a second opening in the same process', async () => {
    const path = join(folder, 'twice.duckdb');
    const store = await openDuckDbStore({ path });
    await expect(openDuckDbStore({ path: join(folder, '.', 'twice.duckdb') })).rejects.toThrow(/store\.in-use/);
    await store.close();
    await (await openDuckDbStore({ path })).close();
  });

  test('is refused with the words of DuckDB when it is something else', async () => {
    const path = join(folder, 'letter.duckdb');
    writeFileSync(path, 'Dear Sir or Madam, this is not a database but a letter of some length.'.repeat(300));
    await expect(openDuckDbStore({ path })).rejects.toThrow(/store\.failed/);
    await expect(openDuckDbStore({ path: join(path, 'below-a-file.duckdb') })).rejects.toThrow(/store\.failed/);
  });

  test('keeps what it has over closing and opening, new names and integers too', async () => {
    const path = join(folder, 'again', 'opened.duckdb');
    for (let round = 0; round < 3; round++) {
      const store = await openDuckDbStore({ path });
      await store.write([reading(`round-${round}`, noon, round), reading('every-round', noon + round, round)]);
      await store.writeHalfHours([halfHour(`round-${round}`, noon, { rule: round === 1 ? 'gap' : 'register' })]);
      // Earlier than what is there, and the same again: both are looked for, not appended.
      await store.write([reading('every-round', noon - round, 10), reading('round-0', noon, 7)]);
      await store.close();
      await expect(store.ready()).rejects.toThrow(/closed/);
    }
    const store = await openDuckDbStore({ path });
    expect((await store.readings(register('every-round'), always, 10)).map((one) => one.value)).toEqual([
      10, 10, 10, 1, 2,
    ]);
    expect((await store.readings(register('round-0'), always, 10)).map((one) => one.value)).toEqual([7]);
    const rows = await store.halfHours(['round-0', 'round-1', 'round-2'], always);
    expect(rows.map((row) => `${row.meter} ${row.rule}`)).toEqual([
      'round-0 register',
      'round-1 gap',
      'round-2 register',
    ]);
    await store.close();
  });

  test('answers while it is written, and never half a batch', async () => {
    const store = await openDuckDbStore({ path: join(folder, 'beside.duckdb') });
    const rows = Array.from({ length: 100 }, (_, i) => `beside-${i}`);
    const state = { writing: true };
    const written = (async () => {
      for (let i = 0; i < 60; i++) await store.writeHalfHours(rows.map((meter) => halfHour(meter, noon + i * 1800)));
    })().finally(() => {
      state.writing = false;
    });
    let asked = 0;
    while (state.writing) {
      const sums = [...(await store.sumHalfHours(rows, [noon, noon + 60 * 1800]))];
      expect(new Set(sums.map((sum) => sum.measuredHalfHours)).size).toBeLessThanOrEqual(1);
      // An unknown meter is answered without asking the file, so without letting the writer on.
      await sleep(1);
      asked += 1;
    }
    await written;
    expect(asked).toBeGreaterThan(3);
    await store.close();
  });

  test('keeps the identity single when a batch holds it twice', async () => {
    const store = await openDuckDbStore({ path: join(folder, 'single.duckdb') });
    await store.write([1, 2, 3].map((value) => reading('twice', noon, value)));
    await store.write([4, 5].map((value) => reading('twice', noon - 60, value)));
    const kept = await store.readings(register('twice'), always, 10);
    expect(kept.map((one) => one.value)).toEqual([5, 3]);
    await store.close();
  });

  test('keeps a year of half-hours small and answers months from it', async () => {
    const path = join(folder, 'year.duckdb');
    const store = await openDuckDbStore({ path });
    const period = { from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') };
    const meters = Array.from({ length: 20 }, (_, i) => `year-${i}`);
    for (const [i, meter] of meters.entries()) {
      const rows = Array.from({ length: (period.to - period.from) / 1800 }, (_, k) =>
        halfHour(meter, period.from + k * 1800, { energy: ((k * 7919 + i) % 10_007) / 1000, volume: undefined }),
      );
      await store.writeHalfHours(rows);
    }
    const sums = [...(await store.sumHalfHours(meters, boundariesOf(period, 'month')))];
    expect(sums.length).toBe(240);
    await store.close();
    // 150 MB for 1,140 meters is 2.6 MB for 20.
    expect(statSync(path).size).toBeLessThan(4e6);
  });
});

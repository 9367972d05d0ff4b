import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RefusedReading } from '../../../store/reading-store.ts';
import { type InfluxServer, startInflux } from '../../servers/influx.ts';
import { describeWith } from '../../servers/locate.ts';
import { end, startChild, until } from '../../servers/process.ts';
import { always, halfHour, noon, reading, register } from '../contract/samples.ts';
import { openInflux } from './open-influx.ts';

describeWith(['influxd'], 'InfluxDB away and back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-outage-'));
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInflux();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what is written while it is down is spooled, drained in order, neither lost nor doubled', async () => {
    const { store, logged } = await openInflux({
      url: server.url,
      database: 'down',
      spoolFolder: join(folder, 'down'),
    });
    let drained = 0;
    store.onDrained(() => drained++);
    const batch = (k: number) => [reading('down', noon + k, k), reading('down-again', noon, k)];
    expect((await store.write(batch(0))).spooled).toBe(false);
    await server.crash();
    for (let k = 1; k <= 30; k++) expect((await store.write(batch(k))).spooled).toBe(true);
    expect(store.backlog().batches).toBe(30);
    await expect(store.readings(register('down'), always, 100)).rejects.toThrow(/store\.unreachable/);
    await expect(store.sumHalfHours(['down'], [noon, noon + 1800])).rejects.toThrow(/store\.unreachable/);
    await expect(store.writeHalfHours([halfHour('down', noon)])).rejects.toThrow(/store\.unreachable/);
    await expect(store.ready()).rejects.toThrow(/store\.unreachable/);
    await server.restart();
    // Live readings queue up behind what waits, until all is drained.
    for (let k = 31; k <= 40; k++) await store.write(batch(k));
    await until('the spool to be drained', () => store.backlog().batches === 0 && drained > 0);
    expect((await store.write(batch(41))).spooled).toBe(false);
    const kept = await store.readings(register('down'), always, 100);
    expect(kept.map((one) => one.value)).toEqual(Array.from({ length: 42 }, (_, k) => k));
    expect((await store.readings(register('down-again'), always, 100)).map((one) => one.value)).toEqual([41]);
    expect(readdirSync(join(folder, 'down')).filter((name) => name.endsWith('.spool'))).toEqual([]);
    // One line for the outage, whatever it lasts, and one for its end.
    expect(logged().match(/readings wait in the spool/g)).toHaveLength(1);
    expect(logged()).toContain('the spool is drained');
    await store.close();
  });

  test('it opens and spools though the database was never there, and makes it when it comes', async () => {
    await server.crash();
    const { store } = await openInflux({ url: server.url, database: 'later', spoolFolder: join(folder, 'later') });
    expect((await store.write([reading('later', noon, 1)])).spooled).toBe(true);
    await store.close();
    await server.restart();
    const again = await openInflux({ url: server.url, database: 'later', spoolFolder: join(folder, 'later') });
    await until('the spool to be drained', () => again.store.backlog().batches === 0);
    expect((await again.store.readings(register('later'), always, 10)).length).toBe(1);
    await again.store.close();
  });

  test('kill -9 while it spools loses nothing that was answered, fifteen times', async () => {
    await server.crash();
    const spoolFolder = join(folder, 'killed');
    const child = resolve(import.meta.dirname, 'spooling.child.ts');
    let answered = -1;
    for (let kill = 0; kill < 15; kill++) {
      const parameters = [child, server.url, spoolFolder, 'killed', String(answered + 1)];
      const running = startChild(process.execPath, parameters);
      const { child: killed, output } = running;
      await until('the first answer', () => /open\n\d+\n/.test(output()) || killed.exitCode !== null, 60_000);
      if (killed.exitCode !== null) throw new Error(output());
      await sleep((kill * 53) % 120);
      await end(running.child, 'SIGKILL');
      answered = Math.max(answered, ...running.output().split('\n').slice(1, -1).map(Number));
    }
    expect(answered).toBeGreaterThanOrEqual(14);
    await server.restart();
    const { store } = await openInflux({ url: server.url, database: 'killed', spoolFolder });
    await until('the spool to be drained', () => store.backlog().batches === 0);
    for (const meter of ['spooled-0', 'spooled-19']) {
      const kept = await store.readings(register(meter), always, 100_000);
      expect(kept.slice(0, answered + 1).map((one) => one.value)).toEqual([...Array(answered + 1).keys()]);
      expect(kept.length - answered - 1).toBeLessThanOrEqual(1);
    }
    const [again] = await store.readings(register('spooled-again'), always, 10);
    expect(again?.value).toBeGreaterThanOrEqual(answered);
    await store.close();
  }, 240_000);

  test('a reading that the database refuses when it is drained is told, the rest of its batch is kept', async () => {
    await server.crash();
    const told: RefusedReading[] = [];
    const { store } = await openInflux({
      url: server.url,
      database: 'told',
      spoolFolder: join(folder, 'told'),
      onRefused: (refused) => void told.push(...refused),
    });
    const tooOld = reading('told', 86_400, 1);
    await store.write([reading('told', noon, 1), tooOld, reading('told', noon + 1, 2)]);
    await server.restart();
    await until('the spool to be drained', () => store.backlog().batches === 0);
    expect(told.map((one) => one.reading)).toEqual([tooOld]);
    expect(told[0]?.reason).toMatch(/retention policy/);
    expect((await store.readings(register('told'), always, 10)).length).toBe(2);
    await store.close();
  });

  test('a query that is cut off in the middle of its answer rejects', async () => {
    const { store } = await openInflux({ url: server.url, database: 'cut', timeoutMs: 2_000 });
    const batch = Array.from({ length: 50_000 }, (_, i) => reading('cut', noon + i, i));
    await store.write(batch);
    const asked = Promise.allSettled([...Array(6).keys()].map(() => store.readings(register('cut'), always, 1e6)));
    await sleep(60);
    await server.crash();
    const settled = await asked;
    const failures = settled.filter((one) => one.status === 'rejected').map((one) => String(one.reason));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatch(/store\.unreachable/);
    const whole = settled.filter((one) => one.status === 'fulfilled');
    expect(whole.filter((one) => one.value.length !== 50_000)).toEqual([]);
    await server.restart();
    // Without a spool a write rejects as a read does.
    await server.crash();
    await expect(store.write([reading('cut', noon, 1)])).rejects.toThrow(/store\.unreachable/);
    await server.restart();
    await store.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../../domain/limits.ts';
import { type InfluxServer, startInflux } from '../../servers/influx.ts';
import { describeWith } from '../../servers/locate.ts';
import { always, halfHour, noon, reading, register } from '../contract/samples.ts';
import { openInflux } from './open-influx.ts';

describeWith(['influxd'], 'what InfluxDB 1.x refuses', () => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInflux();
  });
  afterAll(async () => await server.stop());

  /** Writes a line past the store, as a foreign program would. */
  async function writeForeign(database: string, line: string): Promise<void> {
    const authorization = `Basic ${Buffer.from('admin:admin-secret').toString('base64')}`;
    const url = `${server.url}/write?db=${database}&precision=s`;
    const answer = await fetch(url, { method: 'POST', body: line, headers: { authorization } });
    if (answer.status !== 204) throw new Error(await answer.text());
  }

  describe('lines', () => {
    test('a field that a foreign writer made a text: those lines are refused with its words, the others kept', async () => {
      const { store } = await openInflux({ url: server.url, database: 'foreign' });
      await store.ready();
      // Types hold for one shard: the readings of that month are refused, no others.
      const month = noon - 500 * 86_400;
      await writeForeign('foreign_readings', `reading,meter=other value="text" ${month}`);
      const batch = Array.from({ length: 500 }, (_, i) => reading('foreign', noon + i, i));
      const bad = [reading('foreign', month, 1), reading('foreign', month + 60, 2)];
      const mixed = [...batch.slice(0, 100), ...bad.slice(0, 1), ...batch.slice(100), ...bad.slice(1)];
      const { refused, spooled } = await store.write(mixed);
      expect(spooled).toBe(false);
      expect(refused.map((one) => one.reading)).toEqual(bad);
      for (const one of refused) expect(one.reason).toMatch(/field type conflict/);
      expect(await store.readings(register('foreign'), always, 1_000)).toEqual(batch);
      await store.close();
    });

    test('older than the term: refused with its words', async () => {
      const { store } = await openInflux({ url: server.url, database: 'old' });
      const { refused } = await store.write([reading('old', 86_400, 1), reading('old', noon, 2)]);
      expect(refused.map((one) => one.reading.at)).toEqual([86_400]);
      expect(refused[0]?.reason).toMatch(/retention policy/);
      await store.close();
    });

    test('a figure: the write rejects, the other figures are kept', async () => {
      const { store } = await openInflux({ url: server.url, database: 'figure' });
      await store.ready();
      await writeForeign('figure_figures', `half_hour,meter=other energy_kwh="text" ${noon - 500 * 86_400}`);
      const rows = [halfHour('figure', noon), halfHour('figure', noon - 500 * 86_400)];
      await expect(store.writeHalfHours(rows)).rejects.toThrow(/field type conflict.*reading\.refused-by-store/s);
      expect(await store.halfHours(['figure'], always)).toEqual([rows[0]]);
      await store.close();
    });
  });

  describe('databases', () => {
    const policies = async (name: string): Promise<string> =>
      JSON.stringify(await server.ask(`SHOW RETENTION POLICIES ON "${name}"`));

    test('they are made, readings with a term of seven years, figures for ever', async () => {
      const { store } = await openInflux({ url: server.url, database: 'made' });
      expect(await policies('made_readings')).toContain(`"${limits.readingsTermDays * 24}h0m0s"`);
      expect(await policies('made_figures')).toContain('"0s"');
      await store.close();
    });

    test('a changed term is set on a database that is there', async () => {
      await server.ask('CREATE DATABASE "term_readings" WITH DURATION 90d NAME "autogen"');
      const { store } = await openInflux({ url: server.url, database: 'term', readingsTermDays: 4_000 });
      expect(await policies('term_readings')).toContain('"96000h0m0s"');
      await store.close();
      const longer = await openInflux({ url: server.url, database: 'term', readingsTermDays: Infinity });
      expect(await policies('term_readings')).toContain('"0s"');
      await longer.store.close();
    });

    test('a term shorter than a signed figure needs is refused', async () => {
      const opened = openInflux({ url: server.url, database: 'short', readingsTermDays: 365 });
      await expect(opened).rejects.toThrow(/config\.invalid/);
    });

    test('a name with quotes in it is a name', async () => {
      const database = `odd "name"; DROP DATABASE made_figures; --`;
      const { store } = await openInflux({ url: server.url, database });
      await store.write([reading('odd', noon, 1)]);
      expect((await store.readings(register('odd'), always, 10)).length).toBe(1);
      expect(await policies('made_figures')).toContain('autogen');
      await store.close();
    });
  });

  describe('logins', () => {
    test('a wrong password is said as such, and a write rejects', async () => {
      const { store, logged } = await openInflux({ url: server.url, database: 'login', password: 'secret-but-wrong' });
      await expect(store.ready()).rejects.toThrow(/store\.refused-login/);
      await expect(store.write([reading('login', noon, 1)])).rejects.toThrow(/store\.refused-login/);
      await expect(store.readings(register('login'), always, 1)).rejects.toThrow(/store\.refused-login/);
      expect(logged()).toContain('store.refused-login');
      expect(logged()).not.toContain('secret-but-wrong');
      await store.close();
    });

    test('a user who may not make databases uses those that are there', async () => {
      for (const name of ['plain_readings', 'plain_figures']) await server.ask(`CREATE DATABASE "${name}"`);
      await server.ask(`CREATE USER plain WITH PASSWORD 'plain-secret'`);
      for (const name of ['plain_readings', 'plain_figures']) await server.ask(`GRANT ALL ON "${name}" TO plain`);
      const login = { user: 'plain', password: 'plain-secret' };
      const { store } = await openInflux({ url: server.url, database: 'plain', ...login });
      await store.ready();
      expect((await store.write([reading('plain', noon, 1)])).refused).toEqual([]);
      expect((await store.readings(register('plain'), always, 10)).length).toBe(1);
      await store.close();
      const none = await openInflux({ url: server.url, database: 'absent', ...login });
      await expect(none.store.ready()).rejects.toThrow(/store\.(no-database|refused-login)/);
      await none.store.close();
    });
  });
});

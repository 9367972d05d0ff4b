import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownPoint } from '../../../domain/series.ts';
import type { ReadingStore } from '../../../store/reading-store.ts';
import { type InfluxServer, startInflux } from '../../servers/influx.ts';
import { describeWith } from '../../servers/locate.ts';
import { openInflux } from './open-influx.ts';

describeWith(['influxd'], 'points for dashboards', () => {
  let server: InfluxServer;
  let store: ReadingStore;
  beforeAll(async () => {
    server = await startInflux();
    ({ store } = await openInflux({ url: server.url, database: 'shown' }));
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  const quarantined = (messages: number): ShownPoint => ({
    series: 'quarantine_day',
    tags: { code: 'message.unparsable' },
    fields: { messages, waiting: 1 },
    at: 1_772_409_600,
  });

  test('are written over themselves', async () => {
    await store.writeShown?.([quarantined(3)]);
    const none = { last_heard_s: 0, last_heard_known: 0, overdue: 1 };
    const tags = { meter: 'a', site: 's', utility: 'water' };
    await store.writeShown?.([quarantined(5), { series: 'heard_day', tags, fields: none, at: 1_772_409_600 }]);
    const valuesOf = async (name: string): Promise<unknown> => {
      const answer = await server.ask(`SELECT * FROM ${name}`, 'shown_figures');
      const { results } = answer as { results: { series: { columns: string[]; values: unknown[][] }[] }[] };
      return results[0]?.series.map(({ columns, values }) => ({ columns, values }));
    };
    expect(await valuesOf('heard_day')).toEqual([
      {
        columns: ['time', 'last_heard_known', 'last_heard_s', 'meter', 'overdue', 'site', 'utility'],
        values: [['2026-03-02T00:00:00Z', 0, 0, 'a', 1, 's', 'water']],
      },
    ]);
    expect(await valuesOf('quarantine_day')).toEqual([
      {
        columns: ['time', 'code', 'messages', 'waiting'],
        values: [['2026-03-02T00:00:00Z', 'message.unparsable', 5, 1]],
      },
    ]);
  });

  test('that cannot be kept are refused whole', async () => {
    await expect(store.writeShown?.([quarantined(7), quarantined(Number.NaN)])).rejects.toThrow(/of a figure/);
  });
});

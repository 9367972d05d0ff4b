import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsAskedFor } from '../../domain/alerts/subjects.ts';
import { halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { ReadingStore, StoredHalfHour } from '../../store/reading-store.ts';
import { readInto, readWatchWindow } from '../../store/watch-window.ts';
import { sampleModel, subjectsAt } from '../domain/alerts/simulated-site.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-watch-'));
const model = sampleModel('2026-03-01');
const period = { from: startOfDay('2026-03-02'), to: startOfDay('2026-03-06') };
/** Of the last day nothing is over yet. */
const until = startOfDay('2026-03-05');
const site = 'saltmere-general';
const subjects = subjectsAt(model, site, until);
const ids = columnsAskedFor(subjects);
/** Half-hours that are known otherwise than by measuring. */
const [estimated, missing] = [10, 11];
let store: ReadingStore;

beforeAll(async () => {
  store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  const rows = ids.flatMap((meter) => {
    const { utility = 'electricity' } = model.estate.meters.get(meter) ?? {};
    return Array.from({ length: 4 * 48 }, (_, i): StoredHalfHour => {
      const start = period.from + i * halfHourSeconds;
      const amount = model.halfHour(meter, start);
      return {
        meter,
        site,
        utility,
        start,
        energy: utility === 'water' ? undefined : amount,
        volume: utility === 'water' || utility === 'gas' ? amount : undefined,
        quality: i === estimated ? 'estimated' : i === missing ? 'missing' : 'measured',
        rule: 'register',
        registerVersion: 1,
      };
    });
  });
  await store.writeHalfHours(rows);
  await store.write(
    Array.from({ length: 3 * 48 }, (_, i) => ({
      meter: 'outside-temperature',
      quantity: 'temperature' as const,
      kind: 'instant' as const,
      at: period.from + i * halfHourSeconds + 60,
      value: i / 10,
      period: 0,
      received: period.from + i * halfHourSeconds + 60,
    })),
  );
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the window of a site', () => {
  it('has what was measured of every meter, and nothing that was not or is not over', async () => {
    const columns = await readWatchWindow({ store }, model.estate, subjects, { period, until });
    expect(columns.count).toBe(4 * 48);
    expect([...columns.columns.keys()]).toEqual(ids);
    for (const [meter, column] of columns.columns) {
      expect(column[20]).toBeCloseTo(model.halfHour(meter, period.from + 20 * halfHourSeconds), 4);
      expect([column[estimated], column[missing], column[3 * 48], column.at(-1)]).toEqual([NaN, NaN, NaN, NaN]);
    }
    expect(columns.temperature?.[20]).toBeCloseTo(2, 6);
    expect(columns.temperature?.at(-1)).toBeNaN();
  });

  it('knows that panels make nothing by night, though nobody says so', async () => {
    const column = new Float64Array(48);
    const later = { from: startOfDay('2026-03-10'), to: startOfDay('2026-03-11') };
    await readInto({ store }, model.estate, new Map([['sal-e-pv', column]]), later, later.from);
    expect(column.map((value) => Number(value === 0)).reduce((sum, one) => sum + one, 0)).toBe(9);
    expect([column[0], column[4], column[44], column[47]]).toEqual([0, 0, 0, 0]);
    expect([column[5], column[43]]).toEqual([NaN, NaN]);
  });

  it('prices a meter by the supply it hangs behind, and heat that is made here by its fuel', async () => {
    const { worth } = await readWatchWindow({ store }, model.estate, subjects, { period, until });
    const at = (meter: string): unknown => {
      const { price } = worth.get(meter) ?? {};
      return typeof price === 'object' ? price.values[20] : price;
    };
    expect(at('sal-e-main')).toBeGreaterThan(0.1);
    expect(at('sal-e-theatres')).toBe(at('sal-e-main'));
    expect(at('sal-e-pv')).toBe(at('sal-e-main'));
    // Pounds a m³, of which only a part goes back to the sewer.
    expect(at('sal-w-main')).toBeCloseTo(4.1525, 4);
    const heat = subjects.tree.find(({ utility }) => utility === 'heat')?.meter as string;
    const gas = worth.get('sal-g-main')?.kgco2e as number;
    expect(gas).toBeGreaterThan(0.15);
    expect(worth.get(heat)?.kgco2e).toBeCloseTo(gas / 0.82, 9);
  });
});

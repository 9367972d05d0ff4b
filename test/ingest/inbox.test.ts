import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { acceptMeter, type AcceptDoors } from '../../ingest/accept-meter.ts';
import { InboxWatch } from '../../ingest/inbox-watch.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { delivery, openBooks, type TestBooks } from './books.ts';
import { madeEstate } from './made-meter.ts';

const now = 1_795_456_800;
const log = pino({ level: 'silent' });
let books: TestBooks;
let folder: string;
beforeEach(async () => {
  books = await openBooks(() => now);
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-inbox-'));
});
afterEach(async () => {
  await books.close();
  rmSync(folder, { recursive: true });
});

const everything = { after: 0, limit: 100 };

describe('seeing', () => {
  const message = (topic: string, payload: string, at = 0) => {
    return { topic, payload: Buffer.from(payload), received: now + at, retained: false };
  };

  test('counts each message, and looks at a topic once a minute at most', () => {
    vi.useFakeTimers();
    try {
      const noteInbox = vi.spyOn(books.state, 'noteInbox');
      const watch = new InboxWatch(books.state, madeEstate([]), log);
      for (let at = 0; at < 59; at++) watch.see(message('boiler-house/gas', String(at), at));
      expect(noteInbox).not.toHaveBeenCalled();
      vi.advanceTimersByTime(limits.inboxPauseMs);
      expect(books.state.inbox(everything)).toMatchObject([
        { topic: 'boiler-house/gas', messages: 59, last: now + 58 },
      ]);
      for (let at = 59; at < 118; at++) watch.see(message('boiler-house/gas', String(at), at));
      vi.advanceTimersByTime(limits.inboxPauseMs * 5);
      expect(noteInbox).toHaveBeenCalledTimes(1);
      watch.see(message('boiler-house/gas', '118', 118));
      watch.close();
      expect(books.state.inbox(everything)).toMatchObject([
        {
          messages: 119,
          first: now,
          last: now + 118,
          payload: Uint8Array.from(Buffer.from('118')),
          proposals: [{ utility: 'gas' }],
        },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a flood of topics costs a message next to nothing, and what is kept is bounded', () => {
    const watch = new InboxWatch(books.state, madeEstate([]), log);
    const began = process.cpuUsage();
    for (let i = 0; i < 100_000; i++) watch.see(message(`flood/${i}`, '1'));
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 100_000).toBeLessThan(20);
    expect(books.state.inbox(everything)).toEqual([]);
  });
});

describe('accepting', () => {
  function writeEstate() {
    mkdirSync(folder, { recursive: true });
    const site = { id: 's', name: 'S', organisation: 'o', type: 'office', gross_internal_area_m2: 100 };
    writeFileSync(join(folder, 'estate.yaml'), stringify({ organisations: [{ id: 'o', name: 'O' }], sites: [site] }));
  }
  const estateOf = (): Estate => {
    const reading = readEstateFolder(folder, estateOptions);
    if (reading.problems) throw new Error('not sound');
    return reading.estate;
  };
  const meter = {
    site: 's',
    id: 'boiler-house-w',
    name: 'Water',
    utility: 'water',
    role: 'sub',
    unit: 'm3',
    topic: 'boiler-house/water',
    decoder: 'number',
  } as const;

  async function heardByNobody() {
    writeEstate();
    let estate = estateOf();
    const { store, state } = books;
    const pipeline = new Pipeline({ source: 's', store, state, estate, clock: () => now * 1000, log });
    pipeline.start();
    for (const [at, value] of [
      [0, '11'],
      [60, '11.5'],
      [120, 'x'],
    ] as const) {
      const sent = delivery({ topic: meter.topic, payload: Buffer.from(value), received: now + at });
      void pipeline.offer(sent);
      await sent.ended;
    }
    await vi.waitFor(() => expect(state.inbox(everything)).toHaveLength(1), 5_000);
    const takeUp = () => {
      estate = estateOf();
      pipeline.setEstate(estate);
    };
    const doors: AcceptDoors = {
      folder,
      options: estateOptions,
      estate: () => estate,
      takeUp,
      state,
      pipeline,
      clock: () => now,
    };
    return { doors, pipeline };
  }

  test('writes the meter into the register, decodes what had waited, and is kept for ever', async () => {
    const { doors, pipeline } = await heardByNobody();
    const { state, store } = books;
    const [entry] = state.inbox(everything);
    expect(entry).toMatchObject({
      topic: meter.topic,
      proposals: [{ decoder: 'number', utility: 'water', unit: 'm3' }],
    });
    const request = { entry: 1, meter, who: 'ann', reason: 'seen on the wall' };
    const result = await acceptMeter(request, doors, () => {});
    expect(result).toMatchObject({ meter: 'boiler-house-w', replayed: 2, still: 1 });
    expect(readFileSync(join(folder, 'amendments.yaml'), 'utf8')).toContain('id: boiler-house-w');
    const series = { meter: 'boiler-house-w', quantity: 'volume', kind: 'register' } as const;
    expect((await store.from(series, 0, 10)).map(({ at, value }) => [at, value])).toEqual([
      [now, 11],
      [now + 60, 11.5],
    ]);
    expect(state.inboxEntry(1)?.state).toBe('accepted');
    expect(state.acts({ limit: 5 })).toMatchObject([
      {
        kind: 'accept-meter',
        who: 'ann',
        meter: 'boiler-house-w',
        reason: 'seen on the wall',
        detail: { entry: 1, meter },
      },
    ]);
    // A crash before the job was ended: it is begun again and finds its work done.
    expect(await acceptMeter(request, doors, () => {})).toMatchObject({ replayed: 0 });
    expect(readFileSync(join(folder, 'amendments.yaml'), 'utf8').match(/boiler-house-w/g)).toHaveLength(1);
    await pipeline.close();
  });

  test('a meter that the register cannot hold is refused, and nothing is changed', async () => {
    const { doors, pipeline } = await heardByNobody();
    const request = { entry: 1, meter: { ...meter, unit: 'kW' } as never, who: 'ann', reason: 'r' };
    await expect(acceptMeter(request, doors, () => {})).rejects.toThrow('an entry contradicts itself');
    expect(books.state.acts({ limit: 5 })).toEqual([]);
    expect(books.state.inboxEntry(1)?.state).toBe('open');
    await expect(acceptMeter({ ...request, entry: 7 }, doors, () => {})).rejects.toThrow(
      'there is nothing with this id',
    );
    await pipeline.close();
  });
});

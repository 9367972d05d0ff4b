import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { type House, openHouse } from '../../cli/house.ts';
import { makeSimulatedHistory } from '../../cli/make-history.ts';
import { readConfig } from '../../cli/read-config.ts';
import { openTerminal } from '../../cli/terminal.ts';
import { root, scratch } from './running.ts';

const ground = scratch();
afterAll(() => ground.remove());
// The practices alone, with the weather they name: enough dialects, and quick.
const estate = join(ground.path, 'estate');
for (const name of ['estate.yaml', 'practices.yaml', 'observed.yaml']) {
  cpSync(join(root, 'estates/sample', name), join(estate, name));
}
const midnight = Date.parse('2026-11-23T00:00:00Z') / 1000;
const hour = 3600;
const never = new Promise<void>(() => undefined);
const silent = openTerminal({ out: process.stdout, err: process.stderr, in: process.stdin, interactive: false });
const terminal = { ...silent, progress: () => undefined };

/** Opens the house at a time of that day, makes what history it lacks, and looks. */
async function startAt<T>(hours: number, look: (house: House, complete: boolean) => T | Promise<T>, stopped = never) {
  const flags = { estate, data: join(ground.path, 'data'), 'simulator.history_months': '0' };
  const house = await openHouse({
    config: readConfig({ file: undefined, environment: {}, flags }),
    log: pino({ level: 'silent' }),
    clock: () => (midnight + hours * hour) * 1000,
    holder: 'start',
    embedded: true,
  });
  try {
    const life = await makeSimulatedHistory(house, terminal, stopped);
    return await look(house, life !== undefined);
  } finally {
    await house.close();
  }
}

/** Messages received of each meter on that day, and how many of all readings were anything but stored. */
function booked({ state }: House): { received: number[]; odd: number } {
  const lines = state.ledger({ from: '2026-11-23', to: '2026-11-23' });
  const received = new Set(lines.map(({ messages }) => messages.received));
  return {
    received: [...received].sort((a, b) => a - b),
    odd: lines.reduce((sum, { readings }) => sum + readings.decoded - readings.stored, 0),
  };
}

async function rulesOf({ store }: House, to: number): Promise<string[]> {
  const meters = ['qui-e-main', 'lar-g-main', 'thi-w-main'];
  const rows = await store.halfHours(meters, { from: midnight, to: midnight + to * hour });
  expect(rows.length).toBe(meters.length * 2 * to);
  return [...new Set(rows.map(({ rule }) => rule))];
}

test('the time between two starts is filled as if the meters had spoken, each half-hour once', async () => {
  await startAt(10.4, async (house, complete) => {
    expect(complete).toBe(true);
    expect(booked(house)).toEqual({ received: [21], odd: 0 });
    expect(await rulesOf(house, 10)).toEqual(['register']);
  });
  await startAt(15.7, async (house) => {
    expect(booked(house)).toEqual({ received: [32], odd: 0 });
    expect(await rulesOf(house, 15.5)).toEqual(['register']);
  });
  // The same half-hour again: nothing has passed.
  await startAt(15.9, (house) => expect(booked(house)).toEqual({ received: [32], odd: 0 }));
});

test('a stretch that was stopped is finished as it was begun, and then what has passed since', async () => {
  await startAt(
    18.2,
    (house, complete) => {
      expect(complete).toBe(false);
      expect(booked(house)).toEqual({ received: [32, 37], odd: 0 });
    },
    Promise.resolve(),
  );
  await startAt(20.1, async (house, complete) => {
    expect(complete).toBe(true);
    expect(booked(house)).toEqual({ received: [41], odd: 0 });
    expect(await rulesOf(house, 20)).toEqual(['register']);
  });
});

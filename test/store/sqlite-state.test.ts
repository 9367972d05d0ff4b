import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateStore, type StateOptions } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { batchOf, type StateHouse, stateStoreContract } from './state-store.contract.ts';

let folder: string;
let path: string;
const opened: StateStore[] = [];

function open(options: Partial<StateOptions> = {}): StateStore {
  const state = openStateStore(path, { clock: () => 1_795_000_000, holder: 'test', ...options });
  opened.push(state);
  return state;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-state-'));
  path = join(folder, 'state.db');
});
afterEach(() => {
  for (const state of opened.splice(0)) state.close();
  rmSync(folder, { recursive: true });
});

describe('the state on SQLite', () => {
  stateStoreContract((work) => {
    const house: StateHouse = {
      now: 1_795_000_000,
      open: ({ holder = 'test', bounds = {} } = {}) => open({ clock: () => house.now, holder, bounds }),
    };
    work(house);
  });
});

const writer = fileURLToPath(new URL('./state-writer.ts', import.meta.url));

/** Starts a writing process; `said` grows to the number of the last commit it says has returned. */
function startWriter(holder: string, commits: number) {
  const child = spawn(process.execPath, [writer, path, holder, String(commits)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const writing = { child, said: 0, errors: '', closed: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    writing.said = Number(text.trimEnd().split('\n').at(-1));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    writing.errors += text;
  });
  return writing;
}

function integrity(): unknown {
  const db = new DatabaseSync(path);
  try {
    return db.prepare('pragma integrity_check').get()?.['integrity_check'];
  } finally {
    db.close();
  }
}

const always = { from: '2026-01-01', to: '2026-12-31' };

/** The number of the newest commit of a holder, told by every theme of the file: all must agree. */
function commitsOf(state: StateStore, holder: string): number {
  const [line] = state.ledger(always, [holder]);
  const count = line?.messages.decoded ?? 0;
  expect(line?.readings.revised ?? 0).toBe(count);
  const rows = state.quarantine({ after: 0, limit: 100_000 }).filter((row) => row.topic === holder);
  expect(rows.map((row) => Number(row.detail))).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  expect(rows.every((row) => row.payload.length === 500 && row.payload[0] === Number(row.detail) % 256)).toBe(true);
  expect(state.highWater([holder]).get(holder)?.value ?? 0).toBe(count);
  expect(state.superseded(holder, { from: 0, to: 1e9 }).map((row) => row.at)).toEqual(rows.map((row) => row.received));
  expect(state.fingerprints(holder).size).toBe(count);
  expect(state.memory(holder)).toEqual(count === 0 ? undefined : new Uint8Array([count % 256]));
  // At most the verdict of the commit that did not come is left.
  const identities = Array.from({ length: count + 2 }, (_, i) => `${holder}/energy/register/${i}`);
  const left = [...state.prepared(identities).keys()];
  expect([[], [`${holder}/energy/register/${count + 1}`]]).toContainEqual(left);
  return count;
}

describe('several processes', () => {
  test('make one file at the same moment and lose nothing of what each writes', async () => {
    const holders = ['one', 'two', 'three'];
    const commits = 150;
    const writers = holders.map((holder) => startWriter(holder, commits));
    await Promise.all(writers.map((writing) => writing.closed));
    expect(writers.map(({ errors, child }) => [child.exitCode, errors])).toEqual(holders.map(() => [0, '']));
    const state = open();
    expect(holders.map((holder) => commitsOf(state, holder))).toEqual([commits, commits, commits]);
    expect(state.ledger(always, ['shared', 'meter-7']).map((line) => line.messages.decoded)).toEqual([
      3 * commits,
      3 * commits,
    ]);
    expect(state.touched(100).map(({ spans }) => spans.map(({ from, to }) => [from, to]))).toEqual(
      Array.from({ length: 20 }, () => [[1, commits + 1]]),
    );
    const heard = state.heardSince(0, 1000);
    expect(heard.sequence).toBe(3 * commits);
    expect(integrity()).toBe('ok');
  });

  test('meet a sentence, not an endless wait, where one of them holds the file', () => {
    const state = open({ bounds: { stateWaitMs: 50 } });
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    expect(() => state.remember('a', 'b')).toThrow(/store\.busy/);
    other.exec('rollback');
    other.close();
    state.remember('a', 'b');
    expect(state.recall('a')).toBe('b');
  });
});

describe('kill -9 among commits', () => {
  const rounds = [30, 75, 120, 165, 210, 255, 300, 345];

  test('is tried often enough', () => expect(rounds).toHaveLength(8));

  test.each(rounds)('%i ms after the first: every commit is whole or absent, none said is lost', async (pause) => {
    const writing = startWriter('one', 1_000_000);
    while (writing.said === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, pause));
    writing.child.kill('SIGKILL');
    await writing.closed;
    expect(writing.child.signalCode).toBe('SIGKILL');
    const count = commitsOf(open({ holder: 'one' }), 'one');
    expect(count).toBeGreaterThanOrEqual(writing.said);
    expect(count).toBeLessThanOrEqual(writing.said + 100);
    expect(integrity()).toBe('ok');
    // It goes on where it was.
    const [state] = opened;
    state?.commit(batchOf({ tallies: [{ day: '2026-11-23', meter: 'one', decoded: 1 }] }));
    expect(state?.ledger(always, ['one'])[0]?.messages.decoded).toBe(count + 1);
  });
});

describe('no room', () => {
  test('refuses the commit as a whole with store.full and goes on when there is room', () => {
    const state = open({ bounds: { stateBytes: 400_000 } });
    const payload = new Uint8Array(20_000);
    const commit = (on: StateStore, n: number) =>
      on.commit(
        batchOf({
          tallies: [{ day: '2026-11-23', meter: 'a', quarantined: 1 }],
          memory: new Map([[String(n), payload]]),
        }),
      );
    let done = 0;
    expect(() => {
      for (; done < 1_000; done++) commit(state, done);
    }).toThrow(/no room left.*\[store\.full\]/);
    expect(done).toBeGreaterThan(3);
    expect(state.ledger(always)[0]?.messages.quarantined).toBe(done);
    expect(state.memory(String(done))).toBeUndefined();
    expect(() => commit(state, done)).toThrow(/store\.full/);
    state.close();
    const roomy = open();
    commit(roomy, done);
    expect(roomy.ledger(always)[0]?.messages.quarantined).toBe(done + 1);
    expect(integrity()).toBe('ok');
  });
});

describe('a file that cannot be used', () => {
  test('of a newer Meterhouse is refused and left as it is', () => {
    open().close();
    const db = new DatabaseSync(path);
    db.exec('pragma user_version = 7777');
    expect(() => open()).toThrow(
      /: the state file was written by a newer Meterhouse; found schema version 7777; expected at most \d+\./,
    );
    expect(db.prepare('pragma user_version').get()).toEqual({ user_version: 7777 });
    db.close();
  });

  test('of another program is refused and left as it is', () => {
    const db = new DatabaseSync(path);
    db.exec('create table invoices (id integer)');
    expect(() => open()).toThrow(/it is an SQLite file of another program.*\[store\.damaged\]/);
    expect(db.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'invoices' }]);
    db.close();
  });

  test('that is no database is refused', () => {
    writeFileSync(path, 'estate: North\n'.repeat(1000));
    expect(() => open()).toThrow(/\[store\.damaged\]/);
  });

  test('that is a folder is refused', () => {
    path = folder;
    expect(() => open()).toThrow(/\[store\.unwritable\]/);
  });

  test('that is closed is refused', () => {
    const state = open();
    state.close();
    state.close();
    expect(() => state.remember('a', 'b')).toThrow(/\[internal\]/);
  });
});

test('nobody but the owner may read the file or its log', () => {
  open().remember('a', 'b');
  expect(['', '-wal', '-shm'].map((end) => statSync(path + end).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
});

test('values that are no numbers are refused as a whole', () => {
  const state = open();
  const batch = batchOf({
    tallies: [{ day: '2026-11-23', meter: 'a', decoded: 1 }],
    highWater: [{ series: 'a', at: 1, value: Number.NaN, received: 1 }],
  });
  expect(() => state.commit(batch)).toThrow(/\[internal\]/);
  expect(state.ledger(always)).toEqual([]);
});

test('what people did and signed cannot be changed, nor deleted, by whoever has the file open', () => {
  const act = { at: 1, who: 'Ada', kind: 'void-readings', meter: 'm', reason: 'a test', detail: {} } as const;
  open().recordAct(act);
  const db = new DatabaseSync(path);
  try {
    expect(() => db.exec(`update act set reason = 'another'`)).toThrow(/an act is never changed/);
    expect(() => db.exec('delete from act')).toThrow(/an act is never deleted/);
    const triggers = db.prepare(`select name from sqlite_schema where type = 'trigger' order by name`).all();
    const things = ['act', 'alert_event', 'sign_off'];
    expect(triggers.map(({ name }) => name)).toEqual(things.flatMap((thing) => [`${thing}_kept`, `${thing}_stays`]));
  } finally {
    db.close();
  }
});

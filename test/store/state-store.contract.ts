import { describe, expect, test } from 'vitest';
import type { InboxSighting } from '../../domain/estate/inbox.ts';
import { limits } from '../../domain/limits.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import type { StateBounds } from '../../store/state/file.ts';
import type {
  ApiKey,
  BatchCommit,
  Quarantined,
  QuarantineFilter,
  StateStore,
  Verdict,
} from '../../store/state-store.ts';

export interface StateHouse {
  /** Opens the one state of this test; each call is another process's view of it. */
  readonly open: (options?: { readonly holder?: string; readonly bounds?: Partial<StateBounds> }) => StateStore;
  /** Epoch seconds that the stores see. */
  now: number;
}

/** A batch that changes nothing but what is given. */
export function batchOf(change: Partial<BatchCommit>): BatchCommit {
  return {
    tallies: [],
    quarantined: [],
    touched: [],
    held: false,
    highWater: [],
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: undefined,
    memory: new Map(),
    ...change,
  };
}

function quarantinedOf(change: Partial<Quarantined> = {}): Quarantined {
  return {
    topic: 'site/meter',
    payload: new Uint8Array([0, 255, 39]),
    received: 1_795_000_000,
    qos: 1,
    retained: false,
    code: 'message.unparsable',
    detail: 'not JSON',
    meter: 'unregistered',
    refusedReadings: 0,
    ...change,
  };
}

const reading: Reading = {
  meter: 'ward-3',
  quantity: 'energy',
  kind: 'register',
  at: 1_794_990_000,
  value: 1234.5,
  period: 0,
  received: 1_795_000_000,
};

const verdict: Verdict = {
  identity: 'ward-3/energy/register/1794990000',
  verdict: 'revised',
  before: 1200,
  after: 1234.5,
  at: 1_794_990_000,
};

/** What every SQL text, path and pattern might stumble over. */
const hostile = [
  "'; drop table ledger; --",
  '" or 1=1 --',
  '%_*?[a]\\',
  '}]"\'`${1+1}',
  'line\nbreak\ttab\r',
  'æøå £ m³ 🏥 \u202e',
  '__proto__',
  'constructor',
  ' ',
  '',
  'null',
] as const;

type Use = (work: (house: StateHouse) => void) => void;

/** What the docstrings of the port promise. `use` makes a house with an empty state and clears it away. */
export function stateStoreContract(use: Use): void {
  ledgerContract(use);
  quarantineContract(use);
  quarantineDaysContract(use);
  quarantineBoundsContract(use);
  quarantineAgeContract(use);
  verdictContract(use);
  parkedContract(use);
  hearingContract(use);
  memoryContract(use);
  touchedContract(use);
  heldContract(use);
  derivationContract(use);
  leaseContract(use);
  versionContract(use);
  knownContract(use);
  keyContract(use);
  sessionContract(use);
  jobContract(use);
  actContract(use);
  inboxContract(use);
  hostileContract(use);
}

function ledgerContract(use: Use): void {
  const day = '2026-11-23';
  describe('ledgers', () => {
    test('add up over batches, days and meters', () =>
      use(({ open }) => {
        const state = open();
        state.commit(batchOf({ tallies: [{ day, meter: 'a', decoded: 2, ignored: 1, qos0: 1, stored: 3 }] }));
        state.commit(
          batchOf({
            tallies: [
              { day, meter: 'a', decoded: 1, quarantined: 4, repeated: 1, revised: 2, refused: 5, parked: 2 },
              { day: '2026-11-24', meter: 'a', decoded: 1, stored: 1 },
              { day, meter: 'b', ignored: 7 },
            ],
          }),
        );
        expect(state.ledger({ from: day, to: day })).toEqual([
          {
            day,
            meter: 'a',
            messages: { received: 8, decoded: 3, ignored: 1, quarantined: 4, qos0: 1 },
            readings: { decoded: 13, stored: 3, repeated: 1, revised: 2, refused: 5, parked: 2 },
          },
          {
            day,
            meter: 'b',
            messages: { received: 7, decoded: 0, ignored: 7, quarantined: 0, qos0: 0 },
            readings: { decoded: 0, stored: 0, repeated: 0, revised: 0, refused: 0, parked: 0 },
          },
        ]);
        const twoDays = { from: day, to: '2026-11-24' };
        expect(state.ledger(twoDays, ['a']).map((line) => line.day)).toEqual([day, '2026-11-24']);
        expect(state.ledger(twoDays, [])).toEqual([]);
        expect(state.ledger({ from: '2026-11-25', to: '2026-11-26' })).toEqual([]);
      }));

    test('move a parked reading to where it belongs without losing it', () =>
      use(({ open }) => {
        const state = open();
        state.commit(batchOf({ tallies: [{ day, meter: 'a', decoded: 1, parked: 1 }] }));
        state.commit(batchOf({ tallies: [{ day, meter: 'a', parked: -1, repeated: 1 }] }));
        expect(state.ledger({ from: day, to: day })[0]?.readings).toMatchObject({ decoded: 1, parked: 0, repeated: 1 });
      }));

    test('are kept for ten years and no longer', () =>
      use((house) => {
        const state = house.open();
        state.commit(batchOf({ tallies: [{ day: '2016-11-01', meter: 'a', decoded: 1 }] }));
        state.commit(batchOf({ tallies: [{ day: '2016-11-20', meter: 'a', decoded: 1 }] }));
        house.now = Date.parse('2026-11-23T12:00:00Z') / 1000;
        expect(limits.ledgerDays).toBe(3660);
        const later = house.open();
        expect(later.ledger({ from: '2000-01-01', to: '2030-01-01' }).map((line) => line.day)).toEqual(['2016-11-20']);
      }));
  });
}

function quarantineContract(use: Use): void {
  describe('quarantine', () => {
    test('keeps what was received, byte for byte, in order, by page and by code', () =>
      use(({ open }) => {
        const state = open();
        const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
        const refused = quarantinedOf({ payload, retained: true, refusedReadings: 3 });
        const empty = quarantinedOf({ code: 'message.empty', payload: new Uint8Array(), meter: 'ward-3', qos: 2 });
        state.commit(batchOf({ quarantined: [refused, empty] }));
        state.commit(batchOf({ quarantined: [quarantinedOf({ detail: 'third' })] }));
        const all = state.quarantine({ after: 0, limit: 10 });
        expect(all).toHaveLength(3);
        const [first, second, third] = all;
        expect(first).toEqual({ ...refused, id: first?.id, replayed: false });
        expect(second).toEqual({ ...empty, id: second?.id, replayed: false });
        expect(state.quarantine({ after: first?.id ?? 0, limit: 1 })).toEqual([second]);
        expect(state.quarantine({ after: 0, limit: 10, code: 'message.unparsable' })).toEqual([first, third]);
        expect(state.quarantined([third?.id ?? 0, 999, first?.id ?? 0])).toEqual([third, first]);
      }));

    test('remembers what was replayed', () =>
      use(({ open }) => {
        const state = open();
        state.commit(batchOf({ quarantined: [quarantinedOf(), quarantinedOf()] }));
        const ids = state.quarantine({ after: 0, limit: 10 }).map((row) => row.id);
        state.commit(batchOf({ replayed: ids.slice(1) }));
        expect(state.quarantine({ after: 0, limit: 10 }).map((row) => row.replayed)).toEqual([false, true]);
        expect(state.countQuarantined({ replayed: false })).toBe(1);
      }));

    test('is searched by reason, meter, topic and period, alone and together', () =>
      use(({ open }) => {
        const state = open();
        const at = 1_795_000_000;
        state.commit(
          batchOf({
            quarantined: [
              quarantinedOf({ detail: '1', topic: 'site/a/power', received: at }),
              quarantinedOf({ detail: '2', topic: 'site/b/power', received: at + 10, meter: 'ward-3' }),
              quarantinedOf({ detail: '3', topic: 'site/b', received: at + 20, code: 'message.empty' }),
              quarantinedOf({ detail: '4', topic: 'elsewhere', received: at + 30 }),
            ],
          }),
        );
        const of = (filter: QuarantineFilter): string => {
          const found = state.quarantine({ ...filter, after: 0, limit: 10 }).map((row) => row.detail);
          expect(state.countQuarantined(filter)).toBe(found.length);
          return found.join('');
        };
        expect(of({})).toBe('1234');
        expect(of({ topic: 'site/+/power' })).toBe('12');
        expect(of({ topic: 'site/b/#' })).toBe('23');
        expect(of({ topic: '#', code: 'message.empty' })).toBe('3');
        expect(of({ from: at + 10, to: at + 30 })).toBe('23');
        expect(of({ meter: 'unregistered', to: at + 25 })).toBe('13');
        expect(of({ meter: 'ward-3', topic: 'site/a/#' })).toBe('');
        const [first] = state.quarantine({ after: 0, limit: 1 });
        expect(state.quarantine({ topic: 'site/#', after: first?.id ?? 0, limit: 1 })).toMatchObject([{ detail: '2' }]);
      }));
  });
}

function quarantineDaysContract(use: Use): void {
  describe('the days of the quarantine', () => {
    test('counts its days by code, and what waits', () =>
      use(({ open }) => {
        const state = open();
        const at = (iso: string) => Date.parse(iso) / 1000;
        const list = ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z', '2026-03-02T09:00:00Z'].map((iso) =>
          quarantinedOf({ received: at(iso) }),
        );
        const empty = quarantinedOf({ received: at('2026-03-02T10:00:00Z'), code: 'message.empty' });
        state.commit(batchOf({ quarantined: [...list, empty] }));
        const third = state.quarantine({ after: 0, limit: 10 })[2]?.id ?? 0;
        state.commit(batchOf({ replayed: [third] }));
        const unparsable = 'message.unparsable';
        expect(state.quarantineDays(at('2026-03-01T00:00:00Z'))).toEqual([
          { day: '2026-03-01', code: unparsable, messages: 1, waiting: 1 },
          { day: '2026-03-02', code: 'message.empty', messages: 1, waiting: 1 },
          { day: '2026-03-02', code: unparsable, messages: 2, waiting: 1 },
        ]);
        expect(state.quarantineDays(at('2026-03-02T09:30:00Z'))).toHaveLength(1);
      }));
  });
}

function quarantineBoundsContract(use: Use): void {
  describe('the bounds of the quarantine', () => {
    const details = (state: StateStore) => state.quarantine({ after: 0, limit: 10 }).map((row) => row.detail);

    test('of rows: the oldest expire and are counted', () =>
      use(({ open }) => {
        const state = open({ bounds: { quarantineRows: 5 } });
        for (let i = 0; i < 4; i++) {
          const pair = [quarantinedOf({ detail: `a${i}` }), quarantinedOf({ detail: `b${i}` })];
          state.commit(batchOf({ quarantined: pair }));
        }
        expect(details(state)).toEqual(['b1', 'a2', 'b2', 'a3', 'b3']);
        expect(state.quarantineUse()).toMatchObject({ rows: 5, expired: 3 });
      }));

    test('of bytes: the oldest expire and are counted', () =>
      use(({ open }) => {
        const state = open({ bounds: { quarantineBytes: 10_000 } });
        const payload = new Uint8Array(3_000);
        for (let i = 0; i < 5; i++) {
          state.commit(batchOf({ quarantined: [quarantinedOf({ payload, detail: String(i) })] }));
        }
        expect(details(state)).toEqual(['2', '3', '4']);
        const use = state.quarantineUse();
        expect(use).toMatchObject({ rows: 3, expired: 2 });
        expect(use.bytes).toBeGreaterThan(9_000);
        expect(use.bytes).toBeLessThanOrEqual(10_000);
        // One that is larger than the whole bound goes too, and with it everything before.
        state.commit(batchOf({ quarantined: [quarantinedOf({ payload: new Uint8Array(20_000) })] }));
        expect(state.quarantineUse()).toEqual({ rows: 0, bytes: 0, expired: 6, oldest: undefined, expiring: 0 });
      }));

    test('hold when a flood comes in one batch', () =>
      use(({ open }) => {
        const state = open({ bounds: { quarantineRows: 1_500 } });
        const flood = Array.from({ length: 4_000 }, (_, i) => quarantinedOf({ detail: String(i) }));
        state.commit(batchOf({ quarantined: flood }));
        expect(state.quarantineUse()).toMatchObject({ rows: 1_500, expired: 2_500 });
        expect(state.quarantine({ after: 0, limit: 1 })[0]?.detail).toBe('2500');
      }));
  });
}

function quarantineAgeContract(use: Use): void {
  describe('the age of what is in quarantine', () => {
    test('is bounded: said before, and then the oldest expire and are counted, though nothing new comes', () =>
      use((house) => {
        const state = house.open();
        const born = house.now;
        const term = limits.quarantineSeconds;
        const received = [born, born + 86_400, born + 30 * 86_400];
        state.commit(
          batchOf({ quarantined: received.map((at) => quarantinedOf({ received: at, detail: String(at) })) }),
        );
        const [first] = state.quarantine({ after: 0, limit: 1 });
        expect(state.quarantineUse()).toMatchObject({ oldest: born, expiring: 0 });
        house.now = born + term - limits.quarantineNoticeSeconds + 1;
        expect(state.quarantineUse()).toMatchObject({ expiring: 1 });
        expect(state.expireQuarantined()).toBe(0);
        house.now += 86_400;
        expect(state.quarantineUse()).toMatchObject({ expiring: 2 });
        // Replayed, it is no loss.
        state.commit(batchOf({ replayed: [first?.id ?? 0] }));
        expect(state.quarantineUse()).toMatchObject({ oldest: born + 86_400, expiring: 1 });
        house.now = born + 86_400 + term + 1;
        expect(state.expireQuarantined()).toBe(2);
        expect(state.expireQuarantined()).toBe(0);
        const use = state.quarantineUse();
        expect(use).toMatchObject({ rows: 1, expired: 2, oldest: born + 30 * 86_400, expiring: 0 });
        expect(use.bytes).toBeGreaterThan(0);
        expect(use.bytes).toBeLessThan(200);
      }));

    test('is bounded for more rows than are looked at in one go', () =>
      use((house) => {
        const state = house.open();
        const old = Array.from({ length: 2_500 }, () => quarantinedOf({ received: house.now }));
        state.commit(batchOf({ quarantined: [...old, quarantinedOf({ received: house.now + 60 })] }));
        house.now += limits.quarantineSeconds + 1;
        expect(state.expireQuarantined()).toBe(2_500);
        expect(state.quarantineUse()).toMatchObject({ rows: 1, expired: 2_500 });
      }));
  });
}

function verdictContract(use: Use): void {
  describe('verdicts on late readings', () => {
    test('are there for the one that comes again after a crash, until they are settled', () =>
      use(({ open }) => {
        const before = open();
        const stored: Verdict = { ...verdict, identity: 'b/energy/register/5', verdict: 'stored', before: undefined };
        before.prepare([verdict, stored]);
        before.close();
        const after = open();
        const found = after.prepared([verdict.identity, 'unknown', stored.identity]);
        expect([...found.values()]).toEqual([verdict, stored]);
        expect([...found.keys()]).toEqual([verdict.identity, stored.identity]);
        after.commit(batchOf({ settled: [verdict.identity, 'never-prepared'] }));
        expect([...after.prepared([verdict.identity, stored.identity]).keys()]).toEqual([stored.identity]);
      }));

    test('are replaced when an identity is prepared again', () =>
      use(({ open }) => {
        const state = open();
        state.prepare([verdict]);
        state.prepare([{ ...verdict, before: 1234.5, after: 9 }]);
        expect(state.prepared([verdict.identity]).get(verdict.identity)).toMatchObject({ before: 1234.5, after: 9 });
      }));

    test('are no more than the bound when nobody settles them: the oldest go', () =>
      use((house) => {
        const state = house.open({ bounds: { preparedRows: 3 } });
        const identities = ['a/1', 'b/2', 'c/3', 'd/4', 'e/5'];
        for (const identity of identities) {
          house.now += 1;
          state.prepare([{ ...verdict, identity }]);
        }
        expect([...state.prepared(identities).keys()]).toEqual(['c/3', 'd/4', 'e/5']);
      }));

    test('leave the old values of revisions, by the time of the reading', () =>
      use(({ open }) => {
        const state = open();
        const later = { identity: 'ward-3/energy/register/200', at: 200, before: 0, after: 1, replaced: 900 };
        const first = { identity: 'ward-3/energy/register/100', at: 100, before: 5, after: 6, replaced: 901 };
        const second = { ...first, before: 6, after: 7 };
        const elsewhere = { ...first, identity: 'ward-33/energy/register/100' };
        state.commit(batchOf({ superseded: [later, first, second, elsewhere] }));
        expect(state.superseded('ward-3', { from: 0, to: 201 })).toEqual([first, second, later]);
        expect(state.superseded('ward-3', { from: 101, to: 200 })).toEqual([]);
        expect(state.superseded('ward-33', { from: 100, to: 101 })).toEqual([elsewhere]);
      }));
  });
}

function parkedContract(use: Use): void {
  describe('parked readings', () => {
    test('wait, each process its own, the oldest first, and are taken out once', () =>
      use(({ open }) => {
        const state = open({ holder: 'ingest-1' });
        const other = open({ holder: 'ingest-2' });
        const second: Reading = { ...reading, kind: 'interval', period: 1800, value: -0.25 };
        state.commit(batchOf({ parked: [reading, second] }));
        other.commit(batchOf({ parked: [reading] }));
        const rows = state.parked(10);
        expect(rows.map((row) => row.reading)).toEqual([reading, second]);
        expect(state.parked(1)).toEqual(rows.slice(0, 1));
        expect(other.parked(10)).toHaveLength(1);
        const taken = rows.slice(0, 1).map((row) => row.id);
        state.commit(batchOf({ unparked: taken }));
        expect(state.parked(10)).toEqual(rows.slice(1));
        const again = batchOf({ unparked: taken, tallies: [{ day: '2026-11-23', meter: 'a', stored: 1 }] });
        expect(() => state.commit(again)).toThrow(/settled twice/);
        expect(state.ledger({ from: '2026-11-23', to: '2026-11-23' })).toEqual([]);
      }));

    test('are refused beyond their bound, the whole batch', () =>
      use(({ open }) => {
        const state = open({ bounds: { parkedReadings: 2 } });
        state.commit(batchOf({ parked: [reading, reading] }));
        expect(() => state.commit(batchOf({ parked: [reading] }))).toThrow(/store\.full/);
        expect(state.parked(10)).toHaveLength(2);
        state.commit(batchOf({ unparked: state.parked(1).map((row) => row.id) }));
        state.commit(batchOf({ parked: [reading] }));
        expect(state.parked(10)).toHaveLength(2);
      }));
  });
}

function hearingContract(use: Use): void {
  describe('what was heard', () => {
    const mark = (series: string, at: number, value: number) => ({ series, at, value, received: at + 1 });

    test('is the newest reading of each series and never goes back', () =>
      use(({ open }) => {
        const state = open();
        state.commit(batchOf({ highWater: [mark('a', 10, 1), mark('b', 20, 2)] }));
        state.commit(batchOf({ highWater: [mark('a', 5, 99), mark('b', 21, 3)] }));
        expect([...state.highWater(['a', 'b', 'c'])]).toEqual([
          ['a', mark('a', 10, 1)],
          ['b', mark('b', 21, 3)],
        ]);
        // A revision of the newest reading is heard.
        state.commit(batchOf({ highWater: [mark('a', 10, 4)] }));
        expect(state.highWater(['a']).get('a')?.value).toBe(4);
      }));

    test('is told once to a listener, in the order of commits, page by page', () =>
      use(({ open }) => {
        const state = open();
        const start = state.heardSince(Number.MAX_SAFE_INTEGER, 0).sequence;
        state.commit(batchOf({ highWater: [mark('a', 1, 1), mark('b', 1, 1), mark('c', 1, 1)] }));
        const first = state.heardSince(start, 2);
        expect(first.list.map((row) => row.series)).toEqual(['a', 'b']);
        state.commit(batchOf({ highWater: [mark('a', 2, 1)] }));
        const second = state.heardSince(first.sequence, 10);
        expect(second.list.map((row) => `${row.series} ${row.at}`)).toEqual(['c 1', 'a 2']);
        expect(state.heardSince(second.sequence, 10)).toEqual({ sequence: second.sequence, list: [] });
        // The same reading once more is nothing new.
        state.commit(batchOf({ highWater: [mark('a', 2, 1)] }));
        const third = state.heardSince(second.sequence, 10);
        expect(third.list).toEqual([]);
        expect(state.heardSince(0, 0)).toEqual(third);
      }));
  });
}

function memoryContract(use: Use): void {
  describe('what is remembered for sources and decoders', () => {
    test('fingerprints by source, of about the newest messages', () =>
      use(({ open }) => {
        const state = open({ bounds: { fingerprints: 4 } });
        const add = (source: string, ...list: string[]) => state.commit(batchOf({ fingerprints: { source, list } }));
        expect([...state.fingerprints('mqtt')]).toEqual([]);
        add('mqtt', 'a', 'b');
        add('mqtt');
        add('other', 'x');
        add('mqtt', 'c', 'd');
        expect([...state.fingerprints('mqtt')]).toEqual(['a', 'b', 'c', 'd']);
        add('mqtt', 'e');
        // A batch goes as a whole, when those after it are enough.
        expect([...state.fingerprints('mqtt')]).toEqual(['a', 'b', 'c', 'd', 'e']);
        add('mqtt', 'f');
        expect([...state.fingerprints('mqtt')]).toEqual(['c', 'd', 'e', 'f']);
        expect([...state.fingerprints('other')]).toEqual(['x']);
      }));

    test('memory of decoders, byte for byte, the newest of each key', () =>
      use(({ open }) => {
        const state = open();
        state.commit(batchOf({ memory: new Map([['k', new Uint8Array([1, 0, 255])]]) }));
        expect(state.memory('k')).toEqual(new Uint8Array([1, 0, 255]));
        state.commit(batchOf({ memory: new Map([['k', new Uint8Array()]]) }));
        expect(state.memory('k')).toEqual(new Uint8Array());
        expect(state.memory('other')).toBeUndefined();
      }));

    test('memory within its bound: that goes which was written longest ago', () =>
      use(({ open }) => {
        const state = open({ bounds: { decoderMemoryBytes: 3_000 } });
        const kilobyte = new Uint8Array(990);
        for (const key of ['a', 'b', 'c']) state.commit(batchOf({ memory: new Map([[key, kilobyte]]) }));
        state.commit(batchOf({ memory: new Map([['a', kilobyte]]) }));
        state.commit(batchOf({ memory: new Map([['d', kilobyte]]) }));
        expect(['a', 'b', 'c', 'd'].map((key) => state.memory(key) !== undefined)).toEqual([true, false, true, true]);
      }));
  });
}

const span = (meter: string, from: number, to: number) => ({ meter, from, to });
/** Spans are told in hours, so that those that are apart are further apart than a half-hour. */
const hours = (meter: string, from: number, to: number) => span(meter, from * 3_600, to * 3_600);
const spansOf = (state: StateStore) =>
  state
    .touched(100)
    .flatMap(({ meter, spans }) => spans.map(({ from, to }) => `${meter} ${from / 3_600}-${to / 3_600}`));

function touchedContract(use: Use): void {
  describe('touched spans', () => {
    test('are merged where they meet and stay apart where they do not', () =>
      use(({ open }) => {
        const state = open();
        state.touch([hours('a', 0, 10), hours('a', 20, 30), hours('b', 0, 5)]);
        state.commit(batchOf({ touched: [hours('a', 30, 40), hours('b', 100, 101)] }));
        expect(spansOf(state)).toEqual(['a 0-10', 'a 20-40', 'b 0-5', 'b 100-101']);
        state.touch([hours('a', 5, 25)]);
        expect(spansOf(state)).toEqual(['a 0-40', 'b 0-5', 'b 100-101']);
        state.touch([hours('a', -5, 50), hours('a', 7, 8)]);
        expect(spansOf(state)).toEqual(['a -5-50', 'b 0-5', 'b 100-101']);
      }));

    test('are one where they lie less than a half-hour apart', () =>
      use(({ open }) => {
        const state = open();
        for (const at of [0, 0.25, 0.75, 1.5]) state.touch([hours('a', at, at)]);
        expect(spansOf(state)).toEqual(['a 0-0.75', 'a 1.5-1.5']);
        state.touch([hours('a', 1, 1)]);
        expect(spansOf(state)).toEqual(['a 0-1.5']);
      }));

    test('stay until they are settled, and a new touch outlives the settling of the old', () =>
      use(({ open }) => {
        const state = open();
        state.touch([hours('a', 0, 10), hours('b', 0, 10)]);
        const taken = state.touched(100).flatMap(({ spans }) => spans.map(({ id }) => id));
        expect(taken).toHaveLength(2);
        state.touch([hours('a', 0, 10)]);
        state.settleTouched(taken);
        expect(spansOf(state)).toEqual(['a 0-10']);
        state.settleTouched(state.touched(1).flatMap(({ spans }) => spans.map(({ id }) => id)));
        expect(spansOf(state)).toEqual([]);
      }));

    test('come by meter, those first that wait longest', () =>
      use(({ open }) => {
        const state = open();
        state.touch([hours('c', 0, 1), hours('a', 0, 1), hours('b', 0, 1)]);
        state.touch([hours('c', 0, 2), hours('c', 10, 11)]);
        expect(state.touched(2).map(({ meter, spans }) => [meter, spans.length])).toEqual([
          ['c', 2],
          ['a', 1],
        ]);
        // A meter that waits for a spool is not to be derived yet.
        state.commit(batchOf({ touched: [hours('d', 0, 1)], held: true }));
        expect(state.touchedMeters()).toBe(3);
      }));

    test('become one span of a meter when there are too many', () =>
      use(({ open }) => {
        const state = open({ bounds: { touchedSpans: 3 } });
        state.touch([0, 10, 20].map((from) => hours('a', from, from + 1)));
        expect(spansOf(state)).toHaveLength(3);
        state.touch([hours('a', 30, 31), hours('b', 0, 1)]);
        expect(spansOf(state)).toEqual(['a 0-31', 'b 0-1']);
      }));
  });
}

function heldContract(use: Use): void {
  describe('held spans', () => {
    test('are held by one process until it lets go of its own', () =>
      use(({ open }) => {
        const one = open({ holder: 'ingest-1' });
        const two = open({ holder: 'ingest-2' });
        one.commit(batchOf({ touched: [hours('a', 0, 10)], held: true }));
        one.commit(batchOf({ touched: [hours('a', 5, 20)], held: true }));
        two.commit(batchOf({ touched: [hours('a', 100, 110)], held: true }));
        one.touch([hours('a', 18, 30)]);
        expect(spansOf(one)).toEqual(['a 18-30']);
        one.releaseTouched();
        expect(spansOf(two)).toEqual(['a 0-30']);
        two.releaseTouched();
        one.releaseTouched();
        expect(spansOf(one)).toEqual(['a 0-30', 'a 100-110']);
      }));

    test('are held over a restart of the process', () =>
      use(({ open }) => {
        const before = open({ holder: 'ingest-1' });
        before.commit(batchOf({ touched: [hours('a', 0, 10)], held: true }));
        before.close();
        const after = open({ holder: 'ingest-1' });
        expect(spansOf(after)).toEqual([]);
        after.releaseTouched();
        expect(spansOf(after)).toEqual(['a 0-10']);
      }));
  });
}

function derivationContract(use: Use): void {
  describe('derivation', () => {
    const gap = (meter: string, from: number, to: number, energy: number | undefined = 1) => ({
      meter,
      from,
      to,
      energy,
      volume: undefined,
    });

    test('replaces the gaps of a meter that start in the window', () =>
      use(({ open }) => {
        const state = open();
        state.replaceGaps('a', { from: 0, to: 100 }, [gap('a', 0, 10), gap('a', 50, 200, 0)]);
        const unknown = { ...gap('b', 0, 10), energy: undefined };
        state.replaceGaps('b', { from: 0, to: 100 }, [unknown]);
        state.replaceGaps('a', { from: 0, to: 50 }, [gap('a', 20, 30)]);
        const all = { from: -1000, to: 1000 };
        expect(state.gaps(['b', 'a'], all)).toEqual([unknown, gap('a', 20, 30), gap('a', 50, 200, 0)]);
        expect(state.gaps(['a'], { from: 100, to: 101 })).toEqual([gap('a', 50, 200, 0)]);
        expect(state.gaps(['a'], { from: 30, to: 50 })).toEqual([]);
        expect(state.gaps([], all)).toEqual([]);
        state.replaceGaps('a', all, []);
        expect(state.gaps(['a'], all)).toEqual([]);
      }));

    test('tells listeners what it wrote, once, in order, within a bound', () =>
      use(({ open }) => {
        const state = open({ bounds: { derivedRows: 3 } });
        expect(state.derivedSince(0, 10)).toEqual({ sequence: 0, list: [] });
        const spans = [span('a', 1, 2), span('a', 2, 3)];
        state.recordDerived(spans);
        const first = state.derivedSince(0, 1);
        expect(first.list).toEqual(spans.slice(0, 1));
        expect(state.derivedSince(first.sequence, 10).list).toEqual(spans.slice(1));
        const newest = state.derivedSince(Number.MAX_SAFE_INTEGER, 0).sequence;
        const more = [3, 4, 5, 6].map((from) => span('b', from, from + 1));
        state.recordDerived(more);
        expect(state.derivedSince(newest, 10).list).toEqual(more.slice(1));
        // Numbered without a hole: one that is seen says that rows have gone unread.
        const { sequence, list } = state.derivedSince(0, 10);
        expect([sequence, list.length]).toEqual([newest + more.length, 3]);
        expect(newest).toBe(spans.length);
      }));
  });
}

function leaseContract(use: Use): void {
  describe('leases and facts', () => {
    test('one holder at a time, until it lets go or time runs out', () =>
      use(({ open }) => {
        const state = open();
        expect(state.lease('derive', 'one', 10, 1000)).toBe(true);
        expect(state.lease('derive', 'two', 10, 1005)).toBe(false);
        expect(state.lease('other', 'two', 10, 1005)).toBe(true);
        expect(state.lease('derive', 'one', 10, 1008)).toBe(true);
        expect(state.lease('derive', 'two', 10, 1017)).toBe(false);
        expect(state.lease('derive', 'two', 10, 1018)).toBe(true);
        state.endLease('derive', 'one');
        expect(state.lease('derive', 'one', 10, 1019)).toBe(false);
        state.endLease('derive', 'two');
        expect(state.lease('derive', 'one', 10, 1019)).toBe(true);
      }));

    test('one taken by a clock that was set back since holds nobody up', () =>
      use(({ open }) => {
        const state = open();
        expect(state.lease('derive', 'dead', 10, 90_000)).toBe(true);
        expect(state.lease('derive', 'two', 10, 1000)).toBe(true);
        expect(state.lease('derive', 'dead', 10, 1001)).toBe(false);
        // A second or two of correction is no such thing.
        expect(state.lease('derive', 'dead', 10, 998)).toBe(false);
      }));

    test('facts outlive the process, the newest value of each', () =>
      use(({ open }) => {
        const state = open();
        expect(state.recall('register')).toBeUndefined();
        state.remember('register', '1');
        state.remember('register', '2');
        state.close();
        expect(open().recall('register')).toBe('2');
      }));
  });
}

function versionContract(use: Use): void {
  describe('numbered contents', () => {
    test('versions grow by one with each other content, for all processes alike, and are kept', () =>
      use((house) => {
        const one = house.open();
        const two = house.open();
        const files = (text: string) => [
          { name: 'sites.yaml', text },
          { name: 'same.yaml', text: 'the same' },
        ];
        const content = (hash: string) => ({ hash, files: files(hash) });
        expect(one.versionAt('estate', house.now)).toBeUndefined();
        expect(one.keepVersion('estate', content('abc'))).toBe(1);
        expect(two.keepVersion('estate', content('abc'))).toBe(1);
        house.now += 100;
        expect(two.keepVersion('estate', content('def'))).toBe(2);
        expect(one.keepVersion('tariffs', content('abc'))).toBe(1);
        expect(one.keepVersion('estate', content('def'))).toBe(2);
        house.now += 100;
        expect(one.keepVersion('estate', content('abc'))).toBe(3);
        expect(two.version('estate', 2)).toEqual({ version: 2, since: house.now - 100, ...content('def') });
        expect(two.version('estate', 4)).toBeUndefined();
        const heldAt = [-1000, -200, -101, -100, -1, 0, 50].map((s) => one.versionAt('estate', house.now + s)?.version);
        expect(heldAt).toEqual([1, 1, 1, 2, 2, 3, 3]);
      }));

    test('of versions the oldest make room, with the files that no other has', () =>
      use(({ open }) => {
        const state = open({ bounds: { keptVersions: 2 } });
        for (const text of ['a', 'b', 'c']) {
          state.keepVersion('estate', {
            hash: text,
            files: [
              { name: 'x.yaml', text },
              { name: 'y.yaml', text: 'y' },
            ],
          });
        }
        expect([1, 2, 3].map((number) => state.version('estate', number)?.files.map(({ text }) => text))).toEqual([
          undefined,
          ['b', 'y'],
          ['c', 'y'],
        ]);
      }));
  });
}

function knownContract(use: Use): void {
  const day = (at: number, energy: number) => {
    const halfHours = { measuredHalfHours: 48, estimatedHalfHours: 0, missingHalfHours: 0 };
    return { day: at, energy, volume: 0, measuredEnergy: energy, measuredVolume: 0, ...halfHours, measuredShare: 1 };
  };
  const all = { from: 0, to: 1_000_000 };

  describe('what was known', () => {
    test('settled days come back as they were, in the order of their changes, with their causes', () =>
      use((house) => {
        const state = house.open();
        expect(state.keptSince()).toBe(house.now);
        const one = { meter: 'a', replaced: 100, causes: ['readings'], days: [day(0, 1.25), day(90_000, 2)] } as const;
        const unknown = [{ from: 176_400, to: 349_200 }];
        const two = { meter: 'a', replaced: 200, causes: ['ruling', 'register'], days: [day(0, 1)] } as const;
        state.keepDaysBefore([{ ...one, unknown }]);
        state.keepDaysBefore([
          { ...two, unknown: [] },
          { ...two, meter: 'b', unknown: [] },
        ]);
        expect(state.daysBefore(['a'], all, 0)).toEqual([
          { ...one, unknown },
          { ...two, unknown: [] },
        ]);
        expect(state.daysBefore(['b', 'c'], all, 200)).toHaveLength(1);
        expect(state.daysBefore(['b', 'c'], all, 201)).toEqual([]);
        expect(state.daysBefore(['a'], { from: 90_000, to: 176_400 }, 0)).toEqual([
          { ...one, days: [day(90_000, 2)], unknown: [] },
        ]);
      }));

    test('beyond the bound the oldest go, and it is said since when all is kept', () =>
      use(({ open }) => {
        const state = open({ bounds: { daysBeforeBytes: 120 } });
        for (const replaced of [2_000_000_000, 2_000_000_100, 2_000_000_200, 2_000_000_300]) {
          state.keepDaysBefore([{ meter: 'a', replaced, causes: ['readings'], days: [day(0, replaced)], unknown: [] }]);
        }
        const left = state.daysBefore(['a'], all, 0).map(({ replaced }) => replaced);
        expect(left.length).toBeGreaterThan(0);
        expect(left.length).toBeLessThan(4);
        expect(state.keptSince()).toBe((left[0] ?? 0) - 100);
      }));

    test('gaps are those that were known at an instant', () =>
      use((house) => {
        const state = house.open();
        const gap = (from: number, energy: number) => ({
          meter: 'a',
          from,
          to: from + 1800,
          energy,
          volume: undefined,
        });
        const known = (at: number) => state.gapsKnownAt(['a'], all, at).map(({ from, energy }) => [from, energy]);
        const begun = house.now;
        state.replaceGaps('a', all, [gap(0, 1), gap(3600, 2)]);
        house.now += 100;
        state.replaceGaps('a', all, [gap(0, 1), gap(3600, 3)]);
        house.now += 100;
        state.replaceGaps('a', all, [gap(3600, 3)]);
        expect(known(begun - 1)).toEqual([]);
        const [first, second] = [
          [0, 1],
          [3600, 2],
        ];
        expect(known(begun)).toEqual([first, second]);
        expect(known(begun + 99)).toEqual([first, second]);
        expect(known(begun + 100)).toEqual([first, [3600, 3]]);
        expect(known(begun + 200)).toEqual([[3600, 3]]);
        expect(state.gaps(['a'], all).map(({ from }) => from)).toEqual([3600]);
      }));
  });
}

function keyContract(use: Use): void {
  describe('API keys', () => {
    const key: ApiKey = {
      id: 'k1',
      name: 'Wall display',
      role: 'read',
      organisations: [],
      sites: ['north', 'south'],
      created: 100,
      revoked: undefined,
    };

    test('are found by their hash until they are revoked', () =>
      use(({ open }) => {
        const state = open();
        state.addKey(key, 'hash-1');
        state.addKey({ ...key, id: 'k2', role: 'admin', created: 99 }, 'hash-2');
        expect(state.keyByHash('hash-1')).toEqual(key);
        expect(state.keyByHash('hash')).toBeUndefined();
        expect(state.keys().map(({ id }) => id)).toEqual(['k2', 'k1']);
        expect(state.revokeKey('k1', 200)).toBe(true);
        expect(state.revokeKey('k1', 201)).toBe(false);
        expect(state.revokeKey('nobody', 201)).toBe(false);
        expect(state.keyByHash('hash-1')).toBeUndefined();
        expect(state.keys()[1]).toEqual({ ...key, revoked: 200 });
      }));

    test('have ids and hashes of their own', () =>
      use(({ open }) => {
        const state = open();
        state.addKey(key, 'hash-1');
        expect(() => state.addKey(key, 'hash-2')).toThrow(/request\.invalid/);
        expect(() => state.addKey({ ...key, id: 'k2' }, 'hash-1')).toThrow(/request\.invalid/);
        expect(state.keys()).toHaveLength(1);
      }));
  });
}

function sessionContract(use: Use): void {
  describe('sessions of browsers', () => {
    const key: ApiKey = {
      id: 'k1',
      name: 'Wall display',
      role: 'read',
      organisations: [],
      sites: [],
      created: 100,
      revoked: undefined,
    };
    const session = { hash: 's1', key: 'k1', created: 1_000, used: 1_000, ends: 1_000 + limits.signedInSeconds };

    test('are found by their hash until they are over, signed out, or the key is revoked', () =>
      use(({ open }) => {
        const state = open();
        state.addKey(key, 'hash-1');
        state.addSession(session);
        state.addSession({ ...session, hash: 's2' });
        expect(state.sessionByHash('s1', 1_001)).toEqual({ session, key });
        expect(state.sessionByHash('s3', 1_001)).toBeUndefined();
        expect(state.endSession('s2')).toBe(true);
        expect(state.endSession('s2')).toBe(false);
        expect(state.sessionByHash('s2', 1_001)).toBeUndefined();
        const idle = 1_000 + limits.signedInIdleSeconds;
        expect(state.sessionByHash('s1', idle - 1)).toBeDefined();
        expect(state.sessionByHash('s1', idle)).toBeUndefined();
        state.useSession('s1', idle - 1);
        expect(state.sessionByHash('s1', idle)?.session.used).toBe(idle - 1);
        state.useSession('s1', session.ends - 1);
        expect(state.sessionByHash('s1', session.ends - 1)).toBeDefined();
        expect(state.sessionByHash('s1', session.ends)).toBeUndefined();
        state.revokeKey('k1', 1_002);
        expect(state.sessionByHash('s1', 1_003)).toBeUndefined();
      }));

    test('of one key are bounded; those used last stay', () =>
      use(({ open }) => {
        const state = open({ bounds: { signedInPerKey: 2 } });
        state.addKey(key, 'hash-1');
        state.addKey({ ...key, id: 'k2' }, 'hash-2');
        state.addSession(session);
        state.addSession({ ...session, hash: 'other', key: 'k2' });
        state.addSession({ ...session, hash: 's2', created: 1_001, used: 1_001 });
        state.useSession('s1', 1_500);
        state.addSession({ ...session, hash: 's3', created: 1_600, used: 1_600 });
        const found = ['s1', 's2', 's3', 'other'].filter((hash) => state.sessionByHash(hash, 1_700));
        expect(found).toEqual(['s1', 's3', 'other']);
      }));
  });
}

function jobContract(use: Use): void {
  describe('jobs', () => {
    test('are claimed once, the oldest of the kinds first, and keep request, progress and result', () =>
      use(({ open }) => {
        const state = open();
        const request = { file: 'a.csv', lines: [1, null] };
        const first = state.addJob('import', request);
        const second = state.addJob('replay', undefined);
        const third = state.addJob('import', 'b');
        const running = {
          id: first,
          kind: 'import',
          request,
          asker: 'local',
          state: 'running',
          progress: 0,
          result: undefined,
        };
        expect(state.claimJob(['replay', 'import'])).toEqual(running);
        expect(state.claimJob(['import'])?.id).toBe(third);
        expect(state.claimJob(['import'])).toBeUndefined();
        expect(state.claimJob([])).toBeUndefined();
        state.progressJob(first, 0.5);
        state.endJob(third, 'failed', { code: 'store.full' });
        expect(state.jobs(2).map(({ id, state, result }) => [id, state, result])).toEqual([
          [third, 'failed', { code: 'store.full' }],
          [second, 'waiting', undefined],
        ]);
        expect(state.jobs(10)[2]).toMatchObject({ id: first, progress: 0.5 });
        state.endJob(first, 'done', undefined);
        expect(state.jobs(10)[2]).toMatchObject({ state: 'done', progress: 1, result: undefined });
      }));

    test('that a crash left running wait again', () =>
      use(({ open }) => {
        const state = open();
        const id = state.addJob('import', 1);
        state.claimJob(['import']);
        state.progressJob(id, 0.9);
        state.close();
        const after = open();
        expect(after.claimJob(['import'])).toBeUndefined();
        expect(after.returnJobs()).toBe(1);
        expect(after.claimJob(['import'])).toMatchObject({ id, progress: 0 });
      }));

    test('make room when they are finished and are refused when all wait', () =>
      use(({ open }) => {
        const state = open({ bounds: { jobRows: 2 } });
        const first = state.addJob('import', 1);
        state.addJob('import', 2);
        expect(() => state.addJob('import', 3)).toThrow(/request\.too-many/);
        state.claimJob(['import']);
        state.endJob(first, 'done', null);
        state.addJob('import', 3);
        expect(state.jobs(10).map((job) => job.request)).toEqual([3, 2]);
        expect(state.job(first)).toBeUndefined();
      }));

    test('know who asked for them', () =>
      use(({ open }) => {
        const id = open().addJob('import', 1, 'a1b2c3');
        expect(open().job(id)).toMatchObject({ id, asker: 'a1b2c3', state: 'waiting' });
      }));
  });
}

function actContract(use: Use): void {
  describe('acts of people', () => {
    const act = {
      at: 1_795_000_000,
      who: 'Ada',
      kind: 'replay',
      reason: 'mended',
      detail: { rows: [1, null] },
    } as const;

    test('are kept as they were told, in their order, and found by meter and kind', () =>
      use(({ open }) => {
        const state = open();
        const first = state.recordAct({ ...act, meter: undefined });
        const second = state.recordAct({ ...act, meter: 'ward-3', kind: 'record-exchange' });
        const third = state.recordAct({ ...act, meter: 'ward-3' });
        const again = open();
        expect(again.acts({ limit: 9 })).toEqual([
          { ...act, id: first, meter: undefined },
          { ...act, id: second, meter: 'ward-3', kind: 'record-exchange' },
          { ...act, id: third, meter: 'ward-3' },
        ]);
        const ids = (page: Parameters<StateStore['acts']>[0]) => again.acts(page).map(({ id }) => id);
        expect(ids({ limit: 9, meter: 'ward-3' })).toEqual([second, third]);
        expect(ids({ limit: 9, meter: 'ward-3', kinds: ['replay'] })).toEqual([third]);
        expect(ids({ limit: 9, kinds: [] })).toEqual([]);
        expect(ids({ limit: 1, after: first })).toEqual([second]);
        const later = state.recordAct({ ...act, at: act.at + 9, meter: 'ward-3' });
        expect(ids({ limit: 9, before: act.at + 9, meter: 'ward-3' })).toEqual([second, third]);
        expect(ids({ limit: 9, before: act.at + 10, after: second })).toEqual([third, later]);
        expect(ids({ limit: 9, before: act.at })).toEqual([]);
      }));
  });
}

function inboxContract(use: Use): void {
  describe('the inbox', () => {
    const seen = (topic: string, last: number, more: Partial<InboxSighting> = {}): InboxSighting => {
      return { topic, first: 1, last, messages: 1, payload: Uint8Array.of(last), proposals: [], ...more };
    };
    const proposal = {
      decoder: 'number',
      utility: 'water',
      unit: 'm3',
      kind: 'register',
      value: 5,
      guessed: [],
    } as const;
    const all = { after: 0, limit: 10 };

    test('counts on, keeps the first and the last, and what was proposed', () =>
      use(({ open }) => {
        const state = open();
        state.noteInbox([seen('a', 5, { proposals: [proposal] }), seen('b', 6)]);
        state.noteInbox([seen('a', 9, { messages: 3 })]);
        expect(state.inbox(all)).toMatchObject([
          {
            topic: 'a',
            first: 1,
            last: 9,
            messages: 4,
            payload: Uint8Array.of(9),
            proposals: [proposal],
            state: 'open',
          },
          { topic: 'b', last: 6, messages: 1, proposals: [] },
        ]);
        expect(state.inbox({ after: 1, limit: 1 })).toMatchObject([{ topic: 'b' }]);
      }));

    test('what was decided stays, unless more is heard of a topic that was accepted', () =>
      use(({ open }) => {
        const state = open();
        state.noteInbox([seen('a', 5), seen('b', 5)]);
        expect([state.settleInbox(1, 'accepted', 8), state.settleInbox(2, 'ignored', 8)]).toEqual([true, true]);
        expect(state.settleInbox(7, 'ignored', 8)).toBe(false);
        state.noteInbox([seen('a', 7), seen('b', 9)]);
        expect(state.inbox(all).map((entry) => entry.state)).toEqual(['accepted', 'ignored']);
        state.noteInbox([seen('a', 9)]);
        expect(state.inbox({ ...all, state: 'open' })).toMatchObject([{ id: 1, topic: 'a' }]);
      }));

    test('is bounded: the topics that were silent longest make room', () =>
      use(({ open }) => {
        const state = open({ bounds: { inboxRows: 3 } });
        state.noteInbox([seen('a', 5), seen('b', 2), seen('c', 9)]);
        state.noteInbox([seen('d', 7), seen('e', 8)]);
        expect(state.inbox(all).map(({ topic }) => topic)).toEqual(['c', 'd', 'e']);
        expect(state.inboxEntry(2)).toBeUndefined();
      }));
  });
}

function hostileContract(use: Use): void {
  describe('texts from outside are values and nothing else', () => {
    const day = '2026-11-23';

    test('the list of hostile texts has not shrunk', () => {
      expect(hostile).toHaveLength(11);
    });

    test.each(hostile)('in a batch: %j', (text) =>
      use(({ open }) => {
        const state = open({ holder: text });
        const identity = `${text}/energy/register/5`;
        state.prepare([{ ...verdict, identity }]);
        state.commit(
          batchOf({
            tallies: [{ day, meter: text, decoded: 1 }],
            quarantined: [quarantinedOf({ topic: text, detail: text, meter: text })],
            touched: [span(text, 0, 1)],
            highWater: [{ series: text, at: 1, value: 1, received: 1 }],
            parked: [{ ...reading, meter: text }],
            superseded: [{ identity, at: 5, before: 1, after: 2, replaced: 3 }],
            fingerprints: { source: text, list: [text] },
            memory: new Map([[text, new Uint8Array([1])]]),
          }),
        );
        expect(state.prepared([identity]).get(identity)?.identity).toBe(identity);
        expect(state.ledger({ from: day, to: day }, [text]).map((line) => line.meter)).toEqual([text]);
        expect(state.ledger({ from: text, to: text }, [text])).toEqual([]);
        expect(state.quarantine({ after: 0, limit: 5 })[0]).toMatchObject({ topic: text, detail: text, meter: text });
        expect(state.touched(5)[0]?.meter).toBe(text);
        expect(state.highWater([text]).get(text)?.series).toBe(text);
        expect(state.parked(5)[0]?.reading.meter).toBe(text);
        expect(state.superseded(text, { from: 0, to: 9 })[0]?.identity).toBe(identity);
        expect([...state.fingerprints(text)]).toEqual([text]);
        expect(state.memory(text)).toEqual(new Uint8Array([1]));
      }),
    );

    test.each(hostile)('elsewhere: %j', (text) =>
      use(({ open }) => {
        const state = open();
        state.replaceGaps(text, { from: 0, to: 9 }, [{ ...span(text, 1, 2), energy: 1, volume: 1 }]);
        expect(state.gaps([text], { from: 0, to: 9 })).toHaveLength(1);
        state.recordDerived([span(text, 0, 1)]);
        expect(state.derivedSince(0, 5).list[0]?.meter).toBe(text);
        expect(state.lease(text, text, 5, 0)).toBe(true);
        state.endLease(text, text);
        state.remember(text, text);
        expect(state.recall(text)).toBe(text);
        const names = { id: text, name: text, organisations: [text], sites: [text] };
        state.addKey({ ...names, role: 'read', created: 1, revoked: undefined }, text);
        expect(state.keyByHash(text)).toMatchObject(names);
        state.recordAct({ at: 1, who: text, kind: 'replay', meter: text, reason: text, detail: text });
        expect(state.acts({ limit: 5, meter: text })).toMatchObject([{ who: text, reason: text, detail: text }]);
        state.noteInbox([{ topic: text, first: 1, last: 1, messages: 1, payload: Buffer.from(text), proposals: [] }]);
        expect(state.inbox({ after: 0, limit: 5 })).toMatchObject([{ topic: text }]);
        const id = state.addJob(text, { [text]: text });
        expect(state.claimJob([text])).toMatchObject({ id, kind: text, request: { [text]: text } });
      }),
    );
  });
}

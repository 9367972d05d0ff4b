import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityKey } from '../../domain/readings/reading.ts';
import { utcDateOf } from '../../domain/time.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import type { LedgerLine } from '../../store/state-store.ts';
import { delivery, openBooks, StoreWithSpool, type TestBooks, withFuse } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

/**
 * Any sequence of messages, given to a pipeline that is killed at any of its calls and started again on the same
 * books, with a store that goes away and comes back: every term of both ledgers equals what one walk over the
 * messages counts.
 */

const start = 1_795_478_000; // 23:53 UTC: receipt goes over midnight
const quiet = { info: () => undefined, warn: () => undefined };
let books: TestBooks;
beforeAll(async () => {
  books = await openBooks(() => start);
});
afterAll(() => books.close());

type Item =
  | {
      readonly is: 'reading';
      readonly meter: number;
      readonly entries: readonly (readonly [second: number, value: number])[];
    }
  | { readonly is: 'junk' | 'nothing' | 'bad reading' | 'stranger'; readonly meter: number }
  | { readonly is: 'outage' };

const entry = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 }));
const item: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      is: fc.constant('reading' as const),
      meter: fc.nat(1),
      entries: fc.array(entry, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constantFrom('junk' as const, 'nothing' as const, 'bad reading' as const, 'stranger' as const),
      meter: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ is: 'outage' as const }) },
);

interface Case {
  readonly items: readonly Item[];
  /** How many deliveries are offered at once. */
  readonly handfuls: readonly number[];
  /** How many calls each process lives; after the last one, a process lives for good. */
  readonly lives: readonly number[];
}
const cases: fc.Arbitrary<Case> = fc.record({
  items: fc.array(item, { minLength: 1, maxLength: 25 }),
  handfuls: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
  lives: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }),
});

interface Sent {
  readonly topic: string;
  readonly payload: Buffer;
  readonly received: number;
  readonly fingerprint: string;
}

let runs = 0;

test('every term of both ledgers is exact whatever is killed when', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      const run = `r${runs++}`;
      const sent = each.items.map((what, i) => messageOf(what, i, run));
      await live(each, sent, run);
      expect(ledgerOf(run)).toEqual(truthOf(each.items, run));
    }),
    { numRuns: 150 },
  );
  // No verdict of a dead process is left behind, and nothing waits.
  expect(books.state.parked(10)).toEqual([]);
});

function messageOf(what: Item, i: number, run: string): Sent | undefined {
  if (what.is === 'outage') return undefined;
  const meter = `${run}-${what.meter}`;
  const received = start + i * 60;
  const readings =
    what.is === 'reading'
      ? what.entries.map(([second, value]) => ({
          quantity: 'energy',
          kind: 'register',
          value,
          at: start - 600 + second,
        }))
      : what.is === 'bad reading'
        ? [{ quantity: 'energy', kind: 'register', value: null }]
        : [];
  const body = what.is === 'junk' ? '{"connected"}' : JSON.stringify({ v: 1, readings });
  const topic = what.is === 'stranger' ? `${run}/stranger` : meter;
  return { topic, payload: Buffer.from(body), received, fingerprint: `${run}/${i}` };
}

async function live(each: Case, sent: readonly (Sent | undefined)[], run: string): Promise<void> {
  const outage = new StoreWithSpool(books.store);
  const lives = [...each.lives, Number.POSITIVE_INFINITY];
  const acknowledged = new Set<number>();
  const offered = new Set<number>();
  const gone = new Set<number>();
  for (const life of lives) {
    const fuse = { left: life };
    outage.forgetListeners();
    const estate = madeEstate(
      [0, 1].map((n) => madeMeter({ id: `${run}-${n}`, topic: `${run}-${n}`, decoder: 'meterhouse' })),
    );
    const store = withFuse(outage.store, fuse);
    const process = { isDead: false };
    let pipeline: Pipeline;
    // The first batch that fails is the last thing that a killed process did.
    const die = (): void => {
      process.isDead = true;
      void pipeline.close();
    };
    try {
      pipeline = new Pipeline({
        source: 's',
        store,
        state: withFuse(books.state, fuse),
        estate,
        clock: () => start * 1000,
        log: { ...quiet, error: die },
      });
    } catch {
      continue; // killed while it opened its books
    }
    pipeline.start();
    let handful = 0;
    let next = 0;
    while (next < sent.length && !process.isDead) {
      const size = each.handfuls[handful++ % each.handfuls.length] ?? 1;
      const ends: Promise<unknown>[] = [];
      for (const end = next + size; next < Math.min(end, sent.length); next++) {
        const i = next;
        const message = sent[i];
        if (acknowledged.has(i)) continue;
        if (!message) {
          // Once only: the outage goes on while processes die.
          if (!gone.has(i)) await turn(outage);
          gone.add(i);
          continue;
        }
        const one = delivery({ ...message, duplicate: offered.has(i) });
        offered.add(i);
        void pipeline.offer(one);
        ends.push(one.ended.then((how) => how === 'acknowledged' && acknowledged.add(i)));
      }
      await Promise.all(ends);
    }
    if (life === Number.POSITIVE_INFINITY) {
      if (outage.isDown) await turn(outage);
      while (pipeline.counters.parked > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    fuse.left = life === Number.POSITIVE_INFINITY ? life : 0;
    await pipeline.close();
  }
}

async function turn(outage: StoreWithSpool): Promise<void> {
  if (outage.isDown) await outage.comeBack();
  else outage.isDown = true;
}

type Terms = Record<string, number>;

/** One walk over the messages, in the order they were sent. */
function truthOf(items: readonly Item[], run: string): Record<string, Terms> {
  const lines: Record<string, Terms> = {};
  const kept = new Map<string, number>();
  const add = (key: string, term: string) => {
    const line = (lines[key] ??= {});
    line[term] = (line[term] ?? 0) + 1;
  };
  for (const [i, what] of items.entries()) {
    if (what.is === 'outage' || what.is === 'stranger') continue;
    const meter = `${run}-${what.meter}`;
    const key = `${utcDateOf(start + i * 60)} ${meter}`;
    add(key, { junk: 'quarantined', nothing: 'ignored', 'bad reading': 'decoded', reading: 'decoded' }[what.is]);
    if (what.is === 'bad reading') add(key, 'refused');
    if (what.is !== 'reading') continue;
    for (const [second, value] of what.entries) {
      const identity = identityKey({ meter, quantity: 'energy', kind: 'register', at: second });
      const before = kept.get(identity);
      add(key, before === undefined ? 'stored' : before === value ? 'repeated' : 'revised');
      kept.set(identity, value);
    }
  }
  return lines;
}

function ledgerOf(run: string): Record<string, Terms> {
  const lines = books.state.ledger({ from: '2026-11-23', to: '2026-11-24' }, [`${run}-0`, `${run}-1`]);
  return Object.fromEntries(lines.map((line) => [`${line.day} ${line.meter}`, termsOf(line)]));
}

function termsOf({ messages, readings }: LedgerLine): Terms {
  const { received, ...whole } = messages;
  const { decoded: all, ...parts } = readings;
  expect(received).toBe(whole.decoded + whole.ignored + whole.quarantined);
  expect(all).toBe(parts.stored + parts.repeated + parts.revised + parts.refused + parts.parked);
  const terms = Object.entries({ ...whole, ...parts });
  return Object.fromEntries(terms.filter(([, count]) => count !== 0));
}

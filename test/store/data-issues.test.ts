import * as fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FoundIssue, IssueReport } from '../../domain/diagnosis/data-issues.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

const day = 86_400;
const monday = Date.parse('2026-03-02T00:00:00Z') / 1000;
let folder: string;
let state: StateStore;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-issues-'));
  now = monday;
  state = openStateStore(join(folder, 'state.db'), { clock: () => now, holder: 'test' });
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

const all = { from: 0, to: 4_000_000_000 };
function report(found: readonly FoundIssue[], more: Partial<IssueReport> = {}): void {
  state.reportIssues([{ meter: 'ward-3', kind: 'stuck', by: 'derivation', window: all, found, ...more }]);
}
const lines = () => state.issues({ limit: 100 }).map(({ from, to, state: is }) => ({ from, to, is }));

describe('the life of an issue', () => {
  test('a meter that is silent for a week is one line: opened, ongoing, closed when it is heard', () => {
    const silent = (to: number, holds: boolean): void =>
      report([{ from: monday, to, holds, says: 'silent' }], { kind: 'silent', by: 'receipt' });
    now = monday + 3600;
    silent(now, true);
    expect(lines()).toEqual([{ from: monday, to: now, is: 'opened' }]);
    const [{ id, opened } = { id: 0, opened: 0 }] = state.issues({ limit: 1 });
    for (; now < monday + 7 * day; now += day) silent(now, true);
    expect(lines()).toEqual([{ from: monday, to: now - day, is: 'ongoing' }]);
    silent(now, false);
    now += 1;
    expect(lines()).toEqual([{ from: monday, to: now - 1, is: 'closed' }]);
    expect(state.issue(id)).toMatchObject({ id, opened, kind: 'silent', meter: 'ward-3', says: 'silent' });
  });

  test('a spike every hour is one line, and over when a day has passed without', () => {
    for (let at = monday; at < monday + 2 * day; at += 3600) {
      now = at + 60;
      report([{ from: at, to: at + 1, says: `at ${at}` }], { window: { from: at, to: at + 1800 } });
    }
    const last = monday + 2 * day - 3600;
    expect(lines()).toEqual([{ from: monday, to: last + 1, is: 'ongoing' }]);
    now = last + 1 + day;
    expect(lines()).toEqual([{ from: monday, to: last + 1, is: 'closed' }]);
    report([{ from: now + day, to: now + day + 1, says: 'again' }], { window: { from: now + day, to: now + 2 * day } });
    expect(lines()).toHaveLength(2);
  });

  test('a question nobody has answered stays open, however long ago it was', () => {
    report([{ from: monday, to: monday + 1, holds: true, says: 'exchanged?' }], { kind: 'lost-register' });
    now = monday + 400 * day;
    expect(lines()).toEqual([{ from: monday, to: monday + 1, is: 'opened' }]);
  });

  test('what is explained later was no issue', () => {
    report([{ from: monday, to: monday + 1, says: 'lower' }]);
    report([]);
    expect(lines()).toEqual([]);
  });

  test('a finder does not take back what another one found', () => {
    report([{ from: monday, to: monday + 60, says: 'nothing received' }], { kind: 'silent', by: 'receipt' });
    report([{ from: monday, to: monday + 1800, says: 'no half-hours' }], { kind: 'silent', by: 'derivation' });
    expect(state.issues({ limit: 9 })).toHaveLength(1);
    now = monday + 3600;
    report([], { kind: 'silent', by: 'derivation' });
    expect(lines()).toEqual([{ from: monday, to: monday + 60, is: 'closed' }]);
  });
});

describe('what a person ignores', () => {
  test('stays ignored when it is found again, until it is reopened', () => {
    report([{ from: monday, to: monday + 1800, says: 'stands' }]);
    const { id } = state.issues({ limit: 1 })[0] ?? { id: 0 };
    expect(state.ignoreIssue(id, 'Facilities', 'the ward is closed')).toBe(true);
    expect(state.ignoreIssue(id, 'Facilities', 'again')).toBe(false);
    report([{ from: monday, to: monday + 3600, says: 'stands on' }]);
    expect(state.issue(id)).toMatchObject({
      state: 'ignored',
      to: monday + 3600,
      ignored: { at: monday, who: 'Facilities', reason: 'the ward is closed' },
    });
    report([]);
    expect(state.issue(id)?.state).toBe('ignored');
    expect(state.reopenIssue(id)).toBe(true);
    expect(state.reopenIssue(id)).toBe(false);
    expect(state.issue(id)).toMatchObject({ state: 'ongoing', ignored: undefined });
  });
});

test('issues are found by meter, kind, state and period', () => {
  report([{ from: monday, to: monday + 60, says: 'a' }]);
  report([{ from: monday, to: monday + 60, says: 'b' }], { meter: 'boiler', kind: 'unparsable', by: 'receipt' });
  const says = (query: Parameters<StateStore['issues']>[0]) => state.issues(query).map((issue) => issue.says);
  expect(says({ limit: 9 })).toEqual(['a', 'b']);
  expect(says({ limit: 9, meters: ['boiler', 'none'] })).toEqual(['b']);
  expect(says({ limit: 9, meters: [] })).toEqual([]);
  expect(says({ limit: 9, kinds: ['stuck'] })).toEqual(['a']);
  expect(says({ limit: 9, states: ['closed', 'ignored'] })).toEqual([]);
  expect(says({ limit: 9, states: ['opened'], period: { from: monday + 59, to: monday + 99 } })).toEqual(['a', 'b']);
  expect(says({ limit: 9, period: { from: monday + 60, to: monday + 99 } })).toEqual([]);
  expect(says({ limit: 1 })).toEqual(['a']);
  expect(says({ limit: 9, after: state.issues({ limit: 1 })[0]?.id ?? 0 })).toEqual(['b']);
});

/** Truth of a history: spans, in slots of an hour, in which something is wrong. */
const spans = fc.array(fc.record({ at: fc.nat({ max: 200 }), long: fc.integer({ min: 1, max: 30 }) }), {
  maxLength: 8,
});

test('piece by piece, in any order and again, the register says what one look at all of it says', () => {
  fc.assert(
    fc.property(spans, fc.array(fc.nat({ max: 230 }), { maxLength: 6 }), fc.boolean(), (list, cuts, turned) => {
      const [one, other] = ['at-once', 'in-parts'];
      const found = list.map(({ at, long }): FoundIssue => {
        return { from: monday + at * 3600, to: monday + (at + long) * 3600, says: '' };
      });
      report(found, { meter: one });
      const ends = [0, ...cuts.toSorted((a, b) => a - b), 400].map((hour) => monday + hour * 3600);
      const windows = ends.slice(1).map((to, i) => ({ from: ends[i] ?? 0, to }));
      const wanted = [...windows, ...windows.slice(0, 2)];
      for (const window of turned ? wanted.toReversed() : wanted) {
        const inside = found
          .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to), says: '' }))
          .filter(({ from, to }) => from < to);
        report(inside, { meter: other, window });
      }
      const seen = (meter: string) => state.issues({ meters: [meter], limit: 99 }).map(({ from, to }) => [from, to]);
      const sorted = (meter: string) => seen(meter).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
      expect(sorted(other)).toEqual(sorted(one));
      report([], { meter: one });
      report([], { meter: other });
      expect(state.issues({ limit: 9 })).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

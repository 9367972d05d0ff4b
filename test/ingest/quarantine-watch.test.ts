import { expect, test, vi } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { quarantineNotices, quarantineShare } from '../../domain/readings/quarantine-notices.ts';
import { watchQuarantine } from '../../ingest/quarantine-watch.ts';
import type { QuarantineUse } from '../../store/state-store.ts';
import { readableLog } from './source-world.ts';

const empty: QuarantineUse = { rows: 0, bytes: 0, expired: 0, oldest: undefined, expiring: 0 };

test('a notice begins at four fifths of either bound, and with the first message that soon goes', () => {
  const codes = (use: Partial<QuarantineUse>) => quarantineNotices({ ...empty, ...use }).map(({ code }) => code);
  expect(codes({ rows: 0.8 * limits.quarantineRows - 1, bytes: 0.8 * limits.quarantineBytes - 1 })).toEqual([]);
  expect(codes({ rows: 0.8 * limits.quarantineRows })).toEqual(['quarantine.filling']);
  expect(codes({ bytes: limits.quarantineBytes, expiring: 1 })).toEqual(['quarantine.filling', 'quarantine.expiring']);
  expect(quarantineShare({ rows: limits.quarantineRows / 2, bytes: limits.quarantineBytes / 4 })).toBe(0.5);
});

test('it is said at once, then once a day while it lasts, and again when it begins again', () => {
  vi.useFakeTimers();
  try {
    const { log, lines } = readableLog();
    let use: QuarantineUse = { ...empty, rows: limits.quarantineRows };
    let old = 3;
    const state = { quarantineUse: () => use, expireQuarantined: () => [old, (old = 0)][0] ?? 0 };
    const end = watchQuarantine({ state, log, clock: () => Date.now() });
    const said = (): number => lines.filter(({ code }) => code === 'quarantine.filling').length;
    expect(lines.map(({ msg }) => msg)[0]).toContain('too old');
    expect(lines[1]).toMatchObject({ level: 40, code: 'quarantine.filling' });
    vi.advanceTimersByTime(3 * 86_400_000);
    expect(said()).toBe(4);
    use = empty;
    vi.advanceTimersByTime(limits.quarantineLookMs);
    use = { ...empty, rows: limits.quarantineRows };
    vi.advanceTimersByTime(limits.quarantineLookMs);
    expect(said()).toBe(5);
    end();
    vi.advanceTimersByTime(3 * 86_400_000);
    expect(said()).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});

test('a state file that cannot be asked is said, and does not end the watch', () => {
  const { log, lines } = readableLog();
  const state = {
    quarantineUse: () => empty,
    expireQuarantined: () => {
      throw new Error('disk');
    },
  };
  watchQuarantine({ state, log, clock: () => 0 })();
  expect(lines).toMatchObject([{ level: 50, msg: 'the quarantine could not be looked at' }]);
});

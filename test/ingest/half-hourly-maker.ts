import type { HistoryMessage } from '../../ingest/history-worker.ts';

/**
 * A maker of history for tests: a register each half-hour, one kWh more each time, and a word of nonsense at the end.
 */
export function* messagesOf(request: unknown, meter: string): Generator<readonly HistoryMessage[]> {
  const { from, to, fails } = request as { from: number; to: number; fails?: string };
  if (meter === fails) throw new Error(`the maker fails at ${meter}`);
  const batch: HistoryMessage[] = [];
  for (let at = from, value = 100; at <= to; at += 1800, value++) {
    const readings = [{ quantity: 'energy', kind: 'register', value, unit: 'kWh' }];
    batch.push({ topic: `t/${meter}`, payload: Buffer.from(JSON.stringify({ v: 1, at, readings })), at });
  }
  yield batch;
  yield [{ topic: `t/${meter}`, payload: Buffer.from('nonsense'), at: to }];
}

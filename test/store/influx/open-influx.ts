import { pino } from 'pino';
import { type InfluxStoreOptions, openInfluxStore } from '../../../store/influx/influx-store.ts';
import type { ReadingStore } from '../../../store/reading-store.ts';

/** A store on a server of the tests, and what it logged. */
export async function openInflux(
  options: Pick<InfluxStoreOptions, 'url' | 'database'> & Partial<InfluxStoreOptions>,
): Promise<{ store: ReadingStore; logged: () => string }> {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const clock = (): number => Date.now() / 1000;
  const login = { user: 'admin', password: 'admin-secret' };
  const store = await openInfluxStore({ ...login, clock, log, ...options });
  return { store, logged: () => lines.join('') };
}

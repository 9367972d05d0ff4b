import type { Period } from '../domain/time.ts';
import type { House } from './house.ts';
import type { Terminal } from './terminal.ts';

export async function makeHistory(house: House, _terminal: Terminal, _stopped: Promise<void>): Promise<Period> {
  const to = house.now();
  return await Promise.resolve({ from: to - 86_400, to });
}

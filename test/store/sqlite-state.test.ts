import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { type StateHouse, stateStoreContract } from './state-store.contract.ts';

function use(work: (house: StateHouse) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-state-'));
  const opened: StateStore[] = [];
  const house: StateHouse = {
    now: 1_795_000_000,
    open({ holder = 'test', bounds = {} } = {}) {
      const state = openStateStore(join(folder, 'state.db'), { clock: () => house.now, holder, bounds });
      opened.push(state);
      return state;
    },
  };
  try {
    work(house);
  } finally {
    for (const state of opened) state.close();
    rmSync(folder, { recursive: true });
  }
}

describe('the state on SQLite', () => {
  stateStoreContract(use);
});

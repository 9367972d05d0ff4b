import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../../api/delivery/channels.ts';
import { type Deliverer, startDelivery } from '../../../api/delivery/deliver.ts';
import type { AlertEvent, Seen } from '../../../domain/alerts/life.ts';
import { alertRouteSchema } from '../../../domain/alerts/route-register.ts';
import type { Estate } from '../../../domain/estate/estate.ts';
import type { Delivery } from '../../../store/deliveries.ts';
import { openStateStore } from '../../../store/sqlite-state.ts';
import type { StateStore } from '../../../store/state-store.ts';
import { leak } from '../../domain/alerts/an-alert.ts';
import { estateOf } from '../../domain/small-estate.ts';
import { raise } from '../../store/raise-alerts.ts';
import { keptLog } from '../kept-log.ts';

/** Alerts on a real state file, and who tells people of them, with a clock of the test. */
export interface TellingHouse {
  readonly state: StateStore;
  log(): string;
  /** Sets the clock, by an instant as text. */
  readonly at: (text: string) => void;
  /** Raises an alert; answers its id. */
  readonly raise: (more?: Partial<Seen>) => string;
  readonly happens: (id: string, event: Record<string, unknown> & { readonly event: AlertEvent['event'] }) => void;
  /** One look of the process that tells. */
  readonly look: () => Promise<void>;
  /** Ends it and begins anew, perhaps with other channels. */
  restart(channels?: Readonly<Record<string, Channel>>): Promise<void>;
  /** All there is in the outbox, the oldest first. */
  outbox(): readonly Delivery[];
  close(): Promise<void>;
}

export function telledEstate(routes: readonly object[]): Estate {
  const meters = [
    { id: 'main-water', name: 'Main water', utility: 'water' },
    { id: 'ward-water', name: 'Water of the wards', utility: 'water', role: 'sub', parent: 'main-water' },
  ];
  const estate = estateOf([{ id: 'north', name: 'North Hospital', meters }]);
  return { ...estate, lists: { alert_routes: routes.map((route) => alertRouteSchema.parse(route)) } };
}

export function openTellingHouse(routes: readonly object[], channels: Readonly<Record<string, Channel>>): TellingHouse {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-telling-'));
  let now = Date.parse('2026-03-17T10:30:00Z');
  const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now / 1000, holder: 'api' });
  const estate = telledEstate(routes);
  const { log, said } = keptLog();
  const start = (by: Readonly<Record<string, Channel>>): Deliverer =>
    startDelivery({
      state,
      estate: () => estate,
      channels: new Map(Object.entries(by)),
      clock: () => now,
      chance: () => 0.5,
      log,
      link: 'https://meterhouse.example/{site}/alerts/{alert}',
      holder: 'api',
    });
  let deliverer = start(channels);
  return {
    state,
    log: said,
    at(text) {
      now = Date.parse(text);
    },
    raise(more = {}) {
      const seen: Seen = { ...leak, from: now / 1000 - 7200, to: now / 1000 - 1800, ...more };
      return raise(state, Math.floor(now / 1000), seen);
    },
    happens(id, event) {
      const alert = state.alert(id);
      if (!alert) throw new Error(`no alert ${id}`);
      state.addAlertEvent(id, { at: Math.floor(now / 1000), ...event } as unknown as AlertEvent, alert.events.length);
    },
    look: () => deliverer.look(),
    async restart(by = channels) {
      await deliverer.close();
      deliverer = start(by);
    },
    outbox: () => state.deliveries({ limit: 1_000 }).toReversed(),
    async close() {
      await deliverer.close();
      state.close();
      rmSync(folder, { recursive: true });
    },
  };
}

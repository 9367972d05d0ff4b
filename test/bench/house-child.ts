/** The product as `meterhouse ingest`, `api` and `start` put it together, with any store. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { createKey } from '../../api/auth.ts';
import { configSchema } from '../../cli/config.ts';
import { openHouse } from '../../cli/house.ts';
import { runApi } from '../../cli/run-api.ts';
import { type Ingest, runIngest } from '../../cli/run-ingest.ts';
import { daySeconds } from '../../domain/time.ts';
import { cpuMs, say, untilTerminated } from './child.ts';

export interface HouseChildOptions {
  readonly holder: string;
  readonly estate: string;
  readonly data: string;
  readonly store: object;
  /** Takes messages from this broker, those below a prefix. */
  readonly ingest?: { readonly url: string; readonly prefix: string; readonly derive: boolean } | undefined;
  /** Serves the API; says its port and so many keys, as each may ask only so often. */
  readonly apiKeys?: number;
  /**
   * At SIGUSR2 the factor of electricity is another in each of these years; says `restating` with the first day that
   * follows it, and in the end how many did.
   */
  readonly restates?: readonly number[];
  /** Says `settled` when so many messages have been booked. */
  readonly expect?: number;
}

const options: HouseChildOptions = JSON.parse(process.argv[2] ?? '');
const terminated = untilTerminated();
const { holder, estate, data, store, ingest } = options;
const config = configSchema.parse({
  estate,
  data,
  store,
  broker: ingest ? { kind: 'mqtt', url: ingest.url, client_id: holder, topics: [`${ingest.prefix}/#`] } : {},
  ingest: { derive: ingest?.derive ?? false },
  api: { port: 0, auth: 'keys' },
});
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const opened = await openHouse({ config, log, clock: () => Date.now(), holder, embedded: true });
/** Days of meters that were worked out again: live ones are younger than the oldest stamp that is published. */
let restatedDays = 0;
let isBegun = false;
/** Facts of the state that say what was restated and published, and what they were before. */
const [key, basis] = ['derived-descriptions', 'figures-basis'];
let before: { readonly descriptions: string; readonly basis: string } | undefined;
const house = {
  ...opened,
  store: {
    ...opened.store,
    writeDays: async (...[meters, sites]: Parameters<typeof opened.store.writeDays>) => {
      await opened.store.writeDays(meters, sites);
      if (!before) return;
      restatedDays += meters.filter(({ day }) => day < opened.now() - 4 * daySeconds).length;
      if (restatedDays > 0 && !isBegun) say({ restating: Date.now() });
      isBegun = restatedDays > 0;
    },
  },
};
let taking: Ingest | undefined;

function count(name: string, term: string): number {
  const numbers = taking?.numbers() ?? [];
  return numbers.find((one) => one.name === `meterhouse_${name}_total` && one.labels?.['term'] === term)?.value ?? 0;
}

// Before anything is said: a signal that nobody listens for ends the process.
process.on('SIGUSR2', () => {
  const now = house.state.recall(key) ?? '{}';
  before = { descriptions: now, basis: house.state.recall(basis) ?? '' };
  // As if those years' factors had been others until now: then a register is read that is written otherwise.
  const factors = Object.fromEntries((options.restates ?? []).map((year) => [`factor/electricity/${year}`, '1']));
  house.state.remember(key, JSON.stringify({ ...(JSON.parse(now) as object), ...factors }));
  house.state.remember(basis, '');
  appendFileSync(join(options.estate, 'estate.yaml'), '\n');
  house.takeUpEstate();
});

if (ingest) {
  say({ opening: Date.now() });
  const startedCpu = cpuMs();
  taking = runIngest(house);
  await taking.opened;
  say({ open: Date.now() });
  const look = setInterval(() => {
    if (count('messages', 'received') < (options.expect ?? Infinity)) return;
    clearInterval(look);
    say({ settled: Date.now(), cpu_ms: cpuMs() - startedCpu });
  }, 5);
  house.onClose(() => clearInterval(look));
}
if (options.apiKeys !== undefined) {
  const wish = { name: 'bench', role: 'read', organisations: [], sites: [] } as const;
  const keys = Array.from(
    { length: options.apiKeys },
    () => createKey(house.state, wish, (count) => randomBytes(count), house.now()).secret,
  );
  say({ port: Number(new URL(await runApi(house, taking?.numbers)).port), keys });
}
await terminated;
if (before) {
  say({ restated_days: restatedDays, restated: Number(house.state.recall(key) === before.descriptions) });
  // What is left to do is no part of the next run.
  house.state.remember(key, before.descriptions);
  house.state.remember(basis, before.basis);
}
const booked = {
  messages: count('messages', 'received'),
  stored: count('readings', 'stored'),
  refused: count('messages', 'quarantined') + count('readings', 'refused'),
};
await house.close();
say({ ...booked, rss_mb: process.resourceUsage().maxRSS / 1024 });

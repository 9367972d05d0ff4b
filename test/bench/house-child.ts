/** The product as `meterhouse ingest`, `api` and `start` put it together, with any store. */
import pino from 'pino';
import { configSchema } from '../../cli/config.ts';
import { openHouse } from '../../cli/house.ts';
import { runApi } from '../../cli/run-api.ts';
import { type Ingest, runIngest } from '../../cli/run-ingest.ts';
import { cpuMs, say, untilTerminated } from './child.ts';

export interface HouseChildOptions {
  readonly holder: string;
  readonly estate: string;
  readonly data: string;
  readonly store: object;
  /** Takes messages from this broker, those below a prefix. */
  readonly ingest?: { readonly url: string; readonly prefix: string; readonly derive: boolean } | undefined;
  /** Serves the API and says its port. */
  readonly api?: boolean;
  /** Says `settled` when so many messages have been booked. */
  readonly expect?: number;
}

const options: HouseChildOptions = JSON.parse(process.argv[2] ?? '');
const { holder, estate, data, store, ingest } = options;
const config = configSchema.parse({
  estate,
  data,
  store,
  broker: ingest ? { kind: 'mqtt', url: ingest.url, client_id: holder, topics: [`${ingest.prefix}/#`] } : {},
  ingest: { derive: ingest?.derive ?? false },
  api: { port: 0 },
});
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const house = await openHouse({ config, log, clock: () => Date.now(), holder, embedded: true });
let taking: Ingest | undefined;

function count(name: string, term: string): number {
  const numbers = taking?.numbers() ?? [];
  return numbers.find((one) => one.name === `meterhouse_${name}_total` && one.labels?.['term'] === term)?.value ?? 0;
}

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
if (options.api === true) say({ port: Number(new URL(await runApi(house, taking?.numbers)).port) });
await untilTerminated();
const booked = { messages: count('messages', 'received'), stored: count('readings', 'stored') };
await house.close();
say({ ...booked, rss_mb: process.resourceUsage().maxRSS / 1024 });

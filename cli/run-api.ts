import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isLoopback } from '../api/auth.ts';
import type { Channels } from '../api/delivery/channels.ts';
import type { DeliveryParts } from '../api/delivery/delivery-parts.ts';
import { sayRoutes, startDelivery } from '../api/delivery/deliver.ts';
import type { MetricNumber } from '../api/parts.ts';
import { buildServer } from '../api/server.ts';
import { Watch } from '../api/watch/watch.ts';
import { ProblemError } from '../domain/problems.ts';
import packageFile from '../package.json' with { type: 'json' };
import { uploadsFolderName } from './files.ts';
import type { House } from './house.ts';
import { readChannels } from './read-channels.ts';
import { readConsole } from './read-console.ts';

/** Serves the API until the house closes; answers its address. Rejects with a ProblemError `config.*`. */
export async function runApi(house: House, numbers?: () => readonly MetricNumber[]): Promise<string> {
  const { host, port, auth } = house.config.api;
  const chosen = auth === 'auto' ? (isLoopback(host) ? 'off' : 'keys') : auth;
  const channels = readChannels(house.config.delivery.channels);
  const watch = watchIn(house);
  const server = await buildServer({
    store: house.store,
    state: house.state,
    estate: house.estate,
    registers: house.registers,
    estateProblems: house.estateProblems,
    uploads: join(house.config.data, uploadsFolderName),
    access: { auth: chosen, host, tls: isTls(house) },
    clock: house.now,
    randomBytes: (count) => randomBytes(count),
    log: house.log,
    version: packageFile.version,
    numbers: () => [...(numbers?.() ?? []), ...(watch?.numbers() ?? [])],
    channels,
    console: readConsole(),
  });
  house.onClose(() => server.close());
  tellPeople(house, channels);
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'config.cannot-listen', where: `${host}:${port}`, found }], { cause: error });
  }
}

/** Whether people reach the house by TLS, which a proxy before it does. */
function isTls({ config }: House): boolean {
  return config.api.public_url?.startsWith('https:') ?? false;
}

/** The name of this very process: several of one kind may run, and each lease is held by one of them. */
function ownName(holder: string): string {
  return `${holder}-${process.pid}`;
}

/** Looks for abnormal use, where this house is not told not to. */
function watchIn(house: House): Watch | undefined {
  const { config, store, state, estate, now: clock, log, holder } = house;
  if (!config.alerts.watch) return undefined;
  const watch = new Watch({ store, state, estate, clock, log, holder: ownName(holder) });
  watch.start();
  house.onClose(() => watch.close());
  return watch;
}

/** Tells people of alerts until the house closes. */
function tellPeople(house: House, channels: Channels): void {
  const { state, estate, clock, log, holder, config } = house;
  const { link } = config.delivery;
  const parts: DeliveryParts = {
    state,
    estate,
    channels,
    clock,
    chance: Math.random,
    log,
    link,
    consoleAt: config.api.public_url,
    holder: ownName(holder),
  };
  const delivery = startDelivery(parts);
  house.onEstate((changed) => sayRoutes(parts, changed));
  house.onClose(() => delivery.close());
}

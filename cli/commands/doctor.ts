import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { diagnosisAnswerSchema } from '../../api/contract/diagnosis.ts';
import type { Meter } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { ProblemError, sayProblem } from '../../domain/problems.ts';
import { readingKinds, readingQuantities, seriesKey } from '../../domain/readings/reading.ts';
import { daySeconds, type EpochSeconds, toIso } from '../../domain/time.ts';
import { openStore } from '../../store/open-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { stateFileName } from '../files.ts';
import { storeChoice } from '../house.ts';
import { clientOptions, houseAddress, houseClient } from '../house-client.ts';
import { loadEstate } from '../load-estate.ts';
import { readTls } from '../read-tls.ts';
import { putFlags } from '../said.ts';
import { sayFinding } from '../say-finding.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  words: '[METER]',
  summary: 'say whether the broker answers, the store takes writes, and when each meter last spoke',
  details: `
Looks at every part and says what is wrong and how to mend it. A meter is silent when it has not been heard for twice
its expected interval. The embedded store belongs to the process of \`start\`; it is asked over HTTP whether it is well.

With a meter it asks the running Meterhouse what is wrong with that one: each fault named, with the evidence that led
there, what else it could be, and what only a person can tell.

  meterhouse doctor
  meterhouse doctor ward-3 --from 2026-03-01 --to 2026-04-01
  meterhouse doctor --parts --quiet     for a health check`,
  options: {
    ...configOptions,
    api: clientOptions.api,
    from: { type: 'string', value: 'WHEN', describes: 'METER: since this London date or instant (two weeks ago)' },
    to: { type: 'string', value: 'WHEN', describes: 'METER: until this London date or instant (now)' },
    parts: { type: 'boolean', describes: 'look at the parts only, not at every meter' },
    quiet: { type: 'boolean', describes: 'say only what is wrong' },
  },
  async run(invocation) {
    const now = Math.floor(invocation.clock() / 1000);
    const [meter] = invocation.words;
    if (meter !== undefined) return await examineMeter(invocation, meter, now);
    const config = invocation.config();
    const findings: Exit[] = [
      await examine(invocation, 'broker', () => askBroker(config)),
      await examine(invocation, 'store', () => askStore(config, now)),
    ];
    const file = join(config.data, stateFileName);
    if (invocation.flags['parts'] !== true) findings.push(await meters(invocation, config, file, now));
    return findings.find((finding) => finding !== 'ok') ?? 'ok';
  },
};

/** What is wrong with one meter, by the running Meterhouse. */
async function examineMeter(invocation: Invocation, meter: string, now: EpochSeconds): Promise<Exit> {
  const { flags, terminal } = invocation;
  const query = new URLSearchParams({ from: toIso(now - 14 * daySeconds), to: toIso(now) });
  putFlags(query, flags, ['from', 'to']);
  const path = `/v1/meters/${encodeURIComponent(meter)}/diagnosis?${query.toString()}`;
  const { findings, rating, unit, period } = await houseClient(invocation).get(path, diagnosisAnswerSchema);
  if (flags['quiet'] !== true || findings.length > 0) {
    terminal.say(`${meter}: counts ${unit}, rated ${rating ?? 'nowhere'}; ${period.from} to ${period.to}`);
  }
  for (const finding of findings) sayFinding(terminal.say.bind(terminal), finding);
  if (findings.length === 0 && flags['quiet'] !== true) terminal.say('Nothing is wrong with it.');
  return 'ok';
}

/** Runs one examination and says what came of it. */
async function examine(invocation: Invocation, part: 'broker' | 'store', look: () => Promise<string>): Promise<Exit> {
  const { terminal, flags } = invocation;
  try {
    const answer = await look();
    if (flags['quiet'] !== true) terminal.say(`${part}: ${answer}`);
    return 'ok';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const problem of error.problems) terminal.say(`${part}: ${sayProblem(problem)}`);
    return part;
  }
}

/** Logs in as a client that leaves nothing behind: a second session of ingest would take its messages. */
async function askBroker({ broker }: Config): Promise<string> {
  const url = broker.url ?? `mqtt://${broker.host}:${broker.port}`;
  const tls = readTls(broker);
  try {
    const client = await connectAsync(url, {
      protocolVersion: broker.kind === 'mqtt' ? 5 : 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: limits.stopTimeoutMs,
      ...(broker.user === undefined ? {} : { username: broker.user }),
      ...(broker.password === undefined ? {} : { password: broker.password }),
      ...tls,
    });
    await client.endAsync();
    return `answers at ${url}`;
  } catch (error) {
    const detail = error instanceof Error ? error.message || 'no answer' : String(error);
    const refused = /not authorized|bad user|identifier/i.test(detail);
    const code = refused ? 'broker.refused-login' : 'broker.unreachable';
    throw new ProblemError([{ code, where: url, detail }], { cause: error });
  }
}

async function askStore(config: Config, now: EpochSeconds): Promise<string> {
  if (config.store.kind === 'duckdb') return await askRunningHouse(config);
  const log = pino({ level: 'silent' });
  const store = await openStore(storeChoice(config), { clock: () => now, log });
  try {
    await store.ready();
    return `takes writes at ${config.store.url}`;
  } finally {
    await store.close();
  }
}

async function askRunningHouse({ api }: Config): Promise<string> {
  const url = `${houseAddress(api)}/readyz`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(limits.stopTimeoutMs) });
    if (answer.ok) return `is ready, says ${url}`;
    throw new ProblemError([{ code: 'store.unreachable', where: url, detail: (await answer.text()).slice(0, 500) }]);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const detail = '`meterhouse start` does not run, and the embedded store lives inside it';
    throw new ProblemError([{ code: 'store.unreachable', where: url, detail }], { cause: error });
  }
}

async function meters(invocation: Invocation, config: Config, file: string, now: EpochSeconds): Promise<Exit> {
  const { terminal, flags } = invocation;
  const { estate } = loadEstate(config.estate);
  if (!existsSync(file)) {
    terminal.say(`meters: nothing has been heard yet; there is no ${file}`);
    return 'meters';
  }
  const state = openStateStore(file, { clock: () => now, holder: 'doctor' });
  try {
    const heard = [...estate.meters.values()].filter(({ topic }) => topic !== undefined);
    const lines = heard.map((meter) => ({ meter, last: lastHeard(state, meter) }));
    const silent = lines.filter(({ meter, last }) => isSilent(meter, last, now));
    for (const { meter, last } of flags['quiet'] === true ? silent : lines) {
      terminal.say(`  ${meter.id.padEnd(24)} ${sayHeard(meter, last, now)}`);
    }
    terminal.say(`meters: ${heard.length - silent.length} of ${heard.length} speak; ${silent.length} silent`);
    return silent.length > 0 ? 'meters' : 'ok';
  } finally {
    state.close();
  }
}

const isSilent = ({ expected_interval }: Meter, last: EpochSeconds | undefined, now: EpochSeconds): boolean =>
  last === undefined || now - last > 2 * expected_interval;

function sayHeard(meter: Meter, last: EpochSeconds | undefined, now: EpochSeconds): string {
  const when = last === undefined ? 'never heard' : `heard ${toIso(last)}, ${sayAge(now - last)} ago`;
  if (!isSilent(meter, last, now)) return when;
  return `${when}; expected every ${sayAge(meter.expected_interval)} on ${meter.topic}`;
}

/** A stamp may be a little ahead of our clock. */
function sayAge(age: number): string {
  const seconds = Math.max(0, age);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function lastHeard(state: StateStore, { id: meter }: Meter): EpochSeconds | undefined {
  const keys = readingQuantities.flatMap((quantity) =>
    readingKinds.map((kind) => seriesKey({ meter, quantity, kind })),
  );
  const received = Array.from(state.highWater(keys).values(), (newest) => newest.received);
  return received.length === 0 ? undefined : Math.max(...received);
}

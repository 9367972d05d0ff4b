import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Estate } from '../../domain/estate/estate.ts';
import { addDays, dateOf, type EpochSeconds, type Period, toIso } from '../../domain/time.ts';
import { quantityOf, unitLabel } from '../../domain/units.ts';
import type { FaultPlan } from '../../simulators/faults.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Config } from '../config.ts';
import { checkPorts } from '../free-ports.ts';
import { type House, openHouse } from '../house.ts';
import { personLog } from '../log.ts';
import { makeSimulatedHistory } from '../make-history.ts';
import { runApi } from '../run-api.ts';
import { type Ingest, runIngest } from '../run-ingest.ts';
import { readPlanFile } from '../simulated.ts';
import { countOf, type Terminal } from '../terminal.ts';

const sampleEstate = 'estates/sample';

export const startCommand: Command = {
  name: 'start',
  summary: 'run everything in one place: broker, store, ingest, API and, for the sample estate, simulated meters',
  details: `
Needs nothing installed but what \`npm ci\` brought. The first start with the sample estate makes 27 months of history;
later starts go on from the data folder. Ctrl-C stops when everything is written.

  meterhouse start
  meterhouse start --estate my-estate --data my-data --port 8081`,
  options: {
    ...configOptions,
    port: { type: 'string', value: 'PORT', describes: 'port of the API, 0 for a free one', sets: 'api.port' },
    'broker-port': {
      type: 'string',
      value: 'PORT',
      describes: 'port of the broker, 0 for a free one',
      sets: 'broker.port',
    },
    simulate: { type: 'boolean', describes: 'simulated meters for an estate other than the sample' },
    'no-simulate': { type: 'boolean', describes: 'no simulated meters and no made history' },
    months: {
      type: 'string',
      value: 'NUMBER',
      describes: 'months of history made at the first start; 0 for today only',
      sets: 'simulator.history_months',
    },
    faults: {
      type: 'string',
      value: 'FILE',
      describes: 'what goes wrong and happens in the simulated life, its history too; as `simulate` takes it',
    },
  },
  async run(invocation) {
    const config = invocation.config();
    const { terminal, clock } = invocation;
    const log = personLog(config.log_level, terminal);
    const began = clock();
    const house = await openHouse({ config, log, clock, holder: 'start', embedded: true });
    let ending: string;
    try {
      terminal.say(title(house));
      await checkPorts(config);
      ending = await live(house, invocation, began);
    } finally {
      await house.close();
    }
    terminal.say(ending);
    return 'ok';
  },
};

/** Lives until it is stopped; answers what to say when all is closed. */
async function live(house: House, invocation: Invocation, began: number): Promise<string> {
  const { terminal } = invocation;
  const { config, clock } = house;
  const stopped = invocation.stopped();
  const simulated = isSimulated(invocation, config);
  const life = simulated ? await makeSimulatedHistory(house, terminal, stopped, planOf(invocation)) : undefined;
  if (simulated && !life) return 'Stopped while history was being made. The next start goes on with it.';
  house.onEstate((estate) => terminal.say(`The changed estate folder is in use: ${sizeOf(estate)}.`));
  const ingest = runIngest(house);
  const address = await runApi(house, ingest.numbers);
  const waiting = setTimeout(() => terminal.say(`Waiting for the broker at ${brokerOf(house, ingest)} …`), 2000);
  house.onClose(() => clearTimeout(waiting));
  await Promise.race([ingest.opened, stopped]);
  clearTimeout(waiting);
  if (life) house.onClose(startSimulator(house, ingest, life, invocation));
  sayReady(terminal, { address, house, ingest, seconds: (clock() - began) / 1000, simulated });
  void sayFirstLive(house, began, terminal);
  await stopped;
  terminal.say('Stopping: what was received is being written …');
  return `Stopped. Nothing was lost; the data stays in ${resolve(config.data)}.`;
}

function isSimulated({ flags }: Invocation, { simulator, estate }: Config): boolean {
  if (flags['no-simulate'] === true) return false;
  return flags['simulate'] === true || (simulator.enabled ?? resolve(estate) === resolve(sampleEstate));
}

function planOf({ flags: { faults } }: Invocation): FaultPlan {
  return typeof faults === 'string' ? readPlanFile(faults).plan : [];
}

function title(house: House): string {
  return `Meterhouse ${packageFile.version}: ${sizeOf(house.estate())}.`;
}

function sizeOf({ name, sites, meters }: Estate): string {
  return `${name}, ${countOf(sites.size, 'site')}, ${countOf(meters.size, 'meter')}`;
}

/** The simulated meters are a process of their own and speak over MQTT, as real ones would. Answers how to end it. */
function startSimulator(
  house: House,
  ingest: Ingest,
  history: Period,
  { flags: given }: Invocation,
): () => Promise<void> {
  const { config } = house;
  const span = `${toIso(history.from)}/${toIso(history.to)}`;
  const flags = ['--estate', config.estate, '--seed', String(config.simulator.seed), '--history', span];
  const file = ['config', 'faults'].flatMap((name) =>
    typeof given[name] === 'string' ? [`--${name}`, given[name]] : [],
  );
  const child = fork(
    join(import.meta.dirname, '../../meterhouse.js'),
    ['simulate', ...file, ...flags, '--broker', brokerOf(house, ingest), '--interval', `${config.simulator.interval}s`],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  child.once('exit', (code) => {
    if (child.connected || code) house.log.warn({ code }, 'the simulated meters have ended');
  });
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  };
}

function brokerOf({ config: { broker } }: House, { brokerPort }: Ingest): string {
  return broker.url ?? `mqtt://${broker.host}:${brokerPort() ?? broker.port}`;
}

interface Ready {
  readonly address: string;
  readonly house: House;
  readonly ingest: Ingest;
  readonly seconds: number;
  readonly simulated: boolean;
}

function toldBy({ delivery: { channels } }: Config): string {
  return channels === undefined ? '; nobody is told of them yet: docs/alert-delivery.md' : '';
}

function sayReady(terminal: Terminal, { address, house, ingest, seconds, simulated }: Ready): void {
  const { config } = house;
  const speaking = simulated ? `; simulated meters speak every ${config.simulator.interval} s` : '';
  terminal.say(`
Ready after ${seconds.toFixed(1)} s.

  Look at        ${config.api.public_url ?? address}

  Where else to look
    figures      ${address}/v1/intensity?by=site&bucket=whole&${lastYear(house.now())}
    API docs     ${address}/docs
    metrics      ${address}/metrics
    broker       ${brokerOf(house, ingest)}${speaking}
    alerts       npx meterhouse alerts${toldBy(config)}
    data         ${resolve(config.data)}

  What to do next
    a first meter  publish its number to the broker; \`npx meterhouse inbox list\` then shows it
                   with an entry for your estate: docs/first-meter.md
    your estate    write your sites and meters into a folder as ${sampleEstate} is one, then
                   npx meterhouse check my-estate
                   npm start -- --estate my-estate --data my-data

Ctrl-C stops.
`);
}

/** The 365 days before today, as a query says them. */
function lastYear(now: EpochSeconds): string {
  const today = dateOf(now);
  return `from=${addDays(today, -365)}&to=${today}`;
}

/** Says when the first reading came over MQTT and was safe: the live picture begins there. */
async function sayFirstLive(house: House, began: number, terminal: Terminal): Promise<void> {
  let { sequence } = house.state.heardSince(Number.MAX_SAFE_INTEGER, 1);
  const timer = setInterval(() => {
    const heard = house.state.heardSince(sequence, 1);
    sequence = heard.sequence;
    const [first] = heard.list;
    if (!first) return;
    clearInterval(timer);
    const after = ((house.clock() - began) / 1000).toFixed(1);
    const [id = '', quantity = ''] = first.series.split('/');
    const unit = house.estate().meters.get(id)?.unit;
    const what = unit !== undefined && quantityOf(unit) === quantity ? unitLabel(unit) : quantity;
    terminal.say(`First live reading ${after} s after the start: ${id} ${first.value} ${what}`);
  }, 250);
  house.onClose(() => clearInterval(timer));
}

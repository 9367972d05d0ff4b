import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { addDays, dateOf, type EpochSeconds, type Period, toIso } from '../../domain/time.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Config } from '../config.ts';
import { type House, openHouse } from '../house.ts';
import { personLog } from '../log.ts';
import { makeSimulatedHistory } from '../make-history.ts';
import { runApi } from '../run-api.ts';
import { type Ingest, runIngest } from '../run-ingest.ts';
import type { Terminal } from '../terminal.ts';

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
    months: { type: 'string', value: 'NUMBER', describes: 'months of history', sets: 'simulator.history_months' },
  },
  async run(invocation) {
    const config = invocation.config();
    const { terminal, clock } = invocation;
    const began = clock();
    const log = personLog(config.log_level, terminal);
    const house = await openHouse({ config, log, clock, holder: 'start', embedded: true });
    try {
      terminal.say(title(house));
      const history = isSimulated(invocation, config)
        ? await makeSimulatedHistory(house, terminal, invocation.stopped())
        : undefined;
      const ingest = await runIngest(house);
      const address = await runApi(house, ingest.numbers);
      if (history) house.onClose(startSimulator(house, ingest, history));
      sayReady(terminal, {
        address,
        ingest,
        config,
        seconds: (clock() - began) / 1000,
        simulated: history !== undefined,
        now: house.now(),
      });
      void sayFirstLive(house, began, terminal);
      await invocation.stopped();
      terminal.say('Stopping: what was received is being written …');
      return 'ok';
    } finally {
      await house.close();
      terminal.say('Stopped. Nothing was lost; the data stays in the data folder.');
    }
  },
};

function isSimulated({ flags }: Invocation, { simulator, estate }: Config): boolean {
  if (flags['no-simulate'] === true) return false;
  return flags['simulate'] === true || (simulator.enabled ?? resolve(estate) === resolve(sampleEstate));
}

function title(house: House): string {
  const { name, sites, meters } = house.estate();
  return `Meterhouse ${packageFile.version}: ${name}, ${sites.size} sites, ${meters.size} meters.`;
}

/** The simulated meters are a process of their own and speak over MQTT, as real ones would. Answers how to end it. */
function startSimulator(house: House, { brokerPort }: Ingest, history: Period): () => Promise<void> {
  const { config } = house;
  const span = `${toIso(history.from)}/${toIso(history.to)}`;
  const flags = ['--estate', config.estate, '--seed', String(config.simulator.seed), '--history', span];
  const broker = config.broker.url ?? `mqtt://${config.broker.host}:${brokerPort ?? config.broker.port}`;
  const child = fork(
    join(import.meta.dirname, '../../meterhouse.js'),
    ['simulate', ...flags, '--broker', broker, '--interval', `${config.simulator.interval}s`],
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

interface Ready {
  readonly address: string;
  readonly ingest: Ingest;
  readonly config: Config;
  readonly seconds: number;
  readonly simulated: boolean;
  readonly now: EpochSeconds;
}

function sayReady(terminal: Terminal, { address, ingest, config, seconds, simulated, now }: Ready): void {
  const broker = config.broker.url ?? `mqtt://${config.broker.host}:${ingest.brokerPort ?? config.broker.port}`;
  const speaking = simulated ? `; simulated meters speak every ${config.simulator.interval} s` : '';
  terminal.say(`
Ready after ${seconds.toFixed(1)} s.

  Where to look
    figures      ${address}/v1/intensity?by=site&bucket=whole&${lastYear(now)}
    API docs     ${address}/docs
    metrics      ${address}/metrics
    broker       ${broker}${speaking}
    data         ${resolve(config.data)}

  What to do next
    a first meter  publish its number to the broker, find it under ${address}/v1/quarantine,
                   and give its topic to a meter in the estate folder: docs/first-meter.md
    your estate    copy ${sampleEstate} to my-estate, write your own sites and meters,
                   npx meterhouse check my-estate && npm start -- --estate my-estate --data my-data

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
    terminal.say(
      `First live reading ${((house.clock() - began) / 1000).toFixed(1)} s after the start: ${first.series} ${first.value}`,
    );
  }, 250);
  house.onClose(() => clearInterval(timer));
}

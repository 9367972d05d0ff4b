import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Period } from '../../domain/time.ts';
import { happeningsOf } from '../../simulators/faults.ts';
import { type Live, startLive } from '../../simulators/live.ts';
import type { Model } from '../../simulators/model.ts';
import { publisherOf, type PublisherEvent } from '../../simulators/publisher.ts';
import { countArrivals, truthKeeper, writeTruth } from '../../simulators/truth.ts';
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Config } from '../config.ts';
import { loadEstate } from '../load-estate.ts';
import { readTls } from '../read-tls.ts';
import { type PlanFile, readPlanFile, simulatedEstate } from '../simulated.ts';
import type { Terminal } from '../terminal.ts';

/** Without a history to go on from, every simulated life begins here: a restart then finds the same registers. */
const beginning = '2024-01-01T00:00:00Z';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'publish what the meters of an estate would say',
  details: `
Speaks for every meter of the estate that has a topic, in its own dialect, over MQTT. The same seed gives the same
life. With --truth it writes what truly happened beside the messages, so that the product can be scored.

The file of --faults is a list of what goes wrong with meters and of what truly happens to use: a leak, plant left on.
What happens may be changed while the meters live: write a leak into the file and it begins at the next half-hour, give
it an end, or take it out, and it is mended. Faults of meters are taken up at the start.

  meterhouse simulate                                  to the broker of the configuration
  meterhouse simulate --broker mqtt://127.0.0.1:1883 --speed 60 --faults faults.json --truth truth`,
  options: {
    ...configOptions,
    broker: { type: 'string', value: 'URL', describes: 'address of the broker', sets: 'broker.url' },
    user: { type: 'string', value: 'NAME', describes: 'user name at the broker', sets: 'broker.user' },
    seed: { type: 'string', value: 'NUMBER', describes: 'another seed, another life', sets: 'simulator.seed' },
    interval: { type: 'string', value: 'SPAN', describes: 'how often each meter speaks', sets: 'simulator.interval' },
    speed: {
      type: 'string',
      value: 'FACTOR',
      describes: 'simulated seconds in a second; meters without stamps need 1',
    },
    history: {
      type: 'string',
      value: 'FROM/TO',
      describes: 'instants of the made history that this life goes on from',
    },
    faults: { type: 'string', value: 'FILE', describes: 'what goes wrong and what happens: a list in JSON' },
    truth: { type: 'string', value: 'FOLDER', describes: 'write what truly happened, at the end' },
  },
  async run(invocation) {
    const { terminal } = invocation;
    const config = invocation.config();
    const { estate } = loadEstate(config.estate);
    const { faults } = invocation.flags;
    const planFile = typeof faults === 'string' ? readPlanFile(faults) : undefined;
    const plan = planFile?.plan ?? [];
    const model = simulatedEstate(estate, { seed: config.simulator.seed, history: historyOf(invocation), plan });
    const truth = truthKeeper();
    const publisher = publisherOf({
      ...brokerOf(config),
      onAcknowledged: countArrivals(truth, () => invocation.clock()),
      onEvent: (event) => sayEvent(event, terminal),
    });
    await Promise.race([publisher.open(), invocation.stopped()]);
    const began = Math.floor(invocation.clock() / 1000);
    const live = startLive({
      model,
      publisher,
      clock: () => invocation.clock(),
      every: config.simulator.interval,
      speed: numberOf(invocation, 'speed', 1),
      plan,
    });
    const forget = planFile && followHappenings(planFile, { model, live, terminal });
    await Promise.race([invocation.stopped(), live.ended]);
    forget?.();
    live.stop();
    // A broker that is gone must not keep the simulator from ending.
    await Promise.race([publisher.idle(), sleep(limits.stopTimeoutMs, undefined, { ref: false })]);
    await publisher.close();
    const folder = invocation.flags['truth'];
    if (typeof folder === 'string') {
      await writeTruth(folder, model, { from: began, to: live.now() }, plan, truth);
      terminal.say(`The truth of ${truth.total()} messages is in ${folder}.`);
    }
    return 'ok';
  },
};

interface Followed {
  readonly model: Model;
  readonly live: Live;
  readonly terminal: Terminal;
}

/** Lets happen what the plan of a file says from now on. What the estate lives through besides goes on. */
function followHappenings({ plan, follow }: PlanFile, { model, live, terminal }: Followed): () => void {
  const others = model.happenings.filter((one) => !plan.includes(one));
  return follow({
    changed(wanted) {
      model.change([...others, ...happeningsOf(wanted)], live.now());
      terminal.say(`simulator: the plan is read again; ${model.happenings.length} thing(s) happen or have happened`);
    },
    refused: (problem) => terminal.warn(`simulator: ${problem.message}`),
  });
}

/** The broker outside, or the one inside `start`, which speaks MQTT 3.1.1 only. */
function brokerOf(config: Config): Parameters<typeof publisherOf>[0] {
  const { broker } = config;
  return {
    url: broker.url ?? `mqtt://${broker.host}:${broker.port}`,
    connection: {
      protocolVersion: broker.kind === 'mqtt' ? 5 : 4,
      ...(broker.user === undefined ? {} : { username: broker.user }),
      ...(broker.password === undefined ? {} : { password: broker.password }),
      ...readTls(broker),
    },
  };
}

function historyOf({ flags }: Invocation): Period {
  const text = typeof flags['history'] === 'string' ? flags['history'] : `${beginning}/${beginning}`;
  const [from, to] = text.split('/').map((instant) => Date.parse(instant) / 1000);
  if (from !== undefined && to !== undefined && from <= to) return { from, to };
  const expected = 'two instants, 2024-08-01T00:00:00Z/2026-11-01T00:00:00Z';
  throw new ProblemError([{ code: 'command.invalid', where: '--history', found: text, expected }]);
}

function numberOf({ flags }: Invocation, name: string, otherwise: number): number {
  const text = flags[name];
  if (typeof text !== 'string') return otherwise;
  const value = Number(text);
  if (value > 0 && value <= 100_000) return value;
  throw new ProblemError([{ code: 'command.invalid', where: `--${name}`, found: text, expected: 'a number above 0' }]);
}

function sayEvent(event: PublisherEvent, terminal: Terminal): void {
  if (event.is === 'error') terminal.warn(`simulator: ${event.error.message}`);
  if (event.is === 'given-up') terminal.warn(`simulator: the broker refuses ${event.topic}: ${event.error.message}`);
}

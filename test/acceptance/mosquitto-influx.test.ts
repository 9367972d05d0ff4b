import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLive } from '../../simulators/live.ts';
import { publisherOf } from '../../simulators/publisher.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { addressIn, type Ground, layGround, type Service, serviceOf, type Settings, settingsBetween } from './house.ts';
import { accountOf, liveFaults, liveThrough, strangersAmong, withLateQuarter, withRevisions } from './life.ts';
import { exchangesOf, type Outcome, outcomeTests, recordExchange } from './outcome.ts';
import { untilBooked } from './told.ts';
import { type Passage, pausesOf, sendAlong } from './upheaval.ts';

/**
 * The whole path, as people run it: simulated meters in every dialect with every fault → Mosquitto → `meterhouse ingest`
 * → InfluxDB → `meterhouse api`. While messages flow everything is killed, some of it more than once. Afterwards the
 * API tells what the simulator knows to be true.
 */
const seed = 11;
const perSecond = 700;
const title = `through Mosquitto and InfluxDB, everything killed on the way (seed ${seed})`;

interface Parts {
  readonly broker: Mosquitto;
  readonly influx: InfluxServer;
  readonly ground: Ground;
  readonly ingest: Service;
  readonly api: Service;
}

describeWith(['mosquitto', 'influxd'], title, () => {
  const estate = sampleEstate();
  const life = liveThrough(estate, seed);
  const account = accountOf(() => Date.now());
  const began = Math.floor(Date.now() / 1000);
  // One that tells values as JSON and has no fault of its own.
  const revised = life.told.find(
    (id) => estate.meters.get(id)?.decoder === 'meterhouse' && life.plan.every((fault) => fault.meter !== id),
  ) as string;
  const downs = { influx: 0, broker: 0 };
  const closers: (() => Promise<unknown> | void)[] = [];
  let parts: Parts;
  let outcome: Outcome;

  beforeAll(async () => {
    const ground = layGround();
    closers.unshift(() => ground.remove());
    const broker = await startMosquitto({ persistent: 'each-second' });
    closers.unshift(() => broker.stop());
    const influx = await startInflux();
    closers.unshift(() => influx.stop());
    const settings = (): Settings => settingsBetween(broker, influx);
    const ingest = serviceOf('ingest', ground, settings);
    const api = serviceOf('api', ground, settings);
    closers.unshift(
      () => ingest.stop(),
      () => api.stop(),
    );
    parts = { broker, influx, ground, ingest, api };
    await Promise.all([ingest.start(), api.start()]);
    await liveThroughIt();
    const address = addressIn(api);
    const told = await untilBooked(address, ground, began, account.keeper.total(), () => ingest.output());
    outcome = { address, account, told, sentAgain: new Map() };
  }, 600_000);

  afterAll(async () => {
    for (const close of closers) await close();
  }, 60_000);

  /** Sends everything, with what happens to the house meanwhile. */
  async function liveThroughIt(): Promise<void> {
    const publisher = publisherOf({
      url: parts.broker.url,
      connection: { protocolVersion: 5 },
      onAcknowledged: (message) => account.arrived(message),
    });
    closers.unshift(() => publisher.close());
    await publisher.open();
    const history = withRevisions(withLateQuarter(life.messages), revised, 25);
    const passage = sendAlong(publisher, strangersAmong(history, began), perSecond);
    const live = startLive({
      model: life.model,
      publisher: passage.gated,
      clock: () => Date.now(),
      every: 2,
      meters: life.live,
      plan: liveFaults(life.live, began),
    });
    await upheaval(passage);
    await passage.done;
    live.stop();
    await publisher.idle();
    // Whatever was sent twice would have to be forgiven below.
    expect(publisher.counts()).toMatchObject({ failed: 0, givenUp: 0, waiting: 0 });
  }

  async function upheaval(passage: Passage): Promise<void> {
    const { broker, influx, ingest, api, ground } = parts;
    const pause = pausesOf(seed);
    const restartBroker = async (): Promise<void> => {
      await passage.pause();
      await broker.restart('SIGTERM');
      downs.broker++;
      passage.resume();
    };

    await passage.reached(0.1);
    await pause(300);
    await ingest.kill();
    await ingest.start();

    await passage.reached(0.22);
    await ingest.kill();
    await pause(2_000);
    await ingest.start();

    // The database goes, and ingest after it: what it has spooled must outlive it.
    await passage.reached(0.35);
    await influx.crash();
    downs.influx++;
    await pause(3_000);
    await ingest.kill();
    await ingest.start();
    await pause(3_000);
    await influx.restart();

    // Messages are under way to ingest while the broker restarts.
    await passage.reached(0.6);
    await restartBroker();
    recordExchange(ground.estate, exchangesOf(life).recorded);

    // Messages are queued for ingest while the broker restarts.
    await passage.reached(0.7);
    await ingest.kill();
    await pause(1_500);
    await restartBroker();
    await ingest.start();

    await passage.reached(0.8);
    await Promise.all([ingest.kill(), api.kill()]);
    await Promise.all([ingest.start(), api.start()]);

    await passage.reached(0.93);
    await pause(800);
    await ingest.kill();
    await ingest.start();
  }

  test('everything was killed', () => {
    const kills = { ...downs, ingest: parts.ingest.kills(), api: parts.api.kills() };
    expect(kills).toEqual({ ingest: 6, api: 1, influx: 1, broker: 2 });
  });

  test('what came again with another value is counted as revised, and what nobody listens to is kept', () => {
    const { told } = outcome;
    const received = [...told.values()].reduce((total, row) => total + (row['messages_received'] ?? 0), 0);
    expect(received).toBe(account.keeper.total());
    expect(told.get(revised)?.['readings_revised']).toBe(25);
    expect(told.get('unregistered')?.['messages_quarantined']).toBe(40);
  });

  outcomeTests(estate, life, () => outcome);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLive } from '../../simulators/live.ts';
import { publisherOf } from '../../simulators/publisher.ts';
import { freePort } from '../servers/process.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { addressIn, type Ground, layGround, type Service, serviceOf } from './house.ts';
import { accountOf, liveFaults, liveThrough, strangersAmong, withLateQuarter } from './life.ts';
import { exchangesOf, type Outcome, outcomeTests, recordExchange } from './outcome.ts';
import { untilBooked } from './told.ts';
import { type Passage, pausesOf, sendAlong } from './upheaval.ts';

/**
 * The same life through one process with nothing beside it, `meterhouse start`: its broker is the end of the
 * publisher's connection, so that what was not acknowledged when it was killed is sent again. How often that was is
 * counted at the publisher, meter by meter: by so much the messages received may exceed the truth, and by nothing more.
 */
const seed = 23;
const perSecond = 700;

describe(`through the broker and the store inside, killed on the way (seed ${seed})`, () => {
  const estate = sampleEstate();
  const life = liveThrough(estate, seed);
  const account = accountOf(() => Date.now());
  const began = Math.floor(Date.now() / 1000);
  const closers: (() => Promise<unknown> | void)[] = [];
  let ground: Ground;
  let house: Service;
  let outcome: Outcome;

  beforeAll(async () => {
    ground = layGround();
    closers.unshift(() => ground.remove());
    // The publisher finds the broker again after a kill, so its port stays.
    const port = await freePort();
    const settings = { METERHOUSE_BROKER_PORT: String(port), METERHOUSE_API_PORT: '0' };
    house = serviceOf('start', ground, () => settings, ['--no-simulate']);
    closers.unshift(() => house.stop());
    await house.start();
    const sentAgain = await liveThroughIt(`mqtt://127.0.0.1:${port}`);
    const address = addressIn(house);
    const told = await untilBooked(address, ground, began, account.keeper.total(), () => house.output());
    outcome = { address, account, told, sentAgain };
  }, 600_000);

  afterAll(async () => {
    for (const close of closers) await close();
  }, 60_000);

  /** Sends everything; answers how often messages went out more than once, by meter. */
  async function liveThroughIt(url: string): Promise<ReadonlyMap<string, number>> {
    const times = new Map<string, number>();
    const count = (topic: string, change: number): void => void times.set(topic, (times.get(topic) ?? 0) + change);
    const meterOf = new Map<string, string>();
    const publisher = publisherOf({
      url,
      connection: { protocolVersion: 4 },
      // MQTT.js sends these again one by one, each after the answer to the one before.
      window: 60,
      onSent: (topic) => count(topic, 1),
      onAcknowledged(message) {
        count(message.topic, -1);
        meterOf.set(message.topic, message.meter);
        account.arrived(message);
      },
    });
    closers.unshift(() => publisher.close());
    await publisher.open();
    const passage = sendAlong(publisher, strangersAmong(withLateQuarter(life.messages), began), perSecond);
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
    expect(publisher.counts()).toMatchObject({ givenUp: 0, waiting: 0 });
    const again = new Map<string, number>();
    for (const [topic, more] of times) {
      const meter = meterOf.get(topic) ?? topic;
      again.set(meter, (again.get(meter) ?? 0) + more);
    }
    return again;
  }

  async function upheaval(passage: Passage): Promise<void> {
    const pause = pausesOf(seed);
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      await passage.reached(share);
      await pause(1_000);
      await house.kill();
      if (share === 0.5) recordExchange(ground.estate, exchangesOf(life).recorded);
      await pause(1_500);
      await house.start();
    }
  }

  test('it was killed while messages were under way, and some of them were sent again', () => {
    expect(house.kills()).toBe(5);
    const again = [...outcome.sentAgain.values()].reduce((sum, count) => sum + count, 0);
    expect(again).toBeGreaterThan(0);
    // A bound that forgives as much as there is would hold nothing.
    expect(again).toBeLessThan(account.keeper.total() / 20);
  });

  outcomeTests(estate, life, () => outcome);
});

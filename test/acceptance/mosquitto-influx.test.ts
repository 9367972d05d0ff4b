import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dateOf, startOfDay } from '../../domain/time.ts';
import { decoders } from '../../ingest/decoders/index.ts';
import { startLive } from '../../simulators/live.ts';
import { publisherOf } from '../../simulators/publisher.ts';
import { score } from '../../simulators/score.ts';
import { injected, type TruthFault, truthOf } from '../../simulators/truth.ts';
import { appendExchange } from '../../store/estate-amendments.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { addressIn, type Ground, layGround, type Service, serviceOf, type Settings } from './house.ts';
import {
  accountOf,
  dates,
  kindsIn,
  liveFaults,
  liveThrough,
  period,
  strangerMessages,
  withLateQuarter,
  withRevisions,
} from './life.ts';
import { type Terms, toldFigures, untilBooked } from './told.ts';
import { type Passage, pausesOf, sendAlong } from './upheaval.ts';
import { wrongReadings, wrongTerms } from './verdict.ts';

/**
 * The whole path, as people run it: simulated meters in every dialect with every fault → Mosquitto → `meterhouse ingest`
 * → InfluxDB → `meterhouse api`. While messages flow everything is killed, some of it more than once. Afterwards the
 * API tells what the simulator knows to be true.
 */
const seed = 11;
const perSecond = 700;

interface Parts {
  readonly broker: Mosquitto;
  readonly influx: InfluxServer;
  readonly ground: Ground;
  readonly ingest: Service;
  readonly api: Service;
}

describeWith(
  ['mosquitto', 'influxd'],
  `through Mosquitto and InfluxDB, everything killed on the way (seed ${seed})`,
  () => {
    const estate = sampleEstate();
    const life = liveThrough(estate, seed);
    const exchanges = injected(life.model, life.plan).filter(({ kind }) => kind === 'exchange');
    const [recorded, unrecorded] = exchanges as [TruthFault, TruthFault];
    // One that tells values as JSON and has no fault of its own.
    const revised = life.told.find(
      (id) => estate.meters.get(id)?.decoder === 'meterhouse' && life.plan.every((fault) => fault.meter !== id),
    ) as string;
    const account = accountOf(() => Date.now());
    const began = Math.floor(Date.now() / 1000);
    const killed: number[] = [];
    const downs = { influx: 0, broker: 0 };
    const parts = {} as { -readonly [P in keyof Parts]: Parts[P] };
    let closers: (() => Promise<unknown> | void)[] = [];
    let told: ReadonlyMap<string, Terms>;
    let address = '';

    beforeAll(async () => {
      parts.ground = layGround();
      closers.push(() => parts.ground.remove());
      parts.broker = await startMosquitto({ persistent: 'each-second' });
      closers.unshift(() => parts.broker.stop());
      parts.influx = await startInflux();
      closers.unshift(() => parts.influx.stop());
      const { broker, influx, ground } = parts;
      const settings = (): Settings => ({
        METERHOUSE_BROKER_KIND: 'mqtt',
        METERHOUSE_BROKER_URL: broker.url,
        METERHOUSE_STORE_KIND: 'influxdb',
        METERHOUSE_STORE_URL: influx.url,
        METERHOUSE_STORE_USER: 'admin',
        METERHOUSE_STORE_TOKEN: 'admin-secret',
        METERHOUSE_API_PORT: '0',
      });
      parts.ingest = serviceOf('ingest', ground, settings);
      parts.api = serviceOf('api', ground, settings);
      closers = [() => parts.ingest.stop(), () => parts.api.stop(), ...closers];
      await Promise.all([parts.ingest.start(), parts.api.start()]);
      await liveThroughIt();
      address = addressIn(parts.api, 'http');
      told = await untilBooked(address, ground, began, account.keeper.total(), () => parts.ingest.output());
    }, 240_000);

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
      const strangers = strangerMessages(40, began);
      const history = withRevisions(withLateQuarter(life.messages), revised, 25);
      const messages = history.flatMap((message, i) => {
        const stranger = i % 400 === 0 ? strangers[i / 400] : undefined;
        return stranger ? [message, stranger] : [message];
      });
      const passage = sendAlong(publisher, messages, perSecond);
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
      const kill = async (): Promise<void> => {
        await ingest.kill();
        killed.push(Math.floor(Date.now() / 1000));
      };
      const restartBroker = async (): Promise<void> => {
        await passage.pause();
        await broker.restart('SIGTERM');
        downs.broker++;
        passage.resume();
      };

      await passage.reached(0.1);
      await pause(300);
      await kill();
      await ingest.start();

      await passage.reached(0.22);
      await kill();
      await pause(2_000);
      await ingest.start();

      // The database goes, and ingest after it: what it has spooled must outlive it.
      await passage.reached(0.35);
      await influx.crash();
      downs.influx++;
      await pause(3_000);
      await kill();
      await ingest.start();
      await pause(3_000);
      await influx.restart();

      // Messages are under way to ingest while the broker restarts.
      await passage.reached(0.6);
      await restartBroker();
      const { meter, from: at } = recorded;
      const faces = { closing: Number(recorded['closing']), opening: Number(recorded['opening']) };
      appendExchange(ground.estate, { meter, at, ...faces }, { decoders: [...decoders.values()] });

      // Messages are queued for ingest while the broker restarts.
      await passage.reached(0.7);
      await kill();
      await pause(1_500);
      await restartBroker();
      await ingest.start();

      await passage.reached(0.8);
      await Promise.all([kill(), api.kill()]);
      await Promise.all([ingest.start(), api.start()]);

      await passage.reached(0.93);
      await pause(800);
      await kill();
      await ingest.start();
    }

    test('every kind of fault was there, and everything was killed', () => {
      expect(Object.values(kindsIn(life.plan))).toEqual(Array.from({ length: 16 }, () => 2));
      expect(new Set([...life.told, ...life.live].map((id) => estate.meters.get(id)?.decoder)).size).toBe(5);
      expect({ ...downs, ingest: parts.ingest.kills(), api: parts.api.kills() }).toEqual({
        ingest: 6,
        api: 1,
        influx: 1,
        broker: 2,
      });
    });

    test('every term of both ledgers is the truth, meter by meter', () => {
      const { wrong, compared } = wrongTerms(account, told, { sentAgain: new Map() });
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(700);
      const sum = (term: string): number => [...told.values()].reduce((total, row) => total + (row[term] ?? 0), 0);
      expect(sum('messages_received')).toBe(account.keeper.total());
      const least = ['messages_ignored', 'messages_quarantined', 'readings_repeated', 'readings_refused'].map(sum);
      expect(Math.min(...least)).toBeGreaterThan(20);
      expect(told.get(revised)?.['readings_revised']).toBe(25);
      expect(told.get('unregistered')?.['messages_quarantined']).toBe(40);
    });

    test('every reading is there, and none twice', async () => {
      const span = { from: period.from - 86_400, to: Math.floor(Date.now() / 1000) + 86_400 };
      const { wrong, readings } = await wrongReadings(address, life, account, told, span, { kills: killed });
      expect(wrong).toEqual([]);
      expect(readings).toBeGreaterThan(15_000);
    });

    test('every day is right or marked, and no half-hour called measured is wrong', async () => {
      const figures = await toldFigures(address, life.model, life.told, dates);
      expect(figures.days).toHaveLength(life.told.length * 8);
      expect(figures.halfHours).toHaveLength(life.told.length * (8 * 48 + 2));
      const judged = score(truthOf(life.model, life.plan), figures);
      expect(judged.days.wrong).toEqual([]);
      expect(judged.halfHours.wrong).toEqual([]);
      expect(judged.days.right).toBeGreaterThan(figures.days.length * 0.9);
      expect(judged.halfHours.notMeasured).toBeLessThan(figures.halfHours.length * 0.05);
    });

    test('an exchange that was recorded is measured through; one that nobody recorded is marked', async () => {
      const around = async ({ meter, from }: TruthFault) => {
        const at = Date.parse(from) / 1000;
        const day = { first: dateOf(at - 1_800), after: addDays(dateOf(at), 1) };
        const { days, halfHours } = await toldFigures(address, life.model, [meter], day);
        const beside = halfHours.filter(({ start }) => start === at - 1_800 || start === at);
        const told = { days, halfHours: beside };
        return { qualities: beside.map(({ quality }) => quality), judged: score(truthOf(life.model, life.plan), told) };
      };
      const known = await around(recorded);
      expect(known.qualities).toEqual(['measured', 'measured']);
      expect(known.judged.halfHours.right).toBe(2);
      expect(known.judged.days).toMatchObject({ marked: 0, wrong: [] });
      const unknown = await around(unrecorded);
      expect(unknown.qualities).toHaveLength(2);
      expect(unknown.qualities[0]).not.toBe('measured');
    });

    test('what lives now is not called measured where it is not', async () => {
      const today = { first: dateOf(began), after: addDays(dateOf(Math.floor(Date.now() / 1000)), 1) };
      const { halfHours } = await toldFigures(address, life.model, life.live, today);
      expect(startOfDay(today.first)).toBeLessThanOrEqual(began);
      expect(score(truthOf(life.model), { days: [], halfHours }).halfHours.wrong).toEqual([]);
    });
  },
);

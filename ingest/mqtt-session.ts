import mqtt, { type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { limits } from '../domain/limits.ts';
import { type Problem, type ProblemCode, ProblemError, sayProblem } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Consumer, MessageSource } from './message-source.ts';
import { type Arrived, type Connection, ReceiveWindow } from './receive-window.ts';
import { recallSession, type Refusal, refusals, rememberSession, type SessionMemory } from './subscriptions.ts';
import { unkept } from './unkept.ts';

export interface MqttSessionOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  /** Names the session at the broker: stable over restarts, and of this process alone. */
  readonly clientId: string;
  /** Topic filters, wildcards and `$share/group/…` allowed. */
  readonly topics: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /**
   * PEM texts. `ca` where the broker's certificate is not of a public authority; `cert` and `key` where it asks for
   * ours.
   */
  readonly tls?: TlsTexts | undefined;
  readonly keepaliveSeconds?: number | undefined;
  readonly sessionSeconds?: number | undefined;
  /** Epoch seconds. */
  readonly now: () => EpochSeconds;
  readonly memory: SessionMemory;
  readonly log: Logger;
}

export interface TlsTexts {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Messages from a broker, over one MQTT 5 session that outlives connections and processes.
 *
 * Handlers are attached before the first connection, as a resumed session delivers at once. `handleMessage` of MQTT.js
 * hands over one message at a time and acknowledges when called back without an error; it is called back with one, so
 * that reading goes on, and ReceiveWindow answers the broker when the message is safe. Backpressure is the receive
 * maximum, never a blocked reader: one that is blocked does not see the answers to its pings.
 */
export function createMqttSession(options: MqttSessionOptions): MessageSource {
  return new MqttSession(options);
}

const deferred = new Error('the acknowledgement comes later');

class MqttSession implements MessageSource {
  readonly name: string;
  readonly #options: MqttSessionOptions;
  readonly #client: MqttClient;
  readonly #window: ReceiveWindow;
  readonly #where: string;
  readonly #log: Logger;
  #consumer: Consumer | undefined;
  #opening: { done: () => void; failed: (error: ProblemError) => void } | undefined;
  #subscribed = false;
  #closed = false;
  #steady: NodeJS.Timeout | undefined;
  #unsteadyConnections = 0;
  #dropping: NodeJS.Timeout | undefined;
  #dropPause: number = limits.retryFirstMs;

  constructor(options: MqttSessionOptions) {
    this.name = `mqtt:${options.clientId}`;
    this.#options = options;
    this.#where = new URL(options.url).host;
    this.#log = options.log.child({ source: this.name, broker: this.#where });
    this.#window = new ReceiveWindow(options.now, {
      sendAgain: (connection) => this.#askAgain(connection),
      offerAgain: (copy) => {
        setTimeout(() => void this.#consumer?.offer(copy()), limits.orphanPauseMs).unref();
      },
    });
    this.#client = mqtt.connect(options.url, {
      protocolVersion: 5,
      clientId: options.clientId,
      clean: false,
      manualConnect: true,
      resubscribe: false,
      reconnectOnConnackError: true,
      reconnectPeriod: limits.retryFirstMs,
      // Its own would look up for each of ten words a message whether anybody listens.
      log: () => undefined,
      connectTimeout: limits.requestTimeoutMs,
      keepalive: options.keepaliveSeconds ?? limits.keepaliveSeconds,
      properties: {
        sessionExpiryInterval: options.sessionSeconds ?? limits.sessionSeconds,
        receiveMaximum: limits.receiveMaximum,
        maximumPacketSize: limits.packetBytes,
      },
      // Called before PUBREC at QoS 2, where MQTT.js would answer at once; at QoS 1 handleMessage follows.
      customHandleAcks: (_topic, _payload, packet: IPublishPacket, answer) => {
        if (packet.qos !== 2) answer(0);
        else this.#takeKept(packet, 2, () => answer(deferred));
      },
      ...given({ username: options.username, password: options.password }),
      ...given({ ca: options.tls?.ca, cert: options.tls?.cert, key: options.tls?.key }),
    });
    this.#attach(this.#client);
  }

  async open(consumer: Consumer): Promise<void> {
    this.#consumer = consumer;
    this.#window.session = String(recallSession(this.#options.memory, this.name)?.began ?? '');
    const opened = new Promise<void>((done, failed) => {
      this.#opening = { done, failed };
    });
    this.#client.connect();
    await opened;
  }

  connected(): boolean {
    return this.#subscribed && this.#client.connected;
  }

  publish(topic: string, payload: Uint8Array): void {
    // MQTT.js would keep it for the next connection; by then it may be answered.
    if (!this.connected()) return;
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#client.publish(topic, body, { qos: 0, retain: false }, (error) => {
      if (error) this.#log.warn({ topic, reason: error.message }, 'a question to a device could not be sent');
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#opening?.failed(new ProblemError([this.#problem('broker.unreachable', 'closed before the broker answered')]));
    await this.#end();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#closed = true;
    this.#consumer = undefined;
    this.#window.flush();
    this.#opening = undefined;
    this.#subscribed = false;
    clearTimeout(this.#steady);
    clearTimeout(this.#dropping);
    // MQTT.js would reconnect after the end when the stream closes late.
    client.options.reconnectPeriod = 0;
    const graceful = client.connected && Object.keys(client.outgoing).length === 0;
    const late = setTimeout(() => client.stream.destroy(), limits.stopTimeoutMs);
    await client.endAsync(!graceful);
    clearTimeout(late);
  }

  #attach(client: MqttClient): void {
    client.handleMessage = (packet, done) => {
      if (packet.qos === 0) this.#takeUnkept(packet, done);
      else this.#takeKept(packet, 1, () => done(deferred));
    };
    client.on('connect', (connack) => {
      this.#begin(connack).catch((error: unknown) => this.#failBeginning(error));
    });
    client.on('reconnect', () => {
      client.options.reconnectPeriod = Math.min(2 * (client.options.reconnectPeriod ?? 0), limits.retryLongestMs);
    });
    // Before MQTT.js decides how long to wait.
    client.on('offline', () => {
      this.#unsteadyConnections += 1;
      if (this.#unsteadyConnections >= limits.unsteadyConnections) this.#yieldSession('as it seems');
    });
    client.on('disconnect', (packet) => {
      if (packet.reasonCode === 0x8e) this.#yieldSession('says the broker');
      else this.#log.warn({ reason: packet.reasonCode }, 'the broker ends the connection');
    });
    client.on('close', () => {
      if (this.#subscribed) this.#log.warn('the connection to the broker is gone');
      this.#subscribed = false;
      clearTimeout(this.#steady);
      clearTimeout(this.#dropping);
      this.#dropping = undefined;
    });
    client.on('error', (error) => this.#fail(error));
  }

  /** QoS 0: nobody sends it again, so it is safe as soon as it is taken. Reading stops while the consumer is full. */
  #takeUnkept(packet: IPublishPacket, done: () => void): void {
    if (this.#closed || this.#consumer === undefined) return done();
    const { topic, payload, retained } = arrived(packet);
    const full = this.#consumer.offer(unkept(topic, payload, retained, this.#options.now()));
    if (full === undefined) done();
    else this.#pauseReading(full, done);
  }

  #takeKept(packet: IPublishPacket, qos: 1 | 2, done: () => void): void {
    if (this.#closed || this.#consumer === undefined) return done();
    const delivery = this.#window.admit(arrived(packet), qos, this.#client.stream);
    // The window bounds what is in hand: a promise of the consumer is not waited for, as no more than the window can
    // come.
    if (delivery !== undefined) void this.#consumer.offer(delivery);
    const full = this.#window.room();
    if (full === undefined) done();
    else this.#pauseReading(full, done);
  }

  /** While nothing is read, answers to pings are not either: pings are sent from here, and their answers not missed. */
  #pauseReading(full: Promise<void>, done: () => void): void {
    const client = this.#client;
    const alive = setInterval(() => {
      if (!client.connected) return;
      client.sendPing();
      client.reschedulePing(true);
    }, client.keepalive * 400);
    const go = (): void => {
      clearInterval(alive);
      done();
    };
    full.then(go, go);
  }

  /**
   * On every connection alike: a new session has no subscriptions, and repeating one is harmless with Retain Handling
   * 1.
   */
  async #begin(connack: IConnackPacket): Promise<void> {
    const { stream } = this.#client;
    const known = recallSession(this.#options.memory, this.name);
    const resumed = connack.sessionPresent && known !== undefined;
    if (!connack.sessionPresent) this.#window.forget();
    this.#sayWhatIsLost(connack, known !== undefined);
    const began = resumed ? known.began : this.#options.now();
    this.#window.session = String(began);
    const { topics } = this.#options;
    const before = resumed ? known.topics : [];
    const gone = before.filter((topic) => !topics.includes(topic));
    // Before the broker is asked, so that a crash in between forgets no topic that is subscribed there.
    rememberSession(this.#options.memory, this.name, { began, topics: [...topics, ...gone] });
    const refused = await this.#subscribe();
    if (refused === undefined) return;
    const kept = await this.#unsubscribe(gone);
    if (stream !== this.#client.stream || !this.#client.connected) return;
    rememberSession(this.#options.memory, this.name, { began, topics: [...topics, ...kept] });
    this.#settleOpening(refused);
  }

  #sayWhatIsLost(connack: IConnackPacket, known: boolean): void {
    const granted = connack.properties?.sessionExpiryInterval;
    if (granted !== undefined) this.#log.warn({ seconds: granted }, 'the broker keeps our session for this time only');
    if (known && !connack.sessionPresent) {
      this.#log.error('the broker no longer has our session: what was published since the connection ended is lost');
    }
    if (!known && connack.sessionPresent) {
      this.#log.warn('the broker has a session of this client id that we do not know: it may hold other subscriptions');
    }
  }

  #settleOpening(refused: readonly Refusal[]): void {
    const list = refused.map(({ topic, code }) => this.#problem('broker.refused-subscription', `code ${code}`, topic));
    for (const problem of list) this.#log.error({ code: problem.code }, sayProblem(problem));
    if (list.length > 0 && this.#opening !== undefined) return this.#giveUp(list);
    this.#subscribed = true;
    this.#steady = setTimeout(() => {
      this.#client.options.reconnectPeriod = limits.retryFirstMs;
      this.#unsteadyConnections = 0;
      this.#dropPause = limits.retryFirstMs;
    }, limits.steadyMs);
    this.#log.info({ topics: this.#options.topics.length }, 'connected and subscribed');
    this.#opening?.done();
    this.#opening = undefined;
  }

  /** The state of the session could not be read or kept: nothing can be promised on this connection. */
  #failBeginning(error: unknown): void {
    this.#log.error({ err: error }, 'what is known of the session could not be kept: trying again');
    if (error instanceof ProblemError && this.#opening !== undefined) this.#giveUp(error.problems);
    else this.#client.stream.destroy();
  }

  /** The topics refused, or undefined when the connection went meanwhile. */
  async #subscribe(): Promise<Refusal[] | undefined> {
    const refused: Refusal[] = [];
    const isShared = (topic: string): boolean => topic.startsWith('$share/');
    const { topics: all } = this.#options;
    const lists = [...chunks(all.filter((topic) => !isShared(topic))), ...chunks(all.filter(isShared))];
    for (const topics of lists) {
      // No Local, which a shared subscription may not have: what we ask devices is no message of a meter.
      const nl = !topics.some(isShared);
      const granted = await new Promise<number[] | undefined>((answer) => {
        // Retain Handling 1: retained messages only where the subscription is new. QoS 1: the broker lowers QoS 2 to
        // it.
        this.#client.subscribe(topics, { qos: 1, rh: 1, rap: false, nl }, (_error, _asked, packet) =>
          answer(packet?.granted.map(Number)),
        );
      });
      if (granted === undefined) return undefined;
      refused.push(...refusals(topics, granted, (code) => code === 1));
    }
    return refused;
  }

  /** The topics that are still subscribed afterwards. */
  async #unsubscribe(gone: readonly string[]): Promise<string[]> {
    const kept: string[] = [];
    for (const topics of chunks(gone)) {
      const granted = await new Promise<readonly number[]>((answer) => {
        this.#client.unsubscribe(topics, (_error, packet) => answer(packet?.cmd === 'unsuback' ? packet.granted : []));
      });
      // 17: there was no such subscription.
      kept.push(...refusals(topics, granted, (code) => code === 0 || code === 17).map(({ topic }) => topic));
    }
    if (gone.length > 0) this.#log.info({ gone, kept }, 'topics of an earlier configuration are no longer subscribed');
    return kept;
  }

  /** The broker sends again only on a new connection: drops this one, once for all that was released on it. */
  #askAgain(connection: Connection): void {
    if (this.#closed || this.#dropping !== undefined || connection !== this.#client.stream) return;
    this.#dropping = setTimeout(() => {
      this.#dropping = undefined;
      if (connection !== this.#client.stream || !connection.writable) return;
      this.#log.warn('messages could not be made safe: reconnecting to be sent them again');
      this.#unsteadyConnections = 0;
      this.#client.stream.destroy();
    }, this.#dropPause);
    this.#dropPause = Math.min(2 * this.#dropPause, limits.retryLongestMs);
  }

  /**
   * Coming back at once would take the session from the other client, and so on for ever. A broker of MQTT 5 should say
   * that the session was taken over; Mosquitto 2.0.11 only closes the connection, so several that end soon are taken
   * for it.
   */
  #yieldSession(detail: string): void {
    this.#client.options.reconnectPeriod = limits.retryLongestMs;
    const problem = this.#problem('broker.session-taken-over', this.#options.clientId, detail);
    this.#log.error({ code: problem.code, pause_ms: limits.retryLongestMs }, sayProblem(problem));
  }

  #fail(error: Error & { code?: string | number }): void {
    if (error === deferred) return;
    const code = problemOf(error.code);
    const problem = this.#problem(code, error.message || String(error.code));
    this.#log.warn({ code, retry_ms: this.#client.options.reconnectPeriod }, sayProblem(problem));
    // A broker that refuses before it ever accepted is a mistake of configuration; later it is an outage, and ends.
    if (this.#opening !== undefined && code !== 'broker.unreachable') this.#giveUp([problem]);
  }

  #giveUp(list: readonly Problem[]): void {
    this.#opening?.failed(new ProblemError(list));
    void this.#end();
  }

  #problem(code: ProblemCode, found: string, detail?: string): Problem {
    return { code, where: this.#where, found, detail };
  }
}

function problemOf(code: string | number | undefined): ProblemCode {
  // MQTT 5 reason codes, and the return codes 1, 2, 4, 5 of a broker that speaks only MQTT 3.1.1.
  if (code === 4 || code === 5 || code === 0x86 || code === 0x87 || code === 0x8a || code === 0x8c) {
    return 'broker.refused-login';
  }
  if (code === 1 || code === 2 || code === 0x84 || code === 0x85) return 'broker.refused-session';
  if (typeof code === 'string' && /^(ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
    return 'broker.refused-certificate';
  }
  return 'broker.unreachable';
}

function arrived(packet: IPublishPacket): Arrived {
  const { payload } = packet;
  return {
    topic: packet.topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    qos: packet.qos,
    // Without `retain as published` the broker sets this only on what it kept from before the subscription.
    retained: packet.retain,
    duplicate: packet.dup,
    packetId: packet.messageId ?? 0,
  };
}

function chunks(topics: readonly string[]): string[][] {
  const list: string[][] = [];
  for (let at = 0; at < topics.length; at += limits.topicsPerSubscribe) {
    list.push(topics.slice(at, at + limits.topicsPerSubscribe));
  }
  return list;
}

/** Only what is set: a key that is undefined is not the same as one that is absent. */
function given<K extends string>(values: Record<K, string | undefined>): Partial<Record<K, string>> {
  const list: Partial<Record<K, string>> = {};
  for (const key in values) if (values[key] !== undefined) list[key] = values[key];
  return list;
}

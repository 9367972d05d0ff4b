import { Aedes, type Client, type ConnectPacket, type PublishPacket } from 'aedes';
import { createServer, isIPv4, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type Logins, readLogins } from './broker-logins.ts';
import { HeldPublishes } from './held-publishes.ts';
import type { Consumer, MessageSource } from './message-source.ts';
import { guardPackets } from './packet-guard.ts';
import { unkept } from './unkept.ts';

export interface EmbeddedBrokerOptions {
  /** Address to listen at. Any but loopback needs a password file. */
  readonly host: string;
  /** 0 takes a free one; see `port` afterwards. */
  readonly port: number;
  /** In the form of password-file.ts. With it every client must log in, on loopback too. */
  readonly passwordFile?: string | undefined;
  /** Epoch seconds. */
  readonly now: () => EpochSeconds;
  readonly log: Logger;
}

export interface EmbeddedBroker extends MessageSource {
  /** Where it listens, once open. */
  readonly port: number;
}

/**
 * A broker inside this process, for MQTT 3.1.1. Publishers are acknowledged when their message is safe, not when it has
 * arrived: it is taken in `authorizePublish`, which aedes asks before it answers, and aedes is called back when the
 * delivery is settled. A message that cannot be made safe ends its publisher's connection, so that it is sent again.
 *
 * It keeps nothing of its own: no sessions, no retained messages, no queues for clients that are away, all of which
 * aedes would hold in memory without bound and lose at the end of the process. Other clients may subscribe to what is
 * published and safe; a house that needs more of a broker runs Mosquitto and `ingest` beside it.
 */
export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBroker {
  return new Embedded(options);
}

const closing = new Error('the broker is closing');

class Embedded implements EmbeddedBroker {
  readonly name = 'embedded';
  readonly #options: EmbeddedBrokerOptions;
  readonly #log: Logger;
  readonly #held: HeldPublishes;
  readonly #welcomed = new WeakMap<Client, { readonly keepalive: number; readonly since: EpochSeconds }>();
  readonly #clients = new Map<string, Client>();
  readonly #sockets = new Set<Socket>();
  /** What makes the sockets read on that were not read for want of room. */
  readonly #paused = new Set<() => void>();
  /** Messages at QoS 0 that arrived while the consumer was full, in their order. */
  readonly #unkept: (() => void)[] = [];
  #consumerFull = false;
  #consumer: Consumer | undefined;
  #logins: Logins | undefined;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#log = options.log.child({ source: this.name });
    this.#held = new HeldPublishes(options.now, () => this.#readOn());
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async open(consumer: Consumer): Promise<void> {
    const { host, passwordFile } = this.#options;
    if (passwordFile !== undefined) this.#logins = readLogins(passwordFile);
    else if (!isLoopback(host)) throw new ProblemError([{ code: 'broker.needs-passwords', where: this.#where }]);
    this.#consumer = consumer;
    this.#aedes = await this.#broker();
    this.#server = await this.#listen(this.#aedes);
    this.#sweep = setInterval(() => this.#endLongHolds(), limits.holdCheckMs);
    this.#log.info({ host, port: this.port, passwords: passwordFile !== undefined }, 'the embedded broker listens');
  }

  connected(): boolean {
    return this.#server?.listening ?? false;
  }

  publish(topic: string, payload: Uint8Array): void {
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const packet = { cmd: 'publish', topic, payload: body, qos: 0, retain: false, dup: false } as const;
    this.#aedes?.publish(packet, (error) => {
      if (error) this.#log.warn({ topic, reason: error.message }, 'a question to a device could not be sent');
    });
  }

  async close(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#consumer = undefined;
    this.#server = undefined;
    this.#aedes = undefined;
    clearInterval(this.#sweep);
    if (server === undefined || aedes === undefined) return;
    const closed = new Promise<void>((done) => server.close(() => done()));
    // Answers already given are written at the end of this turn.
    await new Promise<void>((done) => setImmediate(done));
    await new Promise<void>((done) => aedes.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  get #where(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  async #broker(): Promise<Aedes> {
    const aedes = await Aedes.createBroker({
      // Packets that a client sends without waiting for its CONNACK.
      queueLimit: limits.receiveMaximum,
      // A subscriber that reads nothing holds up everybody for this long, once.
      drainTimeout: limits.drainMs,
      preConnect: (client, packet, decide) => decide(null, this.#welcome(client, packet)),
      authenticate: (client, user, password, decide) => {
        void this.#mayEnter(client, user, password).then((may) =>
          may
            ? decide(null, true)
            : decide(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), null),
        );
      },
      authorizePublish: (client, packet, decide) => this.#take(client, packet, decide),
      // aedes has no shared subscriptions: it would grant one and deliver nothing.
      authorizeSubscribe: (_client, asked, decide) => decide(null, asked.topic.startsWith('$share/') ? null : asked),
    });
    aedes.on('client', (client) => this.#clients.set(client.id, client));
    aedes.on('clientDisconnect', (client) => {
      if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
    });
    aedes.on('clientError', (client, error) =>
      this.#log.debug({ client: client.id, reason: error.message }, 'a client goes'),
    );
    aedes.on('connectionError', (_client, error) =>
      this.#log.warn({ reason: error.message }, 'a connection is refused'),
    );
    return aedes;
  }

  async #listen(aedes: Aedes): Promise<Server> {
    const server = createServer({ highWaterMark: limits.socketBytes }, (socket) => this.#accept(aedes, socket));
    server.maxConnections = limits.brokerConnections;
    server.on('drop', () =>
      this.#log.warn({ connections: limits.brokerConnections }, 'too many connections: one is refused'),
    );
    try {
      await new Promise<void>((done, failed) => {
        server.once('error', failed);
        server.listen(this.#options.port, this.#options.host, () => done());
      });
    } catch (error) {
      aedes.close();
      const found = error instanceof Error ? error.message : String(error);
      throw new ProblemError([{ code: 'broker.cannot-listen', where: this.#where, found }], { cause: error });
    }
    server.on('error', (error) =>
      this.#log.error({ reason: error.message }, 'the embedded broker has trouble listening'),
    );
    return server;
  }

  #accept(aedes: Aedes, socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    guardPackets(socket, {
      hasRoom: () => !this.#consumerFull && this.#held.hasRoom(),
      wait: (resume) => this.#paused.add(resume),
      refuse: (bytes) =>
        this.#log.warn(
          { from: socket.remoteAddress, bytes },
          'a packet over the limit is refused, and its connection ended',
        ),
    });
    aedes.handle(socket);
  }

  #welcome(client: Client, packet: ConnectPacket): boolean {
    this.#welcomed.set(client, { keepalive: packet.keepalive ?? 0, since: this.#options.now() });
    // No sessions are kept. Publishers send again what was not acknowledged, whatever the broker remembers.
    packet.clean = true;
    return true;
  }

  async #mayEnter(client: Client, user: string | undefined, password: Buffer | undefined): Promise<boolean> {
    if (this.#logins === undefined) return true;
    const may = user !== undefined && password !== undefined && (await this.#logins.match(user, password));
    if (!may) this.#log.warn({ client: client.id, user }, 'a client with a wrong user name or password is refused');
    return may;
  }

  /** Takes one PUBLISH, or the last will of a client that went without saying so. */
  #take(client: Client | null, packet: PublishPacket, decide: (error?: Error | null) => void): void {
    if (this.#consumer === undefined) return decide(closing);
    if (packet.topic.startsWith('$')) return decide(new Error('topics that begin with $ are the broker’s own'));
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (packet.qos === 0) this.#takeUnkept(packet.topic, payload, decide);
    else this.#takeKept(client?.id ?? '', packet, payload, packet.qos, decide);
  }

  #takeKept(
    clientId: string,
    packet: PublishPacket,
    payload: Buffer,
    qos: 1 | 2,
    decide: (error?: Error | null) => void,
  ): void {
    const { topic, messageId: packetId } = packet;
    // aedes leaves it out of wills.
    const duplicate = packetId !== undefined && packet.dup;
    // A will is nobody's to send again: it is offered again from here.
    const again = (): void => void setTimeout(() => this.#take(null, packet, decide), limits.orphanPauseMs).unref();
    const answer = (error?: Error): void => {
      if (error !== undefined && packetId === undefined) again();
      else decide(error);
    };
    const delivery = this.#held.admit({ clientId, topic, payload, qos, duplicate, packetId, answer });
    if (delivery !== undefined) void this.#consumer?.offer(delivery);
  }

  #takeUnkept(topic: string, payload: Buffer, decide: (error?: Error | null) => void): void {
    const offer = (): void => {
      if (this.#consumer === undefined) return decide(closing);
      const full = this.#consumer.offer(unkept(topic, payload, false, this.#options.now()));
      decide();
      if (full !== undefined) this.#waitFor(full);
    };
    if (this.#consumerFull) this.#unkept.push(offer);
    else offer();
  }

  /** Those that wait go on in their order until the consumer is full again. */
  #waitFor(full: Promise<void>): void {
    this.#consumerFull = true;
    const go = (): void => {
      this.#consumerFull = false;
      while (!this.#consumerFull && this.#unkept.length > 0) this.#unkept.shift()?.();
      this.#readOn();
    };
    full.then(go, go);
  }

  #readOn(): void {
    if (this.#paused.size === 0 || this.#consumerFull) return;
    const paused = [...this.#paused];
    this.#paused.clear();
    for (const resume of paused) resume();
  }

  /** A client that waits longer for its answer than its keepalive allows takes the connection for dead: it is told. */
  #endLongHolds(): void {
    const now = this.#options.now();
    for (const [clientId, held] of this.#held.oldest()) {
      const client = this.#clients.get(clientId);
      const welcomed = client && this.#welcomed.get(client);
      if (welcomed === undefined) continue;
      // What is in hand from before this connection is not waited for on it until it is sent again.
      const waits = now - Math.max(held, welcomed.since);
      const patience = welcomed.keepalive > 0 ? 1.2 * welcomed.keepalive : limits.holdSeconds;
      if (waits <= Math.min(patience, limits.holdSeconds)) continue;
      this.#log.warn({ client: clientId, seconds: waits }, 'messages are not safe yet: their sender is sent away');
      client?.close();
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * Publishes as fast as a broker takes it, from a process of its own, with MQTT 3.1.1 at QoS 1 written straight into a
 * socket. After a lost connection what is not acknowledged is sent again, with its packet id and the `dup` flag, as the
 * standard asks.
 *
 * Started as `node publisher.ts '<PublisherOptions as JSON>'`. Writes one JSON object a line:
 * {"acknowledged":n,"sent_again":n} while it works, and {"done":true,…,"seconds":s} at its end. Payloads are
 * `{"n":<0…messages-1>,"pad":"…"}`; message n goes to topic `<prefix>/<n mod topics>`.
 */
import { createConnection, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

export interface PublisherOptions {
  readonly port: number;
  readonly messages: number;
  readonly prefix: string;
  readonly topics: number;
  readonly clientId: string;
  /** Sent and not yet acknowledged at one time. */
  readonly window?: number;
  /** Payload bytes about; 120 is a meter's message. */
  readonly bytes?: number;
  readonly username?: string;
  readonly password?: string;
  /** Messages a second; unlimited when absent. */
  readonly rate?: number;
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; ; ) {
    const more = rest > 127;
    bytes.push((rest & 127) | (more ? 128 : 0));
    rest = Math.floor(rest / 128);
    if (!more) return bytes;
  }
}

export function connectPacket(options: Pick<PublisherOptions, 'clientId' | 'username' | 'password'>): Buffer {
  const login = options.username === undefined ? [] : [text(options.username), text(options.password ?? '')];
  const flags = 0x02 | (login.length > 0 ? 0xc0 : 0);
  const body = Buffer.concat([text('MQTT'), Buffer.from([4, flags, 0, 60]), text(options.clientId), ...login]);
  return Buffer.concat([Buffer.from([0x10, ...remainingLength(body.length)]), body]);
}

export function publishPacket(topic: string, payload: Buffer, packetId: number, duplicate: boolean): Buffer {
  const name = text(topic);
  const head = [duplicate ? 0x3a : 0x32, ...remainingLength(name.length + 2 + payload.length)];
  return Buffer.concat([Buffer.from(head), name, Buffer.from([packetId >> 8, packetId & 255]), payload]);
}

/** Message `n` as it is published. */
export type MessageOf = (n: number) => { readonly topic: string; readonly payload: Buffer };

function padded({ bytes = 120, prefix, topics }: PublisherOptions): MessageOf {
  const pad = 'x'.repeat(Math.max(0, bytes - 24));
  return (n) => ({ topic: `${prefix}/${n % topics}`, payload: Buffer.from(`{"n":${n},"pad":"${pad}"}`) });
}

/** Resolves when every message is acknowledged. */
export async function publishAll(
  options: PublisherOptions,
  report: (line: Record<string, unknown>) => void,
  messageOf: MessageOf = padded(options),
): Promise<void> {
  const started = performance.now();
  const window = options.window ?? 1_000;
  /** Message number by packet id, in the order of sending. */
  const open = new Map<number, number>();
  let next = 0;
  let packetId = 0;
  let acknowledged = 0;
  let sentAgain = 0;
  const packet = (n: number, id: number, duplicate: boolean): Buffer => {
    const { topic, payload } = messageOf(n);
    return publishPacket(topic, payload, id, duplicate);
  };
  const allowed = (): number =>
    options.rate === undefined ? Infinity : ((performance.now() - started) / 1000) * options.rate;
  const fill = (socket: Socket): void => {
    const packets: Buffer[] = [];
    while (open.size < window && next < options.messages && next < allowed()) {
      do packetId = (packetId % 65_535) + 1;
      while (open.has(packetId));
      open.set(packetId, next);
      packets.push(packet(next, packetId, false));
      next += 1;
    }
    if (packets.length > 0) socket.write(Buffer.concat(packets));
  };
  const progress = setInterval(() => report({ acknowledged, sent_again: sentAgain }), 100);
  while (acknowledged < options.messages) {
    await new Promise<void>((closed) => {
      const socket = createConnection({ port: options.port, host: '127.0.0.1' });
      const pace = options.rate === undefined ? undefined : setInterval(() => accepted && fill(socket), 10);
      let rest: Buffer = Buffer.alloc(0);
      let accepted = false;
      socket.on('connect', () => socket.write(connectPacket(options)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(pace);
        setTimeout(closed, 50);
      });
      socket.on('data', (chunk: Buffer) => {
        const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
        let at = 0;
        // CONNACK and PUBACK are both four bytes.
        for (; at + 4 <= bytes.length; at += 4) {
          if (bytes[at] === 0x20) {
            if (bytes[at + 3] !== 0) throw new Error(`the broker refuses with code ${bytes[at + 3]}`);
            accepted = true;
            sentAgain += open.size;
            for (const [id, n] of open) socket.write(packet(n, id, true));
          } else if (open.delete(bytes.readUInt16BE(at + 2))) acknowledged += 1;
        }
        rest = bytes.subarray(at);
        if (acknowledged < options.messages) fill(socket);
        else socket.end(Buffer.from([0xe0, 0]));
      });
    });
  }
  clearInterval(progress);
  const seconds = (performance.now() - started) / 1000;
  report({ done: true, acknowledged, sent_again: sentAgain, seconds });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options: PublisherOptions = JSON.parse(process.argv[2] ?? '');
  await publishAll(options, (line) => process.stdout.write(`${JSON.stringify(line)}\n`));
}

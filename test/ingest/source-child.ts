/**
 * A consumer to be killed: hands a source's messages over into a file, with fsync, then acknowledges them. Each line is
 * `<n> <topic> <duplicate> <fingerprint>`. Started with one JSON argument; see ChildOptions.
 */
import { existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import pino from 'pino';
import { createEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import type { Delivery } from '../../ingest/message-source.ts';
import { createMqttSession } from '../../ingest/mqtt-session.ts';
import { memoryInFile, seconds } from './source-world.ts';

export interface ChildOptions {
  readonly kind: 'mqtt' | 'embedded';
  readonly port: number;
  readonly file: string;
  readonly memory: string;
  readonly topics: readonly string[];
}

const options: ChildOptions = JSON.parse(process.argv[2] ?? '');
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const source =
  options.kind === 'mqtt'
    ? createMqttSession({
        url: `mqtt://127.0.0.1:${options.port}`,
        clientId: 'killed',
        topics: options.topics,
        now: seconds,
        memory: memoryInFile(options.memory),
        log,
      })
    : createEmbeddedBroker({ host: '127.0.0.1', port: options.port, now: seconds, log });
dropTornLine(options.file);
const file = openSync(options.file, 'a');
let batch: Delivery[] = [];

/** A kill in the middle of a write leaves the last line without its end: nothing of it was acknowledged. */
function dropTornLine(path: string): void {
  if (existsSync(path)) truncateSync(path, readFileSync(path).lastIndexOf(0x0a) + 1);
}

function book(): void {
  const booked = batch;
  batch = [];
  const lines = booked.map(({ payload, topic, duplicate, fingerprint }) => {
    const { n } = JSON.parse(Buffer.from(payload).toString());
    return `${n} ${topic} ${duplicate ? 1 : 0} ${fingerprint}\n`;
  });
  writeSync(file, lines.join(''));
  fsyncSync(file);
  for (const delivery of booked) delivery.acknowledge();
}

await source.open({
  offer(delivery) {
    batch.push(delivery);
    if (batch.length === 1) setTimeout(book, 5);
  },
});
process.stdout.write('open\n');

/**
 * The floor: MQTT.js with the product's session settings, acknowledging each message as it comes and doing nothing
 * with it.
 */
import mqtt from 'mqtt';
import { limits } from '../../domain/limits.ts';
import { cpuMs, say, untilTerminated } from './child.ts';

export interface BareChildOptions {
  readonly url: string;
  readonly prefix: string;
  /** Says when so many have come. */
  readonly expect: number;
}

const options: BareChildOptions = JSON.parse(process.argv[2] ?? '');
// A queue may be settled before its subscription is answered.
const terminated = untilTerminated();
const client = mqtt.connect(options.url, {
  protocolVersion: 5,
  clientId: `bench-${options.prefix}`,
  clean: false,
  manualConnect: true,
  resubscribe: false,
  keepalive: limits.keepaliveSeconds,
  properties: {
    sessionExpiryInterval: limits.sessionSeconds,
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes,
  },
});
let count = 0;
client.handleMessage = (_packet, done) => {
  count += 1;
  if (count === options.expect) say({ settled: Date.now(), cpu_ms: cpuMs() - startedCpu });
  done();
};
say({ opening: Date.now() });
const startedCpu = cpuMs();
client.connect();
await new Promise((done) => client.once('connect', done));
await client.subscribeAsync(`${options.prefix}/#`, { qos: 1, rh: 1 });
say({ open: Date.now() });
await terminated;
await client.endAsync();
say({ messages: count });

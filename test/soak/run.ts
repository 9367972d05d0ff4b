/**
 * Hours of a whole site's messages through a real Mosquitto, `meterhouse ingest`, InfluxDB and `meterhouse api`, each a
 * process. `npm run soak` runs two hours at 900 messages a second; `--minutes` and `--rate` change it, and `--write`
 * writes docs/soak.md. Ends with 1 when memory grows or a message is lost or doubled.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addressIn, type Service, serviceOf, type Settings, settingsBetween } from '../acceptance/house.ts';
import { accountOf, exactly, layStreamGround, ledgersOf, startStream } from '../acceptance/stream.ts';
import { startInflux } from '../servers/influx.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { pageOf } from './page.ts';
import { heapOf, type Memory, rssOf, type Sample } from './samples.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    rate: { type: 'string', default: '900' },
    write: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const name = 'soak';
/** Each meter speaks every four seconds. */
const step = 4;
const shape = { name, meters: rate * step };
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

await using closing = new AsyncDisposableStack();
const ground = layStreamGround(shape);
closing.defer(() => ground.remove());
const broker = await startMosquitto({ persistent: 'each-second' });
closing.defer(() => broker.stop());
const influx = await startInflux();
closing.defer(() => influx.stop());
const settings = (): Settings => settingsBetween(broker, influx);
const told = (command: string): string => join(ground.folder, `${command}.memory`);
function service(command: 'ingest' | 'api'): Service {
  const preload = `NODE_OPTIONS=--import=${join(import.meta.dirname, 'memory-told.ts')}`;
  const one = serviceOf(command, ground, settings, [], ['env', preload, `MEMORY_TOLD=${told(command)}`]);
  closing.defer(async () => void (await one.stop()));
  return one;
}
const ingest = service('ingest');
const api = service('api');
await Promise.all([ingest.start(), api.start()]);
const address = addressIn(api);

const loads = [load()];
const began = Date.now();
const messages = Math.round(rate * 60 * minutes);
const stream = startStream(broker.port, { ...shape, messages, rate, step, from: Math.floor(began / 1000) });
closing.defer(() => stream.stop());

/** How long the API took, and whether it answered: on a machine that is full it says that it is too slow. */
async function ask(): Promise<Pick<Sample, 'answeredMs' | 'answered'>> {
  const today = new Date().toISOString().slice(0, 10);
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const from = performance.now();
  const answer = await fetch(`${address}/v1/consumption?by=site&bucket=day&from=${today}&to=${until}`);
  const text = await answer.text();
  const answered = answer.status === 200;
  if (!answered && !text.includes('request.too-slow')) throw new Error(`the API answered ${answer.status}: ${text}`);
  return { answeredMs: performance.now() - from, answered };
}

const samples: Sample[] = [];
while (stream.acknowledged() < messages) {
  const acknowledged = stream.acknowledged();
  const booked = ledgersOf(ground).received;
  const memory: Record<string, Memory> = {
    ingest: { rss: rssOf(ingest.pid()), heap: heapOf(told('ingest')) },
    api: { rss: rssOf(api.pid()), heap: heapOf(told('api')) },
    mosquitto: { rss: rssOf(broker.pid()), heap: undefined },
    influxd: { rss: rssOf(influx.pid()), heap: undefined },
  };
  const at = (Date.now() - began) / 1000;
  const sample = { at, memory, lag: Math.max(0, acknowledged - booked), booked, ...(await ask()) };
  samples.push(sample);
  const said = Object.entries(memory).map(([process, { rss }]) => `${process} ${rss.toFixed(0)} MB`);
  process.stdout.write(`${at.toFixed(0)} s: ${booked} booked, ${sample.lag} behind, ${said.join(', ')}\n`);
  await sleep(10_000);
}
const seconds = (Date.now() - began) / 1000;
const account = await accountOf(ground, influx, 'meterhouse', messages, () => ingest.output(), 300_000);
const page = pageOf({
  command: `npm run soak -- --minutes ${minutes} --rate ${rate}`,
  began,
  seconds,
  rate,
  messages,
  meters: shape.meters,
  load: [...loads, load()],
  samples,
  account,
  exact: JSON.stringify(account) === JSON.stringify(exactly(messages)),
});
process.stdout.write(`${page.text}\n`);
if (values.write) writeFileSync(join(import.meta.dirname, '../../docs/soak.md'), page.text);
process.exitCode = page.good ? 0 : 1;

import type { MetricNumber } from '../api/parts.ts';
import type { ReadingColumns } from '../domain/readings/reading-columns.ts';
import type { Ask } from '../ingest/decoder.ts';
import { Deriver, type DeriverCounters } from '../ingest/derive.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../ingest/embedded-broker.ts';
import { GridWatch } from '../ingest/grid/grid-watch.ts';
import type { MessageSource } from '../ingest/message-source.ts';
import { createMqttSession } from '../ingest/mqtt-session.ts';
import { Pipeline, type PipelineCounters } from '../ingest/pipeline.ts';
import { watchQuarantine } from '../ingest/quarantine-watch.ts';
import { ShownHouse } from '../ingest/shown-house.ts';
import type { House } from './house.ts';
import { readTls } from './read-tls.ts';
import { workersOf } from './workers.ts';

export interface Ingest {
  /**
   * Resolves when messages can arrive: with a broker outside, when it is first reached. Rejects with a ProblemError
   * `broker.*` when waiting is pointless.
   */
  readonly opened: Promise<void>;
  /** Port of the embedded broker once it is open; undefined with a broker outside. */
  readonly brokerPort: () => number | undefined;
  readonly numbers: () => readonly MetricNumber[];
}

/** Takes messages, books them and derives, until the house closes. */
export function runIngest(house: House): Ingest {
  const { config, clock, log, state, store } = house;
  const embedded = config.broker.kind === 'embedded' ? openEmbedded(house) : undefined;
  const source: MessageSource = embedded ?? openSession(house);
  const publish = ({ topic, payload }: Ask): void => source.publish?.(topic, payload);
  const shared = config.broker.topics.some((topic) => topic.startsWith('$share/'));
  const books = { store, state, shared, estate: house.estate() };
  const pipeline = new Pipeline({ source: source.name, ...books, clock, log, publish });
  house.onEstate((estate) => pipeline.setEstate(estate));
  pipeline.start();
  // Before the broker answers, which may be long: what was touched before this start is derived meanwhile.
  const deriver = config.ingest.derive ? derive(house, pipeline) : undefined;
  house.onClose(watchQuarantine(house));
  house.onClose(publishItself(house, pipeline, deriver));
  // Closed in the other order: the pipeline books what it has while the source can still be told that it is safe.
  house.onClose(() => source.close());
  house.onClose(() => pipeline.close());
  const opened = source.open(pipeline);
  // Whoever waits for it hears of it; until then a refusal must not count as unheard.
  opened.catch(() => undefined);
  return {
    opened,
    brokerPort: () => embedded?.port,
    numbers: () => [...bookingNumbers(pipeline.counters), ...derivingNumbers(deriver?.counters)],
  };
}

function openEmbedded(house: House): EmbeddedBroker {
  const { host, port, password_file: passwordFile } = house.config.broker;
  return createEmbeddedBroker({ host, port, passwordFile, now: house.now, log: house.log });
}

function openSession(house: House): MessageSource {
  const { broker } = house.config;
  return createMqttSession({
    // `readConfig` has refused a session without an address.
    url: broker.url ?? '',
    clientId: broker.client_id,
    topics: broker.topics,
    username: broker.user,
    password: broker.password,
    tls: readTls(broker),
    now: house.now,
    memory: house.state,
    log: house.log,
  });
}

function derive(house: House, pipeline: Pipeline): Deriver {
  const { state, store, log, clock, holder } = house;
  const workers = workersOf(house, pipeline);
  const deriver = new Deriver({ store, state, estate: house.estate(), clock, log, holder, workers });
  house.onEstate((estate) => deriver.setEstate(estate));
  deriver.start();
  house.onClose(() => deriver.close());
  watchGrid(house, pipeline);
  return deriver;
}

/** Publishes what this process does, minute by minute; answers how to end it. */
function publishItself(house: House, pipeline: Pipeline, deriver: Deriver | undefined): () => Promise<void> {
  const { store, state, estate, holder, now, log } = house;
  const shown = new ShownHouse({
    store,
    state,
    estate,
    now,
    log,
    estateProblems: () => house.estateProblems().length,
    process: holder,
    spoolBytes: house.config.store.spool_bytes,
    pipeline: () => pipeline.counters,
    deriver: () => deriver?.counters,
    memory: () => process.memoryUsage.rss(),
  });
  return shown.start();
}

/** Fetches the intensity of grids in the process that derives, where an address is configured. */
function watchGrid(house: House, pipeline: Pipeline): void {
  const { config, estate, state, clock, log } = house;
  const { url } = config.grid_intensity;
  if (url === undefined) return;
  const book = (columns: ReadingColumns): Promise<unknown> => pipeline.bookFile(columns);
  const watch = new GridWatch({ url, estate, state, book, clock, log });
  watch.start();
  house.onClose(() => watch.close());
}

const byTerm = (name: string, help: string, terms: Readonly<Record<string, number>>): MetricNumber[] =>
  Object.entries(terms).map(([term, value]) => ({ name, help, type: 'counter', labels: { term }, value }));
const counter = (name: string, help: string, value: number): MetricNumber => ({ name, help, type: 'counter', value });
const gauge = (name: string, help: string, value: number): MetricNumber => ({ name, help, type: 'gauge', value });

function bookingNumbers(counters: PipelineCounters): MetricNumber[] {
  const { batches } = counters;
  return [
    ...byTerm('meterhouse_messages_total', 'Messages, by what became of them.', counters.messages),
    ...byTerm('meterhouse_readings_total', 'Readings decoded, by what became of them.', counters.readings),
    ...byTerm('meterhouse_batches_total', 'Batches booked or failed.', { done: batches.done, failed: batches.failed }),
    counter('meterhouse_batch_seconds_total', 'Time spent booking batches.', batches.seconds),
    gauge('meterhouse_queued_messages', 'Messages taken and not yet booked.', counters.queued),
    gauge('meterhouse_parked_readings', 'Late readings that wait for the store.', counters.parked),
  ];
}

function derivingNumbers(counters: DeriverCounters | undefined): MetricNumber[] {
  if (!counters) return [];
  return [
    counter('meterhouse_derived_figures_total', 'Half-hourly figures worked out.', counters.halfHours),
    counter(
      'meterhouse_derivation_failures_total',
      'Meters whose half-hours could not be worked out.',
      counters.failures,
    ),
    counter('meterhouse_derivation_seconds_total', 'Time spent working out half-hours.', counters.seconds),
    gauge('meterhouse_derives', '1 where this process works out half-hours.', counters.derives ? 1 : 0),
  ];
}

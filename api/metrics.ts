import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { liveStateNames } from '../domain/alerts/life.ts';
import { severities } from '../domain/alerts/severity.ts';
import { isHeard } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { quarantineShare } from '../domain/readings/quarantine-notices.ts';
import { problemAnswers } from './contract/vocabulary.ts';
import type { HeardBook } from './heard.ts';
import type { Api, ApiParts, MetricNumber } from './parts.ts';

/**
 * `/metrics` in the text format of Prometheus. Labels are bounded: routes as they are registered, utilities,
 * outcomes; never a meter, a topic or an address. Data about each meter is `/v1/data-quality`.
 */
export function addMetrics(app: Api, parts: ApiParts, heard: HeardBook, listening: () => number): void {
  const registry = new Registry();
  countRequests(app, registry);
  measureProcess(app, parts, registry);
  measureStores(parts, registry, heard);
  gauge(registry, 'meterhouse_live_listeners', 'Open live streams.', listening);
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['operation'],
      summary: 'Numbers of the process, for Prometheus',
      response: { ...problemAnswers, 200: { content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      const text = (await registry.metrics()) + (await textOf(parts.numbers?.() ?? []));
      void reply.type('text/plain; version=0.0.4; charset=utf-8');
      return reply.send(text);
    },
  });
}

function countRequests(app: Api, registry: Registry): void {
  const requests = new Counter({
    name: 'meterhouse_http_requests_total',
    help: 'Requests answered, by route and class of status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'meterhouse_http_request_duration_seconds',
    help: 'Time from request to the end of its answer, by route.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, limits.requestTimeoutMs / 1000],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    requests.inc({ method: route === 'unknown' ? 'any' : request.method, route, status });
    durations.observe({ route }, reply.elapsedTime / 1000);
  });
}

function measureProcess(app: Api, parts: ApiParts, registry: Registry): void {
  const started = parts.clock();
  gauge(registry, 'process_start_time_seconds', 'When the API was built, as epoch seconds.', () => started);
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time used, user and system.',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  cpu.inc(0);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  app.addHook('onClose', async () => void delay.disable());
  gauge(
    registry,
    'nodejs_eventloop_lag_p99_seconds',
    '99th percentile of event loop lag since the last scrape.',
    () => {
      const seconds = delay.percentile(99) / 1e9;
      delay.reset();
      return seconds;
    },
  );
  new Gauge({
    name: 'meterhouse_build_info',
    help: 'The version that runs; always 1.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: parts.version }, 1);
}

function measureStores(parts: ApiParts, registry: Registry, heard: HeardBook): void {
  const { store, estate, clock } = parts;
  gauge(registry, 'meterhouse_spool_batches', 'Batches that wait for the database.', () => store.backlog().batches);
  gauge(registry, 'meterhouse_spool_bytes', 'Bytes that wait for the database.', () => store.backlog().bytes);
  gauge(registry, 'meterhouse_estate_version', 'Version of the estate register in use.', () => estate().version);
  const problems = (): number => parts.estateProblems().length;
  gauge(
    registry,
    'meterhouse_estate_problems',
    'Problems of the estate folder on disk; 0 when it is in use.',
    problems,
  );
  measureQuarantine(parts, registry);
  measureAlerts(parts, registry);
  measureDeliveries(parts, registry);
  const newest = new Gauge({
    name: 'meterhouse_newest_reading_timestamp_seconds',
    help: 'Stamp of the newest reading of any meter, by utility.',
    labelNames: ['utility'],
    registers: [],
  });
  const meters = new Gauge({
    name: 'meterhouse_meters',
    help: 'Meters by utility and whether they were heard within their maximum gap.',
    labelNames: ['utility', 'heard'],
    registers: [registry],
    collect() {
      this.reset();
      newest.reset();
      heard.refresh();
      for (const [utility, counts] of countMeters(parts, heard, clock())) {
        this.set({ utility, heard: 'lately' }, counts.lately);
        this.set({ utility, heard: 'overdue' }, counts.overdue);
        this.set({ utility, heard: 'never' }, counts.never);
        if (counts.newest > 0) newest.set({ utility }, counts.newest);
      }
    },
  });
  meters.reset();
  // After the one that measures it, as below.
  registry.registerMetric(newest);
}

function measureQuarantine({ state }: ApiParts, registry: Registry): void {
  const use = (): ReturnType<typeof state.quarantineUse> => state.quarantineUse();
  gauge(registry, 'meterhouse_quarantine_messages', 'Messages in the quarantine.', () => use().rows);
  gauge(
    registry,
    'meterhouse_quarantine_full_ratio',
    'How full it is, from 0 to 1; at 1 the oldest messages make room.',
    () => quarantineShare(use()),
  );
  gauge(
    registry,
    'meterhouse_quarantine_expiring_messages',
    'Messages not replayed that will soon be too old to be kept.',
    () => use().expiring,
  );
  const expired: Counter = new Counter({
    name: 'meterhouse_quarantine_expired_total',
    help: 'Messages that left the quarantine as its oldest, since the state file was made.',
    registers: [registry],
    collect() {
      expired.reset();
      expired.inc(use().expired);
    },
  });
}

function measureAlerts({ state }: ApiParts, registry: Registry): void {
  const alerts: Gauge = new Gauge({
    name: 'meterhouse_alerts',
    help: 'Alerts that somebody may have to do something about, by severity and state.',
    labelNames: ['severity', 'state'],
    registers: [registry],
    collect() {
      const counts = state.liveAlertCounts();
      for (const severity of severities.map(String)) {
        for (const name of liveStateNames) {
          const found = counts.find((one) => one.state === name && one.severity === severity);
          alerts.set({ severity, state: name }, found?.alerts ?? 0);
        }
      }
    },
  });
}

function measureDeliveries({ state, channels = new Map(), clock }: ApiParts, registry: Registry): void {
  const oldest = new Gauge({
    name: 'meterhouse_delivery_oldest_waiting_seconds',
    help: 'How long the oldest has waited of what is to be sent; 0 where nothing waits.',
    registers: [],
  });
  const deliveries = new Gauge({
    name: 'meterhouse_deliveries',
    help: 'What is kept of what people are told, by channel of the configuration and state.',
    labelNames: ['channel', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      const sums = state.deliverySums();
      const waiting = sums.filter((sum) => sum.state === 'waiting');
      oldest.set(Math.max(0, ...waiting.map((sum) => clock() - sum.oldest)));
      for (const { channel, state: now, deliveries: count } of sums) {
        // A route may name a channel that there is not: its name is no label.
        this.inc({ channel: channels.has(channel) ? channel : 'unknown', state: now }, count);
      }
    },
  });
  deliveries.reset();
  // After the one that measures it: they are asked in the order in which they are registered.
  registry.registerMetric(oldest);
}

interface MeterCounts {
  lately: number;
  overdue: number;
  never: number;
  newest: number;
}

function countMeters(parts: ApiParts, heard: HeardBook, now: number): Map<string, MeterCounts> {
  const byUtility = new Map<string, MeterCounts>();
  for (const meter of parts.estate().meters.values()) {
    if (!isHeard(meter)) continue;
    const counts = byUtility.get(meter.utility) ?? { lately: 0, overdue: 0, never: 0, newest: 0 };
    byUtility.set(meter.utility, counts);
    const last = Math.max(0, ...heard.of(meter.id).map(({ at }) => at));
    counts.newest = Math.max(counts.newest, last);
    if (last === 0) counts.never++;
    else if (now - last > meter.maximum_gap) counts.overdue++;
    else counts.lately++;
  }
  return byUtility;
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  const metric: Gauge = new Gauge({ name, help, registers: [], collect: () => metric.set(value()) });
  registry.registerMetric(metric);
}

/** Numbers of another part of the process, as text. */
async function textOf(numbers: readonly MetricNumber[]): Promise<string> {
  const registry = new Registry();
  const byName = Map.groupBy(numbers, ({ name }) => name);
  for (const [name, list] of byName) {
    const first = list[0];
    if (!first) continue;
    const labelNames = [...new Set(list.flatMap(({ labels }) => Object.keys(labels ?? {})))];
    const shape = { name, help: first.help, labelNames, registers: [registry] };
    const metric = first.type === 'counter' ? new Counter(shape) : new Gauge(shape);
    for (const { labels, value } of list) metric.inc({ ...labels }, value);
  }
  return await registry.metrics();
}

import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { SparkplugMetric, SparkplugPayload } from './payload.ts';

/** What a birth said of a metric that a meter of the estate names. */
export interface Born {
  /** The device it belongs to; absent for a metric of the node itself. */
  readonly of?: string | undefined;
  readonly alias?: string | undefined;
  readonly type?: number | undefined;
  readonly unit?: string | undefined;
}

/**
 * What is remembered of an edge node: its sequence, and of the metrics it was born with those that meters name. Births
 * are not retained by the broker and not sent again by themselves, so this must outlive the process.
 */
export interface Edge {
  seq?: number;
  bdSeq?: string;
  /** When the node was born, in epoch milliseconds; absent when it is not, or when that was not heard. */
  born?: number;
  /** The same of its devices that meters name. */
  devices: Record<string, number>;
  /** By full name, `device/metric` or `metric`; null when the birth did not have it. */
  metrics: Record<string, Born | null>;
  /** Why births are missing, until the node is born again. */
  owed?: string;
  /** When a rebirth was asked for last, and how often in a row. */
  asked: EpochSeconds;
  asks: number;
}

export function recallEdge(memory: Uint8Array | undefined): Edge {
  if (memory === undefined) return { devices: {}, metrics: {}, asked: 0, asks: 0 };
  return JSON.parse(Buffer.from(memory).toString()) as Edge;
}

export function rememberEdge(edge: Edge): Uint8Array {
  return Buffer.from(JSON.stringify(edge));
}

/** `device/metric` of a device, `metric` of the node itself. */
export function fullName(device: string | undefined, name: string): string {
  return device === undefined ? name : `${device}/${name}`;
}

/**
 * Goes on to the next sequence number; false when some are missing. One that repeats is no gap: nodes in production
 * were seen to repeat many, and each with other values.
 */
export function followSeq(edge: Edge, seq: number | undefined): boolean {
  const last = edge.seq;
  if (seq === undefined || seq > 255) return true;
  edge.seq = seq;
  return last === undefined || seq === last || seq === (last + 1) % 256;
}

/** A node's birth ends what was known of it and of its devices, but for those that were born after it. */
export function nodeBorn(edge: Edge, payload: SparkplugPayload, at: number, wanted: readonly string[]): void {
  // Brokers keep the order of one topic only: a device's birth may overtake its node's.
  edge.devices = Object.fromEntries(Object.entries(edge.devices).filter(([, born]) => born >= at));
  const kept = Object.entries(edge.metrics).filter(([name]) => wanted.includes(name));
  edge.metrics = Object.fromEntries(kept);
  forgetAliases(edge, (of) => of === undefined || edge.devices[of] === undefined);
  edge.born = at;
  delete edge.owed;
  delete edge.bdSeq;
  const bdSeq = bdSeqOf(payload);
  if (bdSeq !== undefined) edge.bdSeq = bdSeq;
  // What was overtaken counts from here already.
  if (payload.seq !== undefined && Object.keys(edge.devices).length === 0) edge.seq = payload.seq;
  learn(edge, undefined, payload.metrics, wanted);
}

export function deviceBorn(
  edge: Edge,
  device: string,
  payload: SparkplugPayload,
  at: number,
  wanted: readonly string[],
): void {
  const own = wanted.filter((name) => name.startsWith(`${device}/`));
  if (own.length === 0) return;
  edge.devices[device] = at;
  for (const name of own) edge.metrics[name] = null;
  learn(edge, device, payload.metrics, own);
}

/** False when the death is of an earlier connection than the one the node was born on. */
export function nodeDead(edge: Edge, payload: SparkplugPayload): boolean {
  const bdSeq = bdSeqOf(payload);
  if (edge.bdSeq !== undefined && bdSeq !== undefined && bdSeq !== edge.bdSeq) return false;
  delete edge.born;
  delete edge.seq;
  edge.devices = {};
  forgetAliases(edge, () => true);
  return true;
}

export function deviceDead(edge: Edge, device: string): void {
  edge.devices = Object.fromEntries(Object.entries(edge.devices).filter(([name]) => name !== device));
  forgetAliases(edge, (of) => of === device);
}

/** The next births may give the numbers to other metrics: a wrong name would be worse than none. */
function forgetAliases(edge: Edge, of: (device: string | undefined) => boolean): void {
  for (const [name, born] of Object.entries(edge.metrics)) {
    if (born && of(born.of)) edge.metrics[name] = { ...born, alias: undefined };
  }
}

function learn(edge: Edge, device: string | undefined, metrics: readonly SparkplugMetric[], wanted: readonly string[]) {
  const names: ReadonlySet<string> = new Set(wanted);
  const byAlias = new Map<string, string>();
  for (const { name, alias, datatype, unit } of metrics) {
    if (name === undefined) continue;
    const full = fullName(device, name);
    // An alias given twice is against the rules: the last one counts.
    if (alias !== undefined) byAlias.set(alias, full);
    if (names.has(full)) edge.metrics[full] = { of: device, alias, type: datatype, unit };
  }
  for (const [name, born] of Object.entries(edge.metrics)) {
    if (born?.alias === undefined || born.of !== device) continue;
    if ((byAlias.get(born.alias) ?? name) !== name) edge.metrics[name] = { ...born, alias: undefined };
  }
}

/** The full name of a metric of a device, by its name or by the alias that its birth gave; undefined when unknown. */
export function nameOf(edge: Edge, device: string | undefined, metric: SparkplugMetric): string | undefined {
  if (metric.name !== undefined && metric.name !== '') return fullName(device, metric.name);
  if (metric.alias === undefined) return undefined;
  // Aliases should be unique in the whole node; where they are only in each device, this reads them all the same.
  const found = Object.entries(edge.metrics).find(([, born]) => born?.alias === metric.alias && born?.of === device);
  return found?.[0];
}

/** Whether all that the meters name of a device is known from its birth, or known not to be in it. */
export function knows(edge: Edge, device: string | undefined, wanted: readonly string[]): boolean {
  if (device === undefined) return edge.born !== undefined;
  const own = wanted.filter((name) => name.startsWith(`${device}/`));
  return (
    own.length === 0 || (edge.devices[device] !== undefined && own.every((name) => Object.hasOwn(edge.metrics, name)))
  );
}

/**
 * Whether a rebirth may be asked for now, and if so counts it. A node that goes on leaving gaps is asked less and less:
 * a birth is its largest message.
 */
export function mayAsk(edge: Edge, now: EpochSeconds): boolean {
  const quiet = now - edge.asked;
  if (quiet > 2 * limits.rebirthLongestSeconds) edge.asks = 0;
  const pause = Math.min(limits.rebirthSeconds * 2 ** Math.max(0, edge.asks - 1), limits.rebirthLongestSeconds);
  if (edge.asks > 0 && quiet >= 0 && quiet < pause) return false;
  edge.asks = Math.min(edge.asks + 1, 20);
  edge.asked = now;
  return true;
}

function bdSeqOf({ metrics }: SparkplugPayload): string | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value;
  return typeof value === 'bigint' ? value.toString() : undefined;
}

import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Meter } from '../domain/estate/estate.ts';
import type { ReadingKind } from '../domain/readings/reading.ts';
import { limits } from '../domain/limits.ts';
import {
  daySeconds,
  type EpochSeconds,
  halfHourOf,
  halfHourSeconds,
  type Period,
  toIso,
  utcDateOf,
} from '../domain/time.ts';
import { deviceOf } from './device.ts';
import { type MeterMessage, sentinelValue } from './dialects/dialect.ts';
import { type FaultPlan, isHappening } from './faults.ts';
import type { Model } from './model.ts';
import { amountUnit } from './registers.ts';
import type { Truth } from './score.ts';

/** What a product that loses and invents nothing books for one meter and one UTC day of receipt. */
export interface TruthLine {
  readonly day: string;
  readonly meter: string;
  /** `received = decoded + ignored + quarantined`. */
  readonly messages: { received: number; decoded: number; ignored: number; quarantined: number };
  /** `decoded = stored + repeated + revised + refused`. */
  readonly readings: { decoded: number; stored: number; repeated: number; revised: number; refused: number };
  /**
   * Readings without a stamp, in `readings` too. Where two fall into one second of the receiver's clock only the
   * receiver knows; here the moment of sending decides.
   */
  unstamped: number;
}

/** Counts what is sent, message by message, in the order in which it is sent. */
export interface TruthKeeper {
  /** One message that the receiver has: sent and, over MQTT, acknowledged. */
  sent(message: MeterMessage): void;
  lines(): TruthLine[];
  /** Messages counted in all. */
  total(): number;
}

/**
 * Readings of a series that are remembered to tell repeats from revisions: 55 hours at one in ten seconds, a year
 * of half-hours.
 */
const remembered = 20_000;

/**
 * Makes a keeper. A reading's identity is meter, quantity, kind and second; the same again with the same value is
 * repeated, with another value revised. Null, nan and all bits set are refused, as are stamps further ahead of
 * receipt than clocks drift.
 */
export function truthKeeper(): TruthKeeper {
  const lines = new Map<string, TruthLine>();
  const series = new Map<string, Map<EpochSeconds, number>>();
  let total = 0;

  function lineOf(day: string, meter: string): TruthLine {
    const key = `${day} ${meter}`;
    const known = lines.get(key);
    if (known) return known;
    const made: TruthLine = {
      day,
      meter,
      messages: { received: 0, decoded: 0, ignored: 0, quarantined: 0 },
      readings: { decoded: 0, stored: 0, repeated: 0, revised: 0, refused: 0 },
      unstamped: 0,
    };
    lines.set(key, made);
    return made;
  }

  function book(
    line: TruthLine,
    message: Pick<MeterMessage, 'meter' | 'at' | 'stamp'>,
    kind: ReadingKind,
    value: number | null,
  ): void {
    line.readings.decoded++;
    if (message.stamp === undefined) line.unstamped++;
    const second = message.stamp ?? message.at;
    const wrong = value === null || value === sentinelValue;
    if (wrong || second > message.at + limits.futureSeconds || second < limits.earliestStamp) {
      line.readings.refused++;
      return;
    }
    const name = `${message.meter}/${kind}`;
    const kept = series.get(name) ?? new Map<EpochSeconds, number>();
    if (kept.size === 0) series.set(name, kept);
    const before = kept.get(second);
    if (before === undefined) line.readings.stored++;
    else if (before === value) line.readings.repeated++;
    else line.readings.revised++;
    kept.set(second, value);
    if (kept.size > remembered) forgetOldest(kept);
  }

  return {
    sent(message) {
      total++;
      const line = lineOf(utcDateOf(message.at), message.meter);
      line.messages.received++;
      line.messages[message.fate]++;
      if (message.fate !== 'decoded') return;
      if (message.register !== undefined) book(line, message, 'register', message.register);
      if (message.rate !== undefined) book(line, message, 'instant', message.rate);
      for (const { kind, at: stamp, value } of message.outside ?? []) book(line, { ...message, stamp }, kind, value);
    },
    lines: () => [...lines.values()].sort((a, b) => a.day.localeCompare(b.day) || a.meter.localeCompare(b.meter)),
    total: () => total,
  };
}

function forgetOldest(kept: Map<EpochSeconds, number>): void {
  let left = remembered / 2;
  for (const second of kept.keys()) {
    if (left-- <= 0) break;
    kept.delete(second);
  }
}

/**
 * For a publisher's `onAcknowledged`: counts a message under the moment at which it arrived, which over MQTT is
 * real time, however old its stamp. `clock` is milliseconds since 1970.
 */
export function countArrivals(keeper: TruthKeeper, clock: () => number): (message: MeterMessage) => void {
  return (message) => keeper.sent({ ...message, at: Math.floor(clock() / 1000) });
}

/** A fault as it is written down: with what the two faces showed where the register took a turn. */
export interface TruthFault {
  readonly kind: string;
  readonly meter: string;
  readonly from: string;
  readonly to?: string;
  readonly [detail: string]: string | number | undefined;
}

/** What was injected, and what truly happened, in order of time. */
export function injected(model: Model, plan: FaultPlan): TruthFault[] {
  return [...plan.filter((one) => !isHappening(one)), ...model.happenings]
    .sort((a, b) => a.from - b.from)
    .map((fault) => {
      const turn = fault.kind === 'reset' || fault.kind === 'exchange';
      const meter = turn ? model.estate.meters.get(fault.meter) : undefined;
      const faces = meter ? facesAt(model, meter, plan, fault.from) : {};
      const { from, to, ...details } = { to: undefined, ...fault };
      return { ...details, ...faces, from: toIso(from), ...(to === undefined ? {} : { to: toIso(to) }) };
    });
}

/** The old face's last number and the new one's first, where a register took a turn that nobody wrote down. */
function facesAt(model: Model, meter: Meter, plan: FaultPlan, at: EpochSeconds): Record<string, number> {
  const without = plan.filter((fault) => fault.meter !== meter.id || fault.from !== at);
  const amount = model.amountAt(meter.id, at);
  const closing = deviceOf(model, meter, without)?.face.shows(at, amount);
  const opening = deviceOf(model, meter, plan)?.face.shows(at, amount);
  return closing === undefined || opening === undefined ? {} : { closing, opening };
}

/**
 * Writes the truth of a period into a folder, one JSON object a line: `half-hours.jsonl` (a meter's UTC day: its
 * true amounts in order, null outside the period), `ledger.jsonl`, `faults.jsonl`. An older truth there is
 * replaced.
 */
export async function writeTruth(
  folder: string,
  model: Model,
  period: Period,
  plan: FaultPlan,
  keeper: TruthKeeper,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await writeLines(join(folder, 'ledger.jsonl'), keeper.lines());
  await writeLines(join(folder, 'faults.jsonl'), injected(model, plan));
  await writeLines(join(folder, 'half-hours.jsonl'), trueDays(model, period));
}

interface TrueDay {
  readonly meter: string;
  readonly day: string;
  /** kWh or m³. */
  readonly unit: string;
  /** 48 half-hours from 00:00 UTC. */
  readonly amounts: readonly (number | null)[];
}

function* trueDays(model: Model, period: Period): Generator<TrueDay> {
  const first = Math.max(model.start, halfHourOf(period.from));
  for (const meter of model.estate.meters.values()) {
    for (let day = Math.floor(first / daySeconds) * daySeconds; day < period.to; day += daySeconds) {
      const amounts = Array.from({ length: 48 }, (_, i) => {
        const at = day + i * halfHourSeconds;
        return at < first || at >= period.to ? null : Number(model.halfHour(meter.id, at).toFixed(6));
      });
      yield { meter: meter.id, day: utcDateOf(day), unit: amountUnit(meter), amounts };
    }
  }
}

async function writeLines(file: string, lines: Iterable<object>): Promise<void> {
  const stream = createWriteStream(file);
  const done = finished(stream);
  for (const line of lines) {
    if (!stream.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(stream), done]);
  }
  stream.end();
  await done;
}

function once(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
  });
}

/** The truth as `score` asks for it. The plan says whose clocks went wrong. */
export function truthOf(model: Model, plan: FaultPlan = []): Truth {
  const amount = (meter: string, { from, to }: Period): number =>
    model.amountAt(meter, to) - model.amountAt(meter, from);
  return {
    amount,
    step(id) {
      const meter = model.estate.meters.get(id);
      return (meter && deviceOf(model, meter)?.face.step) ?? 0;
    },
    slack(meter, period) {
      const near = { from: period.from - halfHourSeconds, to: period.to + halfHourSeconds };
      const drifts = plan.flatMap((fault) =>
        fault.kind === 'clock-drift' && fault.meter === meter && fault.from < near.to && near.from < fault.to
          ? Math.abs(fault.seconds)
          : [],
      );
      if (drifts.length === 0) return 0;
      // Around each end at most this much passes in the seconds that the clock is wrong.
      const most = [period.from, period.to].map((at) => {
        return Math.max(model.halfHour(meter, Math.max(model.start, at - 1)), model.halfHour(meter, at));
      });
      return ((Math.max(...drifts) * 1.2) / halfHourSeconds) * most.reduce((a, b) => a + b, 0);
    },
  };
}

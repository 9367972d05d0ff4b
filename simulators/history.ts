import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { type EpochSeconds, halfHourOf, halfHourSeconds, type Period } from '../domain/time.ts';
import { devicesOf } from './device.ts';
import type { MeterMessage } from './dialects/dialect.ts';
import type { FaultPlan } from './faults.ts';
import type { Model } from './model.ts';
import { observersOf } from './outside.ts';
import { type Speaker, speakerOf } from './speaker.ts';

export interface HistoryOptions {
  /** Which meters and outside series; all of the estate when absent. Those that send nothing are passed over. */
  readonly meters?: readonly string[];
  /**
   * `meter`: one meter after the other, each in order of time: quickest to make and to derive.
   * `time`: as a broker would have delivered them, half-hour by half-hour across all meters.
   */
  readonly order?: 'meter' | 'time';
  /** Faults; the model must have been given `happeningsOf(plan)` too. None when absent. */
  readonly plan?: FaultPlan;
  /** Small talk of the devices that have some, once an hour; none when absent. */
  readonly chatter?: boolean;
  /** Messages in a batch; the last batch of a meter may be smaller. */
  readonly batch?: number;
}

/**
 * The messages meters sent in a period: one register message each half-hour, on the half-hour, the first at or
 * after `period.from` and the last at `period.to` itself, so that the last half-hour is closed. `at` is when a
 * message was sent and, as nothing is lost on the way, received: the time of its readings where it carries no
 * stamp.
 */
export function* historyOf(
  model: Model,
  period: Period,
  options: HistoryOptions = {},
): Generator<readonly MeterMessage[]> {
  const { order = 'meter', batch = 2_000, plan = [], chatter = false } = options;
  const speakers = [
    ...devicesOf(model, options.meters, plan).map((device) => speakerOf(device, plan, { chatter })),
    ...observersOf(model, options.meters),
  ];
  const first = halfHourOf(period.from + halfHourSeconds - 1);
  if (order === 'time') yield* messagesOf(speakers, first, period.to, batch);
  else for (const speaker of speakers) yield* messagesOf([speaker], first, period.to, batch);
}

function* messagesOf(
  speakers: readonly Speaker[],
  first: EpochSeconds,
  last: EpochSeconds,
  batch: number,
): Generator<readonly MeterMessage[]> {
  let messages: MeterMessage[] = [];
  for (let at = first; at <= last; at += halfHourSeconds) {
    for (const speaker of speakers) {
      for (const message of speaker.speak(at)) messages.push(message);
      if (messages.length < batch) continue;
      yield messages;
      messages = [];
    }
  }
  for (const speaker of speakers) messages.push(...speaker.rest(last));
  if (messages.length > 0) yield messages;
}

const always: Period = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** How many messages `historyOf` will yield where nothing goes wrong: for a progress bar. */
export function countHistory(model: Model, period: Period, options: HistoryOptions = {}): number {
  const momentsIn = ({ from, to }: Period): number => {
    const first = halfHourOf(Math.max(period.from, from) + halfHourSeconds - 1);
    const last = Math.min(period.to, to - 1);
    return first > last ? 0 : Math.floor((last - first) / halfHourSeconds) + 1;
  };
  const ofDevices = devicesOf(model, options.meters).reduce((sum, { meter, dialect }) => {
    const moments = momentsIn(validityOf(meter));
    // Who is born says so first, in a message of its own.
    return sum + moments + (dialect.hears !== undefined && moments > 0 ? 1 : 0);
  }, 0);
  return ofDevices + observersOf(model, options.meters).length * momentsIn(always);
}

import { halfHourOf, halfHourSeconds, type Period } from '../domain/time.ts';
import { type Device, devicesOf } from './device.ts';
import type { MeterMessage } from './dialects/dialect.ts';
import type { Model } from './model.ts';

export interface HistoryOptions {
  /** Which meters; all of the estate when absent. Meters that send nothing are passed over. */
  readonly meters?: readonly string[];
  /**
   * `meter`: one meter after the other, each in order of time: quickest to make and to derive.
   * `time`: as a broker would have delivered them, half-hour by half-hour across all meters.
   */
  readonly order?: 'meter' | 'time';
  /** Messages in a batch; the last batch of a meter may be smaller. */
  readonly batch?: number;
}

/**
 * The messages meters sent in a period: one register message each half-hour, on the half-hour, its first at or
 * after `period.from` and its last at `period.to` itself, so that the last half-hour is closed. Where a message
 * carries no stamp, `at` is when it was received. Healthy meters only; `faults.ts` makes the others.
 */
export function* historyOf(
  model: Model,
  period: Period,
  options: HistoryOptions = {},
): Generator<readonly MeterMessage[]> {
  const { order = 'meter', batch = 2_000 } = options;
  const devices = devicesOf(model, options.meters);
  const first = halfHourOf(period.from + halfHourSeconds - 1);
  if (order === 'meter') {
    for (const device of devices) yield* messagesOfDevices([device], first, period.to, batch);
  } else yield* messagesOfDevices(devices, first, period.to, batch);
}

function* messagesOfDevices(
  devices: readonly Device[],
  first: number,
  last: number,
  batch: number,
): Generator<readonly MeterMessage[]> {
  let messages: MeterMessage[] = [];
  for (let at = first; at <= last; at += halfHourSeconds) {
    for (const device of devices) {
      const { dialect, meter } = device;
      const withRate = dialect.name === 'tasmota-sensor';
      for (const message of dialect.messages(meter, device.say(at, withRate), false)) messages.push(message);
      if (messages.length >= batch) {
        yield messages;
        messages = [];
      }
    }
  }
  if (messages.length > 0) yield messages;
}

/** How many messages `historyOf` will yield: for a progress bar. */
export function countHistory(model: Model, period: Period, options: HistoryOptions = {}): number {
  const first = halfHourOf(period.from + halfHourSeconds - 1);
  const moments = first > period.to ? 0 : Math.floor((period.to - first) / halfHourSeconds) + 1;
  return moments * devicesOf(model, options.meters).length;
}

import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Device } from './device.ts';
import { type MeterMessage, type Say, sentinelValue } from './dialects/dialect.ts';
import { endOf, type FaultPlan, type Planned } from './faults.ts';

export interface SpeakerOptions {
  /**
   * Power or flow beside the register, where the dialect can say it; where it cannot do without it, it is there
   * anyway.
   */
  readonly rates?: boolean;
  /** Devices that have the choice may speak on topics that carry no stamp. */
  readonly status?: boolean;
  /** Once an hour a device that has small talk sends some: understood, nothing to keep. */
  readonly chatter?: boolean;
}

/**
 * A device as heard from outside: it is asked again and again, in order of time, and answers with the messages
 * that are sent at that moment. Without faults that is what its dialect makes of it; with faults it may be
 * nothing, or too much.
 */
export interface Speaker {
  speak(at: EpochSeconds): MeterMessage[];
  /** What is still held back when nobody asks any more. */
  rest(at: EpochSeconds): MeterMessage[];
}

/** The speaker of a device with the faults of its meter (others are passed over), silent before and after its life. */
export function speakerOf(device: Device, plan: FaultPlan = [], options: SpeakerOptions = {}): Speaker {
  const faults = plan.filter((fault) => fault.meter === device.meter.id).sort((a, b) => a.from - b.from);
  const { rates = false, status = false, chatter = false } = options;
  const withRate = device.dialect.rates === 'always' || (rates && device.dialect.rates !== 'none');
  const once = new Set<Planned>();
  let held: MeterMessage[] = [];
  let late: MeterMessage[] = [];
  let hour: number | undefined;
  const life = validityOf(device.meter);

  function sent(at: EpochSeconds): MeterMessage[] {
    const active = faults.filter((fault) => fault.from <= at && at < endOf(fault));
    const is = (kind: Planned['kind']): boolean => active.some((fault) => fault.kind === kind);
    const now = small(at);
    // Its own clock may be wrong; when it is sent is another matter.
    const messages = is('malformed')
      ? [device.dialect.malformed(device.meter, at)]
      : device.dialect
          .messages(device.meter, said(device, at, withRate, active, once), status)
          .map((message) => ({ ...message, at }));
    if (is('dropout')) {
      device.dialect.interrupted?.();
      return [];
    }
    if (is('burst')) {
      held.push(...messages.filter((message) => message.stamp !== undefined));
      return [];
    }
    const answer = [...held.map((message) => ({ ...message, at })), ...now];
    held = [];
    if (is('out-of-order') && late.length === 0 && messages.every((message) => message.stamp !== undefined)) {
      late = messages;
      return answer;
    }
    answer.push(...messages, ...late.map((message) => ({ ...message, at })));
    late = [];
    if (is('duplicates')) answer.push(...messages);
    return answer;
  }

  function small(at: EpochSeconds): MeterMessage[] {
    const before = hour;
    hour = Math.floor(at / 3600);
    return chatter && before !== undefined && before !== hour
      ? [device.dialect.chatter(device.meter, at) ?? []].flat()
      : [];
  }

  return {
    speak(at) {
      if (at < life.from || at >= life.to) return [];
      return faults.length === 0 && !chatter
        ? device.dialect.messages(device.meter, device.say(at, withRate), status)
        : sent(at);
    },
    rest(at) {
      const answer = [...held, ...late].map((message) => ({ ...message, at }));
      held = [];
      late = [];
      return answer;
    },
  };
}

/** What the device says at a moment: the truth, bent by the faults that bend numbers and clocks. */
function said(device: Device, at: EpochSeconds, withRate: boolean, active: FaultPlan, once: Set<Planned>): Say {
  let say = device.say(at, withRate);
  for (const fault of active) {
    switch (fault.kind) {
      case 'stuck':
        say = { ...say, register: device.say(fault.from, false).register };
        break;
      case 'spike':
      case 'false-zero':
        if (once.has(fault)) break;
        once.add(fault);
        say = { ...say, register: fault.kind === 'spike' ? farTooHigh(device, say.register ?? 0) : 0 };
        break;
      case 'sentinel':
        say = { ...say, register: sentinelValue };
        break;
      case 'unknown':
        say = { ...say, register: null };
        break;
      case 'clock-drift': {
        const part = (at - fault.from) / (fault.to - fault.from);
        say = { ...say, at: at + Math.round(fault.seconds * part) };
        break;
      }
      default:
    }
  }
  return say;
}

/** A third of the register's numbers too high, or nearly its highest: still a number the display has. */
function farTooHigh(device: Device, register: number): number {
  const { digits, step } = device.meter.register ?? { digits: 8, step: 0.01 };
  const capacity = 10 ** digits;
  const high = register < 0.6 * capacity ? register + Math.floor(0.35 * capacity) : Math.floor(0.999 * capacity);
  const steps = Math.round(1 / step);
  return steps >= 1 ? Math.round(high * steps) / steps : high;
}

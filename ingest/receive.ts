import { type Listener, validOn } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import type { ProblemCode } from '../domain/problems.ts';
import { type ObservedQuantity, observedQuantities, secondsAhead } from '../domain/observed/register.ts';
import type { Reading } from '../domain/readings/reading.ts';
import { isSentinel } from '../domain/readings/sentinels.ts';
import { dateOf, type EpochSeconds } from '../domain/time.ts';
import { baseUnitOf, type Quantity, quantityOf, rescale, type Unit, units } from '../domain/units.ts';
import type { Ask, Decoded, DecodedReading } from './decoder.ts';
import type { Message } from './message-source.ts';
import type { Listeners } from './topic-index.ts';

/** The ledger line of messages that no meter listens to. */
export const unregistered = 'unregistered';

/** Readings of one meter in one message that are not kept, for one reason. */
export interface Refusal {
  readonly meter: string;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly count: number;
}

/** What a message was found to be. A message is one of the three; only a decoded one has readings or refusals. */
export interface Received {
  /** Meter of the message's ledger line: the first it yields, else the first its topic names, else `unregistered`. */
  readonly meter: string;
  readonly outcome: 'decoded' | 'ignored' | 'quarantined';
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
  /** Why it was quarantined. */
  readonly problem: { readonly code: ProblemCode; readonly detail: string } | undefined;
}

/** What decoders of stateful families remember, by `memoryKey`, and what they ask devices for. */
export interface DecoderMemory {
  get(key: string): Uint8Array | undefined;
  set(key: string, value: Uint8Array): void;
  /** Absent where no device can be asked, as when an old message is read again. */
  ask?(ask: Ask): void;
}

const none: readonly never[] = [];
/** Values that fill an integer field: no register passes through them at a scale where anyone would notice its loss. */
const fullFields: ReadonlySet<number> = new Set([2 ** 32 - 1, 2 ** 31 - 1]);

/**
 * Decodes a message and judges what the message itself shows: unparsable, unit, sentinel, stamp against receipt. What
 * needs a neighbour (rollover, reset, spike) is judged in derivation, so that the order of arrival cannot change an
 * answer. Pure but for `memory`.
 */
export function receive(
  message: Pick<Message, 'topic' | 'payload' | 'retained' | 'received'>,
  listeners: readonly Listeners[],
  memory: DecoderMemory,
): Received {
  const barred = barredFrom(message, listeners);
  if (barred) return barred;
  const [only] = listeners;
  if (listeners.length === 1 && only) return judge(message, only, decodeWith(only, message, memory));
  return combine(listeners.map((each) => judge(message, each, decodeWith(each, message, memory))));
}

/** What can be said without a decoder. */
function barredFrom(
  message: Pick<Message, 'topic' | 'payload' | 'retained'>,
  listeners: readonly Listeners[],
): Received | undefined {
  const meter = listeners[0]?.meters[0]?.id ?? unregistered;
  const { topic, payload, retained } = message;
  if (payload.length > limits.payloadBytes) {
    return quarantine(meter, 'message.too-large', `${payload.length} bytes; at most ${limits.payloadBytes}`);
  }
  if (listeners.length === 0) {
    const long = topic.length > limits.topicBytes ? ` of ${topic.length} characters` : '';
    return quarantine(meter, 'message.unregistered', `no meter listens to this topic${long}`);
  }
  if (payload.length > 0) return undefined;
  if (retained) return ignore(meter);
  return quarantine(meter, 'message.empty', 'the payload is empty');
}

function decodeWith(
  { decoder, meters }: Listeners,
  message: Parameters<typeof receive>[0],
  memory: DecoderMemory,
): Decoded {
  const key = decoder.memoryKey?.(message.topic);
  const decoded = decoder.decode(message, meters, key === undefined ? undefined : memory.get(key));
  if (key !== undefined && decoded.memory) memory.set(key, decoded.memory);
  for (const ask of decoded.asks ?? none) memory.ask?.(ask);
  return decoded;
}

function quarantine(meter: string, code: ProblemCode, detail: string): Received {
  return { meter, outcome: 'quarantined', readings: none, refusals: none, problem: { code, detail } };
}

function ignore(meter: string): Received {
  return { meter, outcome: 'ignored', readings: none, refusals: none, problem: undefined };
}

/**
 * A message that meters of several decoders listen to is decoded when one of them reads it, else wrong, else ignored.
 */
function combine(all: readonly Received[]): Received {
  const decoded = all.filter((each) => each.outcome === 'decoded');
  const [first] = decoded;
  if (!first) return (all.find((each) => each.outcome === 'quarantined') ?? all[0]) as Received;
  return {
    meter: first.meter,
    outcome: 'decoded',
    readings: decoded.flatMap((each) => each.readings),
    refusals: decoded.flatMap((each) => each.refusals),
    problem: undefined,
  };
}

function judge(message: Parameters<typeof receive>[0], { meters }: Listeners, decoded: Decoded): Received {
  const named = meters[0]?.id ?? unregistered;
  if ('problem' in decoded) return quarantine(named, decoded.problem, decoded.detail);
  if ('ignored' in decoded) return ignore(named);
  const readings: Reading[] = [];
  const refused: Refused[] = [];
  for (const reading of decoded.readings) {
    const meter = meters.length === 1 ? meters[0] : meters.find((each) => each.id === reading.meter);
    if (!meter) continue;
    const judged = judgeReading(message, meter, reading);
    if ('code' in judged) refused.push(judged);
    // Where a topic passed from one meter to the next, each takes its own time.
    else if (meters.length === 1 || isInLife(meter, judged.at)) readings.push(judged);
  }
  for (const doubt of decoded.doubts ?? none) refused.push(doubt);
  // The meters that share the topic are none of this time: there is nothing to keep.
  if (readings.length === 0 && refused.length === 0) return ignore(named);
  const meter = readings[0]?.meter ?? refused[0]?.meter ?? named;
  const refusals = refused.length === 0 ? none : counted(refused);
  return { meter, outcome: 'decoded', readings, refusals, problem: undefined };
}

interface Refused {
  readonly meter: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** One refusal for each meter and reason; the first detail speaks for all. */
function counted(refused: readonly Refused[]): Refusal[] {
  const byReason = new Map<string, Refusal>();
  for (const { meter, code, detail } of refused) {
    const key = `${meter}/${code}`;
    const earlier = byReason.get(key);
    byReason.set(key, { meter, code, detail: earlier?.detail ?? detail, count: (earlier?.count ?? 0) + 1 });
  }
  return [...byReason.values()];
}

function judgeReading(
  message: Pick<Message, 'retained' | 'received'>,
  meter: Listener,
  reading: DecodedReading,
): Reading | Refused {
  const { quantity, kind, period } = reading;
  const refuse = (code: ProblemCode, detail: string): Refused => ({ meter: meter.id, code, detail });
  const at = reading.at ?? stampOfReceipt(message, reading);
  if (at === undefined) {
    return refuse('message.no-stamp', `${kind} of ${quantity} without a stamp${message.retained ? ', retained' : ''}`);
  }
  if (at > message.received + secondsAhead(meter.quantity, kind)) {
    return refuse('reading.future', `stamped ${at - message.received} s after receipt`);
  }
  if (at < limits.earliestStamp) return refuse('reading.too-old', `stamped ${at}, in seconds since 1970`);
  if (!Number.isFinite(reading.value)) return refuse('reading.not-a-number', `${quantity} is ${reading.value}`);
  if (isUnknown(reading, meter)) return refuse('reading.sentinel', `${quantity} is ${reading.value}`);
  if (meter.quantity && !isObserved(reading, meter.quantity)) {
    return refuse('reading.wrong-unit', `${kind} of ${quantity}; ${meter.quantity} is observed here`);
  }
  const value = kind === 'instant' ? instantOf(reading, meter, at) : countOf(reading, meter);
  if (value === undefined) {
    const unit = reading.unit === undefined ? 'no unit' : reading.unit;
    return refuse('reading.wrong-unit', `${kind} of ${quantity} in ${unit}; the meter counts ${meter.unit}`);
  }
  return { meter: meter.id, quantity, kind, at, value, period: period ?? 0, received: message.received };
}

/** The time of receipt, for what may take it. An interval would be another one each time it is sent. */
function stampOfReceipt(
  message: Pick<Message, 'retained' | 'received'>,
  reading: DecodedReading,
): EpochSeconds | undefined {
  const isOfPeriod = reading.kind === 'interval' || reading.kind === 'estimate';
  return message.retained || isOfPeriod ? undefined : message.received;
}

/** Of a series observed outside there is one quantity, no register, and of an amount nothing that is only now. */
function isObserved({ quantity, kind }: DecodedReading, observed: ObservedQuantity): boolean {
  if (quantity !== observed || kind === 'register') return false;
  return kind !== 'instant' || observedQuantities[observed] === 'level';
}

/**
 * A number that says "I do not know" beyond doubt: a full integer field as it was sent, or a sentinel of more digits
 * than the register has. Others look like one and may be honest; derivation compares those with their neighbours.
 */
function isUnknown(reading: DecodedReading, meter: Listener): boolean {
  const { value } = reading;
  if (fullFields.has(value)) return true;
  const digits = meter.register?.digits;
  return reading.kind === 'register' && digits !== undefined && value >= 10 ** digits && isSentinel(value);
}

/** A register or interval in the unit of the meter's face; undefined when it measures something else. */
function countOf(reading: DecodedReading, meter: Listener): number | undefined {
  const unit = reading.unit ?? meter.unit;
  if (reading.quantity !== quantityOf(meter.unit) || quantityOf(unit) !== reading.quantity) return undefined;
  return rescale(reading.value, unit, meter.unit);
}

const instants: ReadonlySet<Quantity> = new Set(['power', 'flow', 'temperature']);

/** An instant in kW, m³/h or °C, multiplier applied; undefined when its unit is not of its quantity. */
function instantOf(reading: DecodedReading, meter: Listener, at: EpochSeconds): number | undefined {
  if (meter.quantity) return countOf(reading, meter);
  const { quantity, unit, value } = reading;
  if (unit === undefined || !instants.has(quantity) || units[unit].quantity !== quantity) return undefined;
  const base: Unit = baseUnitOf(quantity);
  const amount = rescale(value, unit, base);
  // The weight of a pulse says nothing of a power; a transformer's ratio does.
  if (quantity === 'temperature' || meter.unit === 'pulse') return amount;
  const { multiplier = [] } = meter;
  const [first] = multiplier;
  if (multiplier.length === 1 && first?.times === 1) return amount;
  return amount * (validOn(multiplier, dateOf(at))?.times ?? 1);
}

function isInLife(meter: Listener, at: EpochSeconds): boolean {
  if (meter.valid_from === undefined && meter.valid_to === undefined) return true;
  const { from, to } = validityOf(meter);
  return at >= from && at < to;
}

import type { Reading } from '../domain/readings/reading.ts';
import { limits } from '../domain/limits.ts';
import type { Quarantined } from '../store/state-store.ts';
import type { Message } from './message-source.ts';
import type { Received } from './receive.ts';
import type { TallySheet } from './tally-sheet.ts';

export type CountedMessage = Pick<Message, 'topic' | 'payload' | 'qos' | 'retained' | 'received'>;

/** Counts a message in the ledgers, and confines it or what was refused of it. */
export function countMessage(
  message: CountedMessage,
  found: Received,
  sheet: TallySheet,
  quarantined: Quarantined[],
): void {
  sheet.add(message.received, found.meter, found.outcome);
  if (message.qos === 0) sheet.add(message.received, found.meter, 'qos0');
  if (found.problem) quarantined.push(confined(message, { meter: found.meter, ...found.problem, count: 0 }));
  for (const refusal of found.refusals) {
    sheet.add(message.received, refusal.meter, 'refused', refusal.count);
    quarantined.push(confined(message, refusal));
  }
}

/** A row of the quarantine. A payload over the limit is kept as evidence, not whole. */
export function confined(
  message: CountedMessage,
  refusal: Pick<Quarantined, 'meter' | 'code' | 'detail'> & { readonly count: number },
): Quarantined {
  const { topic, qos, retained, received } = message;
  const { meter, code, detail, count } = refusal;
  const isWhole = message.payload.length <= limits.payloadBytes;
  const payload = isWhole ? message.payload : message.payload.subarray(0, limits.quarantinedHeadBytes);
  return { topic, payload, received, qos, retained, code, detail, meter, refusedReadings: count };
}

/** A refused reading whose message is long gone stands for itself. */
export function evidenceOf(reading: Reading) {
  const payload = Buffer.from(JSON.stringify(reading));
  return { topic: '', payload, qos: 1 as const, retained: false, received: reading.received };
}

import { parentPort, workerData } from 'node:worker_threads';
import type { Estate } from '../domain/estate/estate.ts';
import type { Reading } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Quarantined, TallyChange } from '../store/state-store.ts';
import { countMessage } from './count-message.ts';
import { buffersOf, columnsOf, type ReadingColumns } from '../domain/readings/reading-columns.ts';
import { type DecoderMemory, receive } from './receive.ts';
import { TallySheet } from './tally-sheet.ts';
import { TopicIndex } from './topic-index.ts';

/**
 * The thread that makes the messages of a history and decodes them, one meter at a time, when the main thread asks for
 * it. The maker is a module that the composition root names: this room knows no simulator.
 */

/** One message of the past; `at` is when it was received. */
export interface HistoryMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly at: EpochSeconds;
}

/** What a maker's module exports: the messages that one meter sent, in order. */
export interface HistoryMaker {
  messagesOf(request: unknown, meter: string): Iterable<readonly HistoryMessage[]>;
}

export interface HistoryOrder {
  readonly estate: Estate;
  /** URL of the maker's module. */
  readonly module: string;
  readonly request: unknown;
}

/** All that one meter sent, counted and decoded. */
export interface MadeMeter {
  readonly meter: string;
  readonly messages: number;
  readonly columns: ReadingColumns;
  readonly tallies: readonly TallyChange[];
  readonly quarantined: readonly Quarantined[];
}

/** Families that remember between messages do so within one meter's history. */
function memoryOfOne(): DecoderMemory {
  const known = new Map<string, Uint8Array>();
  return { get: (key) => known.get(key), set: (key, value) => void known.set(key, value) };
}

function made(maker: HistoryMaker, request: unknown, meter: string, index: TopicIndex): MadeMeter {
  const memory = memoryOfOne();
  const sheet = new TallySheet();
  const quarantined: Quarantined[] = [];
  const readings: Reading[] = [];
  let messages = 0;
  for (const batch of maker.messagesOf(request, meter)) {
    for (const { topic, payload, at } of batch) {
      const message = { topic, payload, qos: 1, retained: false, received: at } as const;
      const found = receive(message, index.match(topic), memory);
      countMessage(message, found, sheet, quarantined);
      for (const reading of found.readings) readings.push(reading);
    }
    messages += batch.length;
  }
  return { meter, messages, columns: columnsOf(readings), tallies: sheet.changes(), quarantined };
}

const { estate, module, request } = workerData as HistoryOrder;
const maker = (await import(module)) as HistoryMaker;
const index = new TopicIndex(estate);
parentPort?.on('message', (meter: string) => {
  const answer = made(maker, request, meter, index);
  parentPort?.postMessage(answer, buffersOf(answer.columns));
});

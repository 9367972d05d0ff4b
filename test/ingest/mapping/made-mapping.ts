import { stringify } from 'yaml';
import { sayProblem } from '../../../domain/problems.ts';
import type { Decoded } from '../../../ingest/decoder.ts';
import type { MappedDecoder } from '../../../ingest/mapping/mapped-decoder.ts';
import { readMapping } from '../../../ingest/mapping/read-mapping.ts';
import { madeMeter } from '../made-meter.ts';

/** 2026-11-23T18:01:40Z */
export const received = 1_795_456_900;

/** The text of a mapping file, from its rules and what else is not the same for all. */
export function mappingText(rules: readonly object[], more: object = {}): string {
  const describes = { topic: 't', channel: 'c', reads: 'r', stamp: 's', traps: 'x' };
  const example = { why: 'none', source: 'own', topic: 'none of these', payload: '1', gives: { ignored: true } };
  return stringify({
    mapping: 'under-test',
    title: 'Under test',
    describes,
    rules: rules.map((rule, i) => ({ name: `rule ${i + 1}`, ...rule })),
    examples: [{ ...example, meters: [{ id: 'm', unit: 'kWh' }] }],
    ...more,
  });
}

/** A mapping of these rules; throws with every problem when it is not sound. */
export function mappingOf(rules: readonly object[], more: object = {}): MappedDecoder {
  const { decoder, problems } = readMapping('under-test.yaml', mappingText(rules, more));
  if (!decoder || problems.length > 0) throw new Error(problems.map(sayProblem).join('\n'));
  return decoder;
}

/** What is wrong with a mapping of these rules, each as `line: code detail`. */
export function problemsOf(rules: readonly object[], more: object = {}): string[] {
  return readMapping('under-test.yaml', mappingText(rules, more)).problems.map(
    ({ code, detail }) => `${code} ${detail}`,
  );
}

export interface Said {
  readonly topic: string;
  readonly payload: string | object;
  readonly retained?: boolean;
  readonly at?: number;
}

/** Hears messages one after the other with the memory of one device; answers what each gives. */
export function hear(
  decoder: MappedDecoder,
  meters: readonly Parameters<typeof madeMeter>[0][],
  ...messages: readonly Said[]
): Decoded[] {
  const listening = meters.map(madeMeter);
  const memory = new Map<string, Uint8Array>();
  return messages.map(({ topic, payload, retained = false, at = received }) => {
    const key = decoder.memoryKey?.(topic);
    const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    const known = key === undefined ? undefined : memory.get(key);
    const decoded = decoder.decode({ topic, payload: bytes, retained, received: at }, listening, known);
    if (key !== undefined && 'memory' in decoded && decoded.memory) memory.set(key, decoded.memory);
    return decoded;
  });
}

/** The readings of an answer as `meter value unit`, its doubts as `meter code`, else why there are none. */
export function shortly(decoded: Decoded | undefined): string[] {
  if (!decoded) return [];
  if ('problem' in decoded) return [decoded.problem];
  if ('ignored' in decoded) return [`ignored: ${decoded.ignored}`];
  return [
    ...decoded.readings.map(({ meter, value, unit }) => `${meter} ${value} ${unit ?? 'of the meter'}`),
    ...(decoded.doubts ?? []).map(({ meter, code }) => `${meter} ${code}`),
  ];
}

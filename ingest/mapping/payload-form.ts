import { limits } from '../../domain/limits.ts';
import type { MappingRule } from '../../domain/estate/mapping.ts';
import { boundedJson, objectOf, textOf } from '../bounded-json.ts';
import type { Decoded } from '../decoder.ts';

/** A payload as expressions see it, or why it is not of the form. */
export type Document = { readonly value: unknown } | Extract<Decoded, { problem: unknown }>;

export interface PayloadForm {
  /** The same for rules that read a payload alike: it is then read once. */
  readonly key: string;
  readonly read: (payload: Uint8Array) => Document;
}

/** A C program prints `nan`, `-nan` and `inf`, which are no JSON and would take the whole message with them. */
const bareNan = /([:[,]\s*)-?(?:nan|inf)(?:inity)?(?=\s*[,}\]])/gi;

export function payloadForm({ as, lenient, nested, csv }: MappingRule): PayloadForm {
  const key = JSON.stringify([as, lenient, nested, csv]);
  if (as === 'text') return { key, read: readText };
  if (as === 'csv') return { key, read: (payload) => readCsv(payload, csv?.separator ?? ',', csv?.columns) };
  const mend = lenient ? (text: string) => text.replace(bareNan, '$1null') : undefined;
  if (nested.length === 0) return { key, read: (payload) => boundedJson(payload, mend) };
  return { key, read: (payload) => unfold(boundedJson(payload, mend), nested, mend) };
}

function readText(payload: Uint8Array): Document {
  if (payload.length > limits.payloadBytes) {
    return { problem: 'message.too-large', detail: `${payload.length} bytes; at most ${limits.payloadBytes}` };
  }
  if (payload.length === 0) return { problem: 'message.empty', detail: 'the payload is empty' };
  // Shells and serial lines add a line end.
  return { value: textOf(payload).trim() };
}

/** Texts below some keys are JSON themselves; one that is not leaves its key as it is. */
function unfold(outer: Document, keys: readonly string[], mend: ((text: string) => string) | undefined): Document {
  if ('problem' in outer) return outer;
  const body = objectOf(outer.value);
  if (!body) return outer;
  const unfolded: Record<string, unknown> = { ...body };
  for (const key of keys) {
    const text = body[key];
    const inner = typeof text === 'string' ? boundedJson(Buffer.from(text), mend) : undefined;
    if (inner && 'value' in inner) unfolded[key] = inner.value;
  }
  return { value: unfolded };
}

/**
 * Lines of values without quotes: a list for one line, or an object where columns have names. With a header line, a
 * list of objects.
 */
function readCsv(payload: Uint8Array, separator: string, columns: 'header' | readonly string[] | undefined): Document {
  const text = readText(payload);
  if ('problem' in text) return text;
  const lines = String(text.value)
    .split(/\r?\n/)
    .map((line) => line.split(separator).map((cell) => cell.trim()));
  if (columns === 'header') {
    const [names = [], ...rows] = lines;
    return { value: rows.map((row) => named(row, names)) };
  }
  const [line = []] = lines;
  if (lines.length > 1) return { problem: 'message.unparsable', detail: `one line is read; found ${lines.length}` };
  return { value: columns ? named(line, columns) : line };
}

function named(row: readonly string[], names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name, i) => (row[i] === undefined ? [] : [[name, row[i]]])));
}

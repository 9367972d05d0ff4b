import { limits } from '../domain/limits.ts';
import type { Decoded } from './decoder.ts';

/** An object of JSON: any key may be there, nothing is known of the values. */
export type JsonObject = { readonly [key: string]: unknown };
type Unparsable = Extract<Decoded, { problem: unknown }>;

/**
 * A payload as JSON, bounded in size and depth; or the problem to answer with. A key that stands twice is allowed and
 * the last one counts (a field device sends its stamp twice). Bytes that are not UTF-8 become U+FFFD, which no key or
 * number contains. `mend` may repair a text that is not JSON before it is given up.
 */
export function boundedJson(
  payload: Uint8Array,
  mend?: (text: string) => string,
): { readonly value: unknown } | Unparsable {
  if (payload.length === 0) return { problem: 'message.empty', detail: 'the payload is empty' };
  if (payload.length > limits.payloadBytes) {
    return { problem: 'message.too-large', detail: `${payload.length} bytes; at most ${limits.payloadBytes}` };
  }
  const text = textOf(payload);
  if (tooDeep(payload)) {
    return { problem: 'message.unparsable', detail: `JSON nested deeper than ${limits.jsonDepth} levels` };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    if (!mend) return notJson(text);
  }
  try {
    return { value: JSON.parse(mend(text)) as unknown };
  } catch {
    return notJson(text);
  }
}

/** A payload as text. */
export function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}

/** `value` when it is an object and no array; undefined otherwise. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function notJson(text: string): Unparsable {
  return { problem: 'message.unparsable', detail: `not JSON: ${JSON.stringify(text.slice(0, 80))}` };
}

/**
 * Counts brackets outside texts. Most messages hold too few brackets of any sort to be deep, which the first loop
 * shows.
 */
function tooDeep(bytes: Uint8Array): boolean {
  let openings = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x7b || byte === 0x5b) openings++;
  }
  return openings > limits.jsonDepth && depthOf(bytes) > limits.jsonDepth;
}

function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

import { crc32 } from 'node:zlib';
import { limits } from '../../domain/limits.ts';

/**
 * One batch in a segment of the spool: mark, length, check sum, when it was appended, then the batch. What a kill left
 * half written has the wrong length or check sum and ends the segment; after damage in the middle the next mark is
 * looked for, so that damage costs only what it touches.
 */
const mark = 0x4d48_5350;
export const headerBytes = 16;

export interface FoundRecord {
  readonly start: number;
  /** First byte after it. */
  readonly end: number;
  /** Epoch seconds. */
  readonly appended: number;
  readonly payload: Buffer;
}

export function encodeRecord(payload: Uint8Array, appended: number): Buffer {
  const record = Buffer.allocUnsafe(headerBytes + payload.length);
  record.writeUInt32BE(mark, 0);
  record.writeUInt32BE(payload.length, 4);
  record.writeUInt32BE(appended, 12);
  record.set(payload, headerBytes);
  record.writeUInt32BE(crc32(record.subarray(12)), 8);
  return record;
}

/** The first whole record at or after a place in a segment; undefined when there is none up to the end. */
export function nextRecord(segment: Buffer, from: number): FoundRecord | undefined {
  for (let start = from; start + headerBytes <= segment.length; start++) {
    if (segment.readUInt32BE(start) !== mark) continue;
    const end = start + headerBytes + segment.readUInt32BE(start + 4);
    if (end > segment.length || end - start > limits.spoolSegmentBytes) continue;
    if (crc32(segment.subarray(start + 12, end)) !== segment.readUInt32BE(start + 8)) continue;
    const payload = segment.subarray(start + headerBytes, end);
    return { start, end, appended: segment.readUInt32BE(start + 12), payload };
  }
  return undefined;
}

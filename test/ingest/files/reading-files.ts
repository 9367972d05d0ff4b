import { type Meter, meterSchema } from '../../../domain/estate/estate.ts';
import type { Reading } from '../../../domain/readings/reading.ts';
import { type FileFormat, fileFormatSchema } from '../../../ingest/files/format.ts';
import { type Formats, readFormats } from '../../../ingest/files/format-folder.ts';
import { type FileReport, readFile } from '../../../ingest/files/read-file.ts';
import type { Choice } from '../../../ingest/files/recognise.ts';
import { readingsOf } from '../../../domain/readings/reading-columns.ts';

/** An electricity meter as the register writes it. */
export function theMeter(entry: Readonly<Record<string, unknown>>): Meter {
  const plain = { name: 'Main', utility: 'electricity', role: 'main', unit: 'kWh' };
  return { ...meterSchema.parse({ ...plain, ...entry }), site: 'site' };
}

export interface ReadSetting {
  readonly formats?: Formats;
  readonly meters?: readonly Meter[];
  readonly choice?: Choice;
  readonly now?: number;
  readonly batch?: number;
  /** Bytes of one piece; a small one cuts lines and characters in two. */
  readonly piece?: number;
}

export interface FileRead {
  readonly readings: readonly Reading[];
  readonly report: FileReport;
  readonly batches: number;
}

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads a whole small file. */
export async function readAll(text: string | Uint8Array, setting: ReadSetting = {}): Promise<FileRead> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const file = readFile({
    name: 'file.csv',
    pieces: piecesOf(bytes, setting.piece ?? 65_536),
    formats: setting.formats ?? readFormats(),
    meters: new Map((setting.meters ?? []).map((meter) => [meter.id, meter])),
    choice: setting.choice ?? {},
    now: setting.now ?? Date.parse('2026-11-25T12:00:00Z') / 1000,
    ...(setting.batch === undefined ? {} : { batch: setting.batch }),
  });
  const readings: Reading[] = [];
  for (let batches = 0; ; batches++) {
    const { value, done } = await file.next();
    if (done === true) return { readings, report: value, batches };
    readings.push(...readingsOf(value.columns));
  }
}

/** A format as somebody would write it, in place of what is known. */
export function formats(...written: readonly Readonly<Record<string, unknown>>[]): Formats {
  const parsed = written.map((one): FileFormat => fileFormatSchema.parse({ sender: 'Somebody', ...one }));
  return new Map(parsed.map((format) => [format.name, format]));
}

/** Labels of 48 half-hours from 00:00. */
export const clockLabels: readonly string[] = Array.from(
  { length: 48 },
  (_, i) => `${String(Math.floor(i / 2)).padStart(2, '0')}:${i % 2 === 0 ? '00' : '30'}`,
);

/** The name of the first problem and what it says, of something that rejects. */
export async function problemOf(work: Promise<unknown>): Promise<{ code: string; expected?: string | undefined }> {
  try {
    await work;
  } catch (error) {
    return (error as { problems: { code: string; expected?: string }[] }).problems[0] ?? { code: 'none' };
  }
  return { code: 'nothing' };
}

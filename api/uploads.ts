import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';

/** A file that came whole and waits to be imported. */
export interface Upload {
  /** Its name in the folder of uploads. */
  readonly name: string;
  readonly bytes: number;
}

/** Parts of uploads that were cut off are given up after this. */
const abandonedMs = 86_400_000;

/**
 * Keeps what a client sends in the folder of uploads, a piece at a time. Throws `request.too-large` when the file, or
 * the folder with it, is beyond its bound; then nothing of it is left.
 */
export async function keepUpload(folder: string, body: Readable, name: string, nowMs: number): Promise<Upload> {
  await mkdir(folder, { recursive: true });
  const room = Math.min(limits.importFileBytes, limits.importFolderBytes - (await bytesIn(folder, nowMs)));
  const part = join(folder, `${name}.part`);
  let bytes = 0;
  const bound = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      const isMore = bytes > room;
      done(isMore ? tooLarge(room) : null, isMore ? undefined : piece);
    },
  });
  try {
    await pipeline(body, bound, createWriteStream(part, { flags: 'wx', flush: true }));
    await rename(part, join(folder, name));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { name, bytes };
}

function tooLarge(room: number): ProblemError {
  const detail = room < limits.importFileBytes ? 'other files wait to be imported' : 'cut it into several';
  return new ProblemError([{ code: 'request.too-large', where: 'body', expected: `at most ${room} bytes`, detail }]);
}

async function bytesIn(folder: string, nowMs: number): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found) continue;
    if (name.endsWith('.part') && found.mtimeMs < nowMs - abandonedMs) await rm(path, { force: true });
    else bytes += found.size;
  }
  return bytes;
}

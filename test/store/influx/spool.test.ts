import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, integer, string } from 'fast-check';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { openSpool, type Spool, type SpoolOptions } from '../../../store/influx/spool.ts';
import { encodeRecord } from '../../../store/influx/spool-record.ts';

const root = mkdtempSync(join(tmpdir(), 'meterhouse-spool-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));

async function open(folder: string, other: Partial<SpoolOptions> = {}): Promise<Spool> {
  return await openSpool({ folder, clock: () => 1_800_000_000, log: pino({ level: 'silent' }), ...other });
}

async function drainAll(spool: Spool): Promise<string[]> {
  const found: string[] = [];
  for (let payload = await spool.peek(); payload; payload = await spool.peek()) {
    found.push(payload.toString());
    await spool.drop();
  }
  return found;
}

const segmentsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort();

describe('the spool', () => {
  test('gives back what it was given, in order, over segments and openings, and leaves no file', async () => {
    const property = asyncProperty(
      array(string({ minLength: 1, maxLength: 60 }), { maxLength: 30 }),
      integer({ min: 60, max: 400 }),
      integer({ min: 0, max: 30 }),
      async (payloads, segmentBytes, reopenAt) => {
        const folder = newFolder();
        let spool = await open(folder, { segmentBytes });
        for (const [i, payload] of payloads.entries()) {
          if (i === reopenAt) {
            await spool.close();
            spool = await open(folder, { segmentBytes });
          }
          await spool.append(Buffer.from(payload));
        }
        expect(spool.backlog.batches).toBe(payloads.length);
        expect(spool.empty).toBe(payloads.length === 0);
        expect(await drainAll(spool)).toEqual(payloads);
        expect(spool.empty).toBe(true);
        expect(spool.backlog).toEqual({ batches: 0, bytes: 0 });
        expect(segmentsOf(folder)).toEqual([]);
        await spool.close();
      },
    );
    await assert(property, { numRuns: 20 });
  });

  test('takes new batches while it is drained', async () => {
    const spool = await open(newFolder(), { segmentBytes: 200 });
    const found: string[] = [];
    const appended = Promise.all(Array.from({ length: 100 }, (_, i) => spool.append(Buffer.from(`batch ${i}`))));
    while (found.length < 50) found.push(...(await drainAll(spool)));
    await appended;
    found.push(...(await drainAll(spool)));
    expect(found).toEqual(Array.from({ length: 100 }, (_, i) => `batch ${i}`));
    await spool.close();
  });

  test('cut off at any byte, it keeps every whole batch before the cut', async () => {
    const whole = Buffer.concat(['first', 'second', 'third'].map((word) => encodeRecord(Buffer.from(word), 1)));
    for (let cut = 0; cut <= whole.length; cut++) {
      const folder = newFolder();
      await (await open(folder)).close();
      writeFileSync(join(folder, '000000000001.spool'), whole.subarray(0, cut));
      const spool = await open(folder);
      await spool.append(Buffer.from('after'));
      const expected = ['first', 'second', 'third'].filter((_, i) => cut >= ([21, 43, 64][i] ?? 0));
      expect(await drainAll(spool)).toEqual([...expected, 'after']);
      await spool.close();
    }
  });

  test('damaged in the middle, it loses only what was damaged', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    for (const word of ['one', 'two', 'three']) await spool.append(Buffer.from(word));
    await spool.close();
    const path = join(folder, segmentsOf(folder)[0] ?? '');
    const content = readFileSync(path);
    content.writeUInt8(content.readUInt8(19 + 17) ^ 0xff, 19 + 17);
    writeFileSync(path, content);
    appendFileSync(path, 'torn');
    const again = await open(folder);
    expect(again.backlog.batches).toBe(2);
    expect(await drainAll(again)).toEqual(['one', 'three']);
    await again.close();
  });

  test('is full at its bound of bytes, and takes again when something was drained', async () => {
    const spool = await open(newFolder(), { bytes: 300, segmentBytes: 100 });
    let kept = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await spool.append(Buffer.alloc(40, kept));
        kept += 1;
      }
    };
    await expect(fill()).rejects.toThrow(/store\.full/);
    expect(kept).toBe(5);
    for (let i = 0; i < 2; i++) {
      await spool.peek();
      await spool.drop();
    }
    await expect(fill()).rejects.toThrow(/store\.full/);
    expect(kept).toBeGreaterThan(5);
    expect((await drainAll(spool)).length).toBe(kept - 2);
    await spool.close();
  });

  test('is full when the oldest batch waits longer than its bound', async () => {
    let now = 1_800_000_000;
    const spool = await open(newFolder(), { clock: () => now, seconds: 3_600 });
    await spool.append(Buffer.from('old'));
    await spool.peek();
    now += 3_599;
    await spool.append(Buffer.from('not yet'));
    now += 2;
    await expect(spool.append(Buffer.from('too late'))).rejects.toThrow(/store\.full.*|wait since 2027/);
    await spool.peek();
    await spool.drop();
    await spool.append(Buffer.from('again'));
    expect(await drainAll(spool)).toEqual(['not yet', 'again']);
    await spool.close();
  });

  // Linux has a file that is a full disk.
  test.skipIf(!existsSync('/dev/full'))('says that the disk is full, keeps what it has, and goes on', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    symlinkSync('/dev/full', join(folder, '000000000001.spool'));
    await expect(spool.append(Buffer.from('no room'))).rejects.toThrow(/store\.full/);
    expect(spool.backlog.batches).toBe(0);
    expect(spool.empty).toBe(true);
    await spool.append(Buffer.from('room again'));
    expect(await drainAll(spool)).toEqual(['room again']);
    await spool.close();
  });

  test('a write that the disk cuts short is not taken for a whole one', () => {
    // A file may grow to 4,096 bytes: the sixth record of 700 and some does not fit, and its beginning does.
    const bounded = ['-c', 'trap "" XFSZ; ulimit -S -f 8; exec "$@"', 'sh'];
    const script = `
      import { openSpool } from ${JSON.stringify(join(import.meta.dirname, '../../../store/influx/spool.ts'))};
      const log = { error() {}, warn() {} };
      const spool = await openSpool({ folder: process.argv[1], clock: () => 1800000000, log });
      const said = [];
      for (let i = 0; i < 8; i++) {
        await spool.append(Buffer.from(String(i).padStart(700, ' '))).then(() => said.push(i), (e) => said.push(e.message));
      }
      const found = [];
      for (let one = await spool.peek(); one; one = await spool.peek()) {
        found.push(Number(one.toString()));
        await spool.drop();
      }
      console.log(JSON.stringify({ said, found }));`;
    const words = [process.execPath, '--input-type=module', '-e', script, newFolder()];
    const answer = execFileSync('sh', [...bounded, ...words], { timeout: 20_000 }).toString();
    const { said, found } = JSON.parse(answer) as { said: unknown[]; found: number[] };
    expect(said).toHaveLength(8);
    expect(said.filter((one) => typeof one === 'number')).toEqual(found);
    expect(said.filter((one) => typeof one === 'string')).toEqual([expect.stringContaining('store.full')]);
  });

  test('a segment that lost its end is said, and not looked through for ever', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await spool.append(Buffer.alloc(5_000, 0x61));
    truncateSync(join(folder, segmentsOf(folder)[0] ?? ''), 2_000);
    await expect(spool.peek()).rejects.toThrow(/shorter than what was written/);
    await spool.close();
  });

  test('belongs to one process at a time', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await expect(open(folder)).rejects.toThrow(/store\.spool-in-use/);
    await spool.close();
    await expect(spool.append(Buffer.from('late'))).rejects.toThrow(/closed/);
    await (await open(folder)).close();
  });

  test('is refused where no folder can be', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(open(join(file, 'below'))).rejects.toThrow(/store\.failed/);
  });
});

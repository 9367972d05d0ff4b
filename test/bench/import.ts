import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BenchChild, startBenchChild } from './child.ts';
import type { ImportBareOptions } from './import-bare-child.ts';
import type { ImportOptions } from './import-child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { spreadOf } from './statistics.ts';

const meters = 40;
const days = 365;
const times = 5;

/** A year of half-hours as data collectors send them, against DuckDB's own CSV reader. */
export async function importPart(parent: string, progress: (line: string) => void): Promise<Part> {
  const folder = join(parent, 'import');
  mkdirSync(folder);
  const file = join(folder, 'half-hours.csv');
  const mpans = await writeFile(file);
  const bytes = statSync(file).size;
  const bareOptions: ImportBareOptions = { file, times };
  const bare = startBenchChild('import-bare-child.ts', bareOptions);
  await bare.ended();
  const options: ImportOptions = { folder: join(folder, 'house'), file, bytes, mpans, times };
  const child = startBenchChild('import-child.ts', options);
  await child.ended();
  const values = meters * days * 48;
  for (const [who, key] of [
    [bare, 'values'],
    [child, 'values'],
    [child, 'inserted'],
  ] as const) {
    const found = await who.said(key);
    if (found !== values) throw new Error(`${values} values are in the file; ${key}: ${found}`);
  }
  const [floor, read] = [spreadOf(saidBy(bare, 'read_ms')), spreadOf(saidBy(child, 'read_ms'))];
  const whole_ms = await child.said('import_ms');
  const memory = await child.said('rss_mb');
  const ratio = floor.median / read.median;
  progress(`import: DuckDB ${whole(floor.median)} ms, read ${whole(read.median)} ms, booked ${whole(whole_ms)} ms`);
  return {
    title: 'Import of half-hourly files',
    about: `A file of ${fixed(1)(bytes / 1e6)} MB, a row a day, ${meters} meters for a year: ${whole(values)} half-hours. _Bare_ is DuckDB's own CSV reader on two
threads, into a table in memory as it stands. Meterhouse recognises the format, finds the meters, reads each
value and its time (clock changes, units, status) on one thread; the line below is the whole job: judged against what is
there, written to the embedded store with ledgers, marks and touched spans. ${times} times, the whole job once.`,
    head: ['', 'ms', 'speed against bare'],
    rows: [
      ['bare: `create table … from read_csv`', spreadText(floor, whole), '1'],
      ['the importer reads the file', spreadText(read, whole), fixed(2)(ratio)],
      ['the whole import, booked and synced', whole(whole_ms), fixed(2)(floor.median / whole_ms)],
      [`resident memory, most: ${whole(memory)} MB`, '', ''],
    ],
    verdicts: [
      {
        what: 'import reads a file, of DuckDB’s CSV reader',
        target: '≥ 0.3',
        found: fixed(2)(ratio),
        met: ratio >= 0.3,
      },
    ],
  };
}

function saidBy(child: BenchChild, key: string): number[] {
  return child.heard.map((words) => words[key]).filter((value) => typeof value === 'number');
}

/** Writes the file; answers its supply points. */
async function writeFile(path: string): Promise<string[]> {
  const mpans = Array.from({ length: meters }, (_, i) => String(1_000_000_000_000 + i));
  const clock = Array.from({ length: 48 }, (_, i) => `${String(i >> 1).padStart(2, '0')}:${i % 2 === 0 ? '00' : '30'}`);
  const out = createWriteStream(path);
  out.write(`meter,date,${clock.join(',')}\n`);
  for (const [m, mpan] of mpans.entries()) {
    const rows = Array.from({ length: days }, (_, day) => {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      const values = clock.map((_label, i) => ((1 + m) * (1 + Math.sin((i + day) / 9)) * 1.037).toFixed(3));
      return `${mpan},${date},${values.join(',')}\n`;
    });
    out.write(rows.join(''));
  }
  out.end();
  await once(out, 'finish');
  return mpans;
}

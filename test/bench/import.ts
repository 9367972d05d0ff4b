import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BenchChild, startBenchChild } from './child.ts';
import type { ImportBareOptions } from './import-bare-child.ts';
import type { ImportOptions } from './import-child.ts';
import { fixed, type Part, spreadText, type Verdict, whole } from './page.ts';
import { type Spread, spreadOf } from './statistics.ts';

const meters = 40;
const days = 365;
const values = meters * days * 48;
/** Rounds, and how often a round reads the file. */
const rounds = 3;
const times = 3;

/** What each of the ways to read the file took, ms. */
type Took = Record<'table' | 'rows' | 'read' | 'import' | 'memory', number[]>;

/** A year of half-hours as data collectors send them, against DuckDB's own CSV reader. */
export async function importPart(parent: string, progress: (line: string) => void): Promise<Part> {
  const folder = join(parent, 'import');
  mkdirSync(folder);
  const file = join(folder, 'half-hours.csv');
  const mpans = await writeFile(file);
  const bytes = statSync(file).size;
  const took: Took = { table: [], rows: [], read: [], import: [], memory: [] };
  for (let round = 0; round < rounds; round++) {
    const database = join(folder, `bare-${round}.duckdb`);
    const bare = startBenchChild('import-bare-child.ts', { file, database, times } satisfies ImportBareOptions);
    await bare.ended();
    const options: ImportOptions = { folder: join(folder, `house-${round}`), file, bytes, mpans, times };
    const house = startBenchChild('import-child.ts', options);
    await house.ended();
    for (const [who, key] of [
      [bare, 'values'],
      [house, 'values'],
      [house, 'inserted'],
    ] as const) {
      const found = await who.said(key);
      if (found !== values) throw new Error(`${values} values are in the file; ${key}: ${found}`);
    }
    took.table.push(...saidBy(bare, 'table_ms'));
    took.rows.push(...saidBy(bare, 'rows_ms'));
    took.read.push(...saidBy(house, 'read_ms'));
    took.import.push(...saidBy(house, 'import_ms'));
    took.memory.push(...saidBy(house, 'rss_mb'));
    progress(
      `import ${round + 1}/${rounds}: ${keysOf(took)
        .map((key) => `${key} ${whole(took[key].at(-1) ?? 0)}`)
        .join(', ')}`,
    );
  }
  return pageOfImport(took, bytes);
}

const keysOf = (took: Took) => Object.keys(took) as (keyof Took)[];

function pageOfImport(took: Took, bytes: number): Part {
  const [table, rows, read, booked] = [took.table, took.rows, took.read, took.import].map(spreadOf) as [
    Spread,
    Spread,
    Spread,
    Spread,
  ];
  const against = (floor: Spread, ours: Spread): string => fixed(2)(floor.median / ours.median);
  const verdict = (what: string, floor: Spread, ours: Spread): Verdict => ({
    what,
    target: '≥ 0.3',
    found: against(floor, ours),
    met: floor.median / ours.median >= 0.3,
  });
  return {
    title: 'Import of half-hourly files',
    about: `A file of ${fixed(1)(bytes / 1e6)} MB, a row a day, ${meters} meters for a year:
${whole(values)} half-hours. _Bare_ is DuckDB's own CSV reader on two threads, on the same file: into a table in memory
as it stands, and into a row for each half-hour with its time, on disk. Meterhouse recognises the format, finds the
meters, reads each value and its time (clock changes, units, status) on one thread; the line below is the whole job, its
thread started for it: judged against what is there, written to the embedded store with ledgers, marks and touched
spans, on disk. So reading is held to the reader of the table, the whole job to the reader that leaves rows on disk.
${rounds} rounds by turns; each reads ${times} times and imports once into an empty store.`,
    head: ['', 'ms', 'against the table', 'against rows on disk'],
    rows: [
      ['bare: `create table … from read_csv`', spreadText(table, whole), '1', ''],
      ['bare: a row for each half-hour, on disk', spreadText(rows, whole), against(table, rows), '1'],
      ['the importer reads the file', spreadText(read, whole), against(table, read), against(rows, read)],
      [
        'the whole import, booked and on disk',
        spreadText(booked, whole),
        against(table, booked),
        against(rows, booked),
      ],
      [`resident memory, most: ${whole(Math.max(...took.memory))} MB`, '', '', ''],
    ],
    verdicts: [
      verdict('import reads a file, of DuckDB’s CSV reader', table, read),
      verdict('the whole import, of DuckDB’s CSV reader into rows on disk', rows, booked),
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

/** The importer on a file of half-hours: read alone, and read, judged and booked into the embedded store. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { bookColumns } from '../../ingest/book-columns.ts';
import { readFormats } from '../../ingest/files/format-folder.ts';
import { readFile } from '../../ingest/files/read-file.ts';
import { importFile } from '../../ingest/import-file.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { openStore } from '../../store/open-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import pino from 'pino';
import { madeEstate, madeMeter } from '../ingest/made-meter.ts';
import { say } from './child.ts';

export interface ImportOptions {
  readonly folder: string;
  /** The file, with its size in bytes and the supply points it is of. */
  readonly file: string;
  readonly bytes: number;
  readonly mpans: readonly string[];
  readonly times: number;
}

const { folder, file, bytes, mpans, times }: ImportOptions = JSON.parse(process.argv[2] ?? '');
const now = Math.floor(Date.now() / 1_000);
const meters = mpans.map((mpan, i) => madeMeter({ id: `m${i}`, mpan, role: 'main' }));
const estate = madeEstate(meters);
for (let i = 0; i < times; i++) {
  const began = performance.now();
  const pieces = createReadStream(file, { highWaterMark: 262_144 });
  const reading = readFile({ name: file, pieces, formats: readFormats(), meters: estate.meters, choice: {}, now });
  for (;;) {
    const { value, done } = await reading.next();
    if (done !== true) continue;
    say({ read_ms: performance.now() - began, values: value.readings });
    break;
  }
}
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
mkdirSync(folder, { recursive: true });
const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'bench' });
const store = await openStore({ kind: 'duckdb', path: join(folder, 'readings.duckdb') }, { clock: () => now, log });
const books = { store, state, marks: new SeriesMarks(state) };
copyFileSync(file, join(folder, 'upload'));
const began = performance.now();
const result = await importFile(
  { upload: 'upload', file: 'half-hours.csv', bytes, dry_run: false, who: 'bench', reason: 'measured' },
  {
    store,
    state,
    estate,
    uploads: folder,
    formats: join(folder, 'formats'),
    now,
    book: (columns) => bookColumns(books, columns),
    progress: () => undefined,
  },
);
say({ import_ms: performance.now() - began, inserted: result.inserted, refused: result.refused });
await store.close();
state.close();
say({ rss_mb: process.resourceUsage().maxRSS / 1024 });

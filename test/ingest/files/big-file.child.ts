/**
 * Reads a file of so many bytes that is made as it is read, and says how much memory that took: started with a small
 * heap by the test.
 */
import { readFormats } from '../../../ingest/files/format-folder.ts';
import { readFile } from '../../../ingest/files/read-file.ts';
import { clockLabels, theMeter } from './reading-files.ts';

const bytes = Number(process.argv[2]);
// Every meter has the same year, written out once: it is the reading of the file that is looked at.
const year = Array.from({ length: 365 }, (_, day) => {
  const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
  return `,${date},${clockLabels.map((_label, i) => (i * 1.037).toFixed(3)).join(',')}\n`;
});

async function* pieces(): AsyncGenerator<Buffer> {
  yield Buffer.from(`meter,date,${clockLabels.join(',')}\n`);
  let sent = 0;
  for (let meter = 0; sent < bytes; meter++) {
    const piece = Buffer.from(year.map((day) => `${1_000_000_000_000 + meter}${day}`).join(''));
    sent += piece.length;
    yield piece;
  }
}

const meters = Array.from({ length: 5_000 }, (_, i) => theMeter({ id: `m${i}`, mpan: String(1_000_000_000_000 + i) }));
const file = readFile({
  name: 'big.csv',
  pieces: pieces(),
  formats: readFormats(),
  meters: new Map(meters.map((meter) => [meter.id, meter])),
  choice: {},
  now: 1_790_000_000,
});
let peak = 0;
const started = performance.now();
for (;;) {
  const { value, done } = await file.next();
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
  if (done === true) {
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(JSON.stringify({ ...value, refused: value.refused.length, peak_mb: peak / 1e6, seconds }));
    break;
  }
}

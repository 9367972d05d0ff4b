import { parentPort, workerData } from 'node:worker_threads';
import writeXlsxFile, { type Cell } from 'write-excel-file/node';
import type { Sheet, SheetCell } from './spreadsheet.ts';

/** The thread that writes a spreadsheet: sheets come as its order, the file goes back as bytes. */

/** A London date, which a spreadsheet then sorts and filters as one. */
const dateForm = /^(19|20)\d\d-[01]\d-[0-3]\d$/;

/** A text is told to be text, so that one that begins like a formula is never run. */
function cellOf(value: SheetCell, format: string | undefined): Cell {
  if (value === null) return null;
  if (typeof value === 'number') return { value, type: Number, ...(format === undefined ? {} : { format }) };
  if (typeof value === 'boolean') return { value, type: Boolean };
  if (dateForm.test(value)) return { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
  return { value, type: String };
}

const sheets = (workerData as readonly Sheet[]).map(({ name, columns, rows }) => ({
  sheet: name,
  columns: columns.map(({ width }) => ({ width })),
  stickyRowsCount: 1,
  data: [
    columns.map(({ heading }) => ({ value: heading, type: String, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map((value, i) => cellOf(value, columns[i]?.format))),
  ],
}));
const file = await writeXlsxFile(sheets).toBuffer();
parentPort?.postMessage(Uint8Array.from(file), []);

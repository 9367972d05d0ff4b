import { certificateSchema, retirementSchema } from '../../domain/certificates/register.ts';
import { nearest } from '../../domain/nearest.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { decimalOf } from './decimal.ts';
import { cellsOf } from './lines.ts';

/** The columns of a list of certificates: keys of a certificate in the register, and of its retirement. */
const columns: ReadonlySet<string> = new Set([
  ...Object.keys(certificateSchema.shape).filter((key) => key !== 'retired' && key !== 'allocations'),
  ...Object.keys(retirementSchema.shape).map((key) => `retired_${key}`),
]);

/**
 * Batches of certificates from a CSV list whose first line names the columns; an empty cell says nothing. What the
 * cells hold is judged where the batches are added. Throws a ProblemError with everything that cannot be read.
 */
export function readCertificateList(text: string, where: string): Record<string, unknown>[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const header = (cellsOf(lines[0] ?? '', ',') ?? []).map((name) => name.trim());
  const problems = header.flatMap((name): Problem[] => {
    if (columns.has(name)) return [];
    const near = nearest(name, [...columns]);
    const detail = near === undefined ? undefined : `did you mean ${near}?`;
    const expected = `columns of ${[...columns].join(', ')}`;
    return [{ code: 'import.format-does-not-fit', where, line: 1, found: name, expected, detail }];
  });
  const batches: Record<string, unknown>[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue;
    const cells = cellsOf(line, ',');
    if (cells?.length === header.length) batches.push(batchOf(header, cells));
    else {
      const found = cells === undefined ? 'a quote left open' : `${cells.length} cells`;
      problems.push({ code: 'import.malformed-row', where, line: i + 1, found, expected: `${header.length} cells` });
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return batches;
}

function batchOf(header: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const batch: Record<string, unknown> = {};
  const retired: Record<string, unknown> = {};
  for (const [i, name] of header.entries()) {
    const cell = cells[i]?.trim() ?? '';
    if (cell === '') continue;
    if (name.startsWith('retired_')) retired[name.slice('retired_'.length)] = cell;
    else batch[name] = name === 'mwh' ? decimalOf(cell) : cell;
  }
  return Object.keys(retired).length > 0 ? { ...batch, retired } : batch;
}

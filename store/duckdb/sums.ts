import { BucketSums, sumColumns } from '../../domain/energy/bucket-sums.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { runsOf } from '../bucket-runs.ts';
import { bucketExpression, inRange, idsOf, meterCondition } from './conditions.ts';
import type { Database } from './database.ts';
import type { Names } from './names.ts';
import { columnsOfChunk } from './rows.ts';

/** The pieces of a statement that sums: what says the bucket of a row, and which rows there are. */
export interface SumPieces {
  readonly bucket: string;
  readonly condition: string;
}

/**
 * Sums of meters over buckets. `statement` answers series, bucket and the columns of `sumColumns`, in any order of
 * rows; what it answers for one cell is added up.
 */
export async function readSums(
  database: Database,
  names: Names,
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
  statement: (pieces: SumPieces) => string,
): Promise<BucketSums> {
  const runs = runsOf(boundaries);
  const sums = new BucketSums(meters, Math.max(0, boundaries.length - 1));
  const ids = idsOf(names, sums.meters);
  if (ids.length === 0 || runs.length === 0) return sums;
  // To read the others too and pass over them is quicker than to look for most of the meters.
  const narrowed = ids.length * 2 < names.count ? meterCondition(names, ids) : '';
  const sql = statement({
    bucket: `(${bucketExpression(runs)})::uinteger`,
    condition: `${inRange(boundaries)} ${narrowed}`,
  });
  const columns = sumColumns.map((column) => sums[column]);
  const small = ids.length * sums.buckets <= limits.sumsPerRead;
  await database.read(
    sql,
    (chunk) => {
      const [series = [], bucket = [], ...found] = columnsOfChunk(chunk);
      const rows = chunk.rowCount;
      for (let row = 0; row < rows; row++) {
        const [meter = ''] = names.words(series[row] ?? 0);
        const cell = sums.open(meter, bucket[row] ?? 0);
        if (cell === undefined) continue;
        for (let i = 0; i < columns.length; i++) {
          const column = columns[i] as Float64Array;
          column[cell] = (column[cell] ?? 0) + (found[i]?.[row] ?? 0);
        }
      }
    },
    small,
  );
  return sums;
}

/** Sums of rows of an answer, of which some may not be known. */

export interface Summed {
  /** Null where no part is known. */
  readonly value: number | null;
  /** Rows that are in the sum, of how many. */
  readonly known: number;
  readonly of: number;
}

/** The sum of what is known, and of how many rows that is: a sum of some never passes for that of all. */
export function sumOf<Row>(rows: readonly Row[], valueOf: (row: Row) => number | null): Summed {
  const values = rows.flatMap((row) => valueOf(row) ?? []);
  const value = values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0);
  return { value, known: values.length, of: rows.length };
}

/** The sum where every row is known, else null. */
export function wholeSum<Row>(rows: readonly Row[], valueOf: (row: Row) => number | null): number | null {
  const { value, known, of } = sumOf(rows, valueOf);
  return known === of ? value : null;
}

interface Measured {
  readonly measured_share: number | null;
  readonly use_kwh: number | null;
  readonly use_m3: number | null;
}

/** The measured share of several rows by their use; null where that of one is not known. */
export function sharedBy(rows: readonly Measured[]): number | null {
  const weights = rows.map(({ use_kwh: energy, use_m3: volume }) => Math.abs(energy ?? volume ?? 0));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  if (rows.length === 0 || whole === 0 || rows.some(({ measured_share: share }) => share === null)) return null;
  return rows.reduce((sum, { measured_share: share }, i) => sum + (share ?? 0) * ((weights[i] ?? 0) / whole), 0);
}

/** Rows by a key, in the order in which the keys come. */
export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

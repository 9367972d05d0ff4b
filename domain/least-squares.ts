/** Coefficients that make the rest of a column least, and how far each may be off (one standard error). */
export interface Fit {
  readonly coefficients: readonly number[];
  readonly errors: readonly number[];
}

/**
 * Ordinary least squares of one column on several, all without a mean of their own, by the normal equations. Columns
 * that say nothing, or nothing that the others do not say, get the coefficient 0 and an endless error. `clusters` names
 * the rows that err together (those of one day); the errors are then the larger of the usual ones and of those robust
 * to that (the "sandwich" of Liang and Zeger, Biometrika 73, 1986, with the correction g/(g − 1) for g clusters).
 */
export function leastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
  clusters: readonly number[] = [],
): Fit {
  const size = columns.length;
  const inverse = inverseOf(columns.map((a) => columns.map((b) => dot(a, b))));
  const products = columns.map((column) => dot(column, target));
  const coefficients = columns.map((_, i) =>
    (inverse[i] ?? []).reduce((sum, one, j) => sum + one * (products[j] ?? 0), 0),
  );
  const rest = target.map(
    (value, k) =>
      value - coefficients.reduce((sum, one, i) => sum + one * ((columns[i] as Float64Array)[k] as number), 0),
  );
  const variance = dot(rest, rest) / Math.max(1, target.length - size);
  const together = clusterVariances(columns, rest, clusters, inverse);
  const errors = columns.map((_, i) => {
    const own = inverse[i]?.[i] ?? 0;
    return own > 0 ? Math.sqrt(Math.max(variance * own, together[i] ?? 0)) : Number.POSITIVE_INFINITY;
  });
  return { coefficients, errors };
}

/** The variance of each coefficient where the rows of a cluster err together. */
function clusterVariances(
  columns: readonly Float64Array[],
  rest: Float64Array,
  clusters: readonly number[],
  inverse: readonly (readonly number[])[],
): number[] {
  const scores = new Map<number, number[]>();
  for (const [k, cluster] of clusters.entries()) {
    const score = scores.get(cluster) ?? columns.map(() => 0);
    scores.set(cluster, score);
    for (const [i, column] of columns.entries())
      score[i] = (score[i] ?? 0) + (column[k] as number) * (rest[k] as number);
  }
  if (scores.size < 2) return [];
  return columns.map((_, i) => {
    let sum = 0;
    for (const score of scores.values()) {
      sum += (inverse[i] ?? []).reduce((total, one, j) => total + one * (score[j] ?? 0), 0) ** 2;
    }
    return (sum * scores.size) / (scores.size - 1);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** The inverse of a symmetric matrix by Gauss and Jordan; rows and columns without a pivot are zero. */
export function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  const free: number[] = [];
  for (let i = 0; i < size; i++) {
    const pivot = rows[i]?.[i] ?? 0;
    const own = matrix[i]?.[i] ?? 0;
    if (!(pivot > 1e-9 * own)) {
      free.push(i);
      continue;
    }
    const scaled = (rows[i] ?? []).map((value) => value / pivot);
    rows[i] = scaled;
    for (let j = 0; j < size; j++) {
      const times = rows[j]?.[i] ?? 0;
      if (j === i || times === 0) continue;
      rows[j] = (rows[j] ?? []).map((value, n) => value - times * (scaled[n] ?? 0));
    }
  }
  return rows.map((row, i) =>
    free.includes(i) ? row.slice(size).map(() => 0) : row.slice(size).map((value, j) => (free.includes(j) ? 0 : value)),
  );
}

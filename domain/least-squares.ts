/** Coefficients that make the rest of a column least, and how far each may be off (one standard error). */
export interface Fit {
  readonly coefficients: readonly number[];
  readonly errors: readonly number[];
}

/**
 * Ordinary least squares of one column on several, all without a mean of their own, by the normal equations. Columns
 * that say nothing, or nothing that the others do not say, get the coefficient 0 and an endless error.
 */
export function leastSquares(columns: readonly Float64Array[], target: Float64Array): Fit {
  const size = columns.length;
  const inverse = inverseOf(columns.map((a) => columns.map((b) => dot(a, b))));
  const products = columns.map((column) => dot(column, target));
  const coefficients = columns.map((_, i) =>
    (inverse[i] ?? []).reduce((sum, one, j) => sum + one * (products[j] ?? 0), 0),
  );
  let rest = 0;
  for (const [k, value] of target.entries()) {
    const fitted = coefficients.reduce((sum, one, i) => sum + one * ((columns[i] as Float64Array)[k] as number), 0);
    rest += (value - fitted) ** 2;
  }
  const variance = rest / Math.max(1, target.length - size);
  const errors = columns.map((_, i) => {
    const own = inverse[i]?.[i] ?? 0;
    return own > 0 ? Math.sqrt(variance * own) : Number.POSITIVE_INFINITY;
  });
  return { coefficients, errors };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** The inverse of a symmetric matrix by Gauss and Jordan; rows and columns without a pivot are zero. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
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

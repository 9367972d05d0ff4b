/** A number as people read it, to a thousandth. */
export function number(value: number | null): string {
  return value === null ? 'not known' : value.toLocaleString('en-GB', { maximumFractionDigits: 3 });
}

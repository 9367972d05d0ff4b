/** The browser's clock; the only place of the console that reads it. Epoch milliseconds. */
export function now(): number {
  return Date.now();
}

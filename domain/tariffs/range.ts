import { type Money, nothing } from './money.ts';

/**
 * A value that may not be known exactly: at least, most likely and at most. Where all is measured the three are one
 * and the same object, which is how "nothing is in doubt" is told and why it costs nothing.
 */
export interface Range<T> {
  readonly low: T;
  readonly best: T;
  readonly high: T;
}

/** What is known exactly. */
export function certain<T>(value: T): Range<T> {
  return { low: value, best: value, high: value };
}

export function isCertain<T>({ low, best, high }: Range<T>): boolean {
  return low === best && best === high;
}

/** The same step on each of the three; on one where they are one. */
export function mapRange<A, B>(range: Range<A>, step: (value: A) => B): Range<B> {
  if (isCertain(range)) return certain(step(range.best));
  return { low: step(range.low), best: step(range.best), high: step(range.high) };
}

export function joinRanges<A, B, C>(a: Range<A>, b: Range<B>, step: (a: A, b: B) => C): Range<C> {
  if (isCertain(a) && isCertain(b)) return certain(step(a.best, b.best));
  return { low: step(a.low, b.low), best: step(a.best, b.best), high: step(a.high, b.high) };
}

export const nothingAtAll: Range<Money> = certain(nothing);

export function addMoney(a: Range<Money>, b: Range<Money>): Range<Money> {
  return joinRanges(a, b, (x, y) => x.plus(y));
}

export function sumMoney(amounts: readonly Range<Money>[]): Range<Money> {
  return amounts.reduce(addMoney, nothingAtAll);
}

/** The least and the most of every pairing: a quantity below nothing or a price below nothing turns them round. */
export function multiplyMoney(a: Range<Money>, b: Range<Money>): Range<Money> {
  const best = a.best.times(b.best);
  if (isCertain(a) && isCertain(b)) return certain(best);
  const ends = [a.low.times(b.low), a.low.times(b.high), a.high.times(b.low), a.high.times(b.high)];
  const [least, ...rest] = ends as [Money, ...Money[]];
  return {
    low: rest.reduce((low, end) => (end.lt(low) ? end : low), least),
    best,
    high: rest.reduce((high, end) => (end.gt(high) ? end : high), least),
  };
}

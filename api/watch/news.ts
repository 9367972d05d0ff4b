import type { Estate } from '../../domain/estate/estate.ts';
import { daySeconds, halfHourOf, halfHourSeconds, type Period } from '../../domain/time.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { readInto } from '../../store/watch-window.ts';
import type { News } from './looker.ts';

/** Half-hours of the last day are read of all meters in one question; what is older is asked for by itself. */
const together = daySeconds;

/** The half-hours of some spans, as far as they lie within a period. */
export async function readNews(
  stores: { readonly store: ReadingStore },
  estate: Pick<Estate, 'meters'>,
  spans: ReadonlyMap<string, Period>,
  within: Period,
): Promise<News[]> {
  const asked = Array.from(spans, ([meter, { from, to }]) => ({
    meter,
    from: Math.max(within.from, halfHourOf(from)),
    to: Math.min(within.to, halfHourOf(to + halfHourSeconds - 1)),
  })).filter(({ meter, from, to }) => from < to && estate.meters.has(meter));
  const recent = asked.filter(({ from }) => from >= within.to - together);
  const older = asked.filter(({ from }) => from < within.to - together);
  const news: News[] = [];
  if (recent.length > 0) {
    const from = Math.min(...recent.map((one) => one.from));
    news.push(
      ...(await readSpan(
        stores,
        estate,
        recent.map(({ meter }) => meter),
        { from, to: within.to },
      )),
    );
  }
  for (const { meter, from, to } of older) news.push(...(await readSpan(stores, estate, [meter], { from, to })));
  return news;
}

async function readSpan(
  stores: { readonly store: ReadingStore },
  estate: Pick<Estate, 'meters'>,
  meters: readonly string[],
  period: Period,
): Promise<News[]> {
  const count = (period.to - period.from) / halfHourSeconds;
  const columns = new Map(meters.map((meter) => [meter, new Float64Array(count)]));
  await readInto(stores, estate, columns, period, period.from);
  return Array.from(columns, ([meter, values]) => ({ meter, from: period.from, values }));
}

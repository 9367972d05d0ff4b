import { type AnswerBucket, cutsOf } from '../domain/energy/buckets.ts';
import { type Flow, measuredShareOf } from '../domain/energy/flow.ts';
import { addParts } from '../domain/energy/site-energy.ts';
import type { Estate, Utility } from '../domain/estate/estate.ts';
import { type BucketUse, useOf } from '../domain/weather/points.ts';
import { readEnergy, type Stores } from './energy.ts';

/** What a site used of one utility in each bucket. */
export interface UtilityUse {
  readonly site: string;
  readonly utility: Utility;
  readonly use: readonly BucketUse[];
  /** All buckets added up, and how well that is known. */
  readonly total: Flow;
  readonly measuredShare: ReturnType<typeof measuredShareOf>;
}

/** Reads what some sites used of some utilities, in buckets that follow one another. Rejects as `readEnergy` does. */
export async function readUtilityUse(
  stores: Stores,
  estate: Estate,
  sites: readonly string[],
  utilities: (site: string) => readonly Utility[],
  buckets: readonly AnswerBucket[],
): Promise<UtilityUse[]> {
  const energy = await readEnergy(stores, { estate, sites, cuts: cutsOf(buckets), halfHours: false, of: 'sites' });
  const byBucket = buckets.map((bucket) =>
    Map.groupBy(energy.within(bucket), ({ site, utility }) => `${site} ${utility}`),
  );
  return sites.flatMap((site) =>
    utilities(site).flatMap((utility) => {
      const lists = byBucket.map((groups) => groups.get(`${site} ${utility}`) ?? []);
      // Nothing counts this utility here.
      if (lists.every((list) => list.length === 0)) return [];
      const use = lists.map((list, i): BucketUse => {
        const bucket = buckets[i] as AnswerBucket;
        return useOf(bucket, addParts(list));
      });
      const total = addParts(lists.flat());
      return [{ site, utility, use, total, measuredShare: measuredShareOf(total) }];
    }),
  );
}

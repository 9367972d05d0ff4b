import type { Estate } from '../domain/estate/estate.ts';
import { metersOfEras } from '../domain/plan/indicators/terms.ts';
import { madeAndExported, ownShareOf } from '../domain/plan/own-share.ts';
import { standingPeriod } from '../domain/plan/standing-period.ts';
import { boundariesOf, type EpochSeconds } from '../domain/time.ts';
import { readDays, type Stores } from './energy.ts';

/**
 * The share of the electricity made at a site that it used itself in the twelve months of the standing, as
 * `ownShareOf` has it. Rejects as `readDays` does.
 */
export async function readOwnShare(
  stores: Stores,
  estate: Estate,
  site: string,
  now: EpochSeconds,
): Promise<number | undefined> {
  const period = standingPeriod(now);
  const eras = madeAndExported(estate, site, period);
  const meters = [...new Set([...metersOfEras(eras.made), ...metersOfEras(eras.exported)])].sort();
  return ownShareOf(await readDays(stores, meters, boundariesOf(period, 'day')), eras);
}

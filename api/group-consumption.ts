import type { Utility } from '../domain/estate/estate.ts';
import { isKnown, lacks, measuredShareOf } from '../domain/energy/flow.ts';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import { settlementPeriodOf } from '../domain/time.ts';
import type { Energy } from '../store/energy.ts';
import type { ConsumptionGroup } from './contract/consumption.ts';
import type { ConsumptionRow } from './meter-consumption.ts';
import { known, standing, when } from './outside.ts';

type Together = Exclude<ConsumptionGroup, 'meter' | 'end_use'>;

/** Energy with all its parts. */
export interface EnergyInParts {
  readonly boundaries: Energy['boundaries'];
  readonly parts: readonly EnergyPart[];
}

/** Parts with the bucket of the answer they fall in. */
export interface BucketParts {
  readonly index: number;
  readonly parts: readonly EnergyPart[];
}

/** The parts of each bucket of the answer. */
export function partsByBucket(energy: EnergyInParts, buckets: readonly AnswerBucket[]): BucketParts[] {
  const starts = buckets.map(({ from }) => from);
  let index = 0;
  const bucketAt = energy.boundaries.map((at) => {
    while (at >= (starts[index + 1] ?? Number.POSITIVE_INFINITY)) index++;
    return index;
  });
  const grouped = Map.groupBy(energy.parts, (part) => bucketAt[part.bucket] ?? 0);
  return buckets.map((_, at) => ({ index: at, parts: grouped.get(at) ?? [] }));
}

/**
 * What groups of sites or buildings used, each kWh once, by utility: a kWh of gas and one of its heat are never
 * added.
 */
export function groupRows(
  by: Together,
  energy: EnergyInParts,
  buckets: readonly AnswerBucket[],
  halfHours: boolean,
): ConsumptionRow[] {
  const rows = partsByBucket(energy, buckets).flatMap(({ index, parts }) => {
    const bucket = buckets[index];
    const groups = Map.groupBy(parts, (part) => `${groupOf(by, part)}\n${part.utility}`);
    return bucket
      ? [...groups].map(([key, list]) => groupRow(key.split('\n')[0] ?? '', by, bucket, list, halfHours))
      : [];
  });
  return rows.sort((a, b) => compare(a.group, b.group) || compare(a.utility, b.utility) || compare(a.from, b.from));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function groupOf(by: Together, part: EnergyPart): string {
  if (by === 'building') return part.building ?? '';
  if (by === 'site') return part.site;
  if (by === 'organisation') return part.reporter;
  return part.utility;
}

function groupRow(
  group: string,
  by: Together,
  bucket: AnswerBucket,
  parts: readonly EnergyPart[],
  halfHours: boolean,
): ConsumptionRow {
  const utility: Utility = parts[0]?.utility ?? 'electricity';
  const water = utility === 'water';
  const total = addParts(parts);
  const own = parts.filter((part) => part.source === 'own_renewable');
  const shares = measuredShareOf(total, water ? 'volume' : 'energy');
  const said = isKnown(total);
  return {
    group,
    utility,
    site: by === 'site' || by === 'building' ? (parts[0]?.site ?? null) : null,
    role: null,
    ...when(bucket),
    settlement_period: halfHours ? settlementPeriodOf(bucket.from).period : null,
    energy_kwh: said && !water ? known(total.energy) : null,
    own_renewable_kwh: said && own.length > 0 ? known(addParts(own).energy) : null,
    volume_m3: said && water ? known(total.volume) : null,
    reactive_energy_kvarh: null,
    quality: null,
    rule: null,
    ...standing({ bucket, ...shares, missing: lacks(total, water), warnings: total.warnings }),
  };
}

import { countedMeters } from '../energy/counted-meters.ts';
import { type EnergyPart, figureChanges } from '../energy/site-energy.ts';
import type { Estate } from '../estate/estate.ts';
import { dateOf, type EpochSeconds, type Period } from '../time.ts';
import type { SupplyUse } from './cover.ts';
import type { OwnUse } from './market-based.ts';

/** What the parts of energy say to the market side: the same kWh as every other figure has, by supply point. */

/** Electricity bought, by supply point. Buckets of the parts lie between `boundaries`. */
export function supplyUses(parts: readonly EnergyPart[], boundaries: readonly EpochSeconds[]): SupplyUse[] {
  return parts.flatMap(({ points = [], site, reporter, bucket }) =>
    points.map(({ point, supply, energy }): SupplyUse => {
      const period = { from: boundaries[bucket] ?? 0, to: boundaries[bucket + 1] ?? 0 };
      return { point, site, organisation: reporter, supply, period, energy };
    }),
  );
}

/** Own renewable electricity, by generation meter. */
export function ownUses(parts: readonly EnergyPart[], boundaries: readonly EpochSeconds[]): OwnUse[] {
  return parts.flatMap(({ generation, utility, site, reporter, bucket, energy }): OwnUse[] => {
    if (!generation || utility !== 'electricity') return [];
    const period = { from: boundaries[bucket] ?? 0, to: boundaries[bucket + 1] ?? 0 };
    const { meter, made } = generation;
    return [{ meter, site, organisation: reporter, period, made, used: energy }];
  });
}

/** The meters that electricity is bought through, and the sites that make some, in a period. */
export function supplyMeters(
  estate: Estate,
  period: Period,
): { readonly meters: readonly string[]; readonly making: readonly string[] } {
  const meters = new Set<string>();
  const making = new Set<string>();
  for (const at of [period.from, ...figureChanges(estate, period)]) {
    for (const { site, purchased, reported, generation } of countedMeters(estate, dateOf(at)).values()) {
      for (const { meter } of [...purchased, ...(reported.get('electricity') ?? [])]) {
        if (meter.utility === 'electricity') meters.add(meter.id);
      }
      if (generation.some(({ utility, renewable }) => utility === 'electricity' && renewable.length > 0))
        making.add(site);
    }
  }
  return { meters: [...meters].sort(), making: [...making].sort() };
}

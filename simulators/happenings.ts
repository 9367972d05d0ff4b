import type { Estate } from '../domain/estate/estate.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';

/**
 * What truly happens on the estate besides weather and working hours: it changes consumption, so the meters are
 * right about it. A fault of a meter is something else (`faults.ts`).
 */
export type Happening =
  /** An energy-saving measure: from then on this meter passes less by a share (a heat meter: the site's room heat). */
  | {
      readonly kind: 'measure';
      readonly meter: string;
      readonly from: EpochSeconds;
      readonly saves: number;
      readonly title: string;
    }
  /** Water or gas that runs away, m³/h, day and night. */
  | {
      readonly kind: 'leak';
      readonly meter: string;
      readonly from: EpochSeconds;
      readonly to: EpochSeconds;
      readonly flow: number;
    }
  /** Plant left running outside working hours (19:00 to 07:00 and weekends), kW. */
  | {
      readonly kind: 'left-on';
      readonly meter: string;
      readonly from: EpochSeconds;
      readonly to: EpochSeconds;
      readonly power: number;
    };

/**
 * The measure of the sample history: half-way through, LED lighting and new controls at the largest site that
 * meters its lighting or plant apart. No such site, no measure.
 */
export function measuresHalfWay(estate: Estate, history: Period): Happening[] {
  const from = Math.floor((history.from + history.to) / 2 / 86_400) * 86_400;
  const sites = [...estate.sites.values()].sort((a, b) => areaOf(b) - areaOf(a));
  for (const site of sites) {
    const found: Happening[] = [];
    for (const meter of estate.meters.values()) {
      if (meter.site !== site.id || meter.utility !== 'electricity' || meter.role !== 'sub') continue;
      const saves = meter.end_use === 'lighting' ? 0.45 : meter.end_use === 'plant' ? 0.2 : undefined;
      const title = meter.end_use === 'lighting' ? 'LED lighting' : 'controls of ventilation and pumps';
      if (saves !== undefined) found.push({ kind: 'measure', meter: meter.id, from, saves, title });
    }
    if (found.length > 0) return found;
  }
  return [];
}

function areaOf(site: { readonly gross_internal_area_m2: readonly { readonly value: number }[] }): number {
  return site.gross_internal_area_m2.at(-1)?.value ?? 0;
}

import type { DetectableSize } from '../alerts/detectable.ts';
import type { Meter } from '../estate/estate.ts';
import type { ShownPoint } from '../series.ts';
import type { EpochSeconds } from '../time.ts';
import { amount } from './known-fields.ts';

/** What the watch knows of a meter, as far as it is shown. */
export interface KnownOfMeter {
  readonly learnedUntil: EpochSeconds | null;
  readonly sizes: readonly (Pick<DetectableSize, 'kind' | 'unit' | 'hours'> & {
    /** In the unit; null where it is not known. */
    readonly rate: number | null;
  })[];
}

/**
 * The smallest change that any kind would tell at a meter; not known where none of them can be said of it yet. What a
 * week of it costs is no part of it: over its kW that is a price, of every meter and day.
 */
export function detectablePoint(
  { id, site, utility, name }: Pick<Meter, 'id' | 'site' | 'utility' | 'name'>,
  { learnedUntil, sizes }: KnownOfMeter,
  at: EpochSeconds,
): Extract<ShownPoint, { series: 'detectable_size' }> {
  const flows = utility === 'water';
  // Demand and reactive power are of another kind than use.
  const [least] = sizes
    .flatMap(({ rate, ...size }) => (rate !== null && size.unit === (flows ? 'm3/h' : 'kW') ? [{ ...size, rate }] : []))
    .toSorted((a, b) => a.rate - b.rate);
  const fields = {
    detectable_kw: flows ? 0 : (least?.rate ?? 0),
    power_known: Number(!flows && least !== undefined),
    detectable_m3_per_h: flows ? (least?.rate ?? 0) : 0,
    flow_known: Number(flows && least !== undefined),
    ...amount('lasting', 'h', least?.hours),
    learned_until_s: learnedUntil ?? 0,
    learned_known: Number(learnedUntil !== null),
    kind: least?.kind ?? '',
    place: name,
  };
  return { series: 'detectable_size', tags: { meter: id, site, utility }, fields, at };
}

import type { z } from 'zod';
import type { siteNowSchema } from '../../../../api/contract/now.ts';

/** What is used now, added up over sites without making a sum that lacks one look like low use. */

export type SiteNow = z.output<typeof siteNowSchema>;

/** The unit of a utility's rate. */
export function unitOf(utility: string): 'kW' | 'm³/h' {
  return utility === 'water' ? 'm³/h' : 'kW';
}

export function rateOf(row: SiteNow): number | null {
  return row.utility === 'water' ? row.flow_m3_per_h : row.power_kw;
}

export function usualOf(row: SiteNow): number | null {
  return row.utility === 'water' ? row.usual_flow_m3_per_h : row.usual_power_kw;
}

/** Whether anything speaks: oil in a tank has deliveries, and no rate to wait for. */
export function isLive(row: SiteNow): boolean {
  return row.heard_meters + row.silent_meters > 0;
}

export interface Load {
  readonly utility: string;
  readonly unit: 'kW' | 'm³/h';
  /** Of the sites that are known; null where none is. */
  readonly rate: number | null;
  /** How much more than usual, as a share of usual, at the sites where both are known; null where at none. */
  readonly change: number | null;
  /** Sites whose rate is known, of those that have one. */
  readonly known: number;
  readonly sites: number;
  /** Sites that are not in it, and the meters for want of which they are not. */
  readonly without: readonly string[];
  readonly unknownMeters: readonly string[];
  /** The oldest moment in it. */
  readonly oldest: string | null;
}

/** The first ones first, the others as they come. */
const order: readonly string[] = ['electricity', 'gas', 'heat', 'water'];

function place(utility: string): number {
  const at = order.indexOf(utility);
  return at < 0 ? order.length - 1 : at;
}

/** One load for each utility that something speaks of. */
export function loadsOf(rows: readonly SiteNow[]): Load[] {
  const byUtility = Map.groupBy(rows.filter(isLive), ({ utility }) => utility);
  const loads = Array.from(byUtility, ([utility, list]): Load => {
    const known = list.filter((row) => rateOf(row) !== null);
    const compared = known.filter((row) => usualOf(row) !== null);
    const usual = sum(compared.map(usualOf));
    const rate = sum(compared.map(rateOf));
    return {
      utility,
      unit: unitOf(utility),
      rate: known.length === 0 ? null : sum(known.map(rateOf)),
      change: compared.length === 0 || usual <= 0 ? null : rate / usual - 1,
      known: known.length,
      sites: list.length,
      without: list.filter((row) => rateOf(row) === null).map(({ site }) => site),
      unknownMeters: list.flatMap(({ unknown_meters }) => unknown_meters),
      oldest: known.flatMap(({ oldest }) => oldest ?? []).sort()[0] ?? null,
    };
  });
  return loads.sort((a, b) => place(a.utility) - place(b.utility));
}

function sum(list: readonly (number | null)[]): number {
  return list.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** Within this share of usual nobody need ask what runs. */
const asUsual = 0.05;

/** `12 % above usual`; null where usual is not known. */
export function sayChange(change: number | null): string | null {
  if (change === null) return null;
  if (Math.abs(change) < asUsual) return 'as usual';
  if (change > 2) return `${Math.round(change + 1)} times the usual`;
  return `${Math.round(Math.abs(change) * 100)} % ${change > 0 ? 'above' : 'below'} usual`;
}

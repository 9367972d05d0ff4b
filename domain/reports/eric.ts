import type { Technology, Utility } from '../estate/estate.ts';
import { rescale, type Unit } from '../units.ts';
import { type EricFact, type EricLayout, type EricReason, ericReasons } from './eric-layout.ts';

/** A row of the ERIC collection for one site, and why cells of it are empty or hold less than the whole. */

/** What is known of a fact. A value may have a reason too: it is 0 for want of a meter, or not of the whole year. */
export interface EricValue {
  readonly value?: string | number | undefined;
  readonly why?: EricReason | undefined;
  readonly detail?: string | undefined;
}
export type EricFacts = Readonly<Record<EricFact, EricValue>>;

export interface EricNote {
  readonly header: string;
  readonly why: EricReason;
  readonly says: string;
  readonly detail: string | undefined;
}
export interface EricRow {
  readonly cells: Readonly<Record<string, string | number | null>>;
  readonly notes: readonly EricNote[];
}

const base: Partial<Record<NonNullable<EricLayout['fields'][number]['unit']>, Unit>> = { MW: 'kW' };

/** The row of a layout. A cell of several facts is known when all of them are. */
export function ericRow(layout: EricLayout, facts: EricFacts): EricRow {
  const cells: Record<string, string | number | null> = {};
  const notes: EricNote[] = [];
  const note = (header: string, why: EricReason, detail?: string): void => {
    notes.push({ header, why, says: ericReasons[why], detail });
  };
  for (const { header, facts: names = [], unit, why } of layout.fields) {
    const values = names.map((name) => facts[name]);
    const isKnown = values.length > 0 && values.every(({ value }) => value !== undefined);
    cells[header] = isKnown ? cellOf(values, unit) : null;
    if (why) note(header, why);
    const said = values.filter((one) => one.why !== undefined && (!isKnown || worthSaying(one, values)));
    for (const one of new Map(said.map((value) => [`${value.why} ${value.detail}`, value])).values()) {
      if (one.why) note(header, one.why, one.detail);
    }
  }
  return { cells, notes };
}

/** Where several facts are added up, one for which there is no meter says nothing beside those that have. */
function worthSaying({ why }: EricValue, all: readonly EricValue[]): boolean {
  return why !== 'no-meter' || all.every((one) => one.why === 'no-meter');
}

function cellOf(values: readonly EricValue[], unit: Unit | undefined): string | number {
  const [first] = values;
  if (typeof first?.value === 'string') return first.value;
  const sum = values.reduce((total, { value }) => total + Number(value), 0);
  return unit === undefined ? sum : rescale(sum, base[unit as 'MW'] ?? unit, unit);
}

/** One thing that makes electricity on a site. */
export interface OnSitePlant {
  readonly technology: Technology | undefined;
  readonly ownedBy: 'organisation' | 'third_party' | undefined;
  /** kWh made; undefined where its meter says nothing. */
  readonly made: number | undefined;
}

/** Electricity of a site in a collection year, kWh. */
export interface SiteElectricity {
  readonly bought: number | undefined;
  /** Of what is bought, on a green tariff; undefined where no contract says so. */
  readonly green: number | undefined;
  readonly plants: readonly OnSitePlant[];
  readonly exported: number;
  /** Renewable electricity made and used on the site: worked out day by day, what is exported taken off. */
  readonly renewableUsed: number;
}

type ElectricityFact = Extract<
  EricFact,
  | `bought_${string}`
  | `own_${string}`
  | `third_party_${string}`
  | `chp_${'made' | 'used'}`
  | 'standby_used'
  | 'exported'
>;

/** What a site makes, by what becomes of it: shares of what was made that are used on the site. */
interface Made {
  readonly renewable: readonly OnSitePlant[];
  readonly chp: readonly OnSitePlant[];
  readonly standby: readonly OnSitePlant[];
  readonly renewableShare: number;
  readonly burntShare: number;
}

/**
 * What is exported comes off renewables as it was worked out day by day, and what is left of it off what was burnt for.
 * A battery makes nothing: it gives back what came in before.
 */
function madeOn({ plants, exported, renewableUsed }: SiteElectricity): Made {
  const renewable = plants.filter(({ technology }) => isRenewable(technology));
  const chp = plants.filter(({ technology }) => technology === 'chp');
  const standby = plants.filter(({ technology }) => technology === 'standby_diesel');
  const green = kWhOf(renewable);
  const burnt = kWhOf([...chp, ...standby]);
  const burntAway = Math.min(burnt, Math.max(0, exported - Math.max(0, green - renewableUsed)));
  return {
    renewable,
    chp,
    standby,
    renewableShare: green > 0 ? Math.min(1, renewableUsed / green) : 0,
    burntShare: burnt > 0 ? 1 - burntAway / burnt : 0,
  };
}

/** The sources of a site's electricity, which exclude one another and sum to what it used. */
export function electricityFacts(site: SiteElectricity): Record<ElectricityFact, EricValue> {
  const { renewable, chp, standby, renewableShare, burntShare } = madeOn(site);
  const of = (isSolar: boolean, owner: 'organisation' | 'third_party', share: number): EricValue => {
    const all = renewable.filter(({ technology }) => (technology === 'solar') === isSolar);
    if (all.some(({ ownedBy }) => ownedBy === undefined)) {
      return { why: 'owner-unknown', detail: `${Math.round(kWhOf(all) * share)} kWh in all` };
    }
    return amount(
      all.filter(({ ownedBy }) => ownedBy === owner),
      share,
    );
  };
  const own = renewable.filter(({ ownedBy }) => ownedBy !== 'third_party');
  // Of what stands in a column as made: what a third party or a standby set sends out is in none.
  const away = kWhOf(own) * (1 - renewableShare) + kWhOf(chp) * (1 - burntShare);
  return {
    ...boughtFacts(site),
    own_solar_made: of(true, 'organisation', 1),
    own_solar_used: of(true, 'organisation', renewableShare),
    own_other_made: of(false, 'organisation', 1),
    own_other_used: of(false, 'organisation', renewableShare),
    third_party_solar_made: of(true, 'third_party', 1),
    third_party_solar_used: of(true, 'third_party', renewableShare),
    third_party_other_used: of(false, 'third_party', renewableShare),
    chp_made: amount(chp, 1),
    chp_used: amount(chp, burntShare),
    standby_used: amount(standby, burntShare),
    exported: own.length + chp.length === 0 ? { value: 0, why: 'no-meter' } : { value: away },
  };
}

function boughtFacts({ bought, green }: SiteElectricity): Record<`bought_${'green' | 'other'}`, EricValue> {
  if (bought === undefined) return { bought_green: { why: 'silent' }, bought_other: { why: 'silent' } };
  if (green !== undefined) return { bought_green: { value: green }, bought_other: { value: bought - green } };
  const none = { why: 'no-supply', detail: `${Math.round(bought)} kWh bought in all` } as const;
  return { bought_green: none, bought_other: none };
}

function kWhOf(list: readonly OnSitePlant[]): number {
  return list.reduce((sum, { made = 0 }) => sum + made, 0);
}

function amount(list: readonly OnSitePlant[], share: number): EricValue {
  if (list.length === 0) return { value: 0, why: 'no-meter' };
  if (list.some(({ made }) => made === undefined)) return { why: 'silent' };
  return { value: kWhOf(list) * share };
}

function isRenewable(technology: Technology | undefined): boolean {
  return technology === 'solar' || technology === 'wind' || technology === 'hydro';
}

/** Columns of fuel, heat and water, and the utilities that are in each. */
export const fuelFacts = {
  gas: ['gas'],
  oil: ['gas_oil', 'burning_oil'],
  coal: ['coal'],
  steam: ['steam'],
  hot_water: ['heat'],
  renewable_fuel: ['biomass'],
  water: ['water'],
} as const satisfies Partial<Record<EricFact, readonly Utility[]>>;

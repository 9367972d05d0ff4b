import type { LocalDate } from '../time.ts';
import { type Basket, type Charge, isByBand, type RateEntry, type RateValue } from './charges.ts';
import type { PublishedCharges } from './published.ts';
import type { SupplyPointEntry, Tariff } from './register.ts';
import { sayBand } from './time-bands.ts';

/**
 * Rates one by one, as they are held: of tariffs and offers, of what is published, and of supply points' own charges. A
 * rate holds where what it stands in holds too.
 */
export interface HeldRate {
  readonly charge: Charge;
  /** The row of published charges it is of. */
  readonly row?: string | undefined;
  readonly band: string | undefined;
  /** When the band is. */
  readonly windows: string | undefined;
  /** The first and the last day; undefined where none is written. */
  readonly from: LocalDate | undefined;
  readonly to: LocalDate | undefined;
  /** In the unit of the charge; undefined where each half-hour or each supply point has its own. */
  readonly value: number | undefined;
  readonly series?: string | undefined;
  /** Of the energy of the charge, what was traded ahead at this price or is left at those of the series. */
  readonly share?: number | undefined;
  /** How it follows from the supply point. */
  readonly rule?: string | undefined;
  readonly standing: 'verified' | 'quoted';
  readonly source: string;
}

interface Holder {
  readonly from: LocalDate | undefined;
  readonly to: LocalDate | undefined;
  readonly standing: HeldRate['standing'];
  readonly source: string;
  readonly row?: string;
}

export function ratesOfTariff({ charges, valid_from: from, valid_to: to, source }: Tariff): HeldRate[] {
  return charges.flatMap((charge) => ratesOfCharge(charge, { from, to, standing: 'quoted', source }));
}

export function ratesOfPublished(set: PublishedCharges): HeldRate[] {
  const { valid_from: from, valid_to: to, standing, title: source } = set;
  return set.rows.flatMap(({ name: row, charges }) =>
    charges.flatMap((charge) => ratesOfCharge(charge, { from, to, standing, source, row })),
  );
}

export function ratesOfPoint({ charges, source }: SupplyPointEntry): HeldRate[] {
  const holder = { from: undefined, to: undefined, standing: 'quoted', source } as const;
  return charges.flatMap((charge) => ratesOfCharge(charge, holder));
}

/** Whether a rate holds on a London date. */
export function holdsOn({ from, to }: HeldRate, date: LocalDate): boolean {
  return (from === undefined || from <= date) && (to === undefined || date <= to);
}

function ratesOfCharge(charge: Charge, holder: Holder): HeldRate[] {
  if (charge.basket) return tradesOf(charge, charge.basket, holder);
  return charge.rates.flatMap((entry) => {
    const { value } = entry;
    const byBand: [string | undefined, RateValue][] = isByBand(value) ? Object.entries(value) : [[undefined, value]];
    return byBand.flatMap(([band, one]) => held(charge, { ...within(entry, holder), band, ...formOf(one) }, holder));
  });
}

/** The days on which both a rate and what holds it hold. */
function within({ valid_from: first, valid_to: last, ...entry }: RateEntry, { from, to, ...holder }: Holder) {
  return {
    from: from === undefined || first > from ? first : from,
    to: last === undefined || (to !== undefined && to < last) ? to : last,
    standing: entry.standing ?? holder.standing,
    source: entry.source ?? holder.source,
  };
}

function formOf(value: RateValue): Pick<HeldRate, 'value' | 'series' | 'rule'> {
  if (typeof value === 'number') return { value };
  if ('series' in value) return { value: undefined, series: value.series };
  return { value: undefined, rule: `${value.coefficient} × (kWh of the peak day) ^ ${value.exponent}` };
}

/** Each trade with its price and share; what is not traded ahead is at the prices of a series. */
function tradesOf(charge: Charge, { trades, rest }: Basket, holder: Holder): HeldRate[] {
  const { standing } = holder;
  const traded = trades.flatMap(({ from: first, to: last, share, price: value, on, reference }) => {
    const about = reference === undefined ? '' : `, ${reference}`;
    const source = `${holder.source}: traded on ${on}${about}`;
    const { from, to } = within({ valid_from: first, valid_to: last, value }, holder);
    return held(charge, { from, to, band: undefined, value, share, standing, source }, holder);
  });
  if (!rest) return traded;
  const { from, to, source } = holder;
  const left = { from, to, band: undefined, value: undefined, series: rest.series, standing, source };
  return [...traded, ...held(charge, left, holder)];
}

function held(charge: Charge, rate: Omit<HeldRate, 'charge' | 'windows' | 'row'>, { row }: Holder): HeldRate[] {
  if (rate.to !== undefined && rate.from !== undefined && rate.to < rate.from) return [];
  const { times } = charge;
  const windows = times && rate.band !== undefined ? sayBand(times, rate.band) : undefined;
  return [{ charge, row, windows, ...rate }];
}

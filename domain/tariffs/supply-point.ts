import { isValidOn } from '../estate/estate.ts';
import { isByBand } from './charges.ts';
import type { TariffUtility } from './published.ts';
import type { Charge } from './charges.ts';
import type { LossFactor, SupplyPointEntry } from './register.ts';
import { type DatedBand, residualBandsOf } from './residual-bands.ts';
import { addDays, dateOf, type LocalDate, type Period } from '../time.ts';

/** What of a supply point decides its cost beside its half-hours. */
export interface SupplyPointTerms {
  readonly id: string;
  readonly utility: TariffUtility;
  /** The two digits with which its MPAN begins. */
  readonly distributor?: string | undefined;
  readonly agreedCapacity?: SupplyPointEntry['agreed_capacity_kva'];
  readonly peakDay?: SupplyPointEntry['peak_day_kwh'];
  readonly duosTariff?: SupplyPointEntry['duos_tariff'];
  /** As stated, or derived where it is not. */
  readonly residualBand?: readonly DatedBand[] | undefined;
  readonly lineLosses?: LossFactor | undefined;
  readonly transmissionLosses?: LossFactor | undefined;
  readonly powerFactor?: { readonly least: number; readonly most: number } | undefined;
  readonly returned?: SupplyPointEntry['share_returned_to_sewer'];
  readonly vat: SupplyPointEntry['vat'];
  readonly charges: readonly Charge[];
}

/** The terms of an entry of the register; `mpan` and `returned` where its meter and site say them. */
export function termsOf(
  entry: SupplyPointEntry,
  from: { readonly mpan?: string | undefined; readonly returned?: SupplyPointEntry['share_returned_to_sewer'] } = {},
): SupplyPointTerms {
  const mpan = entry.mpan ?? from.mpan;
  return {
    id: entry.id,
    utility: entry.utility,
    distributor: mpan?.replaceAll(' ', '').slice(-13, -11),
    agreedCapacity: entry.agreed_capacity_kva,
    peakDay: entry.peak_day_kwh,
    duosTariff: entry.duos_tariff,
    residualBand: residualBandsOf(entry),
    lineLosses: entry.line_losses,
    transmissionLosses: entry.transmission_losses,
    powerFactor: entry.power_factor,
    returned: entry.share_returned_to_sewer ?? from.returned,
    vat: entry.vat,
    charges: entry.charges,
  };
}

/** The loss factor of a London date: one number, or one for each band of its times; undefined where there is none. */
export function lossOn(factor: LossFactor | undefined, date: LocalDate): number | Record<string, number> | undefined {
  const entry = factor?.rates.find((one) => isValidOn(one, date));
  return entry === undefined || typeof entry.value === 'number' || isByBand(entry.value) ? entry?.value : undefined;
}

/** The first London date of a period without a loss factor; undefined where each has one. */
export function firstWithoutLoss(factor: LossFactor | undefined, { from, to }: Period): LocalDate | undefined {
  const last = dateOf(to - 1);
  let date = dateOf(from);
  // Each step goes to the day after the rate that holds.
  while (date <= last) {
    const on = date;
    const entry = factor?.rates.find((rate) => isValidOn(rate, on));
    if (!entry) return date;
    if (entry.valid_to === undefined) return undefined;
    date = addDays(entry.valid_to, 1);
  }
  return undefined;
}

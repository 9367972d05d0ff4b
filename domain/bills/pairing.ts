import type { Problem } from '../problems.ts';
import { type Period } from '../time.ts';
import type { NotReckoned, Reckoning } from './reckoning.ts';
import { measureOf, poundsOf } from '../tariffs/charge-units.ts';
import { type Charge, type ChargeKind, isByBand } from '../tariffs/charges.ts';
import { plainName, type UsualName, usualNameOf } from './invoice-names.ts';
import { type InvoiceLine, quantityUnits } from './invoices.ts';
import { bandNames } from '../tariffs/time-bands.ts';

/** Which charge of the contract a line of an invoice bills. */
export type Pairing =
  | { readonly charge: Charge; readonly band: string | undefined }
  /** It bills something that we cannot reckon or tell, and why; `mayBe` are the charges that it may bill. */
  | { readonly unchecked: string; readonly problems: readonly Problem[]; readonly mayBe: readonly Charge[] }
  /** The contract has nothing like it. */
  | { readonly kind: ChargeKind | undefined };

/** Pairs a line by its id, its name, its kind, what it is by, its band and its rate, in this order. */
export function pairingOf(line: InvoiceLine, period: Period, reckoning: Reckoning): Pairing {
  const charges = reckoning.charges(period);
  const missing = reckoning.notReckonedIn(period);
  if (line.charge !== undefined) {
    const failed = missing.find(({ charge }) => charge?.id === line.charge);
    if (failed) return uncheckedOf(failed);
    const named = charges.find(({ id }) => id === line.charge);
    return named ? inBand(line, named) : { kind: line.component };
  }
  const usual = usualNameOf(line.name);
  const kinds = line.component === undefined ? (usual?.kinds ?? []) : [line.component];
  const sameName = charges.filter(({ name }) => plainName(name) === plainName(line.name));
  if (sameName.length === 1 && sameName[0]) return inBand(line, sameName[0]);
  const fitting = fittingCharges(line, usual, charges, kinds);
  if (fitting.length === 1 && fitting[0]) return inBand(line, fitting[0]);
  if (fitting.length > 1) {
    const which = fitting.map(({ id }) => id).join(' or ');
    return { unchecked: `it may be ${which}: write which in \`charge\``, problems: [], mayBe: fitting };
  }
  const failed = missing.find(({ kind }) => kinds.includes(kind)) ?? (kinds.length === 0 ? missing[0] : undefined);
  return failed ? uncheckedOf(failed) : { kind: kinds[0] };
}

function uncheckedOf({ kind, charge, problems }: NotReckoned): Pairing {
  return { unchecked: `${charge?.id ?? kind} cannot be reckoned for these days`, problems, mayBe: [] };
}

function fittingCharges(
  line: InvoiceLine,
  usual: UsualName | undefined,
  charges: readonly Charge[],
  kinds: readonly ChargeKind[],
): Charge[] {
  const measures = measuresOf(line, usual);
  const of = line.component === undefined ? usual?.of : undefined;
  for (const kind of kinds) {
    const ofKind = charges.filter((charge) => charge.kind === kind);
    let fitting = ofKind.filter(({ unit }) => measures.length === 0 || measures.includes(measureOf(unit)));
    // What goes by another measure than the contract has is still the only charge of its kind.
    if (fitting.length === 0 && ofKind.length === 1 && kinds.length === 1) fitting = ofKind;
    fitting = narrowed(fitting, (charge) => of === undefined || charge.of === undefined || charge.of === of);
    fitting = narrowed(fitting, (charge) => bandOf(line, charge) !== undefined);
    fitting = narrowed(fitting, (charge) => hasRate(line, charge));
    if (fitting.length > 0) return fitting;
  }
  // A name that nobody knows, at a rate that only one charge has.
  return kinds.length > 0 ? [] : charges.filter((charge) => hasRate(line, charge));
}

/** Those that pass, unless none does or there is nothing to choose. */
function narrowed(charges: Charge[], passes: (charge: Charge) => boolean): Charge[] {
  if (charges.length < 2) return charges;
  const some = charges.filter(passes);
  return some.length > 0 ? some : charges;
}

function measuresOf(line: InvoiceLine, usual: UsualName | undefined): string[] {
  if (line.rate_unit !== undefined) return [measureOf(line.rate_unit)];
  if (line.quantity_unit !== undefined) return [...quantityUnits[line.quantity_unit].measures];
  return usual?.measure === undefined ? [] : [usual.measure];
}

function hasRate({ rate, rate_unit: unit }: InvoiceLine, charge: Charge): boolean {
  if (rate === undefined || unit === undefined || measureOf(unit) !== measureOf(charge.unit)) return false;
  const pounds = poundsOf(rate, unit).abs();
  return writtenRates(charge).some((one) => poundsOf(one.value, charge.unit).abs().eq(pounds));
}

/** A rate of a charge as it is written. */
export interface WrittenRate {
  readonly value: number;
  readonly band: string | undefined;
  readonly from: string;
  readonly to: string | undefined;
}

/** Every rate that is written of a charge; prices by the half-hour are none. */
export function writtenRates({ rates }: Charge): WrittenRate[] {
  return rates.flatMap(({ value, valid_from: from, valid_to: to }): WrittenRate[] => {
    if (typeof value === 'number') return [{ value, band: undefined, from, to }];
    if (!isByBand(value)) return [];
    return Object.entries(value).flatMap(([band, one]) =>
      typeof one === 'number' ? [{ value: one, band, from, to }] : [],
    );
  });
}

/** The band of a charge that a line names, in a column of its own or in its name; the longest of several. */
function bandOf(line: InvoiceLine, { times }: Charge): string | undefined {
  if (!times) return undefined;
  const words = ` ${plainName(line.band ?? line.name)} `;
  const named = bandNames(times).filter((band) => words.includes(` ${plainName(band)} `));
  return named.sort((a, b) => b.length - a.length)[0];
}

function inBand(line: InvoiceLine, charge: Charge): Pairing {
  const band = bandOf(line, charge);
  if (line.band !== undefined && charge.times && band === undefined) {
    const known = bandNames(charge.times).join(', ');
    return { unchecked: `the bands of ${charge.id} are ${known}, and not ${line.band}`, problems: [], mayBe: [charge] };
  }
  return { charge, band };
}

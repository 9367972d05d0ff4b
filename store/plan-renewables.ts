import { accountingOf } from '../domain/carbon/accounting.ts';
import { factorOn } from '../domain/carbon/carbon.ts';
import { certificatesOfYear } from '../domain/certificates/issue.ts';
import { distinctWarnings, type Warning } from '../domain/energy/figure.ts';
import { type Estate, isValidOn, listed, type Site } from '../domain/estate/estate.ts';
import { type CertificatesConsequence, certificatesConsequence } from '../domain/readiness/certificates-kept.ts';
import { type UnitEmissions, unitEmissions } from '../domain/readiness/emissions.ts';
import { sum } from '../domain/readiness/heat-pump.ts';
import { monthIndices } from '../domain/readiness/months.ts';
import { type Battery, panelFlows, type PanelFlows, panelYear, type PanelYear } from '../domain/readiness/panels.ts';
import { type Demand, demandOf, withReactive } from '../domain/readiness/supply-room.ts';
import type { CarryForward } from '../domain/tariffs/carry-forward.ts';
import type { Load } from '../domain/tariffs/load.ts';
import { mapRange, type Range } from '../domain/tariffs/range.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readFigure } from './figure.ts';
import { lastMeasuredYear } from './measured-year.ts';
import { noTariffs, readChangedCosts, readTariffCosts, type TariffsStudied } from './readiness-costs.ts';
import { electricityOf, readSupply, type SupplyRead } from './readiness-supply.ts';
import { readYield, type YieldAsked, type YieldRead } from './solar-yield.ts';

/** Panels and batteries of several sizes behind a site's supply, by its own half-hours of a year. */

export interface OptionAsked {
  readonly name: string;
  readonly kwp: number;
  readonly battery: Battery | undefined;
}

export interface RenewablesAsked {
  readonly site: Site;
  readonly supplyPoint: string | undefined;
  readonly year: Period | undefined;
  readonly yield: YieldAsked;
  readonly options: readonly OptionAsked[];
  /** Pence without VAT for a kWh that goes out; the site's contract for export where absent. */
  readonly exportPence: number | undefined;
  /** How output is submitted for certificates. */
  readonly submitted: 'month' | 'year';
  readonly tariffs: readonly string[] | undefined;
  readonly carry: CarryForward | undefined;
  readonly seesRates: boolean;
  readonly now: EpochSeconds;
}

export interface OptionRead extends OptionAsked {
  readonly flows: Range<PanelFlows>;
  readonly year: Range<PanelYear>;
  readonly months: readonly PanelMonth[];
  readonly demand: Demand;
  /** REGOs that would be issued for the year. */
  readonly certificates: number;
  /** kgCO2e a year less by location; undefined where the factor is not known. */
  readonly less: number | undefined;
  readonly kept: CertificatesConsequence;
  readonly sold: CertificatesConsequence;
  /** Pounds a year for what goes out. */
  readonly exportIncome: ExportIncome;
}

export interface ExportIncome {
  readonly gbp: number | undefined;
  readonly why: string | undefined;
}

export interface PanelMonth extends Pick<PanelYear, 'made' | 'used' | 'exported' | 'imported'> {
  readonly month: LocalDate;
}

/** The loads of the tariffs are the one without panels and those of the options, in their order. */
export interface RenewablesRead extends TariffsStudied {
  readonly year: Period;
  readonly supply: SupplyRead;
  readonly yield: YieldRead;
  readonly imported: number;
  readonly demand: Demand;
  /** The share of what is bought that certificates and contracts cover with evidence; undefined where not known. */
  readonly coverShare: number | undefined;
  readonly before: CertificatesConsequence;
  readonly grid: UnitEmissions;
  readonly boundary: ReturnType<typeof accountingOf>['boundary'];
  readonly options: readonly OptionRead[];
  readonly warnings: readonly Warning[];
}

/**
 * `whole` is the register without what a caller may not see: certificates are shared by all that they are for. Rejects
 * with `readiness.no-supply`, `readiness.no-yield`, `tariff.no-load`, and as the store does.
 */
export async function readRenewables(
  stores: Stores,
  estate: Estate,
  whole: Estate,
  asked: RenewablesAsked,
): Promise<RenewablesRead> {
  const { site, now } = asked;
  const found = electricityOf(estate, site.id, asked.supplyPoint, dateOf(now));
  const year = asked.year ?? (await lastMeasuredYear(stores, [found.meter.id], now));
  const supply = await readSupply(stores, estate, found, { year, now });
  const made = await readYield(stores, estate, asked.yield, year);
  const accounting = accountingOf(estate, site.organisation);
  const date = dateOf(now);
  const grid = unitEmissions('electricity', date, accounting);
  const cover = await readCoverShare(stores, whole, site.id, { year, now });
  const mix = listed(whole, 'residual_mix').find((one) => isValidOn(one, date));
  const uncovered = mix?.kgco2e_per_kwh ?? factorOn('electricity', 'generation', date, accounting).value;
  // kvarh of a stated power factor are those of what was drawn before: panels take off kWh and none of them.
  const load = withReactive(supply.measured.load, supply.terms);
  const imported = sum(load.use.best);
  const covered = cover === undefined ? undefined : cover * imported;
  const consequence = (ownUse: number, drawn: number, certificates: 'kept' | 'sold'): CertificatesConsequence =>
    certificatesConsequence({ imported: drawn, ownUse, covered }, certificates, uncovered);
  const context = { ...asked, year, supply, load, made, grid };
  const studied = asked.options.map((one) => studyOption(context, one));
  const exported = studied.map(({ flows }) => flows.best.exported);
  const incomes = await readExportIncomes(stores, estate, context, exported);
  const options = studied.map((one, i): OptionRead => {
    const { used, imported: drawn } = one.year.best;
    return {
      ...one,
      less: grid.factor === undefined ? undefined : (imported - drawn) * grid.factor,
      kept: consequence(used, drawn, 'kept'),
      sold: consequence(used, drawn, 'sold'),
      exportIncome: incomes[i] as ExportIncome,
    };
  });
  const loads = [load, ...options.map(({ flows }) => loadAfter(load, flows))];
  const tariffs = asked.seesRates
    ? await readTariffCosts(stores, estate, { ...asked, year, supply, loads })
    : noTariffs;
  const noMix: Warning[] = mix ? [] : [{ code: 'residual-mix-unavailable', about: 'electricity' }];
  return {
    year,
    supply,
    yield: made,
    imported,
    demand: demandOf(load, supply.terms),
    coverShare: cover,
    before: consequence(0, imported, 'kept'),
    grid,
    boundary: accounting.boundary,
    options,
    ...tariffs,
    warnings: distinctWarnings([...grid.warnings, ...noMix]),
  };
}

interface Context extends RenewablesAsked {
  readonly year: Period;
  readonly supply: SupplyRead;
  /** What it drew, with the kvarh that are known of it. */
  readonly load: Load;
  readonly made: YieldRead;
}

function studyOption({ year, supply, load, made, submitted }: Context, option: OptionAsked) {
  const output = made.perKwp.map((kwh) => kwh * option.kwp);
  const flows = mapRange(load.use, (drawn) => panelFlows(drawn, output, option.battery));
  const months = monthIndices(year).map(({ month, first, end }): PanelMonth => {
    const of = (column: Float64Array): number => sum(column.subarray(first, end));
    const { direct, discharged, exported, imported } = flows.best;
    const used = of(direct) + of(discharged);
    return { month, made: of(output), used, exported: of(exported), imported: of(imported) };
  });
  return {
    ...option,
    flows,
    year: mapRange(flows, panelYear),
    months,
    demand: demandOf(loadAfter(load, flows), supply.terms),
    certificates: certificatesOfYear(
      months.map((month) => month.made),
      submitted,
    ),
  };
}

/** What the supply draws with the panels; kvarh stay, as inverters give none. */
function loadAfter(load: Load, flows: Range<PanelFlows>): Load {
  return { ...load, use: mapRange(flows, ({ imported }) => imported) };
}

async function readCoverShare(
  stores: Stores,
  whole: Estate,
  site: string,
  { year, now }: { readonly year: Period; readonly now: EpochSeconds },
): Promise<number | undefined> {
  const asked = { figure: 'cover', place: { kind: 'site', id: site }, period: year } as const;
  const found = await readFigure({ stores, estate: whole, now }, [site], asked);
  if (found?.value === undefined || found.energy === undefined || found.energy <= 0) return undefined;
  return Math.min(1, found.value / found.energy);
}

/** For the kWh that each option sends out: as asked, or by the contract of the site's own supply point for export. */
async function readExportIncomes(
  stores: Stores,
  estate: Estate,
  { exportPence, seesRates, site, year, carry, now }: Context,
  exported: readonly Float64Array[],
): Promise<ExportIncome[]> {
  if (exportPence !== undefined) {
    return exported.map((kwh) => ({ gbp: (sum(kwh) * exportPence) / 100, why: undefined }));
  }
  const unknown = (why: string): ExportIncome[] => exported.map(() => ({ gbp: undefined, why }));
  if (!seesRates) return unknown('rates are for keys of procurement');
  const point = listed(estate, 'supply_points').find((one) => {
    const meter = estate.meters.get(one.meter);
    return one.utility === 'electricity' && meter?.site === site.id && meter.role === 'export';
  });
  if (!point) return unknown('no supply point for export is in the register: say export_p_per_kwh');
  const changes = exported.map((more) => (use: Range<Float64Array>) => {
    return mapRange(use, (column) => column.map((kwh, i) => kwh + (more[i] ?? 0)));
  });
  const { totals, why } = await readChangedCosts(stores, estate, point, changes, { year, carry, now });
  const [before, ...after] = totals ?? [];
  return exported.map((_, i) => {
    const paid = after[i];
    return { gbp: before && paid && before.best - paid.best, why };
  });
}

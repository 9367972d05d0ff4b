import { listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { type BillCheck, billedPeriod, checkBills } from '../domain/bills/check.ts';
import type { Invoice } from '../domain/bills/invoices.ts';
import { type PlacedPoint, placedPoints } from '../domain/tariffs/placed-point.ts';
import { givenTwice } from '../domain/bills/settled-bills.ts';
import { contractsFound } from '../domain/tariffs/supply-point-costs.ts';
import { daySeconds, type EpochSeconds, type Period } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { measuredUse, type PointLoad, readPointLoad, termsAt } from '../store/point-costs.ts';
import { isNoLoad } from '../store/supply-point-load.ts';
import type { View } from './view.ts';

/** The check of the invoices of one supply point. */
export interface PointBillCheck {
  readonly placed: PlacedPoint;
  readonly check: BillCheck;
}

/**
 * Checks invoices, the supply points one after the other, so that the half-hours of one are in memory at a time. What
 * is missing for one of them is told with its lines. Rejects where an invoice is of no supply point that the caller
 * sees, is given twice, or is of more days than are read at a time.
 */
export async function readBillChecks(
  stores: Stores,
  view: View,
  invoices: readonly Invoice[],
  now: EpochSeconds,
): Promise<PointBillCheck[]> {
  const byPoint = invoicesByPoint(view, invoices);
  const checks: PointBillCheck[] = [];
  for (const [placed, own] of byPoint) checks.push({ placed, check: await checkPoint(stores, view, placed, own, now) });
  return checks;
}

function invoicesByPoint(view: View, invoices: readonly Invoice[]): [PlacedPoint, Invoice[]][] {
  const points = placedPoints(view);
  const found = new Map<PlacedPoint, Invoice[]>();
  const problems: Problem[] = givenTwice(invoices);
  for (const [i, invoice] of invoices.entries()) {
    const named = points.filter((placed) => isOf(view, placed, invoice));
    const [placed] = named;
    if (placed && named.length === 1) found.set(placed, [...(found.get(placed) ?? []), invoice]);
    else {
      const { supply_point: id, mpan, mprn, spid, number } = invoice;
      const where = `body invoices ${i} (${number}) supply_point`;
      const expected = named.length > 1 ? 'the id of one supply point' : 'a supply point of the register';
      problems.push({ code: 'request.unknown-id', where, found: id ?? mpan ?? mprn ?? spid ?? '', expected });
    }
  }
  for (const [{ point }, own] of found) {
    const days = Math.round(lengthOf(billedPeriod(own)) / daySeconds);
    if (days <= limits.costDays) continue;
    const expected = `at most ${limits.costDays} days of invoices at a time`;
    const where = `body invoices of ${point.id}`;
    problems.push({ code: 'request.range-too-long', where, found: `${days} days`, expected });
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return [...found].sort(([a], [b]) => (a.point.id < b.point.id ? -1 : 1));
}

function lengthOf(period: Period | undefined): number {
  return period ? period.to - period.from : 0;
}

/** Whether an invoice is of a supply point: by its id, or by the number on the invoice. */
function isOf(view: View, { point }: PlacedPoint, { supply_point: id, mpan, mprn, spid }: Invoice): boolean {
  if (id !== undefined) return point.id === id;
  const meter = view.meters.get(point.meter);
  const same = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && coreOf(a) === coreOf(b);
  return same(mpan, point.mpan ?? meter?.mpan) || same(mprn, point.mprn ?? meter?.mprn) || same(spid, point.spid);
}

/** An MPAN is its last thirteen digits; bills print the profile and meter class before them. */
function coreOf(number: string): string {
  return number.replaceAll(/\s/g, '').slice(-13);
}

async function checkPoint(
  stores: Stores,
  view: View,
  placed: PlacedPoint,
  invoices: readonly Invoice[],
  now: EpochSeconds,
): Promise<BillCheck> {
  const { point, site } = placed;
  const period = billedPeriod(invoices) ?? { from: now, to: now };
  const { found, problems } = contractsFound(point, listed(view, 'tariffs'), period);
  const { read, missing } = await readOrMiss(stores, view, placed, period, now);
  return checkBills(invoices, {
    terms: termsAt(view, point, site),
    published: listed(view, 'published_charges'),
    prices: read?.prices,
    contracts: found,
    load: read?.measured.load,
    measuredIn: (part) => {
      if (!read) return { halfHours: 0, measured: 0 };
      const { halfHours, measuredHalfHours: measured } = measuredUse(read.measured, part);
      return { halfHours, measured };
    },
    problems: [...problems, ...missing],
  });
}

/** A supply point without any half-hours is checked as far as that goes. */
async function readOrMiss(
  stores: Stores,
  view: View,
  placed: PlacedPoint,
  period: Period,
  now: EpochSeconds,
): Promise<{ read?: PointLoad; missing: readonly Problem[] }> {
  try {
    return { read: await readPointLoad(stores, view, placed, { period, now }), missing: [] };
  } catch (error) {
    if (!isNoLoad(error)) throw error;
    return { missing: error.problems };
  }
}

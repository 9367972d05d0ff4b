import type { z } from 'zod';
import { isValidOn, validOn } from '../domain/estate/estate.ts';
import { profileClassOf } from '../domain/estate/identifiers.ts';
import { ProblemError } from '../domain/problems.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import {
  addMonths,
  dateOf,
  type EpochSeconds,
  halfHourSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import { knownAs, type MeasuredLoad } from '../store/supply-point-load.ts';
import type { supplyListRowSchema, tenderPackAnswerSchema } from './contract/tender-pack.ts';
import { demandOf } from '../store/maximum-apparent-power.ts';
import type { View } from './view.ts';

type SupplyListRow = z.output<typeof supplyListRowSchema>;
type ReadMe = z.output<typeof tenderPackAnswerSchema>['read_me'];

/** The twelve months before a month, or before the present one. */
export function tenderYear(before: string | undefined, now: EpochSeconds): Period {
  const present = monthOf(dateOf(now));
  const month = before === undefined ? present : `${before}-01`;
  if (month > present) {
    throw new ProblemError([
      {
        code: 'request.invalid',
        where: 'query before',
        found: before,
        expected: `at the latest ${present.slice(0, 7)}: what lies ahead is not known`,
      },
    ]);
  }
  return { from: startOfDay(addMonths(month, -12)), to: startOfDay(month) };
}

/** What of a supply point suppliers are told: nothing of what it pays, and to whom. */
export function supplyListRow(
  view: View,
  { point, site: id }: PlacedPoint,
  period: Period,
  today: LocalDate,
  read: MeasuredLoad | undefined,
): SupplyListRow {
  const meter = view.meters.get(point.meter);
  const site = view.sites.get(id);
  const contract = point.contracts.find((one) => isValidOn(one, today));
  const mpan = point.mpan ?? meter?.mpan;
  return {
    supply_point: point.id,
    site_name: site?.name ?? id,
    address: point.address ?? null,
    postcode_area: site?.postcode_area ?? null,
    utility: point.utility,
    mpan: mpan ?? null,
    mprn: point.mprn ?? meter?.mprn ?? null,
    spid: point.spid ?? null,
    profile_class: (mpan === undefined ? undefined : profileClassOf(mpan)) ?? null,
    measurement_class: point.measurement_class ?? null,
    voltage: point.voltage ?? null,
    duos_tariff: validOn(point.duos_tariff ?? [], today)?.value ?? null,
    residual_band: validOn(point.residual_band ?? [], today)?.value ?? null,
    agreed_capacity_kva: validOn(point.agreed_capacity_kva ?? [], today)?.value ?? null,
    peak_day_kwh: validOn(point.peak_day_kwh ?? [], today)?.value ?? null,
    estimated_annual_kwh: point.estimated_annual_kwh ?? meter?.annual_quantity_kwh ?? null,
    ...demandPart(point, period, read),
    ...usePart(period, read),
    contract_to: contract?.valid_to ?? null,
    notice_by: contract?.notice_by ?? null,
  };
}

function demandPart(point: PlacedPoint['point'], period: Period, read: MeasuredLoad | undefined) {
  const most = read && demandOf(read, point, period);
  let highest: number | undefined;
  if (read && point.utility === 'electricity') {
    for (const [i, kwh] of read.load.use.best.entries()) {
      if (read.how[i] === knownAs.measured || read.how[i] === knownAs.estimated) {
        highest = Math.max(highest ?? 0, kwh * 2);
      }
    }
  }
  return {
    maximum_demand_low_kva: most?.demand.low ?? null,
    maximum_demand_kva: most?.demand.best ?? null,
    maximum_demand_high_kva: most?.demand.high ?? null,
    maximum_demand_month: most?.month ?? null,
    highest_half_hour_kw: highest ?? null,
  };
}

function usePart(period: Period, read: MeasuredLoad | undefined) {
  const halfHours = (period.to - period.from) / halfHourSeconds;
  const sum = (column: Float64Array | undefined): number | null =>
    column ? Number(column.reduce((total, each) => total + each, 0).toFixed(6)) : null;
  const count = (how: number): number | null => read?.how.filter((one) => one === how).length ?? null;
  const { low, best, high } = read?.load.use ?? {};
  const isWater = read?.load.unit === 'm3';
  const measured = count(knownAs.measured);
  const use = sum(best);
  let measuredUse = 0;
  for (const [i, each] of best?.entries() ?? []) if (read?.how[i] === knownAs.measured) measuredUse += each;
  return {
    use_low_kwh: isWater ? null : sum(low),
    use_kwh: isWater ? null : use,
    use_high_kwh: isWater ? null : sum(high),
    use_m3: isWater ? use : null,
    half_hours: halfHours,
    measured_half_hours: measured,
    estimated_half_hours: count(knownAs.estimated),
    known_total_half_hours: count(knownAs.covered),
    missing_half_hours: count(knownAs.missing),
    measured_share: use === null || use <= 0 ? null : Math.min(1, measuredUse / use),
    measured_time_share: measured === null ? null : measured / halfHours,
  };
}

/** The first sheet: how to read the others, and what is missing in them. */
export function readMe(rows: readonly SupplyListRow[], period: Period, today: LocalDate): ReadMe {
  const days = `${dateOf(period.from)} to ${dateOf(period.to - 1)}`;
  return [
    { about: 'what this is', says: `the supply list and twelve months of half-hours; supply points: ${rows.length}` },
    { about: 'period', says: `${days}, both days among them, made on ${today}` },
    { about: 'settlement periods', says: 'numbered from local midnight, 48 a day, 46 and 50 where the clocks change' },
    { about: 'columns 24:00 and 24:30', says: 'periods 49 and 50 of the long day; periods are not times on the wall' },
    { about: 'actual, A', says: 'the half-hour was measured' },
    {
      about: 'estimated, E',
      says: 'estimated, or missing inside a total that is known: the total is right, its half-hours are likely',
    },
    { about: 'empty', says: 'missing, and not nought; the use of the year has its most likely amount' },
    { about: 'gas', says: 'by London days, and not by gas days from 05:00' },
    { about: 'prices', says: 'none of the present contracts are in this pack' },
    ...rows.flatMap((row) => lackingIn(row).map((says) => ({ about: row.supply_point, says }))),
  ];
}

/** What a supplier would ask for and does not find. */
const wanted = {
  electricity: ['mpan', 'voltage', 'agreed_capacity_kva', 'maximum_demand_kva', 'address'],
  gas: ['mprn', 'address'],
  water: ['spid', 'address'],
  heat: ['address'],
} as const satisfies Record<SupplyListRow['utility'], readonly (keyof SupplyListRow)[]>;

function lackingIn(row: SupplyListRow): string[] {
  const lacking = wanted[row.utility].filter((key) => row[key] === null).map((key) => key.replaceAll('_', ' '));
  const { measured_half_hours: measured, half_hours: all } = row;
  const says = lacking.length > 0 ? [`not known: ${lacking.join(', ')}`] : [];
  if (measured === null) return [...says, 'no half-hour of the period is known, and none is in this pack'];
  if (measured === all) return says;
  const parts = [
    `${row.missing_half_hours} are missing`,
    `${row.known_total_half_hours} lie inside a known total`,
    `${row.estimated_half_hours} are estimated`,
  ];
  return [...says, `of ${all} half-hours ${parts.join(', ')}`];
}

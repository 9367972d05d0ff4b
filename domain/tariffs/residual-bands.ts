import { z } from 'zod';
import { validOn } from '../estate/estate.ts';
import { ProblemError } from '../problems.ts';
import { addDays, type LocalDate } from '../time.ts';
import bands2025 from './published/residual-bands-2025.json' with { type: 'json' };
import type { SupplyPointEntry } from './register.ts';

/**
 * The band of a site that is not a home, by which networks take what is left of their cost: by its agreed capacity, or
 * its kWh of a year where it has none. Thresholds are published for some years at a time; those of another time are
 * never used.
 */

const residualVoltages = ['LV', 'HV', 'LV_no_capacity'] as const;
export type ResidualVoltage = (typeof residualVoltages)[number];

const setSchema = z.strictObject({
  title: z.string(),
  publisher: z.string(),
  licence: z.string(),
  source: z.string(),
  standing: z.enum(['verified', 'quoted']),
  valid_from: z.iso.date(),
  valid_to: z.iso.date(),
  bands: z.array(
    z.strictObject({
      voltage: z.enum(residualVoltages),
      by: z.enum(['kVA', 'kWh']),
      /** The most that is still in each band, but for the last, which has no end. */
      up_to: z.array(z.number().positive()).length(3),
      /** What transmission calls the bands. */
      tnuos: z.array(z.string()).length(4),
    }),
  ),
});

type BandSet = z.output<typeof setSchema>;

let known: readonly BandSet[] | undefined;

function sets(): readonly BandSet[] {
  known ??= [setSchema.parse(bands2025)];
  return known;
}

interface Band {
  /** 1 to 4. */
  readonly band: number;
  /** What transmission calls it: LV3. */
  readonly tnuos: string;
}

/** The residual band of a size in kVA or kWh; throws a ProblemError where the year's are not known. */
export function residualBandOf(voltage: ResidualVoltage, size: number, date: LocalDate): Band {
  const set = sets().find(({ valid_from: from, valid_to: to }) => from <= date && date <= to);
  const band = set && bandIn(set, voltage, size);
  if (band) return band;
  const expected = sets().map(({ valid_from: from, valid_to: to }) => `${from} to ${to}`);
  const detail = 'thresholds of residual bands are not known for this date';
  const where = `residual bands ${voltage}`;
  throw new ProblemError([{ code: 'tariff.not-published', where, found: date, expected: expected.join(', '), detail }]);
}

function bandIn({ bands }: BandSet, voltage: ResidualVoltage, size: number): Band | undefined {
  const of = bands.find((one) => one.voltage === voltage);
  if (!of) return undefined;
  const above = of.up_to.findIndex((most) => size <= most);
  const band = above < 0 ? 4 : above + 1;
  return { band, tnuos: of.tnuos[band - 1] as string };
}

/** The band of a supply point from a date on. */
export interface DatedBand {
  readonly from: LocalDate;
  /** Undefined where it is neither stated nor follows from anything. */
  readonly value: string | undefined;
  /** What it was derived from, the source of the thresholds with it; undefined where it is stated. */
  readonly derivedFrom?: string | undefined;
}

type Sized = Pick<SupplyPointEntry, 'utility' | 'voltage' | 'agreed_capacity_kva' | 'estimated_annual_kwh'>;
type Banded = Sized & Pick<SupplyPointEntry, 'residual_band'>;

/**
 * The bands of a supply point: as stated, and before the first that is stated by voltage and agreed capacity, or by
 * the kWh of a year at low voltage where none is agreed. A network sets bands for some years at a time, by what held
 * then, so that a band that is derived is said to be.
 */
export function residualBandsOf(point: Banded): DatedBand[] {
  const stated = (point.residual_band ?? []).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const first = stated[0]?.from;
  return [...derivedBands(point).filter(({ from }) => first === undefined || from < first), ...stated];
}

function derivedBands(point: Sized): DatedBand[] {
  if (point.utility !== 'electricity') return [];
  return sets().flatMap((set): DatedBand[] => {
    const { valid_from: first, valid_to: last } = set;
    const changes = (point.agreed_capacity_kva ?? []).map(({ from }) => from);
    const dates = [first, ...changes.filter((from) => from > first && from <= last).sort()];
    return [...dates.map((from) => derivedBand(point, set, from)), { from: addDays(last, 1), value: undefined }];
  });
}

function derivedBand(
  { voltage, agreed_capacity_kva: agreed, estimated_annual_kwh: kwh }: Sized,
  set: BandSet,
  from: LocalDate,
): DatedBand {
  const kva = validOn(agreed ?? [], from)?.value;
  const isLow = voltage === 'LV' || voltage === 'LV_substation';
  const by = isLow ? 'LV' : voltage === 'HV' ? 'HV' : undefined;
  const byYear = isLow && agreed === undefined && kwh !== undefined;
  const band = byYear ? bandIn(set, 'LV_no_capacity', kwh) : by && kva !== undefined && bandIn(set, by, kva);
  if (!band) return { from, value: undefined };
  const size = byYear ? `${kwh} kWh a year` : `${kva} kVA`;
  return { from, value: band.tnuos, derivedFrom: `${voltage}, ${size}: ${set.title} (${set.source})` };
}

/** A band that is stated and not the one that voltage and size come to. */
export interface BandDoubt {
  /** Which of the stated ones. */
  readonly entry: number;
  readonly found: string;
  readonly expected: string;
  readonly detail: string;
}

/** Where thresholds are known: on each of their dates the first stated band that is another. */
export function statedBandDoubts(point: Banded): BandDoubt[] {
  const stated = point.residual_band ?? [];
  const doubts = new Map<number, BandDoubt>();
  const derived = derivedBands(point);
  const dates = [...derived, ...stated].map(({ from }) => from).sort();
  for (const date of dates) {
    const is = validOn(stated, date);
    const follows = validOn(derived, date);
    const { value, derivedFrom } = follows ?? {};
    if (!is || value === undefined || derivedFrom === undefined || is.value === value) continue;
    const entry = stated.indexOf(is);
    if (doubts.has(entry)) continue;
    const detail = `on ${date} it would be another: ${derivedFrom}`;
    doubts.set(entry, { entry, found: is.value, expected: value, detail });
  }
  return [...doubts.values()];
}

import type { z } from 'zod';
import type { SupplyPointEntry } from '../domain/tariffs/register.ts';
import {
  boundariesOf,
  clockText,
  dateOf,
  dayOf,
  halfHourSeconds,
  type Period,
  settlementPeriodOf,
  toIso,
  wallClock,
} from '../domain/time.ts';
import { knownAs, type MeasuredLoad } from '../store/supply-point-load.ts';
import type { halfHourQualities, tenderHalfHourRowSchema } from './contract/tender-pack.ts';
import type { Cell, Row } from './table-answer.ts';

/** Half-hours of a supply point as suppliers take them. */

type Quality = keyof typeof halfHourQualities;
type LongRow = z.output<typeof tenderHalfHourRowSchema>;

const qualities: Readonly<Record<number, Quality>> = {
  [knownAs.missing]: 'missing',
  [knownAs.covered]: 'known_total',
  [knownAs.estimated]: 'estimated',
  [knownAs.measured]: 'measured',
};

/** What a meter point is known by outside. */
export function meterPointOf(
  point: SupplyPointEntry,
  meter: { readonly mpan?: string | undefined; readonly mprn?: string | undefined } | undefined,
): string {
  const mpan = point.mpan ?? meter?.mpan;
  // Of a full MPAN the core is what files are sorted by.
  return mpan?.replaceAll(' ', '').slice(-13) ?? point.mprn ?? meter?.mprn ?? point.spid ?? point.id;
}

interface HalfHour {
  readonly at: number;
  /** kWh or m³ to a millionth, without the noise of adding up; null where nobody knows it. */
  readonly value: number | null;
  readonly quality: Quality;
  readonly isActual: boolean;
}

function halfHourAt({ load, how }: MeasuredLoad, at: number): HalfHour {
  const i = (at - load.from) / halfHourSeconds;
  const quality = qualities[how[i] ?? knownAs.missing] ?? 'missing';
  const value = quality === 'missing' ? null : Number((load.use.best[i] as number).toFixed(6));
  return { at, value, quality, isActual: quality === 'measured' };
}

/** A row for each half-hour of a period. */
export function* longRows(read: MeasuredLoad, meterPoint: string, { from, to }: Period): Generator<LongRow> {
  const isWater = read.load.unit === 'm3';
  for (let at = from; at < to; at += halfHourSeconds) {
    const { value, quality, isActual } = halfHourAt(read, at);
    const settled = settlementPeriodOf(at);
    yield {
      meter_point: meterPoint,
      settlement_date: settled.date,
      settlement_period: settled.period,
      local_time: clockText(wallClock(at).minuteOfDay),
      from: toIso(at),
      use_kwh: isWater ? null : value,
      use_m3: isWater ? value : null,
      flag: value === null ? null : isActual ? 'A' : 'E',
      quality,
    };
  }
}

/** Half-hours are counted on from local midnight; a day of fifty ends with 24:00 and 24:30. */
const labels = Array.from({ length: 50 }, (_, i) => clockText(i * 30));
const statuses = labels.map((label) => `${label}_Act_Est`);
/** The layout of a supplier's portal, which data collectors and tender desks read; the importer here reads it too. */
export const wideColumns = ['Month', 'MPAN', 'Measurement Type', 'Settlement Date', ...labels, ...statuses] as const;

const measurementTypes = { electricity: 'AI', gas: 'Gas', water: 'Water', heat: 'Heat' } as const;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A row for each London day of a period, with as many values as it has half-hours. */
export function* wideRows(
  read: MeasuredLoad,
  { meterPoint, utility }: { readonly meterPoint: string; readonly utility: SupplyPointEntry['utility'] },
  period: Period,
): Generator<Row> {
  for (const from of boundariesOf(period, 'day').slice(0, -1)) {
    const [year = '', month = '', day = ''] = dateOf(from).split('-');
    const row: Record<string, Cell> = {
      Month: `${monthNames[Number(month) - 1]}-${year.slice(2)}`,
      MPAN: meterPoint,
      'Measurement Type': measurementTypes[utility],
      'Settlement Date': `${day}-${month}-${year}`,
    };
    const count = (dayOf(from).to - from) / halfHourSeconds;
    for (const [i, label] of labels.entries()) {
      const known = i < count ? halfHourAt(read, from + i * halfHourSeconds) : undefined;
      row[label] = known?.value ?? null;
      row[`${label}_Act_Est`] = known && known.value !== null ? (known.isActual ? 'Actual' : 'Estimated') : null;
    }
    yield row;
  }
}

import type { Amounts, BucketSums } from '../domain/energy/bucket-sums.ts';
import type { HalfHour } from '../domain/half-hours/half-hours.ts';
import type { ReadingColumns } from '../domain/readings/reading-columns.ts';
import type { HalfHourMean } from '../domain/observed/half-hour-values.ts';
import type { Identity, Reading, SeriesName } from '../domain/readings/reading.ts';
import type { ShownPoint } from '../domain/series.ts';
import type { SiteNow } from '../domain/energy/site-now.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';

export type { SiteNow };

/** A reading that the store would not take, with the store's own words. */
export interface RefusedReading {
  readonly reading: Reading;
  readonly reason: string;
}

export interface WriteResult {
  readonly refused: readonly RefusedReading[];
  /**
   * True when the batch is fsynced in the spool and not yet in the database: reads do not see it before `onDrained`.
   */
  readonly spooled: boolean;
}

/** A half-hour as stored: the figure, and what it hangs under. */
export interface StoredHalfHour extends HalfHour {
  readonly site: string;
  readonly utility: string;
  /** Version of the estate register that described the meter. */
  readonly registerVersion: number;
}

/** One meter's London day. Energy and volume include estimates and the share of known gaps. */
export interface DayFigure extends Amounts {
  readonly meter: string;
  readonly site: string;
  readonly utility: string;
  /** UTC instant of local midnight. */
  readonly day: EpochSeconds;
  readonly measuredShare: number;
  /** kgCO2e, location-based; undefined when a factor is missing, never 0. */
  readonly emissionsLocation: number | undefined;
}

/** One site's London day by utility: the counted meters only, so that nothing is in it twice. */
export interface SiteDayFigure
  extends Pick<DayFigure, 'site' | 'utility' | 'day' | 'energy' | 'volume' | 'measuredShare' | 'emissionsLocation'> {
  /** Gross internal area that was valid that day, m²; undefined before the first entry of the register. */
  readonly area: number | undefined;
}

/**
 * The store of readings and figures. Two adapters (InfluxDB, DuckDB) satisfy one contract suite.
 * Writing the same identity again overwrites. All times are whole UTC seconds; ranges are half-open; results are in
 * order of time. Every method rejects with a ProblemError `store.*` when the store cannot answer.
 */
export interface ReadingStore {
  /** Resolves when kill -9 cannot lose the batch. Identities within one batch must be distinct. */
  write(readings: readonly Reading[]): Promise<WriteResult>;
  /** The same of readings as columns; a refused one comes back as a reading. */
  writeColumns(columns: ReadingColumns): Promise<WriteResult>;
  /** Values already kept under these identities, by `identityKey`; absent ones are not in the map. */
  find(identities: readonly Identity[]): Promise<Map<string, number>>;
  /** Of a period, those received before `heard` where it is said: what was known then. */
  readings(series: SeriesName, period: Period, limit: number, heard?: EpochSeconds): Promise<Reading[]>;
  /** Up to `count` readings next before `at` (excluded), newest last, and from `at` on (included). */
  before(series: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]>;
  from(series: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]>;
  /** Mean value of a series in each UTC half-hour that begins in a period and has readings; `heard` as above. */
  halfHourMeans(series: SeriesName, period: Period, heard?: EpochSeconds): Promise<HalfHourMean[]>;
  /** The series of a meter that have readings. */
  seriesOf(meter: string): Promise<SeriesName[]>;
  /** Those of several meters, in one question. */
  seriesOfAll(meters: readonly string[]): Promise<SeriesName[]>;
  /**
   * Readings of several series in one period, in one question; undefined where they are more than `limit` in all, or
   * those of one series more than its share of it.
   */
  readingsOfAll(list: readonly SeriesName[], period: Period, limit: number): Promise<Reading[] | undefined>;

  /** How many readings of some series `removeReadings` would remove. */
  countReadings(names: readonly SeriesName[], before: EpochSeconds): Promise<number>;
  /**
   * Removes readings of some series before an instant, for good. The last one before it stays in each, so that what
   * follows has something to be counted from.
   */
  removeReadings(names: readonly SeriesName[], before: EpochSeconds): Promise<void>;

  /** Energy and volume are kept to a hundred-thousandth; a missing half-hour is kept without numbers. */
  writeHalfHours(rows: readonly StoredHalfHour[]): Promise<void>;
  /** Half-hours that are known or rewritten as missing; those without a row are missing too. */
  halfHours(meters: readonly string[], period: Period): Promise<StoredHalfHour[]>;
  /** Sums of half-hours of the meters asked for between successive boundaries; a bucket without rows stays unknown. */
  sumHalfHours(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums>;

  writeDays(meters: readonly DayFigure[], sites: readonly SiteDayFigure[]): Promise<void>;
  days(meters: readonly string[], period: Period): Promise<DayFigure[]>;
  /**
   * Sums of day figures between successive boundaries, each of which is a local midnight. Others may be given the same
   * object: it is read, never changed.
   */
  sumDays(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums>;

  writeNow(rows: readonly SiteNow[]): Promise<void>;
  /** The minutes of some sites in a period. */
  now(sites: readonly string[], period: Period): Promise<SiteNow[]>;

  /** Points that only dashboards read; undefined where no dashboard can read the store. */
  readonly writeShown: ((points: readonly ShownPoint[]) => Promise<void>) | undefined;

  /** Proves that the database would take a write now; rejects when a write would only be spooled. */
  ready(): Promise<void>;
  /** What waits in the spool; zeros where there is none. */
  backlog(): { readonly batches: number; readonly bytes: number };
  /** Called when a spool has been drained to the end. */
  onDrained(listener: () => void): void;
  close(): Promise<void>;
}

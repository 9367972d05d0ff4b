import { ProblemError } from '../domain/problems.ts';
import type { ReadingColumns } from '../domain/readings/reading-columns.ts';
import type { Reading } from '../domain/readings/reading.ts';
import type { ShownPoint } from '../domain/series.ts';
import type { DayFigure, RefusedReading, SiteDayFigure, SiteNow, StoredHalfHour } from './reading-store.ts';

/**
 * What neither store can keep, said before it is asked, so that both refuse the same things with the same words.
 * Line protocol has no way to write a control character, an empty tag or a tag that ends in a backslash, and times
 * are 32-bit seconds.
 */

const longestName = 200;
const largestSecond = 2 ** 32 - 1;
const knownNames = new Set<string>();
const knownNamesRemembered = 100_000;

/** Whether a name can be a tag. */
export function isKeepableName(name: string): boolean {
  if (knownNames.has(name)) return true;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const good = name.length > 0 && name.length <= longestName && !/[\u0000-\u001f\u007f]|\\$/.test(name);
  if (!good || !name.isWellFormed()) return false;
  if (knownNames.size >= knownNamesRemembered) knownNames.clear();
  knownNames.add(name);
  return true;
}

function isSecond(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largestSecond;
}

/** Why a reading cannot be kept; undefined when it can. */
export function refusalOf(reading: Reading): string | undefined {
  for (const name of ['meter', 'quantity', 'kind'] as const) {
    if (!isKeepableName(reading[name])) return `${name} ${JSON.stringify(reading[name])} cannot be kept as a name`;
  }
  for (const name of ['at', 'period', 'received'] as const) {
    if (!isSecond(reading[name])) return `${name} ${reading[name]} is not a whole second from 1970 to 2106`;
  }
  return Number.isFinite(reading.value) ? undefined : `value ${reading.value} is not a finite number`;
}

/** Whether all of some columns can be kept, so that none of them need be looked at alone. */
export function areKeepable({ meters, at, value, period, received }: ReadingColumns): boolean {
  for (let i = 0; i < at.length; i++) {
    if (!Number.isFinite(value[i]) || !isSecond(at[i] as number) || !isSecond(period[i] as number)) return false;
    if (!isSecond(received[i] as number)) return false;
  }
  return meters.every((meter) => isKeepableName(meter));
}

/** Parts a batch into what can be kept and what is refused. The batch itself is answered when nothing is refused. */
export function partReadings(batch: readonly Reading[]): { good: readonly Reading[]; refused: RefusedReading[] } {
  const refused: RefusedReading[] = [];
  for (const reading of batch) {
    const reason = refusalOf(reading);
    if (reason !== undefined) refused.push({ reading, reason });
  }
  if (refused.length === 0) return { good: batch, refused };
  const bad = new Set(refused.map((entry) => entry.reading));
  return { good: batch.filter((reading) => !bad.has(reading)), refused };
}

/**
 * The amount of a half-hour as it is kept, in kWh or m³: to a hundred-thousandth, which is 20 mW or 10 ml. What lies
 * below comes from interpolation, says nothing, and would double the size of the file.
 */
export function keptAmount(amount: number): number {
  return Math.round(amount * 1e5) / 1e5;
}

/** Throws when a half-hour holds what cannot be kept: figures are made by us, so it is our mistake. */
export function assertHalfHours(rows: readonly StoredHalfHour[]): void {
  for (const row of rows) {
    const { meter, site, utility, rule } = row;
    if (!isKeepableName(rule)) refuseFigure('rule', rule);
    assertTags([meter, site, utility]);
    if (!isSecond(row.start)) refuseFigure('start', row.start);
    assertFinite('energy', row.energy);
    assertFinite('volume', row.volume);
    assertFinite('register version', row.registerVersion);
  }
}

/** The same for day figures of meters or sites. */
export function assertDays(rows: readonly (DayFigure | SiteDayFigure)[]): void {
  for (const row of rows) {
    assertTags('meter' in row ? [row.meter, row.site, row.utility] : [row.site, row.utility]);
    if (!isSecond(row.day)) refuseFigure('day', row.day);
    for (const [name, value] of Object.entries(row)) if (typeof value !== 'string') assertFinite(name, value);
  }
}

/** The same for the live minutes of sites. */
export function assertNow(rows: readonly SiteNow[]): void {
  for (const row of rows) {
    assertTags([row.site, row.utility]);
    if (!isSecond(row.at)) refuseFigure('minute', row.at);
    for (const name of ['rate', 'usual', 'heardMeters', 'silentMeters'] as const) assertFinite(name, row[name]);
  }
}

/** The same for points that only dashboards read. */
export function assertShown(points: readonly ShownPoint[]): void {
  for (const { tags, fields, at } of points) {
    assertTags(Object.values(tags));
    if (!isSecond(at)) refuseFigure('time', at);
    for (const [name, value] of Object.entries(fields)) if (typeof value === 'number') assertFinite(name, value);
  }
}

function assertTags(names: readonly string[]): void {
  for (const name of names) if (!isKeepableName(name)) refuseFigure('name', name);
}

function assertFinite(name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isFinite(value)) refuseFigure(name, value);
}

function refuseFigure(what: string, found: string | number): never {
  const where = `${what} of a figure`;
  throw new ProblemError([
    { code: 'reading.refused-by-store', where, found: JSON.stringify(found), expected: 'what a store can keep' },
  ]);
}

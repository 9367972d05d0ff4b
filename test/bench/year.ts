import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { heapEnvironment, heapOptions } from '../../cli/bounded-heap.ts';
import { type BenchChild, startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { YearApiOptions } from './year-api-child.ts';
import type { YearBareOptions } from './year-bare-child.ts';
import { dayAfter, firstDay } from './year-estate.ts';
import type { YearFillOptions } from './year-fill-child.ts';

const rounds = 3;
const asks = 7;
/** Asked before it counts: a process that serves has been asked before. The first answer is told apart. */
const before = 8;
const halfHourSums = 3;

/** Milliseconds of each round's median, and the largest memory of the API's process. */
interface Seen {
  readonly bareDays: number[];
  readonly intensity: number[];
  /** Carbon by both methods, and with the intensity one after the other. */
  readonly carbon: number[];
  readonly both: number[];
  /** The first answer of a process that has just begun. */
  readonly first: number[];
  readonly bareHalfHours: number[];
  readonly halfHours: number[];
  readonly memory: number[];
}

/** A year of the scaled sample estate in the embedded store: its size, and questions about the whole of it. */
export async function yearPart(parent: string, progress: (line: string) => void): Promise<Part> {
  const folder = join(parent, 'year');
  mkdirSync(folder);
  const fill = startBenchChild('year-fill-child.ts', { folder } satisfies YearFillOptions);
  await fill.ended();
  const [meters, sites, rows, size] = await Promise.all(
    ['meters', 'sites', 'half_hours', 'half_hours_mb'].map((key) => fill.said(key)),
  );
  progress(`year: ${whole(rows ?? 0)} half-hours in ${whole(size ?? 0)} MB`);
  const seen: Seen = {
    bareDays: [],
    intensity: [],
    carbon: [],
    both: [],
    first: [],
    bareHalfHours: [],
    halfHours: [],
    memory: [],
  };
  for (let round = 0; round < rounds; round++) await measure(folder, seen);
  const [bareDays, intensity] = [spreadOf(seen.bareDays), spreadOf(seen.intensity)];
  const [bareHalfHours, halfHours] = [spreadOf(seen.bareHalfHours), spreadOf(seen.halfHours)];
  const ofDays = ratios(seen.intensity, seen.bareDays);
  const ofBoth = ratios(seen.both, seen.bareDays);
  const ofHalfHours = ratios(seen.halfHours, seen.bareHalfHours);
  const memory = spreadOf(seen.memory);
  progress(`year: intensity ${whole(intensity.median)} ms, bare ${whole(bareDays.median)} ms`);
  const ms = (spread: Spread): string => spreadText(spread, whole);
  return {
    title: 'A year of the estate',
    about: aboutText(meters ?? 0, sites ?? 0, rows ?? 0),
    head: ['', 'ms', 'of bare, same round'],
    rows: [
      ['bare: the day figures behind it', ms(bareDays), '1'],
      ['`GET /v1/intensity?by=site&bucket=month`', ms(intensity), spreadText(ofDays, fixed(2))],
      ['the same, its first answer after it began', ms(spreadOf(seen.first)), ''],
      [
        '`GET /v1/carbon?by=site&bucket=month`',
        ms(spreadOf(seen.carbon)),
        spreadText(ratios(seen.carbon, seen.bareDays), fixed(2)),
      ],
      ['both, one after the other', ms(spreadOf(seen.both)), spreadText(ofBoth, fixed(2))],
      ['bare: half-hours by meter and month', ms(bareHalfHours), '1'],
      ['the store’s `sumHalfHours`, the same', ms(halfHours), spreadText(ofHalfHours, fixed(2))],
    ],
    verdicts: [
      atMost('estate intensity by site and month, of SQL on its day figures', 1.5, ofDays, '≤ 1.5', fixed(2)),
      atMost('intensity and carbon by both methods, by site and month, of the same SQL', 2, ofBoth, '≤ 2', fixed(2)),
      atMost('half-hours of a year by meter and month, of the same SQL', 1.5, ofHalfHours, '≤ 1.5', fixed(2)),
      atMost('half-hours of a year on disk', 150, spreadOf([size ?? Infinity]), '< 150 MB', (mb) => `${whole(mb)} MB`),
      atMost('resident memory of the API, most', 300, memory, '< 300 MB', (mb) => `${whole(mb)} MB`),
    ],
  };
}

function atMost(what: string, most: number, found: Spread, target: string, say: (number: number) => string) {
  return { what, target, found: spreadText(found, say), met: found.median <= most };
}

function ratios(list: readonly number[], bare: readonly number[]): Spread {
  return spreadOf(list.map((time, round) => time / (bare[round] ?? Number.NaN)));
}

/** DuckDB gives its file to one process, so bare and product take turns. */
async function measure(folder: string, seen: Seen): Promise<void> {
  const bareOptions: YearBareOptions = { folder, times: before + asks, halfHourSums };
  const bare = startBenchChild('year-bare-child.ts', bareOptions);
  await bare.ended();
  seen.bareDays.push(spreadOf(saidBy(bare, 'days_ms').slice(before)).median);
  seen.bareHalfHours.push(spreadOf(saidBy(bare, 'half_hours_ms')).median);
  const apiOptions: YearApiOptions = { folder, halfHourSums: 0 };
  const api = startBenchChild('year-api-child.ts', apiOptions, heapOptions, heapEnvironment);
  const port = await api.said('port');
  const first: number[] = [];
  const [intensities, carbons, both]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < before + asks; i++) {
    const intensity = await ask(port, 'intensity', '"intensity_kwh_per_m2":');
    const carbon = await ask(port, 'carbon', '"emissions_market_kgco2e":');
    first.push(intensity);
    if (i < before) continue;
    intensities.push(intensity);
    carbons.push(carbon);
    both.push(intensity + carbon);
  }
  seen.intensity.push(spreadOf(intensities).median);
  seen.carbon.push(spreadOf(carbons).median);
  seen.both.push(spreadOf(both).median);
  seen.first.push(first[0] ?? Number.NaN);
  await api.finish();
  seen.memory.push(await api.said('rss_mb'));
  const sums = startBenchChild('year-api-child.ts', { ...apiOptions, halfHourSums }, heapOptions, heapEnvironment);
  await sums.said('port');
  await sums.finish();
  seen.halfHours.push(spreadOf(saidBy(sums, 'half_hours_ms')).median);
}

/** Milliseconds until all of an answer for every site and month is here. */
async function ask(port: number, route: 'intensity' | 'carbon', holds: string): Promise<number> {
  const began = performance.now();
  const url = `http://127.0.0.1:${port}/v1/${route}?by=site&bucket=month&from=${firstDay}&to=${dayAfter}`;
  const answer = await fetch(url);
  const text = await answer.text();
  const passed = performance.now() - began;
  if (answer.status !== 200 || !text.includes(holds)) throw new Error(text.slice(0, 500));
  return passed;
}

function saidBy(child: BenchChild, key: string): number[] {
  return child.heard.map((words) => words[key]).filter((value) => typeof value === 'number');
}

function aboutText(meters: number, sites: number, rows: number): string {
  return `The sample estate as often as makes ${whole(meters)} meters on ${whole(sites)} sites, a calendar year in the DuckDB store, written
through the store's port: ${whole(rows)} half-hours and the days they add up to. Amounts have every decimal that the store keeps.
${rounds} rounds by turns, each question asked ${asks} times in each (half-hours ${halfHourSums} times) after
${before} that do not count, of bare as of the API; the median of a round counts.

_Bare_ is plain SQL on the same file with the same DuckDB settings, its rows fetched into JavaScript and nothing done
with them. For the intensity: the day figures of all meters that count, by month, and those of generation and export day
by day where a site exports, since what is used of one's own is worked out by the day. The API answers from the same rows
with energy, area, intensity, both measured shares and warnings of each site and month, as 1 MB of JSON over HTTP; and
for carbon with scopes, the market-based figure beside the location-based one, cover and factor sets. It remembers sums
of closed days, which its first answer had to ask for: what is asked again is worked out from these.`;
}

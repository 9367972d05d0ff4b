import { BucketSums, type SumColumn, sumColumns } from '../../domain/energy/bucket-sums.ts';
import type { Rule } from '../../domain/half-hours/half-hours.ts';
import { limits } from '../../domain/limits.ts';
import { type SeriesId, series } from '../../domain/series.ts';
import type { EpochSeconds, Period } from '../../domain/time.ts';
import { type BucketRun, runsOf } from '../bucket-runs.ts';
import type { DayFigure, SiteNow, StoredHalfHour } from '../reading-store.ts';
import { oneOf, within } from './influxql.ts';
import { isCountedByVolume } from './line-protocol.ts';
import type { Databases } from './databases.ts';
import type { AnswerSeries } from './server.ts';

/** One field or the time of a row, by its outside name. */
type Cell = (name: string) => number | string | null;

/** What is asked of the figures' database. */
export class FigureQueries {
  readonly #databases: Databases;

  constructor(databases: Databases) {
    this.#databases = databases;
  }

  async halfHours(meters: readonly string[], period: Period): Promise<StoredHalfHour[]> {
    const rows = await this.#rows('half_hour', 'meter', meters, period, halfHourFrom);
    return rows.sort((a, b) => a.start - b.start);
  }

  async days(meters: readonly string[], period: Period): Promise<DayFigure[]> {
    const rows = await this.#rows('day_meter', 'meter', meters, period, dayFrom);
    return rows.sort((a, b) => a.day - b.day);
  }

  async now(sites: readonly string[], period: Period): Promise<SiteNow[]> {
    const rows = await this.#rows('site_now', 'site', sites, period, nowFrom);
    return rows.sort((a, b) => a.at - b.at);
  }

  /**
   * Sums of half-hours. InfluxQL knows no months and no London days, so each run of equal buckets is a statement. What
   * is measured, what counts at all and what is missing have conditions of their own and are three statements.
   */
  async sumHalfHours(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> {
    const both = 'sum(energy_kwh) AS energy, sum(volume_m3) AS volume';
    return await this.#sums(meters, boundaries, 'half_hour', [
      [`${both}, sum(measured) AS measuredHalfHours, sum(estimated) AS estimatedHalfHours`, 'missing = 0'],
      ['sum(energy_kwh) AS measuredEnergy, sum(volume_m3) AS measuredVolume', 'missing = 0 AND measured = 1'],
      ['sum(missing) AS missingHalfHours', 'missing = 1'],
    ]);
  }

  async sumDays(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> {
    const sums = [
      'sum(energy_kwh) AS energy',
      'sum(volume_m3) AS volume',
      'sum(measured_energy_kwh) AS measuredEnergy',
      'sum(measured_volume_m3) AS measuredVolume',
      'sum(measured_half_hours) AS measuredHalfHours',
      'sum(estimated_half_hours) AS estimatedHalfHours',
      'sum(missing_half_hours) AS missingHalfHours',
    ];
    return await this.#sums(meters, boundaries, 'day_meter', [[sums.join(', '), undefined]]);
  }

  async #rows<T>(
    name: SeriesId,
    tag: 'meter' | 'site',
    values: readonly string[],
    period: Period,
    from: (cell: Cell) => T,
  ): Promise<T[]> {
    const which = oneOf(tag, values);
    if (which === undefined || period.to <= period.from) return [];
    const { fields, tags } = series[name];
    const condition = `${which} AND ${within(period)}`;
    const statement = `SELECT ${fields.join(', ')} FROM ${name} WHERE ${condition} GROUP BY ${tags.join(', ')}`;
    const [answer = []] = await this.#databases.ask([statement], 'figures');
    return answer.flatMap((one) => cellsOf(one).map(from));
  }

  async #sums(
    meters: readonly string[],
    boundaries: readonly EpochSeconds[],
    name: SeriesId,
    selections: readonly (readonly [fields: string, condition: string | undefined])[],
  ): Promise<BucketSums> {
    const runs = runsOf(boundaries);
    const sums = new BucketSums(meters, Math.max(0, boundaries.length - 1));
    const which = oneOf('meter', meters);
    if (which === undefined) return sums;
    const questions = runs.flatMap((run) =>
      selections.map(([fields, condition]) => {
        const conditions = [which, within(run), ...(condition === undefined ? [] : [condition])].join(' AND ');
        // Windows are counted from 1970; the offset moves them onto the run.
        const window = `time(${run.step}s, ${run.from % run.step}s)`;
        const groups = `GROUP BY ${window}, meter fill(none)`;
        return { run, statement: `SELECT ${fields} FROM ${name} WHERE ${conditions} ${groups}` };
      }),
    );
    for (let start = 0; start < questions.length; start += limits.influxStatementsPerRequest) {
      const part = questions.slice(start, start + limits.influxStatementsPerRequest);
      const answers = await this.#databases.ask(
        part.map((question) => question.statement),
        'figures',
      );
      for (const [i, { run }] of part.entries()) for (const one of answers[i] ?? []) addSums(sums, one, run);
    }
    return sums;
  }
}

/** Adds one series of an answer to the sums of its meter's buckets. */
function addSums(sums: BucketSums, answer: AnswerSeries, run: BucketRun): void {
  const meter = answer.tags['meter'] ?? '';
  const places = sumColumns
    .map((column): [SumColumn, number] => [column, answer.columns.indexOf(column)])
    .filter(([, place]) => place >= 0);
  for (const row of answer.rows) {
    const cell = sums.open(meter, run.first + Math.floor((Number(row[0]) - run.from) / run.step));
    if (cell === undefined) continue;
    for (const [column, place] of places) sums[column][cell] = Number(row[place] ?? 0);
  }
}

function cellsOf(answer: AnswerSeries): Cell[] {
  const place = new Map(answer.columns.map((name, i) => [name, i]));
  return answer.rows.map((row) => (name) => answer.tags[name] ?? row[place.get(name) ?? -1] ?? null);
}

function halfHourFrom(cell: Cell): StoredHalfHour {
  const quality = cell('missing') === 1 ? 'missing' : cell('estimated') === 1 ? 'estimated' : 'measured';
  return {
    meter: String(cell('meter')),
    site: String(cell('site')),
    utility: String(cell('utility')),
    start: Number(cell('time')),
    energy: cell('energy_known') === 1 ? Number(cell('energy_kwh')) : undefined,
    volume: cell('volume_known') === 1 ? Number(cell('volume_m3')) : undefined,
    quality,
    rule: String(cell('rule')) as Rule,
    registerVersion: Number(cell('register_version')),
  };
}

function dayFrom(cell: Cell): DayFigure {
  return {
    meter: String(cell('meter')),
    site: String(cell('site')),
    utility: String(cell('utility')),
    day: Number(cell('time')),
    energy: Number(cell('energy_kwh')),
    volume: Number(cell('volume_m3')),
    measuredEnergy: Number(cell('measured_energy_kwh')),
    measuredVolume: Number(cell('measured_volume_m3')),
    measuredHalfHours: Number(cell('measured_half_hours')),
    estimatedHalfHours: Number(cell('estimated_half_hours')),
    missingHalfHours: Number(cell('missing_half_hours')),
    measuredShare: Number(cell('measured_share')),
    emissionsLocation: cell('emissions_location_known') === 1 ? Number(cell('emissions_location_kgco2e')) : undefined,
  };
}

function nowFrom(cell: Cell): SiteNow {
  const utility = String(cell('utility'));
  const flows = isCountedByVolume(utility);
  const rate = Number(cell(flows ? 'flow_m3_per_h' : 'power_kw'));
  const usual = Number(cell(flows ? 'usual_flow_m3_per_h' : 'usual_power_kw'));
  return {
    site: String(cell('site')),
    utility,
    at: Number(cell('time')),
    rate: cell('known') === 1 ? rate : undefined,
    usual: cell('usual_known') === 1 ? usual : undefined,
    heardMeters: Number(cell('heard_meters')),
    silentMeters: Number(cell('silent_meters')),
  };
}

import type { Logger } from 'pino';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { type DatabaseRole, series } from '../../domain/series.ts';
import { daySeconds } from '../../domain/time.ts';
import type { RefusedReading } from '../reading-store.ts';
import { identifier } from './influxql.ts';
import { readingLine } from './line-protocol.ts';
import { sendLines } from './send-lines.ts';
import { type AnswerSeries, LinesRefused, Server, type ServerOptions } from './server.ts';

/** The two databases on a server: made or found before they are first used. */
export class Databases {
  readonly names: Readonly<Record<DatabaseRole, string>>;
  readonly #server: Server;
  readonly #termDays: number;
  readonly #log: Logger;
  #prepared: Promise<void> | undefined;

  /** Throws `config.invalid` when the term is shorter than a signed figure needs. */
  constructor(
    options: ServerOptions & {
      readonly database: string;
      readonly readingsTermDays?: number | undefined;
      readonly log: Logger;
    },
  ) {
    this.names = { readings: `${options.database}_readings`, figures: `${options.database}_figures` };
    this.#termDays = termOf(options.readingsTermDays);
    this.#server = new Server(options);
    this.#log = options.log;
  }

  /** Makes or finds the databases, once; after a failure again. */
  async prepare(): Promise<void> {
    this.#prepared ??= this.#prepare();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { version, retentionSet } = await prepareDatabases(this.#server, this.names, this.#termDays);
    if (retentionSet) return;
    const need = `${this.#termDays} days or more`;
    this.#log.info({ version, need }, `the term of ${this.names.readings} cannot be seen from here: check it there`);
  }

  async ask(statements: readonly string[], role: DatabaseRole): Promise<AnswerSeries[][]> {
    await this.prepare();
    return await this.#server.ask(statements, this.names[role]);
  }

  /** Writes readings; answers those that the database refused. */
  async sendReadings(batch: readonly Reading[]): Promise<RefusedReading[]> {
    await this.prepare();
    const refused = await sendLines(this.#server, this.names.readings, batch.map(readingLine));
    return refused.map(({ index, reason }) => ({ reading: batch[index] as Reading, reason }));
  }

  /** Writes lines of figures. Rejects with `reading.refused-by-store` when one is refused; the others are kept. */
  async sendFigures(lines: readonly string[], role: DatabaseRole = 'figures'): Promise<void> {
    if (lines.length === 0) return;
    await this.prepare();
    const refused = await sendLines(this.#server, this.names[role], lines);
    if (refused.length === 0) return;
    throw new ProblemError(
      refused.slice(0, 10).map(({ index, reason }) => ({
        code: 'reading.refused-by-store' as const,
        where: this.names[role],
        found: lines[index],
        detail: reason,
      })),
    );
  }

  /** Rejects unless a write would be taken now. The point lies before the term: it is refused, or one point. */
  async prove(): Promise<void> {
    await this.prepare();
    try {
      await this.#server.write(this.names.readings, ['proof value=1 0']);
    } catch (error) {
      if (!(error instanceof LinesRefused)) throw error;
    }
  }
}

// One file of the database for each such span: a year in twelve, and late data opens few of them.
const shardDuration = '30d';

/**
 * Makes sure that both databases are there. On 1.x they are made, readings with their term, figures for ever, and a
 * changed term is set. 2.x and 3.x let nobody make them in this dialect: there they are only looked for. Rejects with
 * `store.no-database` when one is not there, else as the server does.
 */
async function prepareDatabases(
  server: Server,
  names: Readonly<Record<DatabaseRole, string>>,
  termDays: number,
): Promise<{ readonly version: string; readonly retentionSet: boolean }> {
  const version = (await server.version()) ?? '';
  const own = /^v?1\./.test(version);
  for (const role of ['readings', 'figures'] as const) {
    const term = role === 'readings' && Number.isFinite(termDays) ? `${termDays}d` : 'INF';
    if (own) await prepareOwn(server, names[role], term);
    const measurement = role === 'readings' ? 'reading' : 'half_hour';
    const [field] = series[measurement].fields;
    await server.ask([`SELECT ${field} FROM ${measurement} LIMIT 1`], names[role]);
  }
  return { version, retentionSet: own };
}

/** Makes a database of 1.x or sets its term. A user who may not do so is no fault as long as the database is there. */
async function prepareOwn(server: Server, name: string, term: string): Promise<void> {
  const database = identifier(name);
  try {
    const [databases] = await server.ask(['SHOW DATABASES'], name);
    if (!names(databases).includes(name)) {
      const retention = `DURATION ${term} REPLICATION 1 SHARD DURATION ${shardDuration} NAME "autogen"`;
      await server.ask([`CREATE DATABASE ${database} WITH ${retention}`], name);
      return;
    }
    const [policies] = await server.ask([`SHOW RETENTION POLICIES ON ${database}`], name);
    const kept = defaultPolicy(policies);
    if (kept && kept.seconds !== secondsOfTerm(term)) {
      const policy = `${identifier(kept.name)} ON ${database} DURATION ${term}`;
      await server.ask([`ALTER RETENTION POLICY ${policy}`], name);
    }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'store.refused-login') throw error;
  }
}

function names(answer: readonly AnswerSeries[] | undefined): string[] {
  return (answer?.[0]?.rows ?? []).map(([name]) => String(name));
}

/** The policy that points go to when none is named; `duration` is written as 61368h0m0s, 0s for ever. */
function defaultPolicy(answer: readonly AnswerSeries[] | undefined): { name: string; seconds: number } | undefined {
  const [table] = answer ?? [];
  if (!table) return undefined;
  const column = (name: string): number => table.columns.indexOf(name);
  const row = table.rows.find((cells) => String(cells[column('default')]) === 'true');
  if (!row) return undefined;
  const [, hours = '0'] = /^(\d+)h/.exec(String(row[column('duration')])) ?? [];
  return { name: String(row[column('name')]), seconds: Number(hours) * 3600 };
}

function secondsOfTerm(term: string): number {
  return term === 'INF' ? 0 : Number(term.slice(0, -1)) * daySeconds;
}

/** The term of the readings; throws `config.invalid` when it is shorter than a signed figure needs. */
function termOf(days: number | undefined): number {
  const term = days ?? limits.readingsTermDays;
  if (term >= limits.readingsTermDays) return term;
  throw new ProblemError([
    {
      code: 'config.invalid',
      where: 'store.readings_term_days',
      found: String(term),
      expected: `${limits.readingsTermDays} or more, so that a signed figure keeps its readings`,
    },
  ]);
}

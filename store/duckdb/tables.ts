import { DOUBLE, type DuckDBType, UINTEGER, UTINYINT } from '@duckdb/node-api';

/**
 * The tables. Each holds points of a series by the second: columns `series` and `at_s`, then what is kept. There is
 * no primary key: DuckDB's index made the file ten times larger; `arrival.ts` keeps identities single instead. No
 * column is null: a null costs more than a flag, so `known` says which numbers mean something.
 */
export const pointTables = {
  reading: { value: 'DOUBLE', period: 'UINTEGER', received: 'UINTEGER' },
  half_hour: {
    energy: 'DOUBLE',
    volume: 'DOUBLE',
    known: 'UTINYINT',
    quality: 'UTINYINT',
    rule: 'UTINYINT',
    register_version: 'UINTEGER',
  },
  day_meter: {
    energy: 'DOUBLE',
    volume: 'DOUBLE',
    measured_energy: 'DOUBLE',
    measured_volume: 'DOUBLE',
    measured_half_hours: 'UINTEGER',
    estimated_half_hours: 'UINTEGER',
    missing_half_hours: 'UINTEGER',
    measured_share: 'DOUBLE',
    emissions_location: 'DOUBLE',
    known: 'UTINYINT',
  },
  day_site: {
    energy: 'DOUBLE',
    volume: 'DOUBLE',
    measured_share: 'DOUBLE',
    emissions_location: 'DOUBLE',
    area: 'DOUBLE',
    known: 'UTINYINT',
  },
  site_now: {
    rate: 'DOUBLE',
    usual: 'DOUBLE',
    heard_meters: 'UINTEGER',
    silent_meters: 'UINTEGER',
    known: 'UTINYINT',
  },
} as const satisfies Record<string, Record<string, ColumnType>>;

export type ColumnType = 'DOUBLE' | 'UINTEGER' | 'UTINYINT';
export type PointTable = keyof typeof pointTables;
export const pointTableNames = Object.keys(pointTables) as PointTable[];

export const duckTypes: Readonly<Record<ColumnType, DuckDBType>> = { DOUBLE, UINTEGER, UTINYINT };

/** The columns of a table in order, key first. */
export function columnsOf(table: PointTable): [name: string, type: ColumnType][] {
  return [['series', 'UINTEGER'], ['at_s', 'UINTEGER'], ...Object.entries<ColumnType>(pointTables[table])];
}

/** Names behind the small integers: one table each, `id` and the words. */
export const nameTables = {
  series_name: ['meter', 'quantity', 'kind'],
  meter_name: ['meter', 'site', 'utility'],
  site_name: ['site', 'utility'],
  rule_name: ['rule'],
} as const satisfies Record<string, readonly string[]>;
export type NameTable = keyof typeof nameTables;

/** The arriving rows that need a look at what is there, before they are merged. One temporary table each. */
export function arrivingTable(table: PointTable): string {
  return `arriving_${table}`;
}

export const schema: readonly string[] = [
  ...Object.entries(nameTables).map(([name, words]) => {
    const columns = ['id uinteger not null', ...words.map((word) => `${word} varchar not null`)];
    return `create table if not exists ${name} (${columns.join(', ')})`;
  }),
  ...pointTableNames.flatMap((table) => {
    const columns = columnsOf(table).map(([name, type]) => `${name} ${type} not null`);
    return [
      `create table if not exists ${table} (${columns.join(', ')})`,
      `create temporary table ${arrivingTable(table)} (${columns.join(', ')})`,
    ];
  }),
  'create table if not exists proof (written ubigint not null)',
  'insert into proof select 0 where not exists (from proof)',
];

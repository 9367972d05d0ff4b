import type { Command, Option } from '../command.ts';
import { clientOptions } from '../house-client.ts';
import { putFlags } from '../said.ts';
import { saveTable, tableOptions } from '../table-file.ts';

/** Flags that go into the query by their own names, with an underscore for each hyphen. */
const filterOptions = {
  'supply-point': { type: 'string', value: 'ID,…', describes: 'only these supply points' },
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  organisation: { type: 'string', value: 'ID,…', describes: 'only of these organisations' },
  utility: { type: 'string', value: 'UTILITY,…', describes: 'electricity, gas, water or heat' },
  from: { type: 'string', value: 'WHEN', describes: 'costs: since this London date' },
  to: { type: 'string', value: 'WHEN', describes: 'costs: before this London date' },
  bucket: { type: 'string', value: 'BUCKET', describes: 'costs: half_hour, day, month (default) or whole' },
  by: { type: 'string', value: 'PLACE', describes: 'costs: supply_point (default) or site' },
  demand: { type: 'string', value: 'WHEN', describes: 'points: last_12_months, for their maximum demand' },
  split: { type: 'string', value: 'BY', describes: 'costs: component, for a row of each kind of charge' },
} as const satisfies Record<string, Option>;

const paths: Readonly<Record<string, string>> = { costs: '/v1/costs', points: '/v1/supply-points' };

export const tariffCommand: Command = {
  name: 'tariff',
  summary: 'what half-hours cost under their contracts, and the supply points with their notice dates',
  words: 'costs | points',
  details: `
costs is what the measured half-hours of supply points cost: £ low, most likely and high, with VAT and without, and
p/kWh all in. A rate, a price or a contract that is missing is told with how to add it, and never taken for nothing.
points lists the supply points with their contracts of today and the dates by which somebody must act. Both need a key
of role procurement.

  meterhouse tariff costs --site brackenholt --from 2026-03-01 --to 2026-04-01 --split component
  meterhouse tariff costs --from 2025-04-01 --to 2026-04-01 --by site --out costs.xlsx
  meterhouse tariff points --demand last_12_months --out supply-points.csv`,
  options: { ...clientOptions, ...tableOptions, ...filterOptions },
  async run(invocation) {
    const [name = '', ...others] = invocation.words;
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    if (path === undefined || others.length > 0) {
      invocation.terminal.warn(`meterhouse tariff ${tariffCommand.words}`);
      return 'usage';
    }
    const query = new URLSearchParams();
    putFlags(query, invocation.flags, Object.keys(filterOptions));
    return await saveTable(invocation, path, query);
  },
};

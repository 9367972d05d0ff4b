import type { Command, Option } from '../command.ts';
import { clientOptions } from '../house-client.ts';
import { putFlags, wordOf } from '../said.ts';
import { saveTable, tableOptions } from '../table-file.ts';
import { compareOptions, compareTariffs } from '../tariff-compare.ts';
import { saveTenderFolder } from '../tender-folder.ts';

/** Flags that go into the query by their own names, with an underscore for each hyphen. */
const filterOptions = {
  'supply-point': { type: 'string', value: 'ID,…', describes: 'only these supply points' },
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  organisation: { type: 'string', value: 'ID,…', describes: 'only of these organisations' },
  utility: { type: 'string', value: 'UTILITY,…', describes: 'electricity, gas, water or heat' },
  from: { type: 'string', value: 'WHEN', describes: 'costs, compare: since this London date' },
  to: { type: 'string', value: 'WHEN', describes: 'costs, compare: before this London date' },
  bucket: { type: 'string', value: 'BUCKET', describes: 'costs: half_hour, day, month (default) or whole' },
  by: { type: 'string', value: 'PLACE', describes: 'costs: supply_point (default) or site' },
  demand: { type: 'string', value: 'WHEN', describes: 'points: last_12_months, for their maximum demand' },
  split: {
    type: 'string',
    value: 'BY',
    describes: 'costs: component, a row of each kind of charge; band, of each band too',
  },
  tariff: { type: 'string', value: 'ID,…', describes: 'rates: only of these tariffs or published charges' },
  supplier: { type: 'string', value: 'NAME', describes: 'rates: only of suppliers and publishers of this name' },
  component: { type: 'string', value: 'KIND,…', describes: 'rates: energy, duos, ccl, …' },
  on: { type: 'string', value: 'DATE', describes: 'rates: only those that hold on this London date' },
  before: { type: 'string', value: 'MONTH', describes: 'tender: the twelve months before it, 2026-11' },
} as const satisfies Record<string, Option>;

const paths: Readonly<Record<string, string>> = {
  costs: '/v1/costs',
  points: '/v1/supply-points',
  rates: '/v1/tariffs',
  tender: '/v1/tender-pack',
};

export const tariffCommand: Command = {
  name: 'tariff',
  summary: 'what half-hours cost and what offers would cost, rates, supply points and notice dates, tender packs',
  words: 'costs | compare | points | rates | tender',
  details: `
costs is what the measured half-hours of supply points cost: £ low, most likely and high, with VAT and without, and
p/kWh all in. A rate, a price or a contract that is missing is told with how to add it, and never taken for nothing.
compare is what offers would cost for the half-hours of a year, laid onto a period of supply: the ranking with its
range, why one costs more than another, by site, capacity, prices and carbon; --out writes CSV, a spreadsheet or a
chart. points lists the supply points with their contracts of today and the dates by which somebody must act. rates
lists every rate of tariffs, offers and published charges, with its bands, dates and source. tender writes what
suppliers need for an offer: a spreadsheet, or a folder of CSV files with the half-hours of each supply point in two
layouts; it holds no price of a present contract. All need a key of role procurement.

  meterhouse tariff costs --site brackenholt --from 2026-03-01 --to 2026-04-01 --split component
  meterhouse tariff costs --from 2025-04-01 --to 2026-04-01 --by site --out costs.xlsx
  meterhouse tariff compare --offer a,b --site brackenholt --from 2027-04-01 --to 2029-04-01 --carry carry.yaml
  meterhouse tariff compare --request question.yaml --out comparison.svg
  meterhouse tariff points --demand last_12_months --out supply-points.csv
  meterhouse tariff rates --component duos,energy --on 2026-01-15
  meterhouse tariff tender --site saltmere-general --out pack.xlsx
  meterhouse tariff tender --organisation north --before 2026-10 --out pack`,
  options: { ...clientOptions, ...tableOptions, ...filterOptions, ...compareOptions },
  async run(invocation) {
    const [name = '', ...others] = invocation.words;
    if (name === 'compare' && others.length === 0) return await compareTariffs(invocation);
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    if (path === undefined || others.length > 0) {
      invocation.terminal.warn(`meterhouse tariff ${tariffCommand.words}`);
      return 'usage';
    }
    const query = new URLSearchParams();
    putFlags(query, invocation.flags, Object.keys(filterOptions));
    if (name !== 'tender') return await saveTable(invocation, path, query);
    const out = wordOf(invocation.flags, 'out');
    const isFile = invocation.flags['format'] !== undefined || out.endsWith('.xlsx');
    return await (isFile ? saveTable(invocation, path, query) : saveTenderFolder(invocation, query, out));
  },
};

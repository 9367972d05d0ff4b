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
  from: { type: 'string', value: 'MONTH', describes: 'the first month, 2026-04 (default: of this financial year)' },
  months: { type: 'string', value: 'N', describes: 'how many months (default 12)' },
  bucket: { type: 'string', value: 'BUCKET', describes: 'month (default), or whole for the year as one row' },
  by: { type: 'string', value: 'PLACE', describes: 'supply_point (default) or site' },
  split: { type: 'string', value: 'BY', describes: 'component, for a row of each kind of charge' },
  carry: {
    type: 'string',
    value: 'RATES',
    describes: 'last rates that go on, and their change: duos:-5:0:20,ro:0:3:8',
  },
  'carry-because': { type: 'string', value: 'TEXT', describes: 'why they are taken to go on' },
} as const satisfies Record<string, Option>;

export const budgetCommand: Command = {
  name: 'budget',
  summary: 'what a year comes to: so far, and the rest in usual weather, with its band and against its budget',
  details: `
The days that are over at what they cost; the others as the energy signature expects them in a standard year, or as
the days of the last twelve months where use does not follow the weather. A part without a rate has no cost and says
since when; --carry lets the last rates go on, with how far they may change. The spreadsheet has what each supply point
is expected by, and the variance against the budgets of the register. Needs a key of role procurement.

  meterhouse budget --by site --out budget.xlsx
  meterhouse budget --from 2027-04 --carry duos:-5:0:20 --carry-because "charges of 2027 come in January"
  meterhouse budget --supply-point sal-power --bucket whole --split component`,
  options: { ...clientOptions, ...tableOptions, ...filterOptions },
  async run(invocation) {
    if (invocation.words.length > 0) {
      invocation.terminal.warn('meterhouse budget takes no words, only options');
      return 'usage';
    }
    const query = new URLSearchParams();
    putFlags(query, invocation.flags, Object.keys(filterOptions));
    return await saveTable(invocation, '/v1/budget', query);
  },
};

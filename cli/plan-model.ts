import { type BaselineModelRow } from '../api/baseline-model-rows.ts';
import { baselineModelsAnswerSchema } from '../api/contract/baseline-models.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { methodOption, type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { putFlags, wordOf } from './said.ts';
import { saveTable, wantsTable } from './table-file.ts';

/** What meters would use on such a day in such weather. */

const { organisation, site } = placeOptions;
const filters = {
  organisation,
  site,
  meter: { type: 'string', value: 'ID,…', describes: 'model: only of these meters' },
  from: { type: 'string', value: 'DATE', describes: 'model: the first day of the baseline' },
  to: { type: 'string', value: 'DATE', describes: 'model: the first day after it, at most 365 days later' },
  method: methodOption,
} as const;

export const modelVerbs: PlanVerbs = {
  model: {
    says:
      'model is what a meter uses whatever the weather and for each degree of cold, with 90 % intervals, or why that ' +
      'cannot be said.',
    examples: ['model --meter sal-g-boilers --from 2025-04-01 --to 2026-04-01'],
    options: { ...filters, ...planTableOptions },
    run: async (invocation) => await model(invocation),
  },
};

async function model(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  for (const flag of ['from', 'to']) wordOf(flags, flag);
  const query = new URLSearchParams();
  putFlags(query, flags, Object.keys(filters));
  if (wantsTable(flags)) return await saveTable(invocation, '/v1/baseline-models', query);
  const path = `/v1/baseline-models?${query.toString()}`;
  const { models } = await houseClient(invocation).get(path, baselineModelsAnswerSchema);
  for (const row of models) terminal.say(sayModel(row));
  if (models.length === 0) terminal.say('These sites have no meters.');
  return 'ok';
}

function sayModel(row: BaselineModelRow): string {
  const head = `${row.meter_name} (${row.meter}), ${row.known_days} of ${row.days} days known`;
  const because = row.because.map((one) => `\n    ${one}`).join('');
  if (row.outcome === 'disqualified') return `${head}: no model, because of${because}`;
  const { unit } = row;
  const lines = [
    `${rangeOf(row.base_low_per_day, row.base_per_day, row.base_high_per_day)} ${unit} a day whatever the weather`,
    ...(row.heating_slope === null
      ? []
      : [
          `${rangeOf(row.heating_slope_low, row.heating_slope, row.heating_slope_high)} ${unit} for each °C below ` +
            `${rangeOf(row.heating_balance_low_degc, row.heating_balance_degc, row.heating_balance_high_degc)} °C`,
        ]),
    ...(row.cooling_slope === null
      ? []
      : [`${shown(row.cooling_slope)} ${unit} for each °C above ${shown(row.cooling_balance_degc)} °C`]),
    ...(row.heat_loss_w_per_k === null
      ? []
      : [`heat loss ${rangeOf(row.heat_loss_low_w_per_k, row.heat_loss_w_per_k, row.heat_loss_high_w_per_k)} W/K`]),
    ...row.kinds_of_day,
  ];
  const doubts = because === '' ? '' : `\n  doubtful is${because}`;
  return `${head}: ${(row.kind ?? '').replaceAll('_', ' ')}${lines.map((line) => `\n  ${line}`).join('')}${doubts}`;
}

function rangeOf(low: number | null, best: number | null, high: number | null): string {
  return `${shown(best)} (${shown(low)} to ${shown(high)})`;
}

function shown(value: number | null): string {
  return value === null ? '?' : String(Number(value.toPrecision(4)));
}

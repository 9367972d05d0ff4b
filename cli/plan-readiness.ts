import { readinessStudySchema, readinessTables } from '../api/contract/plan-readiness.ts';
import { renewablesAnswerSchema, renewablesTables } from '../api/contract/plan-renewables.ts';
import { comparisonFormats } from '../api/contract/tariff-comparisons.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { listOf, wordOf } from './said.ts';
import { sayReadiness } from './say-readiness.ts';
import { sayRenewables } from './say-renewables.ts';
import {
  loadYearOption,
  numberOf,
  partOf,
  requestOf,
  requestOption,
  saidOnly,
  studyTableOption,
  supplyPointOption,
  textOf,
} from './study-request.ts';
import { formatOf, saveAnswer, wantsTable } from './table-file.ts';

/** Whether a place is ready for a heat pump, and what panels would do there. */

const number = (value: string, describes: string): Option => ({ type: 'string', value, describes });
const shared = {
  site: placeOptions.site,
  'supply-point': supplyPointOption,
  'load-year-from': loadYearOption,
  request: requestOption,
  table: studyTableOption,
  ...planTableOptions,
} as const satisfies Record<string, Option>;
const [readinessNames, renewablesNames] = [readinessTables.join(', '), renewablesTables.join(', ')];

export const readinessVerbs: PlanVerbs = {
  readiness: {
    says:
      'readiness asks what a heat pump would do to the supply of a site, by its own half-hours of heat: a light with ' +
      'its reasons, what would change them, costs by each tariff and carbon; a file that ends in .svg is a chart of the ' +
      `coldest day, and --table has ${readinessNames}.`,
    examples: [
      'readiness --site saltmere-general --flow 55 --backup boiler --size-kw 1500',
      'readiness --site saltmere-general --flow 45 --fabric-saving 0.2 --out coldest-day.svg',
    ],
    options: {
      ...shared,
      building: number('ID', 'readiness: the heat of one building alone'),
      flow: number('DEGC', 'readiness: °C of the water to the radiators (default 55)'),
      source: number('SOURCE', 'readiness: air (default), ground or water'),
      'source-degc': number('DEGC', 'readiness: of the brine or the water'),
      performance: number('ID', 'readiness: a published regression (default when2heat-2019)'),
      'size-kw': number('KW', 'readiness: heat it gives at most (default: as much as is wanted)'),
      backup: number('BACKUP', 'readiness: none (default), direct_electric or boiler'),
      'boiler-efficiency': number('SHARE', 'readiness: heat out of a kWh of fuel (default: that of the register)'),
      'fabric-saving': number('SHARE', 'readiness: what better fabric saves of the heat first'),
      'fuel-pence': number('PENCE', 'readiness: for a kWh of fuel that no supply point pays for'),
      'design-outside': number('DEGC', 'readiness: the mean of a colder day than was measured, =-5'),
    },
    run: async (invocation) => await readiness(invocation),
  },
  renewables: {
    says:
      'renewables asks what panels of some sizes, with or without a battery, would make, save and export at a site, ' +
      `and what becomes of their certificates; .svg is a chart, and --table has ${renewablesNames}.`,
    examples: [
      'renewables --site saltmere-general --kwp 200,400,800 --export-pence 5',
      'renewables --site saltmere-general --kwp 400 --battery-kwh 500 --battery-kw 250',
    ],
    options: {
      ...shared,
      kwp: number('KWP,…', 'renewables: sizes of panels'),
      'battery-kwh': number('KWH', 'renewables: of a battery beside each size'),
      'battery-kw': number('KW', 'renewables: into and out of it'),
      'battery-efficiency': number('SHARE', 'renewables: what comes out of a kWh that went in (default 0.85)'),
      'export-pence': number('PENCE', 'renewables: for a kWh that goes out (default: the contract for export)'),
      'yield-meter': number('METER', 'renewables: a generation meter whose half-hours are the shape'),
      'of-kwp': number('KWP', 'renewables: how large what it measures is'),
      'kwh-per-kwp': number('KWH', 'renewables: what a kWp makes in a year'),
    },
    run: async (invocation) => await renewables(invocation),
  },
};

async function readiness(invocation: Invocation): Promise<Exit> {
  const { flags } = invocation;
  const request = requestOf(invocation);
  const body = {
    ...request,
    ...placeOf(invocation, request),
    ...saidOnly({
      building: textOf(flags['building']),
      heat: partOf(request, 'heat', {
        boiler_efficiency: numberOf(flags['boiler-efficiency']),
        fabric_saving_share: numberOf(flags['fabric-saving']),
        fuel_p_per_kwh: numberOf(flags['fuel-pence']),
      }),
      heat_pump: partOf(request, 'heat_pump', {
        source: textOf(flags['source']),
        source_degc: numberOf(flags['source-degc']),
        performance: textOf(flags['performance']),
        flow: numberOf(flags['flow']),
        size_kw: numberOf(flags['size-kw']),
        backup: textOf(flags['backup']),
      }),
      design_outside_degc: numberOf(flags['design-outside']),
    }),
  };
  const path = '/v1/readiness-studies';
  if (isSaved(invocation)) return await save(invocation, path, body);
  const answer = await houseClient(invocation).post(path, body, readinessStudySchema);
  sayReadiness((line) => invocation.terminal.say(line), answer);
  return 'ok';
}

async function renewables(invocation: Invocation): Promise<Exit> {
  const { flags } = invocation;
  const request = requestOf(invocation);
  const battery = saidOnly({
    kwh: numberOf(flags['battery-kwh']),
    kw: numberOf(flags['battery-kw']),
    round_trip_efficiency: numberOf(flags['battery-efficiency']),
  });
  const sizes = listOf(flags['kwp'])?.map((text) => saidOnly({ kwp: numberOf(text), battery }));
  const body = {
    ...request,
    ...placeOf(invocation, request),
    ...saidOnly({
      options: sizes,
      yield: partOf(request, 'yield', {
        meter: textOf(flags['yield-meter']),
        of_kwp: numberOf(flags['of-kwp']),
        kwh_per_kwp: numberOf(flags['kwh-per-kwp']),
      }),
      export_p_per_kwh: numberOf(flags['export-pence']),
    }),
  };
  const path = '/v1/renewable-options';
  if (isSaved(invocation)) return await save(invocation, path, body);
  const answer = await houseClient(invocation).post(path, body, renewablesAnswerSchema);
  sayRenewables((line) => invocation.terminal.say(line), answer);
  return 'ok';
}

function placeOf(
  { flags }: Invocation,
  request: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  return saidOnly({
    site: request['site'] === undefined ? wordOf(flags, 'site') : textOf(flags['site']),
    supply_point: textOf(flags['supply-point']),
    load_year_from: textOf(flags['load-year-from']),
  });
}

function isSaved({ flags }: Invocation): boolean {
  return wantsTable(flags) || flags['table'] !== undefined;
}

async function save(invocation: Invocation, path: string, body: object): Promise<Exit> {
  const { flags } = invocation;
  const format = formatOf(flags['format'], textOf(flags['out']), comparisonFormats, 'csv');
  const table = textOf(flags['table']);
  const query = new URLSearchParams({ format, ...(table !== undefined && { table }) });
  const init = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return await saveAnswer(invocation, await houseClient(invocation).send('POST', `${path}?${query.toString()}`, init));
}

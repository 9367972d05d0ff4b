import type { OwnBehind } from '../../certificates/place-cover.ts';
import { type Flow, isKnown, lacks, measuredShareOf } from '../../energy/flow.ts';
import type { Warning } from '../../energy/figure.ts';
import { knownShareOfPeriod } from '../../weather/degree-days.ts';
import { type Found, type FoundByName, type IndicatorPlace, lacking, shown } from './found.ts';
import type { Need } from './table.ts';

/** Step 4: what is made of sun, wind and water, where it goes, and whose the claim to it is. */

/** Renewable generation of a place in a year. */
export interface OwnGenerationUse {
  readonly meters: readonly string[];
  /** Undefined of a building, whose part of what leaves the site is not known. */
  readonly exports: readonly string[] | undefined;
  readonly made: Flow;
  /** kWh made and used here. */
  readonly used: number;
  readonly exported: Flow;
  /** Electricity that was bought. */
  readonly bought: Flow;
  readonly behind: OwnBehind;
  readonly yields: readonly MeterYield[];
  readonly warnings: readonly Warning[];
}

/** A generation meter beside its installed power. */
export interface MeterYield {
  readonly meter: string;
  /** kWh of the days that are known. */
  readonly kwh: number;
  /** kWp · days of those days; undefined where the register does not say the power. */
  readonly kwpDays: number | undefined;
  readonly knownDays: number;
}

export function foundOfGeneration(place: IndicatorPlace, use: OwnGenerationUse | undefined): FoundByName {
  if (!use) return {};
  const { made, meters, warnings } = use;
  const common = { meters, measuredShare: measuredShareOf(made), warnings };
  const isMade = isKnown(made);
  const whole = isMade && !lacks(made, false) ? [] : lacking(place, 'whole_year');
  return {
    generation: { ...common, value: isMade ? made.energy : undefined, missing: whole },
    ...(use.exports === undefined ? {} : flowsFrom(place, use, use.exports, whole)),
    specific_yield: specificYield(place, use),
    certificates_kept: certificatesKept(use),
  };
}

function flowsFrom(
  place: IndicatorPlace,
  { made, used, bought, exported, meters, warnings }: OwnGenerationUse,
  exports: readonly string[],
  whole: readonly Need[],
): FoundByName {
  const isMade = isKnown(made) && made.energy > 0;
  // Without a meter of what leaves, all figures of this house take what is made as used here.
  const unsaid = exports.length === 0;
  const common = {
    meters: [...meters, ...exports],
    measuredShare: measuredShareOf(made),
    warnings,
    missing: [...whole, ...lacking(place, ...(unsaid ? (['export_meter'] as const) : []))],
    says: unsaid ? 'no meter counts what leaves, so all is taken as used here' : undefined,
  };
  const use = used + bought.energy;
  const share = (value: number): Found => ({ ...common, value, ...(unsaid ? { high: value } : {}) });
  // Half a year of what is bought or leaves, over a whole one of what is made, is no share.
  const partial: Found = {
    ...common,
    missing: [...(whole.length > 0 ? [] : lacking(place, 'whole_year')), ...common.missing],
  };
  const lacksExport = lacks(exported, false);
  const consumption = lacksExport ? partial : share((100 * used) / made.energy);
  const sufficiency = lacksExport || lacks(bought, false) ? partial : share((100 * used) / use);
  return {
    self_consumption: isMade ? consumption : { ...common, says: 'nothing was made' },
    self_sufficiency: isKnown(made) && isKnown(bought) && use > 0 ? sufficiency : common,
    export: unsaid
      ? { meters, warnings, missing: lacking(place, 'export_meter') }
      : {
          meters: exports,
          warnings,
          value: isKnown(exported) ? exported.energy : undefined,
          measuredShare: measuredShareOf(exported),
          missing: isKnown(exported) && !lacks(exported, false) ? [] : lacking(place, 'whole_year'),
        },
  };
}

function specificYield(place: IndicatorPlace, { yields }: OwnGenerationUse): Found {
  const missing = yields.flatMap(({ meter, kwpDays }): Need[] =>
    kwpDays === undefined ? [{ need: 'installed_power', about: meter }] : [],
  );
  const rated = yields.filter(({ kwpDays }) => kwpDays !== undefined);
  const yearDays = (place.period.to - place.period.from) / 86_400;
  const whole = rated.filter(({ knownDays }) => knownDays >= knownShareOfPeriod * yearDays);
  const partial = rated.filter((one) => !whole.includes(one));
  const kwpDays = whole.reduce((sum, one) => sum + (one.kwpDays ?? 0), 0);
  const kwh = whole.reduce((sum, one) => sum + one.kwh, 0);
  const days = whole.reduce((sum, { knownDays }) => sum + knownDays, 0);
  return {
    value: kwpDays > 0 ? (365 * kwh) / kwpDays : undefined,
    measuredShare:
      whole.length > 0 ? { byAmount: undefined, byTime: Math.min(1, days / (whole.length * yearDays)) } : undefined,
    meters: whole.map(({ meter }) => meter),
    missing: [...missing, ...partial.map(({ meter }): Need => ({ need: 'half_hours', about: meter }))],
    says:
      whole.length > 1
        ? whole.map((one) => `${one.meter} ${shown((365 * one.kwh) / (one.kwpDays ?? 1))} kWh/kWp`).join(', ')
        : undefined,
  };
}

function certificatesKept({ behind, meters, made }: OwnGenerationUse): Found {
  const { kept, sold, not_issued: notIssued, unknown } = behind;
  const all = kept + sold + notIssued + unknown;
  if (all <= 0) return { meters, says: 'nothing was made' };
  const ours = kept + notIssued;
  const parts = [
    ['kept', kept],
    ['sold', sold],
    ['not issued', notIssued],
    ['not said', unknown],
  ] as const;
  const says = parts.flatMap(([name, kwh]) => (kwh > 0 ? [`${shown(kwh)} kWh ${name}`] : [])).join(', ');
  const common = { meters, measuredShare: measuredShareOf(made), says };
  if (unknown === 0) return { ...common, value: (100 * ours) / all };
  return {
    ...common,
    low: (100 * ours) / all,
    high: (100 * (ours + unknown)) / all,
    missing: meters.map((meter): Need => ({ need: 'own_certificates', about: meter })),
  };
}

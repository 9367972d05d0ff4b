import type { MeasuredShare, Warning } from '../../energy/figure.ts';
import type { Building, Site } from '../../estate/estate.ts';
import type { Period } from '../../time.ts';
import type { IndicatorFigure } from './figure.ts';
import {
  type Indicator,
  type IndicatorName,
  indicatorNames,
  indicators,
  indicatorUnits,
  type Need,
  type NeedName,
  sayNeed,
} from './table.ts';

/** The site, or the building of it, that indicators are asked of. */
export interface IndicatorPlace {
  readonly site: Site;
  readonly building: Building | undefined;
  readonly period: Period;
}

/** What was found of one indicator at a place. Without a value, `missing` or `says` tells why. */
export interface Found {
  readonly value?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly measuredShare?: MeasuredShare | undefined;
  readonly meters?: readonly string[] | undefined;
  readonly missing?: readonly Need[] | undefined;
  readonly warnings?: readonly Warning[] | undefined;
  /** Said behind the value, or instead of it. */
  readonly says?: string | undefined;
}

export type FoundByName = { readonly [K in IndicatorName]?: Found };

/** The id of what is asked about: that of the building, or of the site. */
function placeId({ site, building }: IndicatorPlace): string {
  return building?.id ?? site.id;
}

/** What is not there, at the place itself. */
export function lacking(place: IndicatorPlace, ...wanted: readonly NeedName[]): Need[] {
  return wanted.map((need) => ({ need, about: placeId(place) }));
}

/** The figures of a place in the order of the table: of a building those of buildings. */
export function figuresOf(place: IndicatorPlace, found: FoundByName): IndicatorFigure[] {
  return indicatorNames.flatMap((name) => {
    if (place.building && !indicators[name].ofBuildings) return [];
    // Of what is not there at all the first need is told: the others are asked for when that one is met.
    const one: Found = found[name] ?? { missing: lacking(place, ...indicators[name].needs.slice(0, 1)) };
    const figure: IndicatorFigure = {
      indicator: name,
      site: place.site.id,
      building: place.building?.id,
      value: one.value,
      low: one.low,
      high: one.high,
      measuredShare: one.measuredShare,
      period: place.period,
      meters: one.meters ?? [],
      missing: one.missing ?? [],
      warnings: one.warnings ?? [],
      says: sentenceOf(name, one),
    };
    return [figure];
  });
}

function sentenceOf(name: IndicatorName, { value, low, high, missing = [], says }: Found): string {
  const { name: title, unit }: Indicator = indicators[name];
  const lack = missing.map(sayNeed).join('; ');
  const amount = (one: number): string => inUnit(shown(one), indicatorUnits[unit]);
  if (value === undefined) {
    const ends = low === undefined && high === undefined ? '' : `, but ${range(low, high, amount)}`;
    return `${title}: not known${ends}${[says, lack]
      .filter((part) => part)
      .map((part) => `; ${part}`)
      .join('')}`;
  }
  const between = low === undefined && high === undefined ? '' : ` (${range(low, high, amount)})`;
  const more = [says, lack && `not certain, because ${lack}`].filter((part) => part);
  return [`${title}: ${amount(value)}${between}`, ...more].join('; ');
}

function inUnit(number: string, unit: string): string {
  return unit.startsWith('£') ? `£${number}${unit.slice(1)}` : [number, unit].join(' ').trim();
}

function range(low: number | undefined, high: number | undefined, amount: (one: number) => string): string {
  if (low === undefined) return `at most ${amount(high as number)}`;
  return high === undefined ? `at least ${amount(low)}` : `${shown(low)} to ${amount(high)}`;
}

/** Four significant digits: no meter knows more. */
export function shown(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-GB', { maximumSignificantDigits: 4 });
}

/** The names of what was found of a place beside one another; a later list wins. */
export function together(...lists: readonly FoundByName[]): FoundByName {
  return Object.assign({}, ...lists) as FoundByName;
}

import {
  benchmarksOf,
  isWholeFigure,
  quarterOfSite,
  quartilesByType,
  type SiteYears,
  twoKindsOf,
} from '../../energy/comparisons.ts';
import { thermalUtilities } from '../../energy/benchmarks.ts';
import { addTo, type Flow, isKnown, lacks, measuredShareOf, Total } from '../../energy/flow.ts';
import { compareGroup, type CorrectedYears } from '../../energy/group-comparison.ts';
import type { IntensityFigure } from '../../energy/place-intensity.ts';
import { knownShareOfPeriod } from '../../weather/degree-days.ts';
import { correctionNotes } from '../../weather/weather-corrected.ts';
import type { LoadShape } from './electricity-load.ts';
import { type FoundByName, type IndicatorPlace, lacking, shown } from './found.ts';
import type { Need, NeedName } from './table.ts';

/** Step 1: what is used by night and at weekends, by area, beside others, and abnormally. */

/** What the half-hours of a place say; `shape` is undefined where no meter counts them. */
export function foundOfLoad(
  place: IndicatorPlace,
  { shape, meters, area }: { shape: LoadShape | undefined; meters: readonly string[]; area: number | undefined },
): FoundByName {
  if (!shape) return {};
  const common = {
    meters,
    measuredShare: { byAmount: undefined, byTime: shape.knownShare },
    missing: shape.knownShare < knownShareOfPeriod ? lacking(place, 'half_hours') : [],
  };
  const ratio = (part: number | undefined): number | undefined =>
    part === undefined || !shape.workingDay ? undefined : (100 * part) / shape.workingDay;
  const outside = shape.outOfHoursShare;
  return {
    night_base: { ...common, value: shape.nightBase },
    night_base_per_area: {
      ...common,
      value: area && shape.nightBase !== undefined ? (1000 * shape.nightBase) / area : undefined,
      missing: [...common.missing, ...(area ? [] : lacking(place, 'floor_area'))],
    },
    night_base_ratio: { ...common, value: ratio(shape.nightBase) },
    weekend_base: { ...common, value: shape.weekendBase },
    weekend_base_ratio: { ...common, value: ratio(shape.weekendBase) },
    out_of_hours_share: { ...common, ...outOfHours(place, outside, common.missing) },
  };
}

function outOfHours(place: IndicatorPlace, share: number | undefined, missing: readonly Need[]) {
  const { occupied_hours: hours } = place.site;
  if (hours === '24h') return { value: undefined, missing: [], says: 'it never closes' };
  const lack: readonly NeedName[] = hours === undefined ? ['opening_hours'] : [];
  return { value: share === undefined ? undefined : 100 * share, missing: [...missing, ...lacking(place, ...lack)] };
}

/** kWh/m² of the year, of a site or of a building. */
export function foundOfArea(place: IndicatorPlace, figure: IntensityFigure | undefined): FoundByName {
  if (!figure) return {};
  const { electricity, fossilThermal } = twoKindsOf(figure);
  const kind = (value: number | undefined, meter: NeedName, isOfKind: (utility: string) => boolean) => {
    const fuels = figure.byFuel.filter(({ utility }) => isOfKind(utility));
    const flow = togetherOf(fuels.map(({ total }) => total));
    const needs: NeedName[] = [];
    if (fuels.length === 0) needs.push(meter);
    else if (!isKnown(flow) || lacks(flow, false)) needs.push('whole_year');
    if (figure.area.area === undefined) needs.push('floor_area');
    return {
      // Per m² of a part of a year is no yearly figure, and a smaller one.
      value: needs.length > 0 ? undefined : value,
      measuredShare: fuels.length > 0 ? measuredShareOf(flow) : undefined,
      meters: figure.included.map((one) => one.meter),
      missing: lacking(place, ...needs),
      warnings: figure.warnings,
    };
  };
  return {
    electricity_intensity: kind(electricity, 'electricity_meter', (utility) => utility === 'electricity'),
    heat_intensity: kind(fossilThermal, 'heating_meter', (utility) => thermalUtilities.some((one) => one === utility)),
  };
}

function togetherOf(flows: readonly Flow[]): Total {
  const total = new Total();
  for (const flow of flows) addTo(total, flow);
  return total;
}

/** A site beside its peers, its benchmark and itself a year before. `all` are the sites that may be set beside it. */
export function foundOfYears(place: IndicatorPlace, all: readonly SiteYears[], corrected: CorrectedYears): FoundByName {
  const own = all.find(({ site }) => site.id === place.site.id);
  if (!own) return {};
  const isWhole = isWholeFigure(own.now);
  const partial: readonly NeedName[] = isWhole ? [] : ['whole_year'];
  const { measuredShare, warnings } = own.now;
  const common = { measuredShare, warnings, meters: own.now.included.map(({ meter }) => meter) };
  const byType = quartilesByType(all);
  const quartiles = byType.get(own.site.type);
  const quarter = quarterOfSite(own, byType);
  const besidePeers = quarter === undefined || !quartiles?.median ? undefined : own.now.value;
  const { ratio, tm46 } = benchmarksOf(own);
  return {
    beside_peers: {
      ...common,
      value: besidePeers === undefined ? undefined : (100 * besidePeers) / (quartiles?.median ?? 1),
      missing: lacking(place, ...partial, ...(quartiles?.median === undefined ? (['peers'] as const) : [])),
      says: quarter && `in the ${ordinals[quarter]} quarter of ${quartiles?.count} sites, the first uses least`,
    },
    beside_benchmark: {
      ...common,
      value: ratio === undefined ? undefined : 100 * ratio,
      missing: lacking(place, ...partial, ...(tm46 ? [] : (['benchmark'] as const))),
      says:
        tm46 && `${tm46.name}, ${shown(tm46.values.electricity + tm46.values.fossil_thermal)} kWh/m², ${tm46.standing}`,
    },
    weather_corrected_change: { ...common, ...changeOf(place, own, corrected) },
  };
}

const ordinals = { 1: 'first', 2: 'second', 3: 'third', 4: 'last' } as const;

function changeOf(place: IndicatorPlace, own: SiteYears, years: CorrectedYears) {
  const { same, corrected } = compareGroup([own], years);
  const needs: NeedName[] = [];
  if (!isWholeFigure(own.now)) needs.push('whole_year');
  if (!isWholeFigure(own.before)) needs.push('year_before');
  const { weather } = place.site;
  if (!weather) needs.push('outside_temperature');
  else if (weather.standard === undefined) needs.push('standard_year');
  const asItWas = same.change === undefined ? undefined : `${shown(100 * same.change)} % as it was`;
  return {
    value: corrected.change === undefined ? undefined : 100 * corrected.change,
    missing: lacking(place, ...needs),
    says: [asItWas, ...notesOf(place, years)].filter((part) => part !== undefined).join('; ') || undefined,
  };
}

/** What is to know of the correction of the year, or of the one before, in words. */
function notesOf({ site }: IndicatorPlace, { now, before }: CorrectedYears): string[] {
  const notes = [now, before].flatMap((year) => (year.get(site.id)?.notes ?? []).map(({ note }) => note));
  return [...new Set(notes)].map((note) => correctionNotes[note]);
}

/** What the alerts of a site that are not over come to together. */
export interface OpenAlerts {
  readonly alerts: number;
  readonly gbpPerWeek: number;
  readonly withoutPrice: number;
  readonly kgco2ePerWeek: number;
  readonly withoutFactor: number;
}

/** `alerts` is undefined where nobody watches the site. */
export function foundOfAlerts(place: IndicatorPlace, alerts: OpenAlerts | undefined): FoundByName {
  if (!alerts)
    return {
      abnormal_use: { missing: lacking(place, 'watch') },
      abnormal_use_carbon: { missing: lacking(place, 'watch') },
    };
  const { alerts: count, withoutPrice, withoutFactor } = alerts;
  const says = count === 0 ? 'nothing abnormal is open' : `${count} open`;
  const known = (value: number, without: number) => (count > 0 && without === count ? undefined : value);
  return {
    abnormal_use: {
      value: known(alerts.gbpPerWeek, withoutPrice),
      low: withoutPrice > 0 ? alerts.gbpPerWeek : undefined,
      missing: withoutPrice > 0 ? lacking(place, 'prices') : [],
      says: withoutPrice > 0 ? `${says}, ${withoutPrice} of them without a price` : says,
    },
    abnormal_use_carbon: {
      value: known(alerts.kgco2ePerWeek, withoutFactor),
      low: withoutFactor > 0 ? alerts.kgco2ePerWeek : undefined,
      says: withoutFactor > 0 ? `${says}, ${withoutFactor} of them without a factor` : says,
    },
  };
}

/** What passes the mains and what is made behind them, and what of it the meters right below them see. */
export interface SubMetered {
  readonly supply: Flow;
  readonly subs: Flow;
  readonly hasSubs: boolean;
  readonly meters: readonly string[];
}

export function foundOfSubMeters(place: IndicatorPlace, { supply, subs, hasSubs, meters }: SubMetered): FoundByName {
  if (!isKnown(supply)) return {};
  const isPartial = lacks(supply, false) || (hasSubs && lacks(subs, false));
  return {
    submetered_share: {
      value: supply.energy > 0 ? (100 * subs.energy) / supply.energy : undefined,
      measuredShare: measuredShareOf(hasSubs ? subs : supply),
      meters,
      missing: lacking(
        place,
        ...(hasSubs ? [] : (['sub_meters'] as const)),
        ...(isPartial ? (['whole_year'] as const) : []),
      ),
    },
  };
}

import type { AnswerBucket } from '../energy/buckets.ts';
import type { MatchFigure } from '../matching/match.ts';
import type { OperationalCarbon } from '../matching/operational-carbon.ts';
import type { ShownPoint } from '../series.ts';
import { amount, share } from './known-fields.ts';

/** A place of electricity: a building's half-hours are not matched. */
export interface MatchPlace {
  readonly kind: 'site' | 'organisation' | 'estate';
  readonly place: string;
}

/** How the electricity of a day was matched, half-hour by half-hour. */
export function matchPoint(tags: { kind: string; place: string }, day: AnswerBucket, figure: MatchFigure): ShownPoint {
  const { use, matched, excess, halfHours, compared, withGrid } = figure;
  const said = (energy: number): number => (compared > 0 ? energy : 0);
  const fields = {
    ...amount('use', 'kwh', compared > 0 ? use : undefined),
    matched_own_kwh: said(matched.own),
    matched_contract_kwh: said(matched.contract),
    matched_certificates_kwh: said(matched.certificates),
    excess_kwh: said(excess),
    ...share('matched', figure.hourly),
    ...share('volume', figure.volume),
    ...share('carbon_free', figure.carbonFree),
    half_hours: halfHours,
    compared_half_hours: compared,
    grid_half_hours: withGrid,
    complete: Number(day.because.length === 0 && compared >= halfHours),
  };
  return { series: 'day_match', tags, fields, at: day.from };
}

/** The CO2 of the grid's generation for what was bought on a day. */
export function gridCarbonPoint(
  tags: { kind: string; place: string },
  day: AnswerBucket,
  { carbon, energy, intensity, halfHours, known, forecast }: OperationalCarbon,
): ShownPoint {
  const fields = {
    ...amount('bought', 'kwh', known > 0 ? energy : undefined),
    ...amount('carbon', 'kgco2', carbon),
    ...amount('intensity', 'gco2_per_kwh', intensity),
    half_hours: halfHours,
    known_half_hours: known,
    forecast_half_hours: forecast,
    complete: Number(day.because.length === 0 && known >= halfHours),
  };
  return { series: 'day_grid_carbon', tags, fields, at: day.from };
}

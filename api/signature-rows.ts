import type { z } from 'zod';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import type { Period } from '../domain/time.ts';
import { heatLossCoefficient, saySignature, type Signature } from '../domain/weather/signature.ts';
import { signatureOfUse } from '../domain/weather/site-signature.ts';
import { type SiteWeather, WeatherOfPeriod } from '../store/site-weather.ts';
import { heatingOf } from '../store/weather-corrected.ts';
import type { signatureRowSchema } from './contract/weather.ts';
import { known, standing, when } from './outside.ts';
import type { ApiParts } from './parts.ts';
import type { View } from './view.ts';
import { type PlaceUse, readPlaceUse, type UseQuery, wholeBuckets } from './weather-use.ts';

type SignatureRow = z.output<typeof signatureRowSchema>;

/** A place's use, its weather, and the signature of the two. */
export interface Fit extends PlaceUse {
  readonly weather: SiteWeather;
  readonly signature: Signature;
}

/** The signatures of what a query asks for, of the whole months or days of a period. */
export async function fitAll(parts: ApiParts, view: View, query: UseQuery, period: Period): Promise<Fit[]> {
  const buckets = wholeBuckets(period, query.points, parts.clock());
  const list = await readPlaceUse(parts, view, query, buckets);
  const reader = new WeatherOfPeriod(parts.store, parts.estate(), period);
  return await Promise.all(
    list.map(async (one): Promise<Fit> => {
      const weather = await reader.of(one.site);
      const how = { base: weather.basis.base, length: query.points, search: query.base === 'search' };
      const { signature } = signatureOfUse(one.use, weather.days, how);
      return { ...one, weather, signature };
    }),
  );
}

export function signatureRow(
  { place, name, site, utility, use, weather, signature, measuredShare }: Fit,
  period: Period,
) {
  const { relation, refused, doubts, length, base, points } = signature;
  // A line that is refused is not told; what speaks against it is.
  const line = relation === 'heating' ? signature.line : undefined;
  const { heating_efficiency: efficiency } = site.weather ?? {};
  const heats = line && efficiency !== undefined && heatingOf(site).includes(utility);
  const bucket: AnswerBucket = { from: period.from, to: period.to, because: [] };
  return {
    place,
    place_name: name,
    site: site.id,
    utility,
    ...when(bucket),
    points: length,
    point_count: points.length,
    points_asked: use.length,
    temperatures: [...weather.series],
    method: weather.basis.method,
    base_degc: base,
    relation,
    says: saySignature(signature),
    refused: refused.map(({ criterion }) => criterion),
    doubts: doubts.map(({ criterion }) => criterion),
    baseload_kwh_per_day: known(line?.baseload),
    baseload_error_kwh_per_day: known(line?.baseloadError),
    slope_kwh_per_degree_day: known(line?.slope),
    slope_error_kwh_per_degree_day: known(line?.slopeError),
    r_squared: known(signature.line?.rSquared),
    adjusted_r_squared: known(signature.line?.adjustedRSquared),
    rmse_kwh_per_day: known(line?.rmse),
    cv_rmse: known(line?.cvRmse),
    mean_kwh_per_day: known(signature.meanPerDay),
    heating_efficiency: known(efficiency),
    heat_loss_w_per_k: heats ? known(heatLossCoefficient(line.slope, efficiency)) : null,
    ...standing({ bucket, ...measuredShare, missing: use.some(({ missing }) => missing) }),
  } satisfies SignatureRow;
}

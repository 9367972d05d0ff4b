import { baselineDaysOf, sufficiencyOf } from './baseline-days.ts';
import { caltrackModel } from './caltrack.ts';
import { dayTypesModel } from './day-types-model.ts';
import { disqualifies } from './gates.ts';
import type { BaselineModel, Disqualified, ModelRequest } from './model.ts';

/** The baseline model of a meter, or the gates by which there is none. */
export function baselineModel(request: ModelRequest): { readonly model: BaselineModel } | Disqualified {
  const days = baselineDaysOf(request);
  const unmet = sufficiencyOf(days, request.heatsOnly);
  const disqualified = unmet.filter(disqualifies);
  if (disqualified.length > 0) return { disqualified };
  return request.method === 'day_types' ? dayTypesModel(days, request, unmet) : caltrackModel(days, request, unmet);
}

import type { Estate } from '../../domain/estate/estate.ts';
import { type LocalDate, type Period, startOfDay } from '../../domain/time.ts';
import { estateTimes } from '../../simulators/scale.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { meterCount } from './workload.ts';

/** The year asked about: a calendar year of London, both clock changes in it. */
export const firstDay: LocalDate = '2025-01-01';
export const dayAfter: LocalDate = '2026-01-01';
export const year: Period = { from: startOfDay(firstDay), to: startOfDay(dayAfter) };

/** The sample estate as often as makes 1,140 meters or the first number above. */
export function scaledEstate(): Estate {
  const sample = sampleEstate();
  return estateTimes(sample, Math.ceil(meterCount / sample.meters.size));
}

/** Names in a folder of the year's files. */
export const storeFile = 'readings.duckdb';
export const stateFile = 'state.sqlite';

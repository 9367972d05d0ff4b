import { daysBetween, type LocalDate } from '../time.ts';
import { cutDays } from './baseline-days.ts';
import { baselineModel } from './baseline-model.ts';
import { type DailyTemperature, type Days, lastYearOf, leastOfYear, yearDays } from './daily.ts';
import { effectsOf } from './events.ts';
import { type Expected, expectedOf } from './expected.ts';
import { type Gate, notPassed } from './gates.ts';
import type { BaselineModel, Interval } from './model.ts';
import type { RoutineBreak, SavingAnswer, SavingRequest, Verdict } from './saving.ts';

/** The saving of a meter after works, or the gates by which there is no number. */
export function savingOf(request: SavingRequest): SavingAnswer {
  const { baseline, temperature } = request;
  const effects = effectsOf(request.use, request.events ?? [], baseline, request.reporting);
  const { leftOut, treated } = effects;
  const answer = request.model
    ? { model: request.model }
    : baselineModel({ ...request, use: effects.use, days: baseline, leftOut });
  if ('disqualified' in answer) return answer;
  const { model } = answer;
  const period: Days = { first: request.reporting.first, last: effects.last };
  const used = cutDays(effects.use, period, leftOut);
  const expected = expectedOf(model, temperature, period, (i) => !Number.isNaN(used[i]));
  const unknown = notPassed({ reporting_known: expected.count });
  if (unknown.length > 0) return { disqualified: unknown };
  const byEvent = adjustedBy(request.events ?? [], period.first, expected.values);
  const events = treated.map((one) =>
    one.treated === 'adjusted' ? { ...one, adjusted: byEvent.get(one.id) ?? 0 } : one,
  );
  const adjusted = events.reduce((all, one) => all + one.adjusted, 0);
  const { sum, saved } = savedBy(expected, used);
  return {
    period,
    knownDays: expected.count,
    expected: expected.sum.best + adjusted,
    used: sum + adjusted,
    saved,
    savedShare: expected.sum.best + adjusted > 0 ? scaled(saved, 1 / (expected.sum.best + adjusted)) : undefined,
    perYear: perYearOf(model, temperature, period, used),
    verdict: verdictOf(saved),
    events,
    doubts: [...model.doubts, ...doubtsOf(request, { model, period, saved, expected, treated })],
    model,
  };
}

/** What was used of the days that have an expectation, and what that saves. */
function savedBy({ values, sum }: Expected, used: Float64Array): { readonly sum: number; readonly saved: Interval } {
  const all = used.reduce((total, one, i) => (Number.isNaN(values[i] as number) ? total : total + one), 0);
  return { sum: all, saved: { low: sum.low - all, best: sum.best - all, high: sum.high - all } };
}

/**
 * What the last year of a period saved. Of a year and a half two winters would count against one summer, and heating
 * saves in winters alone.
 */
function perYearOf(
  model: BaselineModel,
  temperature: DailyTemperature,
  period: Days,
  used: Float64Array,
): Interval | undefined {
  const year = lastYearOf(period);
  const ofYear = used.slice(daysBetween(period.first, year.first));
  const expected = expectedOf(model, temperature, year, (i) => !Number.isNaN(ofYear[i]));
  if (expected.count < leastOfYear) return undefined;
  return scaled(savedBy(expected, ofYear).saved, yearDays / expected.count);
}

/** What each event of known effect adds to the known days: it is in what was used, and is expected too. */
function adjustedBy(events: readonly RoutineBreak[], first: LocalDate, values: Float64Array): Map<string, number> {
  const all = new Map<string, number>();
  for (const { id, from, to, addsPerDay = 0 } of events) {
    const last = to === undefined ? values.length - 1 : Math.min(values.length - 1, daysBetween(first, to));
    const days = values.slice(Math.max(0, daysBetween(first, from)), last + 1);
    all.set(id, addsPerDay * days.filter((one) => !Number.isNaN(one)).length);
  }
  return all;
}

function scaled({ low, best, high }: Interval, by: number): Interval {
  return { low: low * by, best: best * by, high: high * by };
}

function verdictOf({ low, high }: Interval): Verdict {
  return low > 0 ? 'saves' : high < 0 ? 'uses_more' : 'not_shown';
}

interface Found {
  readonly model: BaselineModel;
  readonly period: Days;
  readonly saved: Interval;
  readonly expected: { readonly values: Float64Array; readonly count: number; readonly sum: Interval };
  readonly treated: readonly { readonly daysLeftOut: number }[];
}

function doubtsOf({ temperature }: SavingRequest, { model, period, saved, expected, treated }: Found): Gate[] {
  const degrees = cutDays(temperature, period);
  const { coldest, warmest } = model.seen;
  const unseen = degrees.reduce((count, one, i) => {
    const counts = !Number.isNaN(expected.values[i]);
    return count + Number(counts && (one < coldest || one > warmest));
  }, 0);
  return notPassed({
    reporting_year: expected.count,
    reporting_share: expected.count / Math.max(1, expected.values.length),
    weather_seen: unseen / expected.count,
    saving_share: expected.sum.best > 0 ? Math.abs(saved.best) / expected.sum.best : undefined,
    saving_certain: saved.best === 0 ? undefined : (saved.high - saved.low) / 2 / Math.abs(saved.best),
    event_not_known: treated.reduce((days, one) => days + one.daysLeftOut, 0),
  });
}

import { disclosurePeriodOf, disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { supplyMeters } from '../domain/certificates/uses.ts';
import { metersNeeded } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { Gap } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { type FigureAsked, figureKinds } from '../domain/signoff/figure-asked.ts';
import type { SignedDay } from '../domain/signoff/sign-off.ts';
import { addDays, dateOf, daySeconds, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import { checkSize, type Stores } from './energy.ts';
import type { DayFigure } from './reading-store.ts';

/** The days that a figure is reckoned from: some meters in some time. */
export interface FigureSpan {
  readonly meters: readonly string[];
  readonly period: Period;
}

/**
 * What a figure of some sites rests on: the days of its own meters, and where certificates cover its electricity, those
 * of every supply point of the estate in the disclosure years to date, among which they are shared out.
 */
export function figureSpans(
  estate: Estate,
  asked: FigureAsked,
  sites: readonly string[],
  period: Period,
  now: EpochSeconds,
): FigureSpan[] {
  const spans: FigureSpan[] = [{ meters: metersNeeded(estate, sites, period), period }];
  if (!figureKinds[asked.figure].market) return spans;
  const today = startOfDay(addDays(dateOf(now), 1));
  for (let at = period.from; at < period.to && at < now; ) {
    const { from, to } = disclosureYear(disclosurePeriodOf(dateOf(at)));
    const year = { from, to: Math.min(to, today) };
    spans.push({ meters: supplyMeters(estate, year).meters, period: year });
    at = to;
  }
  return eachOnce(spans);
}

/** Spans without the meters that a longer one around them has. */
function eachOnce(spans: readonly FigureSpan[]): FigureSpan[] {
  const kept: { readonly meters: ReadonlySet<string>; readonly period: Period }[] = [];
  for (const { meters, period } of spans.toSorted((a, b) => daysIn(b.period) - daysIn(a.period))) {
    const around = kept.filter((one) => one.period.from <= period.from && one.period.to >= period.to);
    kept.push({ period, meters: new Set(meters.filter((meter) => !around.some((one) => one.meters.has(meter)))) });
  }
  return kept.map(({ meters, period }) => ({ meters: [...meters], period }));
}

/** Which of some days of a meter are among those of the spans. */
export function daysInside<Day extends { readonly day: EpochSeconds }>(
  spans: readonly FigureSpan[],
  meter: string,
  days: readonly Day[],
): Day[] {
  const periods = spans.filter(({ meters }) => meters.includes(meter)).map(({ period }) => period);
  return days.filter(({ day }) => periods.some(({ from, to }) => day >= from && day < to));
}

export interface FigureDays {
  readonly days: readonly SignedDay[];
  readonly gaps: readonly Gap[];
}

/** Reads the days and gaps of some spans, each once. Rejects with `request.range-too-long` where they are too many. */
export async function readFigureDays({ store, state }: Stores, spans: readonly FigureSpan[]): Promise<FigureDays> {
  const count = spans.reduce((sum, { meters, period }) => sum + meters.length * daysIn(period), 0);
  checkSize(count, limits.signedDays);
  const days = new Map<string, SignedDay>();
  const gaps = new Map<string, Gap>();
  for (const { meters, period } of spans) {
    for (const day of await store.days(meters, period)) days.set(`${day.meter} ${day.day}`, signedDay(day));
    for (const gap of state.gaps(meters, period)) gaps.set(`${gap.meter} ${gap.from}`, gap);
  }
  return { days: [...days.values()].sort((a, b) => a.day - b.day), gaps: [...gaps.values()] };
}

function daysIn({ from, to }: Period): number {
  return (to - from) / daySeconds;
}

/** A day figure, as it is frozen. */
function signedDay({ site: _site, utility: _utility, emissionsLocation: _emissions, ...day }: DayFigure): SignedDay {
  return day;
}

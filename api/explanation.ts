import type { z } from 'zod';
import type { Act } from '../domain/acts.ts';
import { type Meter, validOn } from '../domain/estate/estate.ts';
import { formulaEras, termMeters } from '../domain/half-hours/formula.ts';
import { deriveHalfHours, type Gap, rules } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { volumeCorrectionOf } from '../domain/half-hours/gas.ts';
import { countMeaningOn } from '../domain/half-hours/meter-conversion.ts';
import type { Reading } from '../domain/readings/reading.ts';
import { rulingActs, rulingsOf } from '../domain/readings/rulings.ts';
import { rulingActsOf, rulingsFor } from '../store/rulings-of-meter.ts';
import {
  dateOf,
  daySeconds,
  type EpochSeconds,
  halfHoursOf,
  halfHourSeconds,
  type Period,
  toIso,
} from '../domain/time.ts';
import { quantityOf } from '../domain/units.ts';
import type { StoredHalfHour } from '../store/reading-store.ts';
import { actAnswer } from './acts.ts';
import type { dayExplanationSchema, explainedHalfHourSchema, halfHourExplanationSchema } from './contract/explain.ts';
import { diagnosisOf } from './diagnosis.ts';
import { findingAnswer } from './finding-answer.ts';
import type { ApiParts } from './parts.ts';

type Whole = z.output<typeof halfHourExplanationSchema>;
type Shared = Omit<Whole, 'half_hour' | 'readings'>;

/** The chain of one half-hour: readings, rule, conversion, who decided what, what it was before. */
export async function explainHalfHour(parts: ApiParts, meter: Meter, start: EpochSeconds): Promise<Whole> {
  const period = { from: start, to: start + halfHourSeconds };
  const [shared, rows, readings] = await Promise.all([
    explainPeriod(parts, meter, period),
    parts.store.halfHours([meter.id], period),
    readingsAround(parts, meter, period),
  ]);
  return { ...shared, half_hour: halfHourAnswer(start, rows[0]), readings };
}

/** A London day: its half-hours with their rules, and the rest of the chain once. */
export async function explainDay(
  parts: ApiParts,
  meter: Meter,
  date: string,
  period: Period,
): Promise<z.output<typeof dayExplanationSchema>> {
  const [shared, rows] = await Promise.all([
    explainPeriod(parts, meter, period),
    parts.store.halfHours([meter.id], period),
  ]);
  const byStart = new Map(rows.map((row) => [row.start, row]));
  // What has not begun is not missing.
  const begun = halfHoursOf(period).filter((start) => start < parts.clock());
  const half_hours = begun.map((start) => halfHourAnswer(start, byStart.get(start)));
  return { ...shared, date, half_hours };
}

/** A half-hour as it is explained. */
export function halfHourAnswer(
  start: EpochSeconds,
  row: StoredHalfHour | undefined,
): z.output<typeof explainedHalfHourSchema> {
  return {
    from: toIso(start),
    to: toIso(start + halfHourSeconds),
    energy_kwh: row?.energy ?? null,
    volume_m3: row?.volume ?? null,
    quality: row?.quality ?? 'missing',
    rule: row?.rule ?? null,
    says: row ? rules[row.rule] : null,
    register_version: row?.registerVersion ?? null,
  };
}

async function explainPeriod(parts: ApiParts, meter: Meter, period: Period): Promise<Shared> {
  const { state } = parts;
  const acts = rulingActsOf(state, meter.id);
  const exchanges = state.acts({ meter: meter.id, kinds: ['record-exchange'], limit: 1_000 });
  const findings = meter.role === 'virtual' ? [] : await diagnosisOf(parts, meter, period);
  return {
    meter: meter.id,
    unit: meter.unit,
    conversion: conversionOn(meter, period.from),
    gaps: state.gaps([meter.id], period).map(gapAnswer),
    parts: meter.role === 'virtual' ? await partsOf(parts, meter, period) : [],
    rulings: rulingsAbout(acts, period),
    exchanges: exchanges.map(actAnswer),
    superseded: state.superseded(meter.id, period).map(({ at, identity, before, after, replaced }) => {
      return {
        at: toIso(at),
        series: identity.split('/').slice(1, 3).join(' '),
        before,
        after,
        replaced: toIso(replaced),
      };
    }),
    findings: findings.map(findingAnswer),
  };
}

/** How a meter's counts become energy on the day of an instant. */
export function conversionOn(meter: Meter, at: EpochSeconds): Shared['conversion'] {
  const date = dateOf(at);
  const multiplier = validOn(meter.multiplier, date);
  const calorific = validOn(meter.calorific_value ?? [], date);
  const content = validOn(meter.energy_content ?? [], date);
  const meaning = countMeaningOn(meter, date);
  return {
    multiplier: multiplier?.times ?? null,
    multiplier_from: multiplier?.from ?? null,
    counted_unit: multiplier?.unit ?? meter.unit,
    energy_kwh_per_count: meaning.energy ?? null,
    volume_m3_per_count: meaning.volume ?? null,
    calorific_value_mj_per_m3: calorific?.value_mj_per_m3 ?? null,
    calorific_value_source: calorific?.source ?? null,
    volume_correction: volumeCorrectionOf(meter) ?? null,
    energy_content_kwh: content?.kwh ?? null,
    energy_content_per: content?.per ?? null,
    energy_content_source: content?.source ?? null,
  };
}

const gapAnswer = ({ from, to, energy, volume }: Gap): Shared['gaps'][number] => {
  return { from: toIso(from), to: toIso(to), energy_kwh: energy ?? null, volume_m3: volume ?? null };
};

function rulingsAbout(acts: readonly Act[], period: Period): Shared['rulings'] {
  const standing = new Set(rulingsOf(acts).map(({ act }) => act));
  return acts
    .filter(({ kind, detail }) => {
      const { from, to } = detail as Partial<Period>;
      return kind !== rulingActs.undo && from !== undefined && to !== undefined && from < period.to && to > period.from;
    })
    .map((act) => ({ ...actAnswer(act), stands: standing.has(act.id) }));
}

async function partsOf({ store }: ApiParts, meter: Meter, period: Period): Promise<Shared['parts']> {
  const rows = Map.groupBy(await store.halfHours(termMeters(meter), period), (row) => row.meter);
  const terms = formulaEras(meter, period).flatMap((era) => era.terms);
  return terms.map(({ meter: id, times }) => {
    const list = rows.get(id) ?? [];
    const known = list.filter(({ quality }) => quality !== 'missing');
    const sum = (key: 'energy' | 'volume'): number | null => {
      const values = known.flatMap((row) => row[key] ?? []);
      return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
    };
    const missing = (period.to - period.from) / halfHourSeconds - known.length;
    return { meter: id, times, energy_kwh: sum('energy'), volume_m3: sum('volume'), missing_half_hours: missing };
  });
}

/** How many readings of each series are shown on each side of those in the half-hour, and in it at most. */
const besides = 3;
const most = 200;

async function readingsAround(parts: ApiParts, meter: Meter, period: Period): Promise<Whole['readings']> {
  const { store, state, clock } = parts;
  const quantity = quantityOf(meter.unit);
  const shown: Reading[] = [];
  const context: Reading[] = [];
  for (const series of (await store.seriesOf(meter.id)).filter((each) => each.quantity === quantity)) {
    const around = { from: period.from - 4 * daySeconds, to: period.to + 4 * daySeconds };
    const [before, within, after, list] = await Promise.all([
      store.before(series, period.from, besides),
      store.readings(series, period, most),
      store.from(series, period.to, besides),
      store.readings(series, around, limits.derivationReadings),
    ]);
    shown.push(...before, ...within, ...after);
    for (const reading of list) context.push(reading);
  }
  const rulings = rulingsFor(state, meter.id);
  const times = shown.map(({ at }) => at);
  const window = { from: Math.min(period.from, ...times) - halfHourSeconds, to: Math.max(period.to, ...times) + 1 };
  const { doubts } = deriveHalfHours({ meter, readings: context, window, now: clock(), rulings });
  const doubtOf = new Map(doubts.map((doubt) => [`${doubt.reading.kind} ${doubt.reading.at}`, doubt]));
  return shown
    .sort((a, b) => a.at - b.at)
    .map(({ at, value, kind, period: period_s, received }) => {
      const doubt = doubtOf.get(`${kind} ${at}`);
      const why = { believed: doubt === undefined, rule: doubt?.rule ?? null, says: doubt?.says ?? null };
      return { at: toIso(at), value, unit: meter.unit, kind, period_s, received: toIso(received), ...why };
    });
}

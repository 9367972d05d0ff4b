import { columnsAskedFor, type SiteSubjects, subjectsOf } from '../../../domain/alerts/subjects.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import type { Meter } from '../../../domain/estate/estate.ts';
import { dateOf, type EpochSeconds, halfHourSeconds, type Period } from '../../../domain/time.ts';
import { chanceAt, deviationAt, glidingAt, seedOf } from '../../../simulators/chance.ts';
import type { Model } from '../../../simulators/model.ts';
import { amountPerCount, amountPerKwhOf } from '../../../simulators/registers.ts';
import { statedPriceOf } from '../../../simulators/true-causes.ts';

/**
 * What a house sees of a simulated estate: what passes each meter, in steps of its register, with half-hours that are
 * missing; a thermometer that is not quite where the building is; panels of which no two are shone on alike.
 */
export function observedSite(model: Model, subjects: SiteSubjects, period: Period): SiteColumns {
  const count = (period.to - period.from) / halfHourSeconds;
  const seed = seedOf(model.seed, `${subjects.site}/thermometer`);
  const temperature = Float64Array.from({ length: count }, (_, i) => {
    const { temperature: degrees } = model.weatherAt(period.from + i * halfHourSeconds);
    return Math.round(10 * (degrees + thermometerOff * glidingAt(seed, i / 96))) / 10;
  });
  const meters = columnsAskedFor(subjects).map((id) => meterOf(model, id));
  return {
    subjects,
    from: period.from,
    count,
    columns: new Map(
      meters.map((meter) => [meter.id, observedColumn(model, meter, period, passedBy(model, meter, period.from))]),
    ),
    temperature,
    worth: new Map(meters.map((meter) => [meter.id, { price: statedPriceOf(meter) }])),
  };
}

/** °C, one standard deviation. */
const thermometerOff = 0.7;
/** What clouds and dirt do to panels by half-hour and by day. */
const panelsOff = { halfHour: 0.12, day: 0.05 } as const;
/** So many times in a window a meter is not heard, for so many half-hours at the most. */
const gaps = { each: 5, longest: 72 } as const;

export function subjectsAt(model: Model, at: number): SiteSubjects[] {
  return subjectsOf(model.estate, dateOf(at));
}

function meterOf({ estate }: Model, id: string): Meter {
  const meter = estate.meters.get(id);
  if (!meter) throw new RangeError(`no meter ${id}`);
  return meter;
}

/** What passes a meter in a half-hour of a window. What panels make more or less is imported less or more. */
function passedBy(model: Model, meter: Meter, from: EpochSeconds): (i: number) => number {
  const amountOf = (id: string, i: number): number => model.halfHour(id, from + i * halfHourSeconds);
  const panels = [...model.estate.meters.values()].filter(
    ({ site, technology }) => site === meter.site && technology === 'solar',
  );
  const more = (id: string, i: number): number => {
    const seed = seedOf(model.seed, `${id}/panels`);
    const day = deviationAt(seed, 1e6 + Math.floor(i / 48));
    const share = panelsOff.halfHour * deviationAt(seed, i) + panelsOff.day * day;
    return amountOf(id, i) * Math.max(-1, share);
  };
  const of = (role: Meter['role']): Meter | undefined =>
    [...model.estate.meters.values()].find(
      (one) =>
        one.site === meter.site && one.utility === 'electricity' && one.measures === 'active' && one.role === role,
    );
  if (panels.includes(meter)) return (i) => amountOf(meter.id, i) + more(meter.id, i);
  const [main, exporting] = [of('main'), of('export')];
  if (panels.length === 0 || !main || !exporting || (meter !== main && meter !== exporting)) {
    return (i) => amountOf(meter.id, i);
  }
  return (i) => {
    const made = panels.reduce((sum, { id }) => sum + more(id, i), 0);
    const net = amountOf(main.id, i) - amountOf(exporting.id, i) - made;
    return Math.max(0, meter === main ? net : -net);
  };
}

function observedColumn(model: Model, meter: Meter, { from, to }: Period, passed: (i: number) => number): Float64Array {
  const count = (to - from) / halfHourSeconds;
  const seed = seedOf(model.seed, `${meter.id}/observed`);
  const perUnit = meter.utility === 'water' || meter.measures === 'reactive' ? 1 : amountPerKwhOf(meter);
  const step = meter.register ? meter.register.step * amountPerCount(meter) : 0;
  const column = new Float64Array(count);
  let [counted, sum] = [0, 0];
  for (let i = 0; i < count; i++) {
    const amount = passed(i);
    sum += amount;
    const shown = step > 0 ? Math.floor(sum / step + 1e-6) * step : sum;
    column[i] = (shown - counted) / perUnit;
    counted = shown;
  }
  for (let k = 0; k < gaps.each; k++) {
    const first = Math.floor(chanceAt(seed, 2e6 + k) * count);
    column.fill(Number.NaN, first, first + 1 + Math.floor(chanceAt(seed, 3e6 + k) ** 2 * gaps.longest));
  }
  return column;
}

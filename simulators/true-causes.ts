import type { Meter } from '../domain/estate/estate.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import { type Happening, type HappeningKind, mendedAt } from './happenings.ts';
import { type Model, modelOf } from './model.ts';
import { amountPerKwhOf } from './registers.ts';

/** What truly happened, as a watch of use should tell it: where it shows, how large it is, and what it costs. */
export interface TrueCause {
  readonly kind: HappeningKind;
  readonly site: string;
  /** Where it is. */
  readonly meter: string;
  /** All meters that what it adds passes, the one that it is at among them. */
  readonly meters: readonly string[];
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /**
   * What passes more at its meter, or is made less, in the half-hours in which it runs: the mean of its last four weeks
   * (a creeping cause as it is in the end).
   */
  readonly rate: number;
  /** The same in the mean of all hours. */
  readonly mean: number;
  readonly unit: 'kW' | 'm3/h' | 'kvar';
  /** By `statedPrices`, of the same weeks. A supply that is lost costs nothing that is counted. */
  readonly gbpPerWeek: number;
}

/** Pounds for a kWh, a m³ or a kvarh: round numbers near what an NHS trust paid in 2025. */
export const statedPrices = { electricity: 0.25, heat: 0.08, fuel: 0.06, water: 3.6, reactive: 0.003 } as const;

/** Pounds for what a meter counts, in kWh, m³ or kvarh. */
export function statedPriceOf({ utility, measures }: Pick<Meter, 'utility' | 'measures'>): number {
  if (measures === 'reactive') return statedPrices.reactive;
  if (utility === 'electricity' || utility === 'cooling') return statedPrices.electricity;
  if (utility === 'water') return statedPrices.water;
  return utility === 'heat' || utility === 'steam' ? statedPrices.heat : statedPrices.fuel;
}

const lastWeeks = 4 * 7 * daySeconds;

/** By comparing each meter of the site with what it would have counted without this one. Measures are no causes. */
export function trueCausesOf(model: Model, period: Period): TrueCause[] {
  return model.happenings
    .filter((one) => one.kind !== 'measure' && one.from < period.to && mendedAt(one) > period.from)
    .map((one) => trueCause(model, one, period))
    .toSorted((a, b) => a.from - b.from || (a.meter < b.meter ? -1 : 1));
}

function trueCause(model: Model, one: Happening, period: Period): TrueCause {
  const { estate, seed, start, happenings } = model;
  const at = estate.meters.get(one.meter);
  if (!at) throw new RangeError(`no meter ${one.meter} in the estate`);
  const without = modelOf({ estate, seed, start, happenings: happenings.filter((other) => other !== one) });
  const [from, to] = [Math.max(one.from, period.from), Math.min(mendedAt(one), period.to)];
  const lately = { from: Math.max(from, to - lastWeeks), to };
  const site = [...estate.meters.values()].filter((meter) => meter.site === at.site);
  const shown = site.map((meter) => ({ meter, ...differenceOf(model, without, meter, lately) }));
  // At a lost supply nothing may have passed the main, as panels gave it all.
  const showing = shown.filter(({ meter, whole }) => whole > 0 || meter === at);
  const here = showing.find(({ meter }) => meter === at) ?? { whole: 0, runs: 0 };
  const paid = showing.filter(({ meter }) => meter === at || ('cooling' in one && meter.id === one.cooling));
  const weeks = (lately.to - lately.from) / (7 * daySeconds);
  const gbp = paid.reduce((sum, { meter, whole }) => sum + whole * statedPriceOf(meter), 0);
  return {
    kind: one.kind,
    site: at.site,
    meter: at.id,
    meters: showing.map(({ meter }) => meter.id),
    from,
    to,
    rate: (2 * here.whole) / Math.max(here.runs, 1),
    mean: here.whole / ((lately.to - lately.from) / 3_600),
    unit: at.measures === 'reactive' ? 'kvar' : at.utility === 'water' ? 'm3/h' : 'kW',
    gbpPerWeek: one.kind === 'supply-lost' ? 0 : gbp / weeks,
  };
}

/** What a meter counted otherwise, kWh, m³ or kvarh, and in how many half-hours. */
function differenceOf(
  model: Model,
  without: Model,
  meter: Meter,
  { from, to }: Period,
): { whole: number; runs: number } {
  const perKwh = meter.utility === 'water' || meter.measures === 'reactive' ? 1 : amountPerKwhOf(meter);
  let [whole, runs] = [0, 0];
  for (let at = from; at < to; at += halfHourSeconds) {
    const difference = Math.abs(model.halfHour(meter.id, at) - without.halfHour(meter.id, at)) / perKwh;
    // What floating point leaves between two sums is none.
    if (difference < 1e-6) continue;
    whole += difference;
    runs++;
  }
  return { whole, runs };
}

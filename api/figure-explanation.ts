import type { z } from 'zod';
import { dayWeightedArea } from '../domain/energy/area.ts';
import { isKnown, measuredShareOf, type Sums } from '../domain/energy/flow.ts';
import { metersNeeded } from '../domain/energy/site-energy.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { shareOfGap } from '../domain/half-hours/day-figures.ts';
import { rules } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { touches } from '../domain/signoff/acts-touching.ts';
import { type FigureAsked, figureKinds } from '../domain/signoff/figure-asked.ts';
import { type MeterShare, meterShares } from '../domain/signoff/meter-shares.ts';
import {
  boundariesOf,
  dateOf,
  dayOf,
  daySeconds,
  type EpochSeconds,
  halfHourSeconds,
  type LocalDate,
  type Period,
  startOfDay,
  toIso,
} from '../domain/time.ts';
import { checkSize, readDays } from '../store/energy.ts';
import { type FoundFigure, readFigure, unitOf } from '../store/figure.ts';
import type { StoredHalfHour } from '../store/reading-store.ts';
import { accountingSaid } from './accounting.ts';
import { actAnswer } from './acts.ts';
import type {
  depths,
  explainedFigureShape,
  factorUsedSchema,
  figureExplanationSchema,
} from './contract/explain-figure.ts';
import { conversionOn, halfHourAnswer } from './explanation.ts';
import { marketChainAnswer } from './market-chain.ts';
import { known, share, standing } from './outside.ts';
import type { ApiParts } from './parts.ts';

type Explanation = z.output<typeof figureExplanationSchema>;
type SiteAnswer = Explanation['sites'][number];
type MeterAnswer = NonNullable<SiteAnswer['meters']>[number];
type DayAnswer = NonNullable<MeterAnswer['days']>[number];
type Head = z.output<z.ZodObject<typeof explainedFigureShape>>;

/** How far the chain is opened. */
export interface Opening {
  readonly depth: (typeof depths)[number];
  /** Meters to open into days; all where it is not said. */
  readonly meters?: readonly string[] | undefined;
}

/**
 * The chain of a figure: from the total to sites, meters, days and half-hours, each level adding up to the one above.
 * Undefined where the period has not begun. Rejects with `request.range-too-long` where more would be opened than the
 * limit.
 */
export async function explainFigure(
  parts: ApiParts,
  visible: Iterable<string>,
  asked: FigureAsked,
  { depth, meters: opened }: Opening,
): Promise<Omit<Explanation, 'known_on'> | undefined> {
  const estate = parts.estate();
  const found = await readFigure({ stores: parts, estate, now: parts.clock() }, visible, asked);
  if (!found) return undefined;
  const { bucket, sites, boundaries } = found;
  const needed = metersNeeded(estate, sites, bucket);
  const sums = { boundaries, cells: (await readDays(parts, needed, boundaries)).cells };
  const shares = meterShares(estate, sites, sums, bucket, { ...asked, counts: found.counts });
  const isOpen = ({ meter }: MeterShare): boolean => opened === undefined || opened.includes(meter.id);
  const days =
    depth === 'days' || depth === 'half_hours' ? await daysOf(parts, found, shares.filter(isOpen), depth) : undefined;
  const counted = depth === 'sites' ? undefined : await rulesOf(parts, shares, bucket);
  const bySite = Map.groupBy(shares, (one) => one.site);
  return {
    ...headOf(estate, found),
    sites: sites.map((site): SiteAnswer => {
      const own = found.parts.filter((part) => part.site === site);
      const list = bySite.get(site) ?? [];
      return {
        site,
        name: estate.sites.get(site)?.name ?? site,
        energy_kwh: energyOf(own),
        value: valueOf(found, own, boundaries),
        meters:
          depth === 'sites'
            ? null
            : list.map((one) => ({
                ...meterAnswer(found, one, bucket),
                rules: counted?.get(one.meter.id) ?? null,
                days: days?.get(one) ?? null,
                superseded: formerDays(parts, one.meter, bucket),
              })),
        adjustments: adjustmentsOf(found, own, list),
      };
    }),
    market: found.market ? marketChainAnswer(found.market) : null,
    acts: actsAbout(parts, shares, bucket),
  };
}

/** What is said of the figure as a whole. */
export function headOf(estate: Estate, found: FoundFigure): Omit<Head, 'known_on'> {
  const { asked, bucket, sites } = found;
  const { unit, per } = unitOf(asked);
  const { place } = asked;
  return {
    figure: asked.figure,
    says: figureKinds[asked.figure].says,
    place: { ...place, name: nameOf(estate, asked) },
    utility: asked.utility ?? null,
    period: { from: toIso(bucket.from), to: toIso(bucket.to) },
    value: known(found.value),
    unit,
    per: per ?? null,
    energy_kwh: known(found.energy),
    ...standing({
      bucket,
      ...found.measuredShare,
      missing: found.partial.includes('missing'),
      warnings: found.warnings,
    }),
    register_version: found.versions.register,
    accounting: found.accounting ? accountingSaid(found.accounting, bucket) : null,
    factors: found.factors.map(factorAnswer),
    areas: found.area === undefined ? [] : areasOf(estate, asked, sites, bucket),
  };
}

function factorAnswer(factor: FoundFigure['factors'][number]): z.output<typeof factorUsedSchema> {
  const { utility, activity, scope, set, value, standing: how, source } = factor;
  const valid = { valid_from: factor.validFrom, valid_to: factor.validTo };
  return {
    utility,
    activity,
    scope,
    set,
    value,
    unit: `${factor.unit}/${factor.per}`,
    standing: how,
    ...valid,
    source,
  };
}

function nameOf(estate: Estate, { place: { kind, id } }: FigureAsked): string {
  if (kind === 'estate') return estate.name;
  if (kind === 'site') return estate.sites.get(id)?.name ?? id;
  if (kind === 'organisation') return estate.organisations.get(id)?.name ?? id;
  return (
    [...estate.sites.values()].flatMap((site) => site.buildings).find((building) => building.id === id)?.name ?? id
  );
}

function areasOf(estate: Estate, { place }: FigureAsked, sites: readonly string[], period: Period): Head['areas'] {
  return sites.flatMap((id) => {
    const site = estate.sites.get(id);
    const building = site?.buildings.find((one) => one.id === place.id);
    const isBuilding = place.kind === 'building';
    const list = isBuilding ? (building?.gross_internal_area_m2 ?? []) : (site?.gross_internal_area_m2 ?? []);
    const { area, openDays, unknownDays } = dayWeightedArea(list, period, site);
    const days = { open_days: openDays, unknown_days: unknownDays };
    return [{ place: isBuilding ? place.id : id, gross_internal_area_m2: known(area), ...days }];
  });
}

function energyOf(parts: readonly EnergyPart[]): number | null {
  const total = addParts(parts.filter((part) => part.utility !== 'water'));
  return isKnown(total) ? total.energy : null;
}

function valueOf(
  found: FoundFigure,
  parts: readonly EnergyPart[],
  boundaries: readonly EpochSeconds[],
  times = 1,
): number | null {
  const value = found.shareOf(parts, boundaries);
  return value === undefined ? null : (known(times * value) ?? null);
}

function meterAnswer(
  found: FoundFigure,
  { meter, as, times, reporter, parts, total }: MeterShare,
  period: Period,
): Omit<MeterAnswer, 'rules' | 'days' | 'superseded'> {
  const isWater = meter.utility === 'water';
  const said = isKnown(total);
  return {
    meter: meter.id,
    name: meter.name,
    utility: meter.utility,
    counts_as: as,
    times,
    reporter: reporter ?? null,
    energy_kwh: said && !isWater ? total.energy : null,
    volume_m3: said && total.volume !== 0 ? total.volume : null,
    value: valueOf(found, parts, found.boundaries, times),
    measured_share: share(measuredShareOf(total, isWater ? 'volume' : 'energy').byAmount),
    conversions: conversionDates(meter, period).map((from) => ({ from, ...conversionOn(meter, startOfDay(from)) })),
  };
}

/** The first date, and those on which a count begins to mean something else. */
function conversionDates(meter: Meter, period: Period): LocalDate[] {
  const [first, last] = [dateOf(period.from), dateOf(period.to - 1)];
  const changes = [...meter.multiplier, ...(meter.calorific_value ?? []), ...(meter.energy_content ?? [])];
  const within = changes.map(({ from }) => from).filter((from) => from > first && from <= last);
  return [first, ...new Set(within.sort())];
}

/** What of a site is not the plain sum of its meters, by what it counts as and utility. */
function adjustmentsOf(
  found: FoundFigure,
  own: readonly EnergyPart[],
  shares: readonly MeterShare[],
): SiteAnswer['adjustments'] {
  const groups = Map.groupBy(own, (part) => `${part.source} ${part.utility}`).values();
  return [...groups].flatMap((parts): SiteAnswer['adjustments'] => {
    const [first] = parts;
    if (!first) return [];
    const { utility, source } = first;
    const of = shares.filter(
      (one) => one.meter.utility === utility && (one.as === 'purchased') === (source === 'purchased'),
    );
    if (of.length === 0) return [];
    const total = addParts(parts);
    const less = (whole: number, of_: (one: MeterShare) => number): number =>
      of.reduce((rest, one) => rest - one.times * of_(one), whole);
    const energy = less(total.energy, (one) => one.total.energy);
    const volume = less(total.volume, (one) => one.total.volume);
    const whole = found.shareOf(parts, found.boundaries);
    const value = whole === undefined ? null : less(whole, (one) => found.shareOf(one.parts, found.boundaries) ?? 0);
    const isPlain = (rest: number, of_: number): boolean => Math.abs(rest) <= 1e-9 * Math.max(1, Math.abs(of_));
    const amounts = isPlain(energy, total.energy) && isPlain(volume, total.volume);
    if (amounts && isPlain(value ?? 0, whole ?? 0)) return [];
    return [{ utility, counts_as: source, energy_kwh: energy, volume_m3: volume, value, says: reasonOf(source) }];
  });
}

function reasonOf(source: EnergyPart['source']): string {
  return source === 'purchased'
    ? 'what is taken off exceeded what it is taken off from, and use is never below nothing'
    : 'what left is shared by all that was made here, day by day, and own use is never below nothing';
}

/** The days of opened meters, each with its part of the figure, and their half-hours where they are asked for. */
async function daysOf(
  parts: ApiParts,
  found: FoundFigure,
  shares: readonly MeterShare[],
  depth: Opening['depth'],
): Promise<Map<MeterShare, DayAnswer[]>> {
  const { bucket, asked, sites } = found;
  const boundaries = boundariesOf(bucket, 'day');
  const ids = [...new Set(shares.map(({ meter }) => meter.id))];
  const isHalfHours = depth === 'half_hours';
  checkSize(ids.length * boundaries.length, isHalfHours ? limits.explainedDays / 48 : limits.explainedDays);
  const estate = parts.estate();
  const sums: Sums = await readDays(parts, ids, boundaries);
  const byDay = meterShares(estate, sites, sums, bucket, { ...asked, counts: found.counts });
  const halfHours = isHalfHours ? Map.groupBy(await parts.store.halfHours(ids, bucket), (row) => row.meter) : undefined;
  return new Map(
    shares.map((one) => {
      const { as, times, meter, reporter } = one;
      const days = byDay.find(
        (other) => other.meter === meter && other.as === as && other.times === times && other.reporter === reporter,
      );
      const inside = halfHours && insidesOf(parts, meter, bucket, halfHours.get(meter.id) ?? []);
      const answers = (days?.parts ?? []).map((part): DayAnswer => {
        const from = boundaries[part.bucket] ?? 0;
        return {
          ...dayAnswer(found, part, boundaries, times),
          ...(inside?.(from) ?? { half_hours: null, gaps: null }),
        };
      });
      return [one, answers] as const;
    }),
  );
}

function dayAnswer(
  found: FoundFigure,
  part: EnergyPart,
  boundaries: readonly EpochSeconds[],
  times: number,
): Omit<DayAnswer, 'half_hours' | 'gaps'> {
  const isWater = part.utility === 'water';
  const said = isKnown(part);
  return {
    date: dateOf(boundaries[part.bucket] ?? 0),
    energy_kwh: said && !isWater ? part.energy : null,
    volume_m3: said && part.volume !== 0 ? part.volume : null,
    value: valueOf(found, [part], boundaries, times),
    measured_half_hours: part.measuredHalfHours,
    known_half_hours: part.knownHalfHours,
    measured_share: share(measuredShareOf(part, isWater ? 'volume' : 'energy').byAmount),
  };
}

/** What lies inside the days of a meter: half-hours with their rules, and the part of each known total. */
function insidesOf({ state }: ApiParts, meter: Meter, period: Period, rows: readonly StoredHalfHour[]) {
  const byStart = new Map(rows.map((row) => [row.start, row]));
  const gaps = state.gaps([meter.id], period);
  return (from: EpochSeconds): Pick<DayAnswer, 'half_hours' | 'gaps'> => {
    const day = dayOf(from);
    const to = Math.min(day.to, period.to);
    const starts = Array.from({ length: (to - from) / halfHourSeconds }, (_, i) => from + i * halfHourSeconds);
    return {
      half_hours: starts.map((start) => halfHourAnswer(start, byStart.get(start))),
      gaps: gaps
        .map((gap) => ({ gap, part: shareOfGap(gap, day) }))
        .filter(({ part }) => part.halfHours > 0)
        .map(({ gap, part }) => {
          const span = { from: toIso(Math.max(gap.from, day.from)), to: toIso(Math.min(gap.to, day.to)) };
          return { ...span, energy_kwh: part.energy ?? null, volume_m3: part.volume ?? null };
        }),
    };
  };
}

type Rules = NonNullable<MeterAnswer['rules']>;

/** How many half-hours of each meter each rule decided; undefined where there are too many to count in one answer. */
async function rulesOf(
  { store }: ApiParts,
  shares: readonly MeterShare[],
  period: Period,
): Promise<Map<string, Rules> | undefined> {
  const ids = [...new Set(shares.map(({ meter }) => meter.id))];
  if (ids.length * ((period.to - period.from) / halfHourSeconds) > limits.halfHoursPerAnswer) return undefined;
  const counted = new Map(ids.map((id): [string, Rules] => [id, []]));
  // By month, so that a year of half-hours is never held at once.
  for (let from = period.from; from < period.to; from += 31 * daySeconds) {
    const rows = await store.halfHours(ids, { from, to: Math.min(period.to, from + 31 * daySeconds) });
    for (const { meter, rule, quality, energy = 0 } of rows) {
      const list = counted.get(meter) ?? [];
      const entry = list.find((one) => one.rule === rule && one.quality === quality);
      if (!entry) list.push({ rule, says: rules[rule], quality, half_hours: 1, energy_kwh: energy });
      else {
        entry.half_hours++;
        entry.energy_kwh += energy;
      }
    }
  }
  return counted;
}

function formerDays({ state, clock }: ApiParts, meter: Meter, period: Period): MeterAnswer['superseded'] {
  const now = clock();
  const former = state
    .daysBefore([meter.id], period, 0)
    .filter(({ replaced }) => replaced <= now)
    .flatMap(({ replaced, causes, days, unknown }) => {
      const until = { until: toIso(replaced), causes: [...causes] };
      return [
        ...days.map(({ day, energy }) => ({ date: dateOf(day), energy_kwh: energy, ...until })),
        ...unknown.map(({ from }) => ({ date: dateOf(from), energy_kwh: null, ...until })),
      ];
    });
  return former.reverse().slice(0, limits.explainedFormer);
}

function actsAbout({ state }: ApiParts, shares: readonly MeterShare[], period: Period): Explanation['acts'] {
  const ids = new Set(shares.map(({ meter }) => meter.id));
  const acts = [...ids].flatMap((meter) => state.acts({ meter, limit: 1_000 }).filter((act) => touches(act, period)));
  return acts.sort((a, b) => a.id - b.id).map(actAnswer);
}

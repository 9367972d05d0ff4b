import { setImmediate } from 'node:timers/promises';
import { subjectsOf, type SiteSubjects } from '../domain/alerts/subjects.ts';
import { type Estate, isValidOn, listed, type Meter, type Site } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { MeasureSaving, SavingGroup, SavingOutcome, SavingSplit } from '../domain/plan/measure-saving.ts';
import { type MeasureState, measuresOn } from '../domain/plan/measure-standing.ts';
import type { NonRoutineEvent } from '../domain/plan/register.ts';
import { meteredOutcome, savingYears, splitOf, useThrough, yearOf } from '../domain/plan/saving-outcome.ts';
import { savingGroups, type ShowingMeter } from '../domain/plan/saving-groups.ts';
import { dayTypesBy } from '../domain/savings/day-kinds.ts';
import type { DailyTemperature, DailyUse } from '../domain/savings/daily.ts';
import { heatsOnly } from '../domain/savings/heats-only.ts';
import type { BaselineModel, ModelMethod } from '../domain/savings/model.ts';
import { savingOf } from '../domain/savings/saving-of.ts';
import type { RoutineBreak, VerifiedSaving } from '../domain/savings/saving.ts';
import { poundsShown } from '../domain/shown/shown-pounds.ts';
import { addDays, dateOf, type EpochSeconds, type LocalDate, type Period, startOfDay } from '../domain/time.ts';
import { checkModelled } from './baseline-models.ts';
import { readDailyTemperature, readDailyUse } from './daily-use.ts';
import type { Stores } from './energy.ts';
import { PresentWorth } from './unit-worth.ts';

export interface SavingsAsked {
  /** Ids of the sites whose measures are asked for. */
  readonly sites: readonly string[];
  readonly now: EpochSeconds;
  /** By which baseline model; our own where it is absent, which knows the kinds of day. */
  readonly method?: ModelMethod | undefined;
  /** Of so many meters a model is made at most; of as many as there are where it is absent. */
  readonly mostModelled?: number | undefined;
  /** What units are worth by the same register, where more is priced by it. */
  readonly worth?: PresentWorth | undefined;
}

/**
 * What the installed measures of some sites truly saved, by the meters that show it. Days of a site are read at once;
 * nothing is read of a site without installed measures. Rejects with ProblemErrors `request.range-too-long` where more
 * would be modelled than asked for, and `store.*` when the store cannot answer.
 */
export async function readMeasureSavings(
  stores: Stores,
  estate: Estate,
  {
    sites,
    now,
    method = 'day_types',
    mostModelled = Number.POSITIVE_INFINITY,
    worth = new PresentWorth(stores, estate, now),
  }: SavingsAsked,
): Promise<MeasureSaving[]> {
  const today = dateOf(now);
  const wanted = new Set(sites);
  const states = measuresOn(listed(estate, 'measures'), today).filter(({ entry }) => wanted.has(entry.site));
  const subjects = new Map(subjectsOf(estate, today).map((one) => [one.site, one]));
  const meters = showingMeters(estate, subjects);
  const together = savingGroups(states, meters, today);
  checkModelled(together.filter(({ by }) => by === 'model').length, mostModelled);
  const groups = Map.groupBy(together, ({ site }) => site);
  const isShown = poundsShown(estate);
  const savings: MeasureSaving[] = [];
  for (const [id, list] of groups) {
    const site = estate.sites.get(id);
    if (!site) continue;
    const makes = list.some(({ by, utility }) => by === 'made' && utility === 'electricity');
    const ownShare = makes ? await worth.ownShareOf(id) : undefined;
    const read = await readSite(stores, { estate, site, subjects: subjects.get(id), today }, list);
    for (const group of list) {
      // As between baseline models: others have a turn.
      await setImmediate();
      const outcome = outcomeOf(group, { ...read, estate, site, meters, method });
      const { by, meter, utility } = group;
      // What is made and leaves saves nothing that is bought.
      const savesBought = by === 'made' && utility === 'electricity' ? ownShare : 1;
      const whole = yearOf(outcome)?.best;
      const year = whole === undefined || savesBought === undefined ? undefined : whole * savesBought;
      const price =
        meter === undefined || utility === undefined ? undefined : await worth.priceOf(id, utility, [meter]);
      const factor = utility && worth.emissionsOf(id, utility);
      const pounds = price === undefined || year === undefined ? undefined : price * year;
      savings.push({
        ...group,
        outcome,
        split: splitsOf(group, outcome, states, meters),
        alerts: alertsIn(stores, group, meters),
        gbpPerYear: pounds === undefined ? undefined : { value: pounds, isPublic: isShown(meter ? [meter] : []) },
        savesBought,
        kgco2ePerYear: factor === undefined || year === undefined ? undefined : factor * year,
      });
    }
  }
  return savings;
}

/** Every meter with those of its utility that it hangs behind; loose ones hang behind the only main of their site. */
function showingMeters(estate: Estate, subjects: ReadonlyMap<string, SiteSubjects>): Map<string, ShowingMeter> {
  const parents = new Map(
    [...subjects.values()].flatMap(({ tree }) => tree.map(({ meter, parent }) => [meter, parent] as const)),
  );
  const aboveOf = ({ id, utility, parent }: Meter): string[] => {
    const above: string[] = [];
    for (let at = parents.get(id) ?? parent; at !== undefined && !above.includes(at) && at !== id; ) {
      const meter = estate.meters.get(at);
      if (meter?.utility !== utility) break;
      above.push(at);
      at = parents.get(at) ?? meter.parent;
    }
    return above;
  };
  return new Map([...estate.meters.values()].map((meter) => [meter.id, { ...meter, above: aboveOf(meter) }]));
}

interface SiteAsked {
  readonly estate: Estate;
  readonly site: Site;
  readonly subjects: SiteSubjects | undefined;
  readonly today: LocalDate;
}

interface SiteDays {
  /** What passes each meter of the groups, by day: of a main what is made behind it too. */
  readonly use: ReadonlyMap<string, DailyUse>;
  readonly temperature: DailyTemperature;
}

async function readSite(
  stores: Stores,
  { estate, site, subjects, today }: SiteAsked,
  groups: readonly SavingGroup[],
): Promise<SiteDays> {
  const asked = groups.filter(({ by }) => by === 'model' || by === 'made' || by === 'taken');
  const first = asked.map(({ baseline }) => baseline.first).toSorted()[0];
  if (first === undefined) return { use: new Map(), temperature: { from: today, values: new Float64Array() } };
  // The day before the first one is in its walls.
  const period: Period = { from: startOfDay(addDays(first, -1)), to: startOfDay(today) };
  const terms = new Map(
    asked.flatMap(({ meter = '' }) => {
      const own = subjects?.uses.find((one) => one.meter.id === meter)?.terms;
      return [[meter, own ?? [{ meter, times: 1 as const }]] as const];
    }),
  );
  const ids = [...new Set([...terms.values()].flat().map(({ meter }) => meter))];
  const days = await readDailyUse(stores, estate, ids, period);
  const lives = (id: string) => (day: LocalDate) => isValidOn(estate.meters.get(id) ?? {}, day);
  const use = new Map(
    [...terms].map(([id, list]) => {
      const parts = list.map(({ meter, times }) => ({ days: days.get(meter), times, isThere: lives(meter) }));
      return [id, useThrough(parts, { first: addDays(first, -1), last: addDays(today, -1) })];
    }),
  );
  const needsWeather = asked.some(({ by }) => by === 'model');
  const temperature = needsWeather
    ? await readDailyTemperature(stores, estate, site, period)
    : { from: first, values: new Float64Array() };
  return { use, temperature };
}

interface OutcomeAsked extends SiteDays {
  readonly estate: Estate;
  readonly site: Site;
  readonly meters: ReadonlyMap<string, ShowingMeter>;
  readonly method: ModelMethod;
}

function outcomeOf(group: SavingGroup, asked: OutcomeAsked): SavingOutcome {
  const { by, meter = '', utility, reporting, baseline } = group;
  if (by !== 'model' && by !== 'made' && by !== 'taken') return { how: 'unverifiable', because: by };
  const use = asked.use.get(meter);
  if (!use) return { how: 'unverifiable', because: 'no_meters' };
  if (by !== 'model') return meteredOutcome(use, reporting, by);
  const { temperature, site, method } = asked;
  if (temperature.values.every(Number.isNaN)) return { how: 'unverifiable', because: 'no_temperature' };
  const verify = (days: SavingGroup['reporting'], model?: BaselineModel) =>
    savingOf({
      model,
      use,
      temperature,
      baseline,
      reporting: days,
      method,
      dayTypeOf: dayTypesBy(site.occupied_hours),
      heatsOnly: heatsOnly(utility),
      events: breaksOf(meter, asked),
    });
  const saving = verify(reporting);
  if ('disqualified' in saving) return { how: 'disqualified', gates: saving.disqualified };
  const years = savingYears(reporting);
  const each = years.length < 2 ? [saving] : years.map((year) => verify(year, saving.model));
  return { how: 'verified', saving, years: each.filter((one): one is VerifiedSaving => !('disqualified' in one)) };
}

/** What else changed the use of a meter: events of the meter itself, and of those behind it. */
function breaksOf(meter: string, { estate, meters }: OutcomeAsked): RoutineBreak[] {
  return listed(estate, 'non_routine_events').flatMap((event: NonRoutineEvent): RoutineBreak[] => {
    const named = new Set(event.meters);
    const passing = event.meters.filter((id) => {
      const above = meters.get(id)?.above ?? [];
      // One behind another that the event names is in that one's change already.
      return id === meter || (above.includes(meter) && !above.some((one) => named.has(one)));
    });
    if (passing.length === 0) return [];
    // Where the meter itself is named, what it adds is said of it.
    const count = named.has(meter) ? 1 : passing.length;
    const addsPerDay = event.adds_per_day === undefined ? undefined : event.adds_per_day * count;
    return [{ id: event.id, from: event.from, to: event.to, addsPerDay }];
  });
}

function splitsOf(
  group: SavingGroup,
  outcome: SavingOutcome,
  states: readonly MeasureState[],
  meters: ReadonlyMap<string, ShowingMeter>,
): SavingSplit[] {
  const meter = meters.get(group.meter ?? '');
  if (!meter || outcome.how !== 'verified') return [];
  const own = states.filter(({ entry }) => group.measures.includes(entry.id));
  return splitOf(outcome.saving, own, meter, meters);
}

/** Alerts whose savings the meter of a group shows in the same time: its own, and those of what hangs behind it. */
function alertsIn({ state }: Stores, group: SavingGroup, meters: ReadonlyMap<string, ShowingMeter>): string[] {
  const { site, meter, by, reporting } = group;
  if (meter === undefined || by !== 'model') return [];
  const [from, to] = [startOfDay(reporting.first), startOfDay(addDays(reporting.last, 1))];
  const found = state.alerts({ sites: [site], saves: true, limit: limits.pageRows });
  return found
    .filter(({ seen, saving }) => {
      const isHere = seen.subject === meter || (meters.get(seen.subject)?.above.includes(meter) ?? false);
      return isHere && saving !== undefined && saving.from < to && saving.until > from;
    })
    .map(({ id }) => id);
}

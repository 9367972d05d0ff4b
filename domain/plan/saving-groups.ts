import type { Meter } from '../estate/estate.ts';
import { yearDays } from '../savings/daily.ts';
import { addDays, daysBetween, type LocalDate } from '../time.ts';
import { makingKinds } from './measure-kinds.ts';
import type { SavingGroup, Unverifiable } from './measure-saving.ts';
import type { MeasureState } from './measure-standing.ts';

/** What is asked of a meter that shows measures. */
export interface ShowingMeter extends Pick<Meter, 'id' | 'site' | 'utility' | 'role' | 'valid_from'> {
  /** Meters of its utility that it hangs behind, nearest first. */
  readonly above: readonly string[];
}

/** Made of fuel or electricity: a new meter of it counts what is delivered, which neither saves nor takes. */
const delivered = new Set(['heat', 'steam', 'cooling']);

interface Installed {
  readonly state: MeasureState;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly meters: readonly ShowingMeter[];
}

/**
 * The measures that are installed, as their meters verify them: one group for each meter and row of works that lie
 * within a year of one another. Works on a sub-meter are works on a main above it that other measures name. `today` is
 * not over yet.
 */
export function savingGroups(
  states: readonly MeasureState[],
  meters: ReadonlyMap<string, ShowingMeter>,
  today: LocalDate,
): SavingGroup[] {
  const shown = (state: MeasureState) => (state.entry.meters ?? []).flatMap((id) => meters.get(id) ?? []);
  const installed = states.flatMap((state): Installed[] => {
    const { works } = state.entry;
    if (state.status !== 'installed' || works?.to === undefined) return [];
    return [{ state, from: works.from, to: works.to, meters: shown(state) }];
  });
  const running = states
    .filter(({ status }) => status === 'installing')
    .map((state): Begun => ({ from: state.entry.works?.from ?? state.since, meters: shown(state) }));
  // What makes energy is verified by what it makes: it saves no use, since use is counted whatever it comes from.
  const modelled = installed.filter(({ state: { entry } }) => !makingKinds.has(entry.kind) && entry.kind !== 'battery');
  const own = installed.flatMap((one) => meteredGroups(one, today));
  const byModel = modelGroups(modelled, running, meters, today);
  const groups = [...own, ...byModel].map((group) => ({ ...group, inside: hostOf(group, byModel, meters) }));
  const verified = new Set(groups.flatMap(({ measures }) => measures));
  const rest = installed.filter(({ state }) => !verified.has(state.entry.id));
  const all = [...groups, ...rest.map((one) => withoutMeter(one, today))];
  return all.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

interface Begun {
  readonly from: LocalDate;
  readonly meters: readonly ShowingMeter[];
}

function order({ site, works, meter, measures }: SavingGroup): string {
  return [site, works.from, meter ?? '', ...measures].join(' ');
}

/** Whether a meter counts nothing but what came with the works. */
function countsAlone({ role, valid_from: since }: ShowingMeter, from: LocalDate): boolean {
  return role === 'generation' || (since !== undefined && since >= from);
}

function meteredGroups(one: Installed, today: LocalDate): SavingGroup[] {
  return one.meters
    .filter((meter) => countsAlone(meter, one.from) && !delivered.has(meter.utility))
    .map((meter) => {
      const group = groupOf([one], meter, today);
      const by = meter.role === 'generation' ? 'made' : 'taken';
      return { ...group, by: isOver(group) ? by : 'too_new' };
    });
}

function isOver({ reporting }: SavingGroup): boolean {
  return reporting.first <= reporting.last;
}

function modelGroups(
  installed: readonly Installed[],
  running: readonly Begun[],
  meters: ReadonlyMap<string, ShowingMeter>,
  today: LocalDate,
): SavingGroup[] {
  const named = new Set(
    installed.flatMap((one) => one.meters.filter((meter) => !countsAlone(meter, one.from)).map(({ id }) => id)),
  );
  return [...named].flatMap((id): SavingGroup[] => {
    const meter = meters.get(id);
    if (!meter) return [];
    const here = installed.filter((one) => isBehind(one, id)).toSorted((a, b) => (a.from < b.from ? -1 : 1));
    const begun = running.filter((one) => isBehind(one, id)).map(({ from }) => from);
    return chains(here)
      .filter((chain) => chain.some((one) => one.meters.some((own) => own.id === id)))
      .map((chain) => {
        const ends = lastOf(chain);
        const dayAfter = addDays(ends, 1);
        // Works that began before and still run leave no day after these that is free of works.
        const stopping = begun.map((from) => (from > dayAfter ? from : dayAfter));
        const later = here.map(({ from }) => from).filter((from) => from > ends);
        const next = [...later, ...stopping].toSorted()[0];
        const group = groupOf(chain, meter, today, next === undefined ? undefined : addDays(next, -1));
        const by = isOver(group) ? 'model' : next === dayAfter ? 'works_run' : 'too_new';
        return { ...group, by };
      });
  });
}

/** The meter above that verifies the same measures: what is saved or taken here is in what is saved there. */
function hostOf(
  { meter = '', measures, by }: SavingGroup,
  groups: readonly SavingGroup[],
  meters: ReadonlyMap<string, ShowingMeter>,
): string | undefined {
  // What is made behind a main is no saving of it: its use is looked at, wherever that comes from.
  if (by === 'made') return undefined;
  const above = meters.get(meter)?.above ?? [];
  return above.find((id) =>
    groups.some((one) => one.meter === id && measures.every((each) => one.measures.includes(each))),
  );
}

/** Whether works change what a meter counts: they name it, or one behind it. */
function isBehind({ meters }: Begun, id: string): boolean {
  return meters.some((meter) => meter.id === id || meter.above.includes(id));
}

/** Works of which each lies in the baseline year of the next, in order. */
function chains(installed: readonly Installed[]): Installed[][] {
  const rows: Installed[][] = [];
  for (const one of installed) {
    const row = rows.at(-1);
    if (row && daysBetween(lastOf(row), one.from) <= yearDays) row.push(one);
    else rows.push([one]);
  }
  return rows;
}

function lastOf(installed: readonly Installed[]): LocalDate {
  return installed.reduce((last, { to }) => (to > last ? to : last), '');
}

function groupOf(
  installed: readonly Installed[],
  meter: ShowingMeter,
  today: LocalDate,
  until?: LocalDate,
): SavingGroup {
  const from = installed[0]?.from ?? today;
  const to = lastOf(installed);
  const yesterday = addDays(today, -1);
  return {
    by: 'model',
    site: meter.site,
    meter: meter.id,
    utility: meter.utility,
    unit: meter.utility === 'water' ? 'm3' : 'kWh',
    measures: installed.map(({ state }) => state.entry.id),
    works: { from, to },
    baseline: { first: addDays(from, -yearDays), last: addDays(from, -1) },
    reporting: { first: addDays(to, 1), last: until !== undefined && until < yesterday ? until : yesterday },
    expected: expectedTogether(installed.map((one) => expectedThrough(one, meter))),
    inside: undefined,
  };
}

interface Expected {
  readonly saves: number;
  readonly low: number;
  readonly high: number;
}

function expectedTogether(each: readonly (Expected | undefined)[]): Expected | undefined {
  const known = each.filter((one) => one !== undefined);
  if (known.length < each.length) return undefined;
  return known.reduce((sum, one) => ({
    saves: sum.saves + one.saves,
    low: sum.low + one.low,
    high: sum.high + one.high,
  }));
}

/**
 * What was expected of a measure through one meter: of what is expected of the utility the meter's part. The topmost
 * meters that the measure names have the same part each, and so have, of a meter that it names, those next behind it.
 */
function expectedThrough({ state, meters }: Omit<Installed, 'from' | 'to'>, meter: ShowingMeter): Expected | undefined {
  const entry = state.expected.find(({ utility }) => utility === meter.utility);
  if (!entry) return undefined;
  // A main counts what subs behind it do, but no meter of use what is made or exported.
  const same = meters.filter((one) => one.utility === meter.utility && isOfUse(one) === isOfUse(meter));
  const ids = new Set(same.map(({ id }) => id));
  const nextAbove = ({ above }: ShowingMeter) => above.find((id) => ids.has(id));
  const upwards = [meter.id, ...meter.above.filter((id) => ids.has(id))];
  const share = upwards.reduce((part, at, i) => {
    const beside = same.filter((one) => nextAbove(one) === upwards[i + 1]);
    const passing = beside.filter(({ id, above }) => id === at || above.includes(at)).length;
    return (part * Math.max(1, passing)) / Math.max(1, beside.length);
  }, 1);
  const { saves, low = saves, high = saves } = entry;
  return { saves: saves * share, low: low * share, high: high * share };
}

function isOfUse({ role }: ShowingMeter): boolean {
  return role !== 'generation' && role !== 'export';
}

/** The share of each measure in what was expected of a group; empty where they cannot be parted by it. */
export function splitShares(
  measures: readonly MeasureState[],
  meter: ShowingMeter,
  meters: ReadonlyMap<string, ShowingMeter>,
): { readonly measure: string; readonly share: number }[] {
  const each = measures.map((state) => {
    const named = (state.entry.meters ?? []).flatMap((id) => meters.get(id) ?? []);
    return { measure: state.entry.id, saves: expectedThrough({ state, meters: named }, meter)?.saves };
  });
  const sum = each.reduce((all, { saves = Number.NaN }) => all + saves, 0);
  // What one saves and another takes is no whole that could be shared out.
  const isOneWay = each.every(({ saves = 0 }) => saves !== 0 && Math.sign(saves) === Math.sign(sum));
  if (each.length < 2 || !isOneWay) return [];
  return each.map(({ measure, saves = 0 }) => ({ measure, share: saves / sum }));
}

function withoutMeter({ state: { entry }, from, to, meters }: Installed, today: LocalDate): SavingGroup {
  const by: Unverifiable =
    entry.kind === 'battery'
      ? 'stores_only'
      : makingKinds.has(entry.kind) && meters.length > 0
        ? 'no_generation_meter'
        : 'no_meters';
  return {
    by,
    site: entry.site,
    meter: undefined,
    utility: undefined,
    unit: 'kWh',
    measures: [entry.id],
    works: { from, to },
    baseline: { first: addDays(from, -yearDays), last: addDays(from, -1) },
    reporting: { first: addDays(to, 1), last: addDays(today, -1) },
    expected: undefined,
    inside: undefined,
  };
}

import { savedTogether, toDate } from '../saving-outcome.ts';
import { milestonesAhead, type Trajectory } from '../trajectory/trajectory.ts';
import { lastDayOf, moreOrLess, number, pounds, sayDate, signedTonnes, tonnes } from '../words.ts';
import { type PlanParts, renewableSince } from './page.ts';

/** What a board reads first, a sentence each; what is not known is said to be so. */
export function headlineOf(parts: PlanParts): string[] {
  const trajectory = mainTrajectory(parts.trajectories);
  return [
    emitted(parts, trajectory),
    ...(trajectory ? aimed(trajectory) : []),
    changed(parts),
    saved(parts),
    ...renewable(parts),
  ];
}

/** The way that is drawn first: to the organisation's own target where it has one, else to the national one. */
export function mainTrajectory(list: readonly Trajectory[]): Trajectory | undefined {
  const drawn = list.filter(({ milestones }) => milestones.length > 0);
  return drawn.find(({ target }) => 'baseline' in target) ?? drawn[0] ?? list[0];
}

function emitted({ year }: PlanParts, trajectory: Trajectory | undefined): string {
  const { now, from, baseline } = trajectory ?? {};
  const kg = now ? now.figure.value : year.emissions.value;
  const last = lastDayOf(now?.bucket ?? year.period);
  if (kg === undefined) return `What was emitted in the twelve months to ${sayDate(last)} is not known.`;
  const what = `${tonnes(kg)} tCO2e in the twelve months to ${sayDate(last)}`;
  if (!now || from === undefined || from === 0 || !baseline) return `${what}.`;
  const against = `${moreOrLess(kg / from - 1)} than in ${yearsOf(baseline)}`;
  const { use, factors } = now.since;
  if (use === undefined || factors === undefined) return `${what}, ${against}.`;
  const [ofUse, ofFactors] = [signedTonnes(use), signedTonnes(factors)];
  return `${what}, ${against}: ${ofUse} t by what was used, ${ofFactors} t by other factors.`;
}

/** `2019-20`; `2019` of one that begins and ends in the same year. */
function yearsOf({ from, to }: Trajectory['baseline']): string {
  const [first, last] = [from.slice(0, 4), to.slice(0, 4)];
  return first === last ? first : `${first}-${last.slice(2)}`;
}

function aimed(trajectory: Trajectory): string[] {
  const { target, why } = trajectory;
  const next = milestonesAhead(trajectory).find(({ gap }) => gap !== undefined);
  if (!next?.gap) return [`${target.name}: ${why ?? 'no milestone lies ahead'}.`];
  const { year, gap, money } = next;
  const side = (kg: number): string =>
    kg > 0 ? `${tonnes(kg)} tCO2e too much` : `${tonnes(-kg)} tCO2e less than may be`;
  const committed = gap.committed === gap.possible ? '' : `, what is committed ${side(gap.committed)}`;
  const without = money.unpriced.length > 0 ? ', without those whose cost is not known' : '';
  const capital =
    money.planned === undefined
      ? ''
      : ` It costs ${pounds(money.planned)}, of which ${pounds(money.unsecured ?? 0)} are not secured${without}.`;
  return [`${target.name}: in ${year} all that is planned leaves ${side(gap.possible)}${committed}.${capital}`];
}

function changed({ year: { comparison } }: PlanParts): string {
  const { same, corrected } = comparison;
  if (same.change === undefined)
    return 'Energy use cannot be set against the year before: it is not known whole in both.';
  const usual =
    corrected.change === undefined ? '' : ` (${moreOrLess(corrected.change)} in the weather of a usual year)`;
  return `${moreOrLess(same.change)} energy per m² than in the year before${usual}.`.replace(/^./, (a) =>
    a.toUpperCase(),
  );
}

function saved({ savings, measures }: PlanParts): string {
  const done = measures.filter(({ status }) => status === 'installed').length;
  if (done === 0) return 'No measure is installed yet.';
  const shown = savings.filter(({ outcome }) => toDate(outcome) !== undefined);
  const count = new Set(shown.flatMap((one) => one.measures)).size;
  const over = done === 1 ? 'the measure that is installed' : `${done} measures that are installed`;
  if (count === 0) return `What ${over} saved is not shown by any meter yet.`;
  const sums = savedTogether(savings).map(({ utility, unit, saved: { low, best, high } }) => {
    // What is taken more is told as such, from least to most; an end on the other side of nothing keeps its sign.
    const isMore = best < 0;
    const [least, middle, most] = (isMore ? [-high, -best, -low] : [low, best, high]).map((one) => amount(one, unit));
    const range = least === most ? '' : ` (${least} to ${most})`;
    const of = `${unit === 'm3' ? 'm³' : 'MWh'} of ${utility.replaceAll('_', ' ')}`;
    return `${middle}${range} ${of} ${isMore ? 'more taken' : 'saved'}`;
  });
  // A saving may be smaller than its meter can tell from nothing: then it was measured, and not shown.
  const measured = done === 1 ? over : `${count} of the ${over}`;
  return `Measured to date of ${measured}: ${sums.join(', ')}.`;
}

function amount(value: number, unit: 'kWh' | 'm3'): string {
  const size = unit === 'kWh' ? value / 1000 : value;
  return number(size, Math.abs(size) < 10 ? 1 : 0);
}

function renewable({ renewable: one }: PlanParts): string[] {
  if (!one) return [];
  const { answer, quarter } = one;
  const share = answer.share === undefined ? '' : ` (${Math.floor(answer.share * 1000) / 10} % proven)`;
  return [
    `All electricity renewable, as asked for since ${sayDate(renewableSince)}: ${answer.answer} in ${quarter}${share}.`,
  ];
}

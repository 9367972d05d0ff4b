import type { z } from 'zod';
import { disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { figureChanges } from '../domain/energy/site-energy.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { type DayStep, indexDays, stepsBetween } from '../domain/signoff/changed-days.ts';
import { changedEntries, type EntryChange, expiredBetween, withEntries } from '../domain/signoff/changed-entries.ts';
import { changedAreas, changedDescriptions, withAreasOf } from '../domain/signoff/changed-register.ts';
import { between, type DifferenceCause, differenceCauses, millionthsOf } from '../domain/signoff/difference.ts';
import { figureKinds, restsFrom } from '../domain/signoff/figure-asked.ts';
import type { SignedDay, SignedInputs, SignOff } from '../domain/signoff/sign-off.ts';
import {
  dateOf,
  type EpochSeconds,
  lastDateOf,
  type LocalDate,
  type Period,
  startOfDay,
  toIso,
} from '../domain/time.ts';
import { daysInside, figureSpans, readFigureDays } from '../store/figure-days.ts';
import { figureOf, type FigureParts, type FoundFigure, readFigure, readFigureParts } from '../store/figure.ts';
import { storesOfDays } from '../store/frozen-days.ts';
import { isAnythingClaimed } from '../store/supply-years.ts';
import type { differenceAnswerSchema } from './contract/sign-offs.ts';
import { known } from './outside.ts';
import type { ApiParts } from './parts.ts';
import { signOffAnswer } from './sign-off.ts';

type Answer = z.output<typeof differenceAnswerSchema>;
type Part = Answer['parts'][number];

/**
 * What lies between a signed figure and the same figure now. One input after the other takes the place of the signed
 * one, in the order days, the disclosure period to date, areas, contracts and certificates, other register, factors;
 * what each changes is its part, so that they add up to the whole. Only what changed is reckoned with. Throws
 * `request.not-kept` where the register of then is gone.
 */
export async function differenceOf(parts: ApiParts, signed: SignOff): Promise<Answer> {
  const { state, registers } = parts;
  const { register, factors } = signed.versions;
  const then = registers.of({ register, factors });
  const inputs = state.signedInputs(signed.id);
  if (!then || !inputs) {
    const found = `register version ${register}`;
    throw new ProblemError([{ code: 'request.not-kept', where: `sign-off ${signed.id}`, found }]);
  }
  const walk = new Walk(parts, signed, inputs);
  await walk.take(then, ['method'], []);
  await walk.days(then);
  await walk.disclosurePeriod(then);
  const now = parts.estate();
  const withFactors = then.factorSets ? { factorSets: then.factorSets } : {};
  await walk.register(then, { ...now, ...withFactors });
  await walk.present(now);
  return {
    sign_off: signOffAnswer(signed),
    now: known(walk.figure?.value),
    difference: known(between(millionthsOf(signed.value), walk.reached)),
    unit: signOffAnswer(signed).unit,
    parts: walk.parts,
  };
}

/** The way from the signed value to the present one, a part for each step that changes it or a day below it. */
class Walk {
  readonly parts: Part[] = [];
  figure: FoundFigure | undefined;
  /** Millionths. */
  reached: number | undefined;
  readonly #parts: ApiParts;
  readonly #signed: SignOff;
  readonly #period: Period;
  #days: Map<string, readonly SignedDay[]>;
  #gaps: SignedInputs['gaps'];
  /** The energy reached so far, and by which register; undefined where the days are others since. */
  #energy: { readonly estate: Estate; readonly parts: FigureParts } | undefined;
  /** The clock of the inputs reached so far, and by when an expiry is judged. */
  #now: EpochSeconds;
  #knownOn: LocalDate;

  constructor(parts: ApiParts, signed: SignOff, inputs: SignedInputs) {
    this.#parts = parts;
    this.#signed = signed;
    this.#period = signed.asked.period;
    this.#days = Map.groupBy(inputs.days, ({ meter }) => meter);
    this.#gaps = inputs.gaps;
    this.#now = signed.at;
    this.#knownOn = lastDateOf(signed.at);
    this.reached = millionthsOf(signed.value);
  }

  /** The value by a register and the days reached so far. Energy that the step cannot touch is not read again. */
  async take(estate: Estate, causes: readonly DifferenceCause[], what: readonly string[], more: Partial<Part> = {}) {
    const before = this.#energy;
    if (!before || !isSameEnergy(before.estate, estate, before.parts)) {
      const stores = storesOfDays(this.#parts, this.#days, this.#gaps);
      const inputs = { stores, estate, now: this.#now };
      const parts = await readFigureParts(inputs, estate.sites.keys(), this.#signed.asked);
      this.#energy = parts && { estate, parts };
    }
    const inputs = { estate, now: this.#now, knownOn: this.#knownOn };
    this.#step(this.#energy && figureOf(inputs, this.#energy.parts), causes, what, more);
  }

  /** The days of the signed meters, as they became what they are. */
  async days(estate: Estate): Promise<void> {
    const { state } = this.#parts;
    const { meters, sites, asked, at } = this.#signed;
    // The day of the signing was not over: what it became belongs to what followed.
    const whole = (days: readonly SignedDay[]) => indexDays(days.filter(({ day }) => day < startOfDay(dateOf(at))));
    const spans = figureSpans(estate, asked, sites, this.#period, at);
    const present = whole((await readFigureDays(this.#parts, spans)).days);
    const changes = state.daysBefore(meters, { from: restsFrom(asked), to: at }, at).map((change) => ({
      ...change,
      days: daysInside(spans, change.meter, change.days),
    }));
    const steps = stepsBetween(whole([...this.#days.values()].flat()), present, changes);
    for (const group of groupsOf(steps)) {
      const before = new Map(group.map((step) => [step, this.#daysOf(step)]));
      for (const step of group) this.#move(step);
      const [first] = group;
      if (!first) continue;
      const days = group.flatMap((step) => dayChanges(step, before.get(step) ?? new Map()));
      const one = group.length === 1;
      const more = {
        meter: one ? first.meter : null,
        at: one && first.at !== undefined ? toIso(first.at) : null,
        days: days.slice(0, limits.differenceDays),
        changed_days: days.length,
      };
      const what = one ? [] : [...new Set(group.map(({ meter }) => meter))];
      await this.take(estate, first.causes.length > 0 ? first.causes : ['unrecorded'], what, more);
    }
  }

  /** What was used since in the same disclosure periods: it shares what covers the figure. */
  async disclosurePeriod(estate: Estate): Promise<void> {
    const { asked, sites, at } = this.#signed;
    const spansAt = (instant: EpochSeconds) => figureSpans(estate, asked, sites, this.#period, instant);
    // They were over when it was signed.
    if (spansAt(at).every(({ period }) => period.to <= at)) return;
    this.#now = this.#parts.clock();
    const before = matchedTo(this.figure);
    const { days, gaps } = await readFigureDays(this.#parts, spansAt(this.#now));
    this.#days = Map.groupBy(days, ({ meter }) => meter);
    this.#gaps = gaps;
    this.#energy = undefined;
    await this.take(estate, ['disclosure_period'], []);
    const what = [...matchedTo(this.figure)].flatMap(([period, until]) => {
      const was = before.get(period) ?? until;
      return was === until ? [] : [`${period}: matched up to ${toIso(was)}, and now up to ${toIso(until)}`];
    });
    const last = this.parts.at(-1);
    if (last?.causes[0] === 'disclosure_period') last.what.push(...what);
  }

  /** The register as it is now, with the factors of then: areas, then contracts and certificates, then all else. */
  async register(then: Estate, now: Estate): Promise<void> {
    const areas = changedAreas(then, now, this.#signed.sites, this.#period);
    let reached = then;
    if (areas.length > 0) {
      reached = withAreasOf(then, now);
      await this.take(reached, ['area'], areas);
    }
    await this.#entries(reached, now);
    const described = changedDescriptions(then, now, this.#signed);
    this.#step(await this.#read(now), ['counting'], described);
  }

  /** Contracts and certificates, entry by entry where the figure rests on them; then what expired meanwhile. */
  async #entries(then: Estate, now: Estate): Promise<void> {
    const changes = changedEntries(then, now);
    const { market } = figureKinds[this.#signed.asked.figure];
    const isEach = market && changes.length <= limits.differenceSteps;
    const taken: EntryChange[] = [];
    for (const group of isEach
      ? changes.map((change) => [change])
      : Map.groupBy(changes, ({ list }) => list).values()) {
      taken.push(...group);
      const causes = [...new Set(group.map(({ cause }) => cause))];
      await this.take(
        withEntries(then, now, taken),
        causes,
        group.map(({ says }) => says),
      );
    }
    const today = lastDateOf(this.#parts.clock());
    const expired = market ? expiredBetween(now, this.#knownOn, today) : [];
    this.#knownOn = today;
    if (expired.length > 0) await this.take(withEntries(then, now, taken), ['expired'], expired);
  }

  /** All as it is now. */
  async present(now: Estate): Promise<void> {
    const before = this.figure;
    this.#now = this.#parts.clock();
    const figure = await this.#read(now);
    this.#step(figure, ['factors'], changedFactors(before, figure));
  }

  async #read(estate: Estate): Promise<FoundFigure | undefined> {
    const inputs = { stores: this.#parts, estate, now: this.#now, knownOn: this.#knownOn };
    return await readFigure(inputs, estate.sites.keys(), this.#signed.asked);
  }

  #step(
    figure: FoundFigure | undefined,
    causes: readonly DifferenceCause[],
    what: readonly string[],
    more: Partial<Part> = {},
  ): void {
    const next = millionthsOf(figure?.value);
    const value = known(between(this.reached, next));
    const isSame = next === this.reached;
    this.figure = figure;
    this.reached = next;
    if (isSame && (more.changed_days ?? 0) === 0) return;
    const says = causes.map((cause) => differenceCauses[cause]).join('; ');
    this.parts.push({
      causes: [...causes],
      says,
      value,
      meter: null,
      at: null,
      days: [],
      changed_days: 0,
      what: [...what],
      ...more,
    });
  }

  #daysOf({ meter, days }: DayStep): ReadonlyMap<EpochSeconds, SignedDay> {
    return new Map((this.#days.get(meter) ?? []).filter(({ day }) => days.has(day)).map((one) => [one.day, one]));
  }

  #move({ meter, days }: DayStep): void {
    this.#energy = undefined;
    const kept = (this.#days.get(meter) ?? []).filter(({ day }) => !days.has(day));
    const moved = [...days.values()].filter((day) => day !== undefined);
    this.#days.set(
      meter,
      [...kept, ...moved].sort((a, b) => a.day - b.day),
    );
  }
}

/** Each step by itself, or where there are too many all of a cause together. */
function groupsOf(steps: readonly DayStep[]): DayStep[][] {
  if (steps.length <= limits.differenceSteps) return steps.map((step) => [step]);
  return [...Map.groupBy(steps, ({ causes }) => causes.join()).values()];
}

function dayChanges({ days }: DayStep, before: ReadonlyMap<EpochSeconds, SignedDay>): Part['days'] {
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, is]) => {
      const was = before.get(day);
      const energy = { before_kwh: was?.energy ?? null, after_kwh: is?.energy ?? null };
      return { date: dateOf(day), ...energy, before_m3: was?.volume ?? null, after_m3: is?.volume ?? null };
    });
}

/** Whether two registers make the same energy of the same days: they differ in what is said of it alone. */
function isSameEnergy(one: Estate, other: Estate, { bucket, years }: FigureParts): boolean {
  const same = (['sites', 'meters', 'organisations'] as const).every((key) => one[key] === other[key]);
  const isSaid = (say: (estate: Estate) => unknown): boolean => JSON.stringify(say(one)) === JSON.stringify(say(other));
  const spans = [bucket, ...years.map(({ period }) => disclosureYear(period))];
  return (
    same &&
    isSaid((estate) => listed(estate, 'supplies')) &&
    isSaid(isAnythingClaimed) &&
    isSaid((estate) => spans.map((span) => figureChanges(estate, span)))
  );
}

/** How far each disclosure period is matched. */
function matchedTo(figure: FoundFigure | undefined): ReadonlyMap<string, EpochSeconds> {
  return new Map([...(figure?.market?.covers ?? [])].map(([period, { until }]) => [period, until]));
}

function changedFactors(before: FoundFigure | undefined, after: FoundFigure | undefined): string[] {
  const keyOf = (factor: FoundFigure['factors'][number]): string => `${factor.activity} of ${factor.utility}`;
  const list = (figure: FoundFigure | undefined) =>
    Map.groupBy(figure?.factors ?? [], keyOf)
      .entries()
      .map(([key, factors]) => [key, factors.map(sayFactor).join(', ')] as const);
  const was = new Map(list(before));
  const is = new Map(list(after));
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((key) => was.get(key) !== is.get(key))
    .map((key) => `${key}: ${was.get(key) ?? 'none'} is now ${is.get(key) ?? 'none'}`);
}

const sayFactor = ({ value, set, standing }: FoundFigure['factors'][number]): string =>
  `${value} (${set}, ${standing})`;

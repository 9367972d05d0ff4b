import type { z } from 'zod';
import { dayWeightedArea } from '../domain/energy/area.ts';
import type { Estate, Site } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { type DayStep, indexDays, stepsBetween } from '../domain/signoff/changed-days.ts';
import { between, type DifferenceCause, differenceCauses, millionthsOf } from '../domain/signoff/difference.ts';
import type { SignedDay, SignedInputs, SignOff } from '../domain/signoff/sign-off.ts';
import { dateOf, type EpochSeconds, type Period, toIso } from '../domain/time.ts';
import { type FoundFigure, readFigure } from '../store/figure.ts';
import { storesOfDays } from '../store/frozen-days.ts';
import type { differenceAnswerSchema } from './contract/sign-offs.ts';
import { known } from './outside.ts';
import type { ApiParts } from './parts.ts';
import { signedDay, signOffAnswer } from './sign-off.ts';

type Answer = z.output<typeof differenceAnswerSchema>;
type Part = Answer['parts'][number];

/**
 * What lies between a signed figure and the same figure now. One input after the other takes the place of the signed
 * one, in the order days, areas, certificates, other register, factors; what each changes is its part, so that they add
 * up to the whole. Only what changed is reckoned with. Throws `request.not-kept` where the register of then is gone.
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
  readonly #inputs: SignedInputs;
  readonly #period: Period;
  readonly #days: Map<string, readonly SignedDay[]>;

  constructor(parts: ApiParts, signed: SignOff, inputs: SignedInputs) {
    this.#parts = parts;
    this.#signed = signed;
    this.#inputs = inputs;
    this.#period = signed.asked.period;
    this.#days = Map.groupBy(inputs.days, ({ meter }) => meter);
    this.reached = millionthsOf(signed.value);
  }

  /** The value by a register and the days reached so far. */
  async take(estate: Estate, causes: readonly DifferenceCause[], what: readonly string[], more: Partial<Part> = {}) {
    const stores = storesOfDays(this.#parts, this.#days, this.#inputs.gaps);
    this.#step(await this.#read(estate, stores), causes, what, more);
  }

  /** The days of the signed meters, as they became what they are. */
  async days(estate: Estate): Promise<void> {
    const { store, state } = this.#parts;
    const { meters, at } = this.#signed;
    const present = indexDays((await store.days(meters, this.#period)).map(signedDay));
    const changes = state.daysBefore(meters, this.#period, at);
    const steps = stepsBetween(indexDays(this.#inputs.days), present, changes);
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

  /** The register as it is now, with the factors of then: areas first, then certificates, then all else. */
  async register(then: Estate, now: Estate): Promise<void> {
    const areas = changedAreas(then, now, this.#signed.sites, this.#period);
    let reached = then;
    if (areas.length > 0) {
      reached = withAreasOf(then, now);
      await this.take(reached, ['area'], areas);
    }
    const lists = changedLists(reached, now);
    if (lists.length > 0) {
      const fresh = Object.fromEntries(lists.map((key) => [key, now.lists?.[key]]));
      reached = { ...reached, lists: { ...reached.lists, ...fresh } };
      await this.take(
        reached,
        ['certificates'],
        lists.map((key) => `${key} of the register`),
      );
    }
    const described = changedDescriptions(then, now, this.#signed);
    this.#step(await this.#read(now, this.#parts), ['counting'], described);
  }

  /** All as it is now. */
  async present(now: Estate): Promise<void> {
    const before = this.figure;
    const figure = await this.#read(now, this.#parts);
    this.#step(figure, ['factors'], changedFactors(before, figure));
  }

  async #read(estate: Estate, stores: Parameters<typeof readFigure>[0]['stores']): Promise<FoundFigure | undefined> {
    const visible = estate.sites.keys();
    return await readFigure({ stores, estate, now: this.#parts.clock() }, visible, this.#signed.asked);
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

type Areas = Pick<Site, 'gross_internal_area_m2' | 'buildings'>;

/** The areas of a site and its buildings, by the id of the place. */
function areasOf(site: Site | undefined): Map<string, Site['gross_internal_area_m2']> {
  const places = site ? [{ id: site.id, list: site.gross_internal_area_m2 }] : [];
  const buildings = (site?.buildings ?? []).map(({ id, gross_internal_area_m2: list = [] }) => ({ id, list }));
  return new Map([...places, ...buildings].map(({ id, list }) => [id, list]));
}

function changedAreas(then: Estate, now: Estate, sites: readonly string[], period: Period): string[] {
  return sites.flatMap((id) => {
    const [before, after] = [areasOf(then.sites.get(id)), areasOf(now.sites.get(id))];
    return [...before].flatMap(([place, list]) => {
      const fresh = after.get(place);
      if (fresh === undefined || JSON.stringify(fresh) === JSON.stringify(list)) return [];
      const [was, is] = [list, fresh].map((dated) => dayWeightedArea(dated, period, then.sites.get(id)).area);
      return [`${place}: ${was ?? 'unknown'} m² is now ${is ?? 'unknown'} m², weighted by the days of the period`];
    });
  });
}

/** A register with the areas of another one, where both have the place. */
function withAreasOf(then: Estate, now: Estate): Estate {
  const sites = [...then.sites].map(([id, site]): [string, Site] => {
    const fresh = now.sites.get(id);
    if (!fresh) return [id, site];
    const byId = new Map(fresh.buildings.map((building) => [building.id, building.gross_internal_area_m2]));
    const areas: Areas = {
      gross_internal_area_m2: fresh.gross_internal_area_m2,
      buildings: site.buildings.map((building) => ({
        ...building,
        gross_internal_area_m2: byId.get(building.id) ?? building.gross_internal_area_m2,
      })),
    };
    return [id, { ...site, ...areas }];
  });
  return { ...then, sites: new Map(sites) };
}

const certificateLists = ['supplies', 'certificates', 'residual_mix', 'own_generation'] as const;

function changedLists(then: Estate, now: Estate): (typeof certificateLists)[number][] {
  return certificateLists.filter((key) => JSON.stringify(then.lists?.[key]) !== JSON.stringify(now.lists?.[key]));
}

/** The meters and sites of the figure that the register describes otherwise, joined it or left it. */
function changedDescriptions(then: Estate, now: Estate, { sites, meters, asked }: SignOff): string[] {
  const ofSites = [...new Set([...sites, ...(asked.place.kind === 'estate' ? now.sites.keys() : [])])];
  const plain = (site: Site | undefined) =>
    site && JSON.stringify({ ...site, gross_internal_area_m2: 0, buildings: site.buildings.map(({ id }) => id) });
  const said = (kind: string, id: string, was: unknown, is: unknown): string[] => {
    if (was === is) return [];
    if (is === undefined) return [`${kind} ${id} left the register`];
    return [was === undefined ? `${kind} ${id} joined the register` : `${kind} ${id} is described otherwise`];
  };
  const inSites = [...now.meters.values()].filter(({ site }) => ofSites.includes(site)).map(({ id }) => id);
  return [
    ...ofSites.flatMap((id) => said('site', id, plain(then.sites.get(id)), plain(now.sites.get(id)))),
    ...[...new Set([...meters, ...inSites])].flatMap((id) =>
      said('meter', id, JSON.stringify(then.meters.get(id)), JSON.stringify(now.meters.get(id))),
    ),
  ];
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

import { hash } from 'node:crypto';
import { accountingOf } from '../domain/carbon/accounting.ts';
import { type YearFactors, yearFactors } from '../domain/carbon/carbon.ts';
import type { Estate, Meter, Site, Utility } from '../domain/estate/estate.ts';
import { termMeters } from '../domain/half-hours/formula.ts';
import { sourcesIn } from '../domain/half-hours/source-precedence.ts';
import { readingsFromStock } from '../domain/readings/fuel-stock.ts';
import { series, shownSeries } from '../domain/series.ts';
import { dayOf, type EpochSeconds, type LocalDate, type Period } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

/**
 * What changed since it was last derived from: descriptions of the register and conversion factors. A digest of each is
 * remembered in the state, so that a change made while nothing ran is found too.
 */

const rememberedKey = 'derived-descriptions';

/** Later than any stamp that is kept. */
const endOfTime: EpochSeconds = 253_402_300_799;

/**
 * Digests by `meter/<id>` and `site/<id>`; factors by `factor/<utility>/<year>`, or the first date of a year that does
 * not begin in January.
 */
type Descriptions = Readonly<Record<string, string>>;

function describe(estate: Estate, factors: readonly YearFactors[]): Descriptions {
  const digests: Record<string, string> = {};
  for (const meter of estate.meters.values()) digests[`meter/${meter.id}`] = digest(figuresOf(meter, estate));
  for (const site of estate.sites.values()) digests[`site/${site.id}`] = digest(site);
  for (const { utility, first, values } of factors)
    digests[`factor/${utility}/${first.replace(/-01-01$/, '')}`] = values.join(' ');
  return digests;
}

/** Keys that say how a meter is called, heard and grouped, and on which no stored figure rests. */
const namingKeys: ReadonlySet<string> = new Set<keyof Meter>([
  'name',
  'building',
  'serial',
  'mpan',
  'mprn',
  'end_use',
  'topic',
  'decoder',
  'channel',
  'annual_quantity_kwh',
]);

/**
 * Keys stand in the order of the schema, however they were written. What a mapping of the estate's own makes of the
 * messages belongs to its meters, and the share of the water that a site returns to those of its water.
 */
function figuresOf(meter: Meter, { mappings, sites, reporting }: Estate): object {
  const mapping = meter.decoder === undefined ? undefined : mappings?.get(meter.decoder);
  const returned = meter.utility === 'water' ? returnedOf(sites.get(meter.site), reporting) : [];
  const entries: unknown[] = Object.entries(meter).filter(([key]) => !namingKeys.has(key));
  if (mapping) entries.push(['mapping', mapping.rules, mapping.joins]);
  if (returned.length > 0) entries.push(['returned', returned]);
  return entries;
}

function returnedOf(site: Site | undefined, reporting: Estate['reporting']): object[] {
  return [site?.share_returned_to_sewer, reporting?.share_returned_to_sewer].filter((said) => said !== undefined);
}

/** A digest of all that figures for dashboards rest on but the store: the register, the factors, and the series. */
export function registerDigest({ version: _version, ...register }: Estate): string {
  const text = JSON.stringify(register, (_key, one: unknown) => (one instanceof Map ? [...one] : one));
  return digest([text, yearFactors(accountingOf(register)), shownSeries.map((name) => series[name])]);
}

export function digest(value: object): string {
  return hash('sha1', JSON.stringify(value), 'base64url').slice(0, 12);
}

/** What the figures rest on now; `but` names meters, and `restating` factors, that some still rest on the former of. */
export function rememberDescriptions(
  state: Pick<StateStore, 'remember'>,
  estate: Estate,
  but: Iterable<string> = [],
  factors: readonly YearFactors[] = yearFactors(accountingOf(estate)),
  restating: readonly FactorChange[] = [],
): void {
  const digests = { ...describe(estate, factors) };
  for (const meter of but) delete digests[`meter/${meter}`];
  const waiting = new Set(restating.map(({ utility, first }) => `${utility} ${first}`));
  for (const key of Object.keys(digests)) {
    const change = factorIn(key);
    if (change && waiting.has(`${change.utility} ${change.first}`)) delete digests[key];
  }
  state.remember(rememberedKey, JSON.stringify(digests));
}

/** Whether anything was derived and remembered yet. */
export function isAnyRemembered(state: Pick<StateStore, 'recall'>): boolean {
  return state.recall(rememberedKey) !== undefined;
}

/** A utility whose factors are others in the calendar or reporting year that begins on a date. */
export interface FactorChange {
  readonly utility: Utility;
  readonly first: LocalDate;
}

export interface Changes {
  /** To derive again; new ones are among them. */
  readonly meters: readonly Meter[];
  /** Sites whose days are to be summed again; new ones are among them. */
  readonly sites: readonly string[];
  /** Days whose emissions are to be worked out again; none where all is new. */
  readonly factors: readonly FactorChange[];
}

export function changesOf(
  state: Pick<StateStore, 'recall'>,
  estate: Estate,
  yearly: readonly YearFactors[] = yearFactors(accountingOf(estate)),
): Changes {
  const before = JSON.parse(state.recall(rememberedKey) ?? '{}') as Descriptions;
  const after = describe(estate, yearly);
  const meters = [...estate.meters.values()].filter((meter) => isChanged(`meter/${meter.id}`));
  const sites = new Set([...estate.sites.keys()].filter((site) => isChanged(`site/${site}`)));
  // Another parent or role of one meter changes what counts for its site.
  for (const meter of meters) sites.add(meter.site);
  // A meter that is gone leaves a hole in its site, of which only its name is left: all sites are summed again.
  const isGone = Object.keys(before).some((key) => key.startsWith('meter/') && !(key in after));
  const factors = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const change = factorIn(key);
    return isAnyRemembered(state) && change && isChanged(key) ? [change] : [];
  });
  return { meters, sites: isGone ? [...estate.sites.keys()] : [...sites], factors };

  function isChanged(key: string): boolean {
    return before[key] !== after[key];
  }
}

/** The factor that a digest is of; undefined for one of a meter or site. */
function factorIn(key: string): FactorChange | undefined {
  const [kind, utility, year = ''] = key.split('/');
  if (kind !== 'factor') return undefined;
  return { utility: utility as Utility, first: year.length === 4 ? `${year}-01-01` : year };
}

/** The first and last second of which something may be known of a meter; undefined when nothing ever was. */
export async function lifeOf(
  store: Pick<ReadingStore, 'seriesOf' | 'from' | 'before' | 'days'>,
  estate: Estate,
  meter: Meter,
): Promise<Period | undefined> {
  if (meter.role === 'virtual') {
    const parts = termMeters(meter).flatMap((id) => estate.meters.get(id) ?? []);
    const lives = await Promise.all(parts.map((part) => lifeOf(store, estate, part)));
    return hull([...lives, await daysKept(store, meter)]);
  }
  if (meter.precedence) {
    const sources = sourcesIn(meter).filter((id) => id !== meter.id);
    const lives = sources.map(async (id) => {
      const source = estate.meters.get(id);
      return source ? await lifeOf(store, estate, source) : undefined;
    });
    const { precedence: _precedence, ...own } = meter;
    return hull([await lifeOf(store, estate, own), ...(await Promise.all(lives)), await daysKept(store, meter)]);
  }
  if (meter.stock) {
    const readings = readingsFromStock(meter);
    return hull(readings.map(({ at }) => ({ from: at, to: at })));
  }
  const series = (await store.seriesOf(meter.id)).filter(({ kind }) => kind !== 'instant');
  const lives = series.map(async (each) => {
    const [[first], [last]] = await Promise.all([store.from(each, 0, 1), store.before(each, endOfTime, 1)]);
    return first && last ? { from: first.at, to: last.at } : undefined;
  });
  return hull(await Promise.all(lives));
}

/** What an earlier formula may have said, of meters that the present one does not name, is to be unsaid. */
async function daysKept(store: Pick<ReadingStore, 'days'>, meter: Meter): Promise<Period | undefined> {
  const days = await store.days([meter.id], { from: 0, to: endOfTime });
  const [first, last] = [days[0], days.at(-1)];
  return first && last ? { from: first.day, to: dayOf(last.day).to - 1 } : undefined;
}

/** The period that holds all of them. */
export function hull(list: readonly (Period | undefined)[]): Period | undefined {
  const known = list.filter((period) => period !== undefined);
  if (known.length === 0) return undefined;
  return { from: Math.min(...known.map(({ from }) => from)), to: Math.max(...known.map(({ to }) => to)) };
}

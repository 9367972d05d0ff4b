import { boundaries } from '../domain/carbon/boundaries.ts';
import { accountingOf } from '../domain/carbon/accounting.ts';
import { distinctWarnings, type Warning } from '../domain/energy/figure.ts';
import { listed } from '../domain/estate/estate.ts';
import { problems } from '../domain/problems.ts';
import { howMeasured } from '../domain/tariffs/cost-figure.ts';
import { atMarketPrices, type OfferTotals, penceAllIn, sumOfTotals } from '../domain/tariffs/comparison.ts';
import { chargeKindNames } from '../domain/tariffs/charges.ts';
import {
  type CostParts,
  type Cause,
  causeNames,
  causes,
  causesInShort,
  differenceOf,
  sumOfParts,
} from '../domain/tariffs/differences.ts';
import { type OfferCarbon, offerCarbon } from '../domain/tariffs/offer-carbon.ts';
import type { Tariff } from '../domain/tariffs/register.ts';
import type { Totals } from '../domain/tariffs/totals.ts';
import type { LeftOut } from '../domain/tariffs/unpriced.ts';
import type { LocalDate } from '../domain/time.ts';
import type { ComparisonAnswer, ComparisonBody, ComparisonTable } from './contract/tariff-comparisons.ts';
import { inPounds, known, share, standing } from './outside.ts';
import type { ComparisonRead, PointRead } from './tariff-comparison.ts';
import type { View } from './view.ts';

/** A comparison as rows, table by table. */

/** What every table is made from. */
interface Told {
  readonly read: ComparisonRead;
  readonly body: ComparisonBody;
  readonly view: View;
  readonly offers: ReadonlyMap<string, Tariff>;
  /** The offer that differences are from. */
  readonly against: string;
  /** The portfolio and each site. */
  readonly places: readonly Place[];
}

interface Place {
  readonly id: string;
  readonly name: string;
  readonly points: readonly PointRead[];
  /** Cheapest first. */
  readonly offers: readonly OfferTotals[];
  readonly parts: ReadonlyMap<string, CostParts>;
}

/** What was left out, a row for each thing that it lacks. */
export function leftOutRows(left: readonly LeftOut[]): ComparisonAnswer['left_out'] {
  return left.flatMap(({ kind, id, problems: lacked }) =>
    lacked.map(({ code, where, found = null, detail = null }) => {
      const { says, mend } = problems[code];
      return { kind, id, code, says, where, found, detail, mend };
    }),
  );
}

export type ComparisonTables = Pick<ComparisonAnswer, ComparisonTable>;

/** All tables, and what stands before them. */
export function comparisonAnswer(view: View, read: ComparisonRead, body: ComparisonBody) {
  const told = toldOf(view, read, body);
  const tables: ComparisonTables = {
    offers: offerRows(told),
    sites: siteRows(told),
    choices: choiceRows(told),
    components: told.places.flatMap((place) => componentRows(told, place)),
    causes: told.places.flatMap((place) => causeRows(told, place)),
    capacity: capacityRows(told),
    capacity_costs: capacityCostRows(told),
    sensitivity: sensitivityRows(told),
    load: loadRows(told),
    rates: rateRows(read),
  };
  const { boundary } = accountingFor(told);
  return { against: told.against, boundary: boundaries[boundary].name, uncertain: uncertainties(told), tables };
}

function toldOf(view: View, read: ComparisonRead, body: ComparisonBody): Told {
  const nameOf = (site: string): string => view.sites.get(site)?.name ?? site;
  const totals = new Map(read.comparison.points.map(({ supplyPoint, offers }) => [supplyPoint, offers]));
  const place = (id: string, name: string, points: readonly PointRead[]): Place => {
    const ofPoints = points.flatMap(({ point }) => totals.get(point.id) ?? []);
    const offers = read.offers.map(({ id: offer }): OfferTotals => {
      const own = ofPoints.filter((one) => one.offer === offer);
      return { offer, totals: sumOfTotals(own.map((one) => one.totals)) };
    });
    const parts = read.offers.map(({ id: offer }) => {
      const own = points.flatMap((point) => point.parts.get(offer) ?? []);
      return [offer, sumOfParts(own)] as const;
    });
    offers.sort((a, b) => a.totals.total.best - b.totals.total.best || (a.offer < b.offer ? -1 : 1));
    return { id, name, points, offers, parts: new Map(parts) };
  };
  const bySite = Map.groupBy(read.read, ({ site }) => site);
  return {
    read,
    body,
    view,
    offers: new Map(read.offers.map((offer) => [offer.id, offer])),
    // The offer that was to be set against may have been left out.
    against: read.offers.find(({ id }) => id === body.against)?.id ?? read.comparison.offers[0]?.offer ?? '',
    places: [
      place('all', 'All together', read.read),
      ...Array.from(bySite, ([site, points]) => place(site, nameOf(site), points)),
    ],
  };
}

function offerShape({ offers }: Told, id: string) {
  const offer = offers.get(id);
  return { offer: id, offer_name: offer?.name ?? id, supplier: offer?.supplier ?? '' };
}

function costsOf({ read }: Told, totals: Totals) {
  const pence = known(penceAllIn(totals));
  const isWater = read.utility === 'water';
  return {
    ...inPounds('cost', totals.subtotal),
    ...inPounds('total', totals.total),
    all_in_p_per_kwh: isWater ? null : pence,
    all_in_gbp_per_m3: isWater && pence !== null ? pence / 100 : null,
  };
}

function useOf({ read }: Told, { use }: Totals) {
  const isWater = read.utility === 'water';
  const kwh = (amount: number) => (isWater ? null : amount);
  return {
    use_low_kwh: kwh(use.low),
    use_kwh: kwh(use.best),
    use_high_kwh: kwh(use.high),
    use_m3: isWater ? use.best : null,
  };
}

/** How well the load year of some supply points is measured, and what else must be known. */
function standingOf({ read }: Told, points: readonly PointRead[], more: readonly Warning[] = []) {
  const assumed = points.filter((point) => point.isPowerFactorAssumed);
  const warnings = assumed.map(({ point }): Warning => ({ code: 'power-factor-assumed', about: point.id }));
  return standing({
    bucket: { ...read.year, because: [] },
    ...howMeasured(points.map((point) => point.known)),
    warnings: distinctWarnings([...warnings, ...more]),
  });
}

/** What one offer costs more than the one that differences are from. */
function moreOf({ against }: Told, { offers }: Place, total: number): number {
  return total - (offers.find(({ offer }) => offer === against)?.totals.total.best ?? Number.NaN);
}

function offerRows(told: Told): ComparisonAnswer['offers'] {
  const [all] = told.places;
  if (!all) return [];
  const cheapest = all.offers[0]?.totals.total.high ?? Number.POSITIVE_INFINITY;
  return all.offers.map(({ offer: id, totals }, i) => {
    const offer = told.offers.get(id);
    const renewable = told.read.utility === 'electricity' ? offer?.renewable : undefined;
    const carbon = carbonFor(told, renewable?.share ?? 0);
    return {
      rank: i + 1,
      ...offerShape(told, id),
      contract: offer?.contract ?? 'fixed',
      offered_until: offer?.offered_until ?? null,
      in_register: told.body.offers.includes(id),
      ...costsOf(told, totals),
      vat_gbp: totals.vat.best,
      more_gbp: moreOf(told, all, totals.total.best),
      why: whyOf(told, all, id),
      above_cheapest: totals.total.low > cheapest,
      market_gbp: totals.market.best,
      ...inPounds('carried_forward', totals.carriedForward),
      ...useOf(told, totals),
      rego_share: share(renewable?.share),
      rego_state: renewable ? ('contracted' as const) : null,
      rego_evidence: renewable?.evidence ?? null,
      rego_gbp: totals.byKind.rego?.best ?? 0,
      emissions_location_kgco2e: known(carbon.location),
      emissions_market_kgco2e: known(carbon.market),
      emissions_market_expected_kgco2e: known(carbon.expected),
      ...standingOf(told, all.points, [...carbon.warnings, ...offerWarnings(totals, id)]),
    };
  });
}

function offerWarnings({ carriedForward }: Totals, offer: string): Warning[] {
  return carriedForward.best === 0 ? [] : [{ code: 'rate-carried-forward', about: offer }];
}

/** The organisation's way of reckoning where all supply points are of one; the estate's otherwise. */
function accountingFor({ view, read }: Told) {
  const organisations = new Set(read.read.map(({ site }) => view.sites.get(site)?.organisation));
  const [organisation] = organisations;
  return accountingOf(view, organisations.size === 1 ? organisation : undefined);
}

function carbonFor(told: Told, renewable: number): OfferCarbon {
  const { read, view, body } = told;
  const use = new Map<LocalDate, number>();
  for (const { byMonth } of read.read) {
    for (const [month, amount] of byMonth) use.set(month, (use.get(month) ?? 0) + amount);
  }
  return offerCarbon(read.utility, use, renewable, {
    accounting: accountingFor(told),
    residualMix: listed(view, 'residual_mix'),
    takesNewest: body.factors === 'newest',
  });
}

/** Causes that are told in a sentence: those of a twentieth of the largest or more, three at most. */
function whyOf({ against }: Told, { parts }: Place, offer: string): string {
  const [first, second] = [parts.get(against), parts.get(offer)];
  if (!first || !second || offer === against) return '';
  const more = differenceOf(first, second);
  // VAT follows from all others and explains nothing.
  const bySize = causeNames.filter((cause) => cause !== 'vat').sort((a, b) => Math.abs(more[b]) - Math.abs(more[a]));
  const largest = Math.abs(more[bySize[0] ?? 'energy']);
  return bySize
    .filter((cause) => Math.abs(more[cause]) >= Math.max(0.005, largest / 20))
    .slice(0, 3)
    .map((cause) => sayCause(cause, more[cause]))
    .join('; ');
}

function sayCause(cause: Cause, more: number): string {
  const amount = Math.abs(more).toLocaleString('en-GB', { maximumFractionDigits: 0 });
  return `£${amount} ${more < 0 ? 'less' : 'more'} for ${causesInShort[cause]}`;
}

function siteRows(told: Told): ComparisonAnswer['sites'] {
  return told.places.slice(1).flatMap((place) =>
    place.offers.map(({ offer, totals }, i) => {
      const { use_kwh, use_m3 } = useOf(told, totals);
      return {
        site: place.id,
        site_name: place.name,
        rank: i + 1,
        ...offerShape(told, offer),
        ...costsOf(told, totals),
        more_gbp: moreOf(told, place, totals.total.best),
        use_kwh,
        use_m3,
        ...standingOf(told, place.points, offerWarnings(totals, offer)),
      };
    }),
  );
}

/** Each supply point by its own cheapest offer against the cheapest of one offer for all. */
function choiceRows(told: Told): ComparisonAnswer['choices'] {
  const { comparison, read } = told.read;
  const [best] = comparison.offers;
  if (!best) return [];
  const rows = read.flatMap(({ point, site }): ComparisonAnswer['choices'] => {
    const offers = comparison.points.find(({ supplyPoint }) => supplyPoint === point.id)?.offers ?? [];
    const own = offers[0];
    const total = offers.find(({ offer }) => offer === best.offer)?.totals.total.best;
    if (!own || total === undefined) return [];
    return [
      {
        supply_point: point.id,
        site,
        site_name: told.view.sites.get(site)?.name ?? site,
        own_offer: own.offer,
        own_total_gbp: own.totals.total.best,
        portfolio_offer: best.offer,
        portfolio_total_gbp: total,
        saves_gbp: total - own.totals.total.best,
      },
    ];
  });
  const all = { supply_point: 'all', site: null, site_name: 'All together', own_offer: null };
  const { total, saves } = comparison.siteBySite;
  const sums = { own_total_gbp: total.best, portfolio_total_gbp: best.totals.total.best, saves_gbp: saves };
  return [...rows, { ...all, portfolio_offer: best.offer, ...sums }];
}

function componentRows(told: Told, place: Place): ComparisonAnswer['components'] {
  const first = place.offers.find(({ offer }) => offer === told.against)?.totals;
  const kinds = chargeKindNames.filter((kind) => place.offers.some(({ totals }) => totals.byKind[kind]));
  return place.offers.flatMap(({ offer, totals }) =>
    ([...kinds, 'vat'] as const).map((component) => {
      const of = (from: Totals | undefined) => (component === 'vat' ? from?.vat : from?.byKind[component]);
      const cost = of(totals) ?? { low: 0, best: 0, high: 0 };
      const per = totals.use.best > 0 ? cost.best / totals.use.best : undefined;
      const isWater = told.read.utility === 'water';
      return {
        place: place.id,
        place_name: place.name,
        ...offerShape(told, offer),
        component,
        ...inPounds('cost', cost),
        p_per_kwh: isWater ? null : known(per && 100 * per),
        gbp_per_m3: isWater ? known(per) : null,
        more_gbp: cost.best - (of(first)?.best ?? 0),
      };
    }),
  );
}

function causeRows(told: Told, place: Place): ComparisonAnswer['causes'] {
  const first = place.parts.get(told.against);
  if (!first) return [];
  const isThere = (cause: Cause) => [...place.parts.values()].some((parts) => parts[cause] !== 0);
  const shown = causeNames.filter(isThere);
  return place.offers.flatMap(({ offer }) => {
    const parts = place.parts.get(offer) ?? first;
    const more = differenceOf(first, parts);
    return shown.map((cause) => ({
      place: place.id,
      place_name: place.name,
      ...offerShape(told, offer),
      cause,
      means: causes[cause],
      cost_gbp: parts[cause],
      more_gbp: more[cause],
    }));
  });
}

function siteShape({ view }: Told, { point, site }: PointRead) {
  return { supply_point: point.id, site, site_name: view.sites.get(site)?.name ?? site };
}

function capacityRows(told: Told): ComparisonAnswer['capacity'] {
  return told.read.read.flatMap((point) =>
    point.headroom.map(({ month, agreed, demand, left }) => ({
      ...siteShape(told, point),
      month,
      agreed_capacity_kva: agreed ?? null,
      maximum_demand_low_kva: demand.low,
      maximum_demand_kva: demand.best,
      maximum_demand_high_kva: demand.high,
      headroom_low_kva: left?.low ?? null,
      headroom_kva: left?.best ?? null,
      headroom_high_kva: left?.high ?? null,
    })),
  );
}

function capacityCostRows(told: Told): ComparisonAnswer['capacity_costs'] {
  return told.read.read.flatMap((point) =>
    Array.from(point.capacityCosts).flatMap(([offer, costs]) =>
      costs.map(({ kva, difference }) => ({
        ...siteShape(told, point),
        ...offerShape(told, offer),
        agreed_capacity_kva: kva,
        ...inPounds('more', difference),
      })),
    ),
  );
}

function sensitivityRows(told: Told): ComparisonAnswer['sensitivity'] {
  const { offers } = told.read.comparison;
  return told.body.price_changes_percent.flatMap((percent) =>
    offers
      .map(({ offer, totals }) => ({ offer, totals, total: atMarketPrices(totals, percent) }))
      .sort((a, b) => a.total.best - b.total.best)
      .map(({ offer, totals, total }, i) => ({
        price_change_percent: percent,
        rank: i + 1,
        ...offerShape(told, offer),
        ...inPounds('total', total),
        change_gbp: total.best - totals.total.best,
      })),
  );
}

function loadRows(told: Told): ComparisonAnswer['load'] {
  return told.read.read.map((point) => ({
    ...siteShape(told, point),
    meter: point.point.meter,
    measured_low: point.measured.low,
    measured: point.measured.best,
    measured_high: point.measured.high,
    changed: point.changed,
    supplied_low: point.supplied.low,
    supplied: point.supplied.best,
    supplied_high: point.supplied.high,
    exported_kwh: point.exported,
    ...standingOf(told, [point]),
  }));
}

function rateRows({ rates }: ComparisonRead): ComparisonAnswer['rates'] {
  return Array.from(rates).flatMap(([offer, items]) =>
    items.map(({ charge, standing: stands, source }) => ({
      offer,
      charge: charge.id,
      name: charge.name,
      component: charge.kind,
      unit: charge.unit,
      standing: stands,
      source,
    })),
  );
}

/** Why amounts have a low and a high, in sentences. */
function uncertainties({ read, body }: Told): string[] {
  const said: string[] = [];
  const { comparison, rates } = read;
  const missing = read.read.reduce((sum, { known: { missing: none } }) => sum + none, 0);
  if (comparison.isUseUncertain) {
    const half = missing === 1 ? 'half-hour of the load year is' : 'half-hours of the load year are';
    said.push(
      `${missing.toLocaleString('en-GB')} ${half} missing: the range is the least and the most at their time on such days`,
    );
  }
  const carried = new Set(
    [...rates.values()]
      .flat()
      .flatMap(({ charge, standing: stands }) => (stands === 'carried forward' ? [charge.kind] : [])),
  );
  const chosen = (body.carry?.kinds ?? []).map(({ kind }) => kind).filter((kind) => carried.has(kind));
  if (body.carry && chosen.length > 0) {
    said.push(`rates of ${chosen.join(', ')} are carried forward by choice: ${body.carry.because}`);
  }
  if (body.carry?.prices && comparison.offers.some(({ totals }) => totals.market.best !== 0)) {
    said.push('half-hourly prices are those of the load year, each with the half-hours it came with');
  }
  const assumed = read.read.filter((point) => point.isPowerFactorAssumed).map(({ point }) => point.id);
  if (assumed.length > 0) {
    said.push(
      `no kvarh are counted at ${assumed.join(', ')}: what is charged by kVA and kvarh follows from a stated range of power factors`,
    );
  }
  return said;
}

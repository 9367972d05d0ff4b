import type { ComparisonAnswer } from '../api/contract/tariff-comparisons.ts';
import { dateOf } from '../domain/time.ts';
import { countOf } from './terminal.ts';

type Say = (line: string) => void;

/** A comparison for a terminal: the ranking, why the next costs more, what matters beside it, and what to do next. */
export function sayComparison(say: Say, answer: ComparisonAnswer): void {
  sayHead(say, answer);
  for (const offer of answer.offers) sayOffer(say, answer, offer);
  say('');
  saySites(say, answer);
  sayCapacity(say, answer);
  sayPrices(say, answer);
  sayCarbon(say, answer);
  for (const change of answer.what_if) say(`What if: ${change}.`);
  for (const one of answer.uncertain) say(`Rests on: ${one}.`);
  for (const [id, [first, ...more]] of Map.groupBy(answer.left_out, (one) => one.id)) {
    const others = more.length === 0 ? '' : `, and ${countOf(more.length, 'thing')} more`;
    if (first) say(`Left out: ${id}: ${first.says}${first.found === null ? '' : ` (${first.found})`}${others}.`);
  }
  say('');
  say('What to do next');
  for (const one of nextSteps(answer)) say(`  ${one}`);
}

function sayHead(say: Say, { offers, period, load_year: year, load, utility }: ComparisonAnswer): void {
  const [first] = offers;
  const use = first?.use_m3 ?? first?.use_kwh ?? 0;
  const where = countOf(load.length, 'supply point');
  say(
    `${countOf(offers.length, 'offer')} of ${utility}, ${datesOf(period)}, ${where}, ${whole(use)} ${unitOf(utility)}`,
  );
  const measured = first?.measured_time_share ?? null;
  const how = measured === null ? 'not measured' : `${percent(measured)} of its half-hours measured`;
  say(`by the half-hours of ${datesOf(year)}, ${how}; £ with VAT, p/kWh without`);
  say('');
}

function sayOffer(say: Say, { against }: ComparisonAnswer, offer: ComparisonAnswer['offers'][number]): void {
  const { rank, total_low_gbp: low, total_gbp: total, total_high_gbp: high } = offer;
  const range = high - low >= 1 ? `  (${pounds(low)} to ${pounds(high)})` : '';
  const each =
    offer.all_in_gbp_per_m3 === null
      ? `${(offer.all_in_p_per_kwh ?? 0).toFixed(2)} p/kWh`
      : `£${offer.all_in_gbp_per_m3.toFixed(3)}/m³`;
  say(`${String(rank).padStart(2)}  ${offer.offer}: ${offer.offer_name}, ${offer.supplier}`);
  say(`    ${pounds(total)}${range}  ${each}`);
  if (offer.offer === against) return;
  const more = offer.more_gbp < 0 ? 'less' : 'more';
  say(`    ${pounds(Math.abs(offer.more_gbp))} ${more} than ${against}: ${offer.why}`);
}

/** Site by site, and what contracts of their own would save. */
function saySites(say: Say, { sites, choices }: ComparisonAnswer): void {
  const bySite = Map.groupBy(sites, ({ site }) => site);
  if (bySite.size > 1) {
    for (const [, [first]] of bySite) {
      if (first) say(`At ${first.site_name} the cheapest is ${first.offer}: ${pounds(first.total_gbp)}.`);
    }
  }
  const all = choices.at(-1);
  if (all && choices.length > 2) {
    const saves = `${pounds(all.own_total_gbp)}, ${pounds(all.saves_gbp)} less than ${all.portfolio_offer} for all`;
    if (all.saves_gbp >= 0.5) say(`Each supply point by its own cheapest offer: ${saves}.`);
    else say(`${all.portfolio_offer} is the cheapest for each supply point by itself too.`);
  }
}

/** The tightest month of each supply point, and the other capacity that would save most with any of the offers. */
function sayCapacity(say: Say, { capacity, capacity_costs: costs }: ComparisonAnswer): void {
  for (const [id, months] of Map.groupBy(capacity, ({ supply_point: point }) => point)) {
    const known = months.filter(({ headroom_kva: left }) => left !== null);
    const [tight] = known.toSorted((a, b) => (a.headroom_kva ?? 0) - (b.headroom_kva ?? 0));
    if (!tight) continue;
    const of = `${whole(tight.maximum_demand_kva ?? 0)} of ${whole(tight.agreed_capacity_kva ?? 0)} kVA`;
    const own = costs.filter((row) => row.supply_point === id);
    const [least] = own.toSorted((a, b) => a.more_gbp - b.more_gbp);
    const saves = least && least.more_gbp <= -0.5 ? `${pounds(-least.more_gbp)} less with ${least.offer}` : '';
    const other = saves === '' ? '' : `; ${whole(least?.agreed_capacity_kva ?? 0)} kVA agreed would cost ${saves}`;
    say(`${id} needs at most ${of}, in ${tight.month.slice(0, 7)}${other}.`);
  }
}

function sayPrices(say: Say, { sensitivity, offers }: ComparisonAnswer): void {
  if (offers.every(({ market_gbp: market }) => market === 0)) return;
  for (const { rank, price_change_percent: change, ...row } of sensitivity) {
    if (rank !== 1) continue;
    const sign = change < 0 ? '−' : '+';
    say(`With half-hourly prices ${sign}${Math.abs(change)} % the cheapest is ${row.offer}: ${pounds(row.total_gbp)}.`);
  }
}

function sayCarbon(say: Say, { offers, boundary, factors }: ComparisonAnswer): void {
  const [first] = offers;
  if (!first) return;
  const location = first.emissions_location_kgco2e;
  if (location === null) {
    const why = factors === 'published' ? '; --factors newest takes those of the last year published' : '';
    say(`Carbon: no emission factor is published for the whole period${why}.`);
  } else say(`Carbon: ${whole(location)} kgCO2e with any of them (${boundary}).`);
  for (const { offer, rego_share: share, emissions_market_expected_kgco2e: expected, rego_evidence: by } of offers) {
    if (share === null) continue;
    const figure = expected === null ? '' : `, then ${whole(expected)} kgCO2e by the market`;
    say(`  ${offer} promises certificates for ${percent(share)}${figure}: ${by ?? ''}`);
  }
}

/** What a person can do about it. */
function nextSteps({ offers, period, uncertain, capacity }: ComparisonAnswer): string[] {
  const steps: string[] = [];
  const [first, second] = offers;
  const open = offers.filter(({ rank, above_cheapest: above }) => rank > 1 && !above).map(({ offer }) => offer);
  if (first && second) {
    const overlap = `The ranges of ${first.offer} and ${open.join(', ')} overlap: their order is not certain.`;
    steps.push(open.length === 0 ? `${first.offer} is the cheapest whatever lies in the ranges.` : overlap);
  }
  for (const { offer, offered_until: until } of offers) {
    if (until !== null && offer === first?.offer) steps.push(`${offer} may be taken until ${until}.`);
  }
  if (uncertain.some((one) => one.includes('carried forward'))) {
    steps.push('Ask again when the rates that are carried forward are published.');
  }
  if (capacity.some(({ headroom_kva: left }) => left !== null && left < 0)) {
    steps.push('Capacity is exceeded in some months: see --table capacity.');
  }
  steps.push(`--out comparison-${dateOf(at(period.from))}.svg draws it for a board paper, .xlsx has all tables.`);
  return steps;
}

function at(instant: string): number {
  return Date.parse(instant) / 1000;
}

function datesOf({ from, to }: ComparisonAnswer['period']): string {
  return `${dateOf(at(from))} to ${dateOf(at(to) - 1)}`;
}

function unitOf(utility: ComparisonAnswer['utility']): string {
  return utility === 'water' ? 'm³' : 'kWh';
}

function whole(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}

function pounds(amount: number): string {
  return `${amount < 0 ? '−' : ''}£${whole(Math.abs(amount))}`;
}

function percent(share: number): string {
  // What is not all is never shown as all.
  const tenths = Math.floor(share * 1000 + 1e-9) / 10;
  return `${tenths} %`;
}

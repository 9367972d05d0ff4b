import { boundaries } from '../domain/carbon/boundaries.ts';
import { stepStates } from '../domain/plan/indicators/figure.ts';
import { lastDayOf, number, sayDate, shortPounds, tonnes } from '../domain/plan/words.ts';
import { dateOf } from '../domain/time.ts';
import type { Plan } from './contract/plan-page.ts';
import { drawChart } from './draw-chart.ts';
import { type Content, Markup, markup } from './markup.ts';
import { planStyle } from './plan-page-style.ts';
import { savingBar } from './saving-bar.ts';
import { trajectoryChart } from './trajectory-chart.ts';

/**
 * Plans as a page each that a board reads on paper: no script, nothing loaded from elsewhere, charts as SVG in it. What
 * does not fit is counted and left to the spreadsheet, so that a page stays one page.
 */

export interface PrintedPlans {
  readonly plans: readonly Plan[];
  readonly asOf: string;
  readonly registerVersion: number;
  /** Whether what a kWh costs was kept back. */
  readonly isPriceHidden: boolean;
}

/** Rows of a section that fit beside the others on one page of A4. */
const fits = { measures: 9, savings: 4, decisions: 4, gaps: 5, because: 1 } as const;
const unknown = markup`<span class="none" title="not known">–</span>`;

export async function planHtml(printed: PrintedPlans): Promise<string> {
  const pages: Markup[] = [];
  for (const plan of printed.plans) pages.push(await pageOf(plan, printed));
  const names = printed.plans.map(({ name }) => name).join(', ');
  return markup`<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Four-step plan: ${names}</title>
<meta name="viewport" content="width=device-width"><style>${planStyle}</style></head>
<body>${pages}</body>
</html>
`.text;
}

async function pageOf(plan: Plan, printed: PrintedPlans): Promise<Markup> {
  return markup`<article class="page">
<header><h1>${plan.name}</h1><p>Four-step plan, as of ${sayDate(dateOf(Date.parse(printed.asOf) / 1000))}</p></header>
<ul class="headline">${plan.headline.map((says) => markup`<li>${lines(says)}</li>`)}</ul>
${plan.place === 'organisation' ? await wayOf(plan) : ''}
${stepsOf(plan)}
${plan.place === 'site' ? indicatorsOf(plan) : ''}
${measuresOf(plan)}
${savingsOf(plan)}
${decisionsOf(plan)}
${footerOf(plan, printed)}
</article>
`;
}

/** The chart of the target that the headline speaks of, and the gaps of all. */
async function wayOf(plan: Plan): Promise<Markup> {
  const { targets, points, main: named } = plan.trajectory;
  const isMain = ({ target, baseline }: { target: string; baseline: string }): boolean =>
    target === named?.target && baseline === named.baseline;
  const main = targets.find(isMain);
  const own = points.filter(isMain);
  const chart = main && trajectoryChart(own, main.target_name);
  const notes = main
    ? [main.no_years_ahead_because, ...main.assumptions.slice(1, 2)].filter((one) => one !== null)
    : [];
  return markup`<section><h2>The way to the target${main ? `: ${main.target_name}` : ''}</h2><div class="way">
${chart ? markup`<figure>${new Markup(await drawChart(chart))}</figure>` : markup`<p>No target has a baseline.</p>`}
<div>${gapsOf(plan)}${notes.length > 0 ? markup`<p class="note">${notes.join('. ')}.</p>` : ''}</div></div></section>`;
}

/** What is above each milestone, target by target and from each baseline, in tCO2e; what of the money is missing. */
function gapsOf({ trajectory: { targets, gaps } }: Plan): Markup {
  if (gaps.length === 0) return markup``;
  const keyOf = ({ target, baseline }: { target: string; baseline: string }): string => `${target} ${baseline}`;
  const names = new Map(
    targets.map((one) => {
      const isAlone = targets.filter(({ target }) => target === one.target).length === 1;
      return [keyOf(one), isAlone ? one.target_name : `${one.target_name}, from ${one.baseline}`];
    }),
  );
  const groups = [...Map.groupBy(gaps.slice(0, fits.gaps), keyOf)].map(([key, list]) => {
    const rows = list.map(
      (gap) => markup`<tr><td class="n">${gap.year}</td><td class="n">${inTonnes(gap.level_kgco2e)}</td>
<td class="n">${inTonnes(gap.gap_committed_kgco2e)}</td><td class="n">${inTonnes(gap.gap_possible_kgco2e)}</td>
<td class="n">${inPounds(gap.unsecured_capital_gbp)}</td><td class="n">${inPounds(gap.rest_indicative_gbp)}</td></tr>`,
    );
    return markup`<tr><th colspan="6">${names.get(key)}</th></tr>${rows}`;
  });
  return markup`<table><thead><tr><th class="n">Year</th><th class="n">May be, tCO2e</th>
<th class="n">Gap, committed</th><th class="n">Gap, all planned</th><th class="n">£ not secured</th>
<th class="n">£ for the rest *</th></tr></thead>
<tbody>${groups}</tbody></table>${more(gaps.length, fits.gaps)}
<p class="note">* indicative: at what the planned measures cost for a tonne a year.</p>`;
}

/** What the meters of a site say, in two columns. */
function indicatorsOf({ indicators }: Plan): Markup {
  const own = indicators.filter(({ building }) => building === null);
  const rows = own.map(({ step, indicator_name: name, value, low, high, unit, says }) => {
    const range = low !== null && high !== null ? ` (${figure(low)} to ${figure(high)})` : '';
    const told = value === null ? shortly(says) : `${figure(value)}${range} ${symbols[unit] ?? unit}`;
    const kind = value === null ? 'why' : 'n';
    return markup`<tr><td class="n">${step}</td><td>${name}</td><td class="${kind}">${told}</td></tr>`;
  });
  const half = Math.ceil(rows.length / 2);
  const columns = [rows.slice(0, half), rows.slice(half)].map(
    (list) => markup`<table class="facts"><tbody>${list}</tbody></table>`,
  );
  return markup`<section><h2>What the meters say, by step</h2><div class="columns">${columns}</div></section>`;
}

const symbols: Readonly<Record<string, string>> = {
  'kWh/m2': 'kWh/m²',
  'W/m2': 'W/m²',
  'W/K/m2': 'W/K per m²',
  'GBP/week': '£ a week',
  'kgCO2e/week': 'kgCO2e a week',
  '1': '',
};

/** The first of several reasons, as far as a cell has room. */
function briefly([first = '', ...others]: readonly string[]): string {
  const short = first.split(/: | \(/, 1)[0] ?? first;
  return others.length > 0 ? `${short}; ${others.length} more in the spreadsheet` : short;
}

/** Of why something is not known the first reason, without the place that the page is of; the data has them all. */
function shortly(says: string): string {
  const [first = says] = says.replace(/^[^;:]*: not known; /, '').split(/; | \(|: /, 1);
  return first.replace(/^[a-z0-9-]+ lacks/, 'lacks');
}

function stepsOf({ steps, place }: Plan): Markup {
  const boxes = steps.map((one) => {
    const all = Object.entries(stepStates).flatMap(([state]) => {
      const count = one[`sites_${state as keyof typeof stepStates}`];
      return count > 0 ? [`${count} ${state.replaceAll('_', ' ')}`] : [];
    });
    const sites = place === 'organisation' ? markup`<p>Sites: ${all.join(', ') || 'none'}</p>` : '';
    const counts = { installed: one.measures_installed, begun: one.measures_installing, planned: one.measures_planned };
    const measured = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
    const because = one.because.slice(0, fits.because).map((says) => markup`<p class="note">${lines(says)}</p>`);
    return markup`<div class="step ${one.state}"><h3>${one.step} ${one.title}</h3>
<p class="state">${one.state.replaceAll('_', ' ')}</p>
<p>Measures: ${measured.join(', ') || 'none'}</p>
${sites}${because}</div>`;
  });
  return markup`<section><h2>Where the four steps stand</h2><div class="steps">${boxes}</div></section>`;
}

function measuresOf({ measures, place, out_of_order: pairs }: Plan): Markup {
  const all = measures.filter(({ status }) => status !== 'withdrawn');
  // Where there are too many, what is still to come is shown rather than what is installed.
  const [installed, ahead] = [true, false].map((is) => all.filter(({ status }) => (status === 'installed') === is));
  const shown = [...(ahead ?? []), ...(installed ?? [])].slice(0, fits.measures).toSorted((a, b) => a.step - b.step);
  const early = new Set(pairs.map(({ measure }) => measure));
  const rows = shown.map(
    (
      one,
    ) => markup`<tr><td class="n">${one.step}</td><td>${lines(`${one.name}${early.has(one.measure) ? ' *' : ''}`)}</td>
${place === 'organisation' ? markup`<td>${lines(one.site_name)}</td>` : ''}<td>${one.status}</td>
<td class="date">${monthOf(one.saves_from)}</td><td class="n">${inTonnes(one.saves_kgco2e_per_year)}</td>
<td class="n">${inPounds(one.capital_gbp)}</td><td class="n">${inPounds(one.funding_gap_gbp)}</td>
<td class="n">${inPounds(one.cost_gbp_per_tco2e)}</td>
<td class="n">${one.payback_years === null ? unknown : number(one.payback_years, 1)}</td></tr>`,
  );
  if (all.length === 0) return markup`<section><h2>Measures</h2><p>The register has none.</p></section>`;
  return markup`<section><h2>Measures</h2><table><thead><tr><th class="n">Step</th><th>Measure</th>
${place === 'organisation' ? markup`<th>Site</th>` : ''}<th>Status</th><th>Saves from</th>
<th class="n">tCO2e a year</th><th class="n">Capital</th><th class="n">Not secured</th><th class="n">£/tCO2e</th>
<th class="n">Payback, years</th></tr></thead><tbody>${rows}</tbody></table>
${more(all.length, fits.measures)}
${early.size > 0 ? markup`<p class="note">* comes before a measure of an earlier step.</p>` : ''}</section>`;
}

function savingsOf({ savings, measures }: Plan): Markup {
  const isKnown = (one: Plan['savings'][number]) => one.saved_kwh_per_year !== null || one.saved_m3_per_year !== null;
  const all = savings
    .filter(({ kind }) => kind === 'to_date')
    .toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a)));
  if (all.length === 0) return markup``;
  const names = new Map(measures.map(({ measure, name }) => [measure, name]));
  const rows = all.slice(0, fits.savings).map((one) => {
    const isWater = one.utility === 'water';
    const [saved, low, high, expected] = isWater
      ? [one.saved_m3_per_year, one.saved_low_m3_per_year, one.saved_high_m3_per_year, one.expected_m3_per_year]
      : [one.saved_kwh_per_year, one.saved_low_kwh_per_year, one.saved_high_kwh_per_year, one.expected_kwh_per_year];
    const unit = isWater ? ' m³' : '';
    const range = low !== null && high !== null && low !== high ? ` (${figure(low)} to ${figure(high)})` : '';
    const told = saved === null ? unknown : `${figure(saved)}${unit}${range}`;
    const why = one.verdict?.replaceAll('_', ' ') ?? briefly(one.because);
    const named = one.measures.map((id) => names.get(id) ?? id).join(' + ');
    const bar = savingBar({ saved: isWater ? null : saved, low, high, expected });
    return markup`<tr><td>${lines(named)}</td><td class="date">${one.meter}</td>
<td class="n">${expected === null ? unknown : `${figure(expected)}${unit}`}</td><td class="n">${told}</td>
<td>${bar}</td><td class="why">${lines(why)}</td></tr>`;
  });
  return markup`<section><h2>What meters show of measures that are installed: kWh a year, water m³, 90 % intervals</h2>
<table class="saved"><thead><tr><th>Measures</th><th>Meter</th><th class="n">Expected</th><th class="n">Saved</th>
<th></th>
<th>Shown</th></tr></thead><tbody>${rows}</tbody></table>${more(all.length, fits.savings)}</section>`;
}

function decisionsOf({ decisions }: Plan): Markup {
  const list = decisions
    .slice(0, fits.decisions)
    .map(({ says }) => markup`<li>${lines(`${says.replace(/\.$/, '')}.`)}</li>`);
  if (list.length === 0) return markup`<section><h2>To decide next</h2><p>Nothing stands out.</p></section>`;
  return markup`<section><h2>To decide next</h2><ol>${list}</ol>${more(decisions.length, fits.decisions)}</section>`;
}

function footerOf(plan: Plan, { registerVersion, isPriceHidden }: PrintedPlans): Markup {
  const { period, boundary, measured_share: share } = plan.year;
  const ofTarget = plan.place === 'organisation' ? ' Targets are in the boundary of their own.' : '';
  const to = sayDate(lastDayOf({ to: Date.parse(period.to) / 1000 }));
  const measured = share === null ? 'an unknown share' : `${number(Math.floor(share * 1000) / 10, 1)} %`;
  const hidden = isPriceHidden ? ' What tells a price is left out: it needs a key of procurement.' : '';
  return markup`<footer>Twelve months to ${to}, ${measured} of the energy measured. Carbon of measures:
${boundaries[boundary].name}.${ofTarget} Register version ${registerVersion}. Pounds without VAT.
– is not known, which is never 0; the
spreadsheet says why.${hidden}</footer>`;
}

/** At most two lines of text: the page stays one, whatever people call things. */
function lines(text: string): Markup {
  return markup`<div class="lines">${text}</div>`;
}

function more(all: number, shown: number): Content {
  return all > shown ? markup`<p class="note">${all - shown} more in the spreadsheet.</p>` : '';
}

function inTonnes(kg: number | null): Content {
  return kg === null ? unknown : tonnes(kg);
}

function inPounds(amount: number | null): Content {
  return amount === null ? unknown : shortPounds(amount);
}

/** Three digits that matter; more of what is large. */
function figure(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return number(value, Math.min(3, digits));
}

function monthOf(date: string | null): Content {
  if (date === null) return unknown;
  const options = { month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', options);
}

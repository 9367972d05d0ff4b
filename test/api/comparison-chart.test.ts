import { describe, expect, test } from 'vitest';
import { barsShown, type Charted, comparisonChart } from '../../api/comparison-chart.ts';
import { drawChart } from '../../api/draw-chart.ts';

/** A chart of numbers of our making; that it looks right was seen by people, that it is whole is held here. */

type Offer = Charted['offers'][number];

function offer(rank: number, total: number, more: Partial<Offer> = {}): Offer {
  return {
    rank,
    offer: `offer-${rank}`,
    offer_name: `Offer ${rank}`,
    supplier: 'A supplier',
    contract: 'fixed',
    offered_until: null,
    in_register: true,
    cost_low_gbp: total / 1.2,
    cost_gbp: total / 1.2,
    cost_high_gbp: total / 1.2,
    total_low_gbp: total,
    total_gbp: total,
    total_high_gbp: total,
    all_in_p_per_kwh: 20.346,
    all_in_gbp_per_m3: null,
    vat_gbp: total / 6,
    more_gbp: 0,
    why: '',
    above_cheapest: false,
    market_gbp: 0,
    carried_forward_low_gbp: 0,
    carried_forward_gbp: 0,
    carried_forward_high_gbp: 0,
    use_low_kwh: 1_234_567,
    use_kwh: 1_234_567,
    use_high_kwh: 1_234_567,
    use_m3: null,
    rego_share: null,
    rego_state: null,
    rego_evidence: null,
    rego_gbp: 0,
    emissions_location_kgco2e: null,
    emissions_market_kgco2e: null,
    emissions_market_expected_kgco2e: null,
    measured_share: 1,
    measured_time_share: 1,
    data_quality: 'OC',
    status: 'complete',
    partial_because: [],
    warnings: [],
    ...more,
  };
}

function charted(offers: readonly Offer[], more: Partial<Charted> = {}): Charted {
  const row = (id: string, component: 'energy' | 'duos' | 'ro' | 'vat', amount: number) => ({
    place: 'all',
    place_name: 'All together',
    offer: id,
    offer_name: id,
    supplier: 'A supplier',
    component,
    cost_low_gbp: amount,
    cost_gbp: amount,
    cost_high_gbp: amount,
    p_per_kwh: null,
    gbp_per_m3: null,
    more_gbp: 0,
  });
  return {
    utility: 'electricity',
    period: { from: '2027-03-31T23:00:00Z', to: '2029-03-31T23:00:00Z' },
    load_year: { from: '2025-10-31T00:00:00Z', to: '2026-10-31T00:00:00Z' },
    offers: [...offers],
    components: offers.flatMap(({ offer: id, total_gbp: total }) => [
      row(id, 'energy', total * 0.5),
      row(id, 'duos', total * 0.2),
      row(id, 'ro', total * 0.1333),
      row(id, 'vat', total * 0.1667),
    ]),
    sites: [],
    what_if: [],
    uncertain: [],
    ...more,
  };
}

/** What the pictures say: the texts, in the order in which they stand. */
const texts = (svg: string): string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = '']) => text);

/** Elements that are closed out of turn or not at all. */
function openElements(svg: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name = '', self] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (close === '/') wrong.push(...(open.pop() === name ? [] : [name]));
    else if (self !== '/') open.push(name);
  }
  return [...open, ...wrong];
}

describe('the chart of a comparison', () => {
  test('says each offer with its £, range and p/kWh, the period and what is uncertain', async () => {
    const ranged = offer(2, 251_000, { total_low_gbp: 240_000, total_high_gbp: 280_000 });
    const uncertain = ['rates of ro are carried forward by choice: as the year before'];
    const chart = comparisonChart(charted([offer(1, 250_000.4), ranged], { uncertain }));
    const svg = await drawChart(chart);
    const said = texts(svg);
    expect(said).toContain('What 2 offers of electricity would cost');
    expect(said.join('\n')).toContain('1 April 2027 to 31 March 2029');
    expect(said).toEqual(expect.arrayContaining(['£250,000', '£251,000', '£240,000 to £280,000']));
    expect(said.filter((text) => text === '20.35 p/kWh without VAT')).toHaveLength(2);
    expect(said).toContain('Rates of ro are carried forward by choice: as the year before.');
    expect(said).toEqual(expect.arrayContaining(['Energy', 'Networks', 'VAT']));
    expect(svg).toMatch(/^<svg [^>]*role="img"><title>What 2 offers of electricity would cost, 1 April 2027 to/);
    expect(openElements(svg)).toEqual([]);
    // A range has its line and two ends; what is certain has none.
    expect(svg.match(/stroke="#222222"/g)).toHaveLength(3);
  });

  test('escapes names, so that nothing in them is markup', async () => {
    const svg = await drawChart(comparisonChart(charted([offer(1, 1_000, { offer_name: '<script>a&b</script>"' })])));
    expect(svg).not.toMatch(/<script/i);
    expect(texts(svg).join(' ')).toContain('&lt;script&gt;a&amp;b');
    expect(openElements(svg)).toEqual([]);
  });

  test('shows so many bars and says how many it leaves out', async () => {
    const many = Array.from({ length: barsShown + 3 }, (_, i) => offer(i + 1, 10_000 + i));
    const said = texts(await drawChart(comparisonChart(charted(many))));
    expect(said).toContain('3 more offers cost more than those shown.');
    expect(said.filter((text) => text.startsWith('£10,0'))).toHaveLength(barsShown);
  });
});

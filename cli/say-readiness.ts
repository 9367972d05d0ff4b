import type { ReadinessAnswer } from '../api/contract/plan-readiness.ts';
import { dateOf } from '../domain/time.ts';

type Say = (line: string) => void;

/** A readiness study for a terminal: the light, its reasons and what would change them, then what it comes to. */
export function sayReadiness(say: Say, answer: ReadinessAnswer): void {
  const { light, site_name: name, building, load_year: year, reasons } = answer;
  const place = building === null ? name : `${name}, ${building}`;
  say(`${place}: ${light.toUpperCase()} for a heat pump, by its half-hours of ${datesOf(year)}`);
  for (const { light: is, says, found, expected, would_change: change } of reasons) {
    say(`  ${is}: ${says}`);
    say(`      found ${found}; expected ${expected}`);
    for (const one of change) say(`      would change it: ${one}`);
  }
  if (reasons.length === 0) say('  Nothing that was looked at stands against it.');
  say('');
  sayHeat(say, answer);
  saySupply(say, answer);
  sayCosts(say, answer);
  sayCarbon(say, answer);
  say('');
  for (const one of answer.assumptions) say(`Rests on: ${one}.`);
  for (const one of answer.warnings) say(`Mind: ${one.replace(/\.$/, '')}.`);
}

function sayHeat(say: Say, { heat, heat_pump: pump, flows, coldest_day: day }: ReadinessAnswer): void {
  const from = heat.from === 'fuel' ? `fuel of ${heat.meters.join(', ')}` : heat.meters.join(', ');
  const measured = `${percent(heat.measured_time_share)} of the half-hours measured`;
  say(`Heat: ${whole(heat.heat_kwh)} kWh from ${from}, at most ${whole(heat.largest_kw)} kW; ${measured}.`);
  for (const { meter, why } of heat.left_out) say(`  without ${meter}: ${why}`);
  const seasonal = pump.seasonal_performance === null ? '' : `, ${pump.seasonal_performance.toFixed(2)} kWh out of one`;
  say(`Heat pump: ${whole(pump.electricity_kwh)} kWh of electricity a year${seasonal}; flow ${pump.flow}.`);
  if (pump.backup_heat_kwh > 0) say(`  of the heat ${whole(pump.backup_heat_kwh)} kWh from ${said(pump.backup)}`);
  for (const row of flows) {
    const performance = row.seasonal_performance === null ? '–' : row.seasonal_performance.toFixed(2);
    say(`  at ${row.flow_degc} °C all year: ${performance} out of one, ${whole(row.added_peak_kw)} kW more at most`);
  }
  if (!day) return;
  const cold = `${day.mean_degc.toFixed(1)} °C on average`;
  say(`Coldest day: ${day.date}, ${cold}, ${whole(day.electricity_kwh)} kWh for ${whole(day.heat_kwh)} kWh of heat.`);
  if (day.design_kw !== null) {
    say(`  at ${day.design_outside_degc} °C on average the site would draw ${whole(day.design_kw)} kW`);
  }
}

function saySupply(say: Say, { capacity, heat_pump: pump }: ReadinessAnswer): void {
  const { after_kva: kva, after_low_kva: low, after_high_kva: high, agreed_kva: agreed } = capacity;
  const range = low !== null && high !== null && high - low >= 1 ? ` (${whole(low)} to ${whole(high)})` : '';
  const after = kva === null ? `${whole(capacity.after_kw)} kW; kVA are not known` : `${whole(kva)} kVA${range}`;
  const before = capacity.before_kva === null ? `${whole(capacity.before_kw)} kW` : `${whole(capacity.before_kva)} kVA`;
  const limit = agreed === null ? 'nothing is agreed in the register' : `${whole(agreed)} kVA agreed`;
  say(`Supply: ${before} now, ${after} with it; ${limit}. The heat pump itself draws ${whole(pump.added_peak_kw)} kW.`);
}

function sayCosts(say: Say, { tariffs, fuel }: ReadinessAnswer): void {
  for (const row of fuel) {
    const worth = row.saved_gbp === null ? (row.why ?? 'not known') : pounds(row.saved_gbp);
    const utility = row.utility.replace('_', ' ');
    if (row.fabric_saved_kwh > 0) {
      const before = row.fabric_saved_gbp === null ? '' : `, ${pounds(row.fabric_saved_gbp)}`;
      say(`Less ${utility} by the fabric first: ${whole(row.fabric_saved_kwh)} kWh a year${before}.`);
    }
    say(`Less ${utility}: ${whole(row.saved_kwh)} kWh a year, ${worth}.`);
  }
  for (const row of tariffs) {
    const name = `${row.present ? 'Now ' : ''}${row.tariff}`;
    if (row.more_gbp === null) {
      say(`  ${name}: not known: ${shortly(row.why ?? '')}`);
      continue;
    }
    const all = row.more_in_all_gbp === null ? '' : `; ${moreOrLess(row.more_in_all_gbp)} in all`;
    const larger =
      row.larger_capacity_gbp === null || Math.abs(row.larger_capacity_gbp) < 0.5
        ? ''
        : `; the capacity it needs ${moreOrLess(row.larger_capacity_gbp)}`;
    say(`  ${name}: ${moreOrLess(row.more_gbp)} for electricity a year${all}${larger}`);
  }
}

function sayCarbon(say: Say, { carbon }: ReadinessAnswer): void {
  const { more_kgco2e: more, grid_kgco2e_per_kwh: grid, break_even_kgco2e_per_kwh: even } = carbon;
  if (more === null || grid === null || even === null) {
    say(`Carbon: not known (${carbon.boundary}).`);
    return;
  }
  const change = `${whole(Math.abs(more))} kgCO2e a year ${more < 0 ? 'less' : 'more'}`;
  say(
    `Carbon: ${change} (${carbon.boundary}); the grid is at ${grid.toFixed(3)}, both are alike at ${even.toFixed(3)}.`,
  );
  const { fabric_less_kgco2e: fabric } = carbon;
  if (fabric !== null && fabric > 0) say(`  the fabric before it: ${whole(fabric)} kgCO2e a year less`);
}

/** The first of some problems, without how to mend it; the table has them all. */
function shortly(why: string): string {
  const [first = '', ...others] = why.split('\n');
  const [what = ''] = first.split('. To mend it');
  return others.length === 0 ? what : `${what}; and ${others.length} more, see --table tariffs`;
}

function said(backup: string): string {
  return backup === 'boiler' ? 'the boilers' : 'electric heaters';
}

function moreOrLess(amount: number): string {
  return `${pounds(Math.abs(amount))} ${amount < 0 ? 'less' : 'more'}`;
}

function datesOf({ from, to }: ReadinessAnswer['load_year']): string {
  return `${dateOf(Date.parse(from) / 1000)} to ${dateOf(Date.parse(to) / 1000 - 1)}`;
}

function percent(share: number): string {
  // What is not all is never shown as all.
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}

function whole(amount: number | null): string {
  return amount === null ? '–' : Math.round(amount).toLocaleString('en-GB');
}

function pounds(amount: number): string {
  return `£${whole(amount)}`;
}

import type { RenewablesAnswer } from '../api/contract/plan-renewables.ts';
import { dateOf } from '../domain/time.ts';

type Say = (line: string) => void;

/** Options of panels for a terminal: each with what it makes, saves and does to the certificates. */
export function sayRenewables(say: Say, answer: RenewablesAnswer): void {
  const { site_name: name, load_year: year, imported_kwh: imported } = answer;
  const dates = `${dateOf(Date.parse(year.from) / 1000)} to ${dateOf(Date.parse(year.to) / 1000 - 1)}`;
  say(`Panels at ${name}, by its half-hours of ${dates}: ${whole(imported)} kWh drawn`);
  say('');
  for (const row of answer.options) sayOption(say, row);
  say('');
  const { covered_share: covered } = answer;
  if (covered !== null)
    say(`Of what is bought ${percent(covered)} is covered by certificates or contracts with evidence.`);
  for (const one of answer.assumptions) say(`Rests on: ${one}.`);
  for (const one of answer.warnings) say(`Mind: ${one.replace(/\.$/, '')}.`);
}

function sayOption(say: Say, row: RenewablesAnswer['options'][number]): void {
  const share = row.self_consumption_share === null ? '' : ` (${percent(row.self_consumption_share)})`;
  say(`${row.option}: makes ${whole(row.made_kwh)} kWh a year, ${whole(row.used_kwh)} used on the site${share}`);
  say(
    `    ${whole(row.exported_kwh)} kWh exported, ${whole(row.imported_kwh)} still drawn, at most ${whole(row.demand_kw)} kW`,
  );
  if (row.from_battery_kwh > 0) {
    say(`    by way of the battery ${whole(row.from_battery_kwh)} kWh, ${whole(row.lost_in_battery_kwh)} lost in it`);
  }
  say(`    ${saidPounds(row)}`);
  const less = row.less_location_kgco2e === null ? 'not known' : `${whole(row.less_location_kgco2e)} kgCO2e less`;
  say(`    by location ${less}; ${whole(row.certificates)} certificates a year`);
  const [kept, sold] = [row.kept_market_kgco2e, row.sold_market_kgco2e];
  if (kept === null || sold === null) return;
  say(`    by the market ${whole(kept)} kgCO2e if they are kept, ${whole(sold)} if they are sold`);
}

function saidPounds(row: RenewablesAnswer['options'][number]): string {
  const saved = row.saved_gbp === null ? 'what it saves is not known' : `£${whole(row.saved_gbp)} less to pay`;
  const out =
    row.export_gbp === null
      ? `export: ${row.export_why ?? 'not known'}`
      : `£${whole(row.export_gbp)} for what goes out`;
  const all = row.better_gbp === null ? '' : `, £${whole(row.better_gbp)} together`;
  return `${saved}; ${out}${all}`;
}

function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}

function whole(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}

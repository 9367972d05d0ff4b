import type { z } from 'zod';
import type { figureExplanationSchema } from '../api/contract/explain-figure.ts';
import { number } from './number.ts';
import { sayMarket } from './say-market.ts';

type Explanation = z.output<typeof figureExplanationSchema>;
type Site = Explanation['sites'][number];
type Meter = NonNullable<Site['meters']>[number];
type Say = (text: string) => void;
type Amount = (value: number | null) => string;

/** What is said of a figure by itself: its value, how good it is, and what it was made with. */
export function sayFigureHead(say: Say, head: Omit<Explanation, 'sites' | 'market' | 'acts'>): void {
  const { place, utility, period, status, partial_because, warnings, areas, factors } = head;
  const fuel = utility === null ? '' : ` (${utility} alone)`;
  const then = head.known_on === null ? '' : `, as known on ${head.known_on}`;
  say(`${head.figure} of ${place.kind} ${place.name}${fuel}, ${period.from} to ${period.to}${then}:`);
  const why = partial_because.length === 0 ? '' : ` (${partial_because.join(', ')})`;
  say(`  ${amountIn(head)(head.value)}   ${status}${why}, measured ${percent(head.measured_share)}`);
  say(`  ${head.says}; register version ${head.register_version}`);
  for (const warning of warnings) say(`  warning: ${warning}`);
  for (const area of areas) {
    const unknown = area.unknown_days > 0 ? `, unknown on ${area.unknown_days} days` : '';
    say(`  area of ${area.place}: ${number(area.gross_internal_area_m2)} m²${unknown}`);
  }
  for (const factor of factors) {
    const is = `${factor.value} ${factor.unit}`;
    say(`  factor: ${factor.activity} of ${factor.utility}, ${is}, set of ${factor.set}, ${factor.standing}`);
    say(`    ${factor.source}`);
  }
}

/** The chain of a figure, a line each, as deep as it was opened. */
export function sayFigure(say: Say, answer: Explanation): void {
  const amount = amountIn(answer);
  sayFigureHead(say, answer);
  for (const site of answer.sites) {
    say(`site ${site.name}: ${amount(site.value)}${energy(answer, site.energy_kwh)}`);
    for (const meter of site.meters ?? []) sayMeter(say, answer, meter);
    for (const one of site.adjustments) {
      say(`  ${amount(one.value)}  ${one.counts_as} ${one.utility}: ${one.says}`);
    }
  }
  if (answer.market !== null) sayMarket(say, answer.market);
  for (const { at, who, says, reason, meter } of answer.acts) {
    say(`${at} ${who}: ${says}${meter === null ? '' : ` (${meter})`}, because: ${reason}`);
  }
}

/** By what a volume or a mass became energy, as far as the register says it. */
export function sayEnergyContent(conversion: Omit<Meter['conversions'][number], 'from'>): string {
  const { calorific_value_mj_per_m3: gas, calorific_value_source: whence, volume_correction: correction } = conversion;
  const { energy_content_kwh: kwh, energy_content_per: per, energy_content_source: source } = conversion;
  const calorific = gas === null ? '' : `, calorific value ${gas} MJ/m³ (${whence ?? ''})`;
  const corrected = typeof correction === 'number' ? `, volume correction ${correction}` : '';
  return `${calorific}${corrected}${typeof kwh === 'number' ? `, ${kwh} kWh/${per ?? ''} (${source ?? ''})` : ''}`;
}

function sayMeter(say: Say, answer: Explanation, meter: Meter): void {
  const amount = amountIn(answer);
  const taken = meter.times < 0 ? 'less ' : '';
  const whose = meter.reporter === null ? '' : `, reported by ${meter.reporter}`;
  const counted = meter.volume_m3 === null ? '' : `, ${number(meter.volume_m3)} m³`;
  const how = `measured ${percent(meter.measured_share)}`;
  say(
    `  ${amount(meter.value)}  ${taken}${meter.meter} (${meter.counts_as}${whose})${energy(answer, meter.energy_kwh)}${counted}, ${how}`,
  );
  for (const { from, ...conversion } of meter.conversions) {
    const { multiplier, counted_unit: unit } = conversion;
    say(`    from ${from}: a count is ${multiplier ?? 'an unknown number of'} ${unit}${sayEnergyContent(conversion)}`);
  }
  for (const { rule, says, quality, half_hours, energy_kwh } of meter.rules ?? []) {
    say(`    ${half_hours} half-hours ${quality} by ${rule}, ${number(energy_kwh)} kWh: ${says}`);
  }
  if (meter.rules === null) say('    too many half-hours to count their rules here; ask for a shorter period');
  for (const day of meter.days ?? []) {
    const known = `${day.measured_half_hours} of ${day.known_half_hours} known half-hours measured`;
    say(`    ${day.date}  ${amount(day.value)}${energy(answer, day.energy_kwh)}  ${known}`);
    for (const row of day.half_hours ?? []) {
      say(`      ${row.from}  ${number(row.energy_kwh)} kWh  ${row.quality}  ${row.rule ?? ''}`);
    }
    for (const gap of day.gaps ?? []) say(`      ${gap.from} to ${gap.to}: ${number(gap.energy_kwh)} kWh in all`);
  }
  for (const { date, energy_kwh, until, causes } of meter.superseded) {
    say(`    ${date} was ${number(energy_kwh)} kWh until ${until} (${causes.join(', ')})`);
  }
}

/** A value in the unit of its figure. */
export function amountIn({ unit, per }: Pick<Explanation, 'unit' | 'per'>): Amount {
  return (value) => (value === null ? 'not known' : `${number(value)} ${unit}${per === null ? '' : `/${per}`}`);
}

/** Energy beside a value that is something else. */
function energy({ figure, unit }: Explanation, value: number | null): string {
  return figure === 'energy' || unit === 'm3' ? '' : `, ${number(value)} kWh`;
}

function percent(part: number | null): string {
  return part === null ? 'not known' : `${(100 * part).toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}

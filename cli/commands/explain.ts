import type { z } from 'zod';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import { dayExplanationSchema, halfHourExplanationSchema } from '../../api/contract/explain.ts';
import { ProblemError } from '../../domain/problems.ts';
import { dayPeriod, halfHoursOf, toIso, wallClock } from '../../domain/time.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { askedQuery, figureOptions } from '../figure-named.ts';
import { sayFinding } from '../say-finding.ts';
import { sayEnergyContent, sayFigure } from '../say-figure.ts';
import type { Terminal } from '../terminal.ts';

type HalfHour = z.output<typeof halfHourExplanationSchema>;
type Day = z.output<typeof dayExplanationSchema>;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'say where a figure, or a half-hour or a day of a meter, comes from',
  words: 'METER DATE[THH:MM] | figure KIND',
  details: `
Shows the chain behind a figure: the readings around it and which of them are believed, the rule, the conversion from
counts to kWh or m³, what people decided, with who, when and why, values that were there before, and what was wrong with
the meter then. Date and time are those of the clock on the wall in London.

  meterhouse explain ward-3 2026-03-03
  meterhouse explain ward-3 2026-03-03T10:30

Of a figure (energy, intensity, carbon, carbon_market, cover, water or water_intensity) of a site, building,
organisation or the whole estate it shows the chain from the total to sites, meters, days and half-hours; each level
adds up to the one above. Rules and their counts, conversions, factors with their source, areas, earlier values and
what people did stand beside it. carbon_market and cover show by supply point the contract, the certificates that
cover it, and what the rest is given.

  meterhouse explain figure intensity --site st-marys --from 2025-04-01 --to 2026-04-01
  meterhouse explain figure carbon_market --organisation north --from 2025-04-01 --to 2026-04-01
  meterhouse explain figure carbon --from 2026-01-01 --to 2026-04-01 --depth days --meter st-marys-gas
  meterhouse explain figure energy --site st-marys --from 2026-03-01 --to 2026-04-01 --known-on 2026-04-05`,
  options: {
    ...clientOptions,
    ...figureOptions,
    'known-on': { type: 'string', value: 'DATE', describes: 'figure: as it was known at the end of this London date' },
    depth: { type: 'string', value: 'LEVEL', describes: 'figure: sites, meters (default), days or half_hours' },
    meter: { type: 'string', value: 'IDS', describes: 'figure: open only these meters, by commas' },
    json: { type: 'boolean', describes: 'print the whole explanation as JSON' },
  },
  async run(invocation) {
    const { words, terminal, flags } = invocation;
    if (words[0] === 'figure' && words[1] !== undefined && words.length === 2) return await explainFigure(invocation);
    const [meter, when] = words;
    const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?$/.exec(when ?? '') ?? [];
    if (meter === undefined || date === undefined || words.length > 2) {
      terminal.warn(`meterhouse explain ${explainCommand.words}`);
      return 'usage';
    }
    const house = houseClient(invocation);
    const id = encodeURIComponent(meter);
    const answer =
      time === undefined
        ? await house.get(`/v1/explain/day?meter=${id}&date=${date}`, dayExplanationSchema)
        : await house.get(`/v1/explain/half-hour?meter=${id}&at=${halfHourAt(date, time)}`, halfHourExplanationSchema);
    if (flags['json'] === true) terminal.say(JSON.stringify(answer, null, 2));
    else say(terminal, answer);
    return 'ok';
  },
};

async function explainFigure(invocation: Invocation): Promise<Exit> {
  const { words, flags, terminal } = invocation;
  const query = askedQuery(words[1] ?? '', flags);
  for (const key of ['known-on', 'depth', 'meter']) {
    const said = flags[key];
    if (typeof said === 'string') query.set(key.replace('-', '_'), said);
  }
  const answer = await houseClient(invocation).get(`/v1/explain/figure?${query.toString()}`, figureExplanationSchema);
  if (flags['json'] === true) terminal.say(JSON.stringify(answer, null, 2));
  else sayFigure((text) => terminal.say(text), answer);
  return 'ok';
}

/** The half-hour that a clock in London shows; of two when the clocks go back, the first. */
function halfHourAt(date: string, time: string): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const wanted = hours * 60 + minutes - (minutes % 30);
  const start = halfHoursOf(dayPeriod(date)).find((at) => wallClock(at).minuteOfDay === wanted);
  if (start !== undefined) return toIso(start);
  const expected = 'a time that the clocks in London show on that day';
  throw new ProblemError([{ code: 'command.invalid', where: 'the time', found: `${date}T${time}`, expected }]);
}

function say(terminal: Pick<Terminal, 'say'>, answer: HalfHour | Day): void {
  const line = (text: string): void => terminal.say(text);
  if ('half_hour' in answer) {
    sayHalfHour(line, answer.half_hour);
    line('Readings, as the face shows them:');
    for (const { at, value, unit, kind, received, believed, rule, says } of answer.readings) {
      const doubt = believed ? '' : `  not believed: ${rule ?? ''} (${says ?? ''})`;
      line(`  ${at}  ${value} ${unit} (${kind}, received ${received})${doubt}`);
    }
  } else for (const row of answer.half_hours) sayHalfHour(line, row);
  sayConversion(line, answer);
  for (const { from, to, energy_kwh, volume_m3 } of answer.gaps) {
    line(`A gap from ${from} to ${to} counted ${amounts(energy_kwh, volume_m3)} in all.`);
  }
  for (const part of answer.parts) {
    line(`  ${part.times} × ${part.meter}: ${amounts(part.energy_kwh, part.volume_m3)}`);
  }
  for (const { id, at, who, says, reason, stands } of answer.rulings) {
    line(`${at} ${who}: ${says}, because: ${reason} (ruling ${id}${stands ? '' : ', taken back'})`);
  }
  for (const { at, who, says, reason } of answer.exchanges) line(`${at} ${who}: ${says}, because: ${reason}`);
  for (const { at, before, after, replaced } of answer.superseded) {
    line(`The reading of ${at} said ${before} until ${replaced}, then ${after}.`);
  }
  for (const finding of answer.findings) sayFinding(line, finding);
}

const amounts = (energy: number | null, volume: number | null): string =>
  [energy === null ? [] : `${energy.toFixed(3)} kWh`, volume === null ? [] : `${volume.toFixed(3)} m³`]
    .flat()
    .join(', ') || 'not known';

function sayHalfHour(line: (text: string) => void, row: HalfHour['half_hour']): void {
  const version = row.register_version === null ? '' : `, register version ${row.register_version}`;
  line(`${row.from}  ${amounts(row.energy_kwh, row.volume_m3)}  ${row.quality}  ${row.rule ?? ''}${version}`);
  if (row.says !== null && row.rule !== 'register') line(`    ${row.says}`);
}

function sayConversion(line: (text: string) => void, { conversion: c, unit }: HalfHour | Day): void {
  line(
    `One count (${unit}) is ${amounts(c.energy_kwh_per_count, c.volume_m3_per_count)}: ` +
      `multiplier ${c.multiplier ?? 'not known'} ${c.counted_unit} since ${c.multiplier_from ?? 'ever'}${sayEnergyContent(c)}.`,
  );
}

import { startBenchChild } from './child.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { TariffsOptions } from './tariffs-child.ts';

const offers = 20;
const rounds = 5;
const target = 3;
/** Twice the supply points may cost this much more than twice: what is laid out once is spread over more of them. */
const linear = 1.2;
const heldMb = 10;

/** Offers against supply points over a year of half-hours, and the floor of it. */
export async function tariffsPart(progress: (line: string) => void): Promise<Part> {
  const rows: string[][] = [];
  const ratios: Spread[] = [];
  const perPoint: number[] = [];
  for (const points of [50, 100]) {
    const said = await run({ points, offers, rounds, tellsMemory: false });
    const of = (key: string) => said.map((words) => words[key]).filter((value) => typeof value === 'number');
    const [bare, ours] = [of('bare_cpu_ms'), of('ours_cpu_ms')];
    const ratio = spreadOf(ours.map((ms, i) => ms / (bare[i] ?? Number.NaN)));
    progress(`tariffs, ${points} supply points: ${spreadText(ratio, fixed(2))} times the floor`);
    ratios.push(ratio);
    perPoint.push(spreadOf(ours).median / points);
    const times = [spreadOf(ours), spreadOf(bare)].map((spread) => spreadText(spread, whole));
    rows.push([`${points} × ${offers}`, ...times, spreadText(ratio, fixed(2))]);
  }
  const held = (await run({ points: 100, offers, rounds: 1, tellsMemory: true }, ['--expose-gc']))
    .map((words) => words['held_mb'])
    .filter((value) => typeof value === 'number');
  // What is laid out once for each class of supply point stands after the first twenty.
  const grown = Math.max(...held.slice(2)) - (held[1] ?? Number.NaN);
  progress(`tariffs, memory: ${held.map(fixed(0)).join(', ')} MB after each ten supply points`);
  const [, ratio] = ratios;
  const growth = (perPoint[1] ?? Number.NaN) / (perPoint[0] ?? Number.NaN);
  return {
    title: 'Tariffs compared',
    about: `${offers} offers (flat, day and night, seasonal, at half-hourly prices, a basket of trades; network charges and levies
passed on, losses by time) over a year of half-hours with kvarh. Bare is a typed-array multiply and add of the same
half-hours by ${offers} columns of prices, by turns with each supply point. Milliseconds of the processor, ${rounds} times.`,
    head: ['supply points × offers', 'ms', 'bare, ms', 'times bare'],
    rows,
    verdicts: [
      {
        what: 'a hundred supply points by twenty offers, against a bare multiply and add',
        target: `< ${target} times`,
        found: `${spreadText(ratio as Spread, fixed(2))} times`,
        met: (ratio as Spread).median < target,
      },
      {
        what: 'a supply point of a hundred against one of fifty: linear in cells',
        target: `< ${linear} times`,
        found: `${growth.toFixed(2)} times`,
        met: growth < linear,
      },
      {
        what: 'memory held more after a hundred supply points than after twenty',
        target: `< ${heldMb} MB`,
        found: `${grown.toFixed(1)} MB`,
        met: grown < heldMb,
      },
    ],
  };
}

async function run(options: TariffsOptions, node: readonly string[] = []) {
  return await startBenchChild('tariffs-child.ts', options, node).ended();
}

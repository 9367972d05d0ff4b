import { balancesOn } from '../../domain/reconciliation/balances.ts';
import type { Cause } from '../../domain/reconciliation/culprit.ts';
import type { HalfHour } from '../../domain/half-hours/half-hours.ts';
import { columnsOf, reconcile } from '../../domain/reconciliation/reconciliation.ts';
import { addDays, dateOf, halfHoursOf, wallClock } from '../../domain/time.ts';
import { chanceAt, deviationAt, seedOf } from '../../simulators/chance.ts';
import { type ShapeName, shapes } from '../../simulators/shapes.ts';
import { dates, siteOf } from './small-estate.ts';

/** A main with sub-meters of which the truth is known: loads by the simulator's shapes, and one fault at one meter. */

export interface Drawn {
  readonly seed: number;
  readonly fault: Cause | 'none';
  /** What the faulty meter passes for each kWh it says. */
  readonly factor: number;
}

const uses: readonly ShapeName[] = ['wards', 'theatres', 'imaging', 'kitchen', 'plant', 'day_lighting', 'vehicles'];
const accuracy = 0.01;

export function drawBalance({ seed, fault, factor }: Drawn, days = 7) {
  const chance = (what: string): number => chanceAt(seedOf(seed, what), 1);
  const count = 3 + Math.floor(chance('count') * 5);
  const subs = uses.slice(0, count).map((shape, i) => ({ id: `sub-${i}`, shape, size: 4 + 40 * chance(`size ${i}`) }));
  const metered = subs.reduce((sum, { size }) => sum + size, 0);
  const unmetered = { shape: 'hospital' as const, size: metered * 0.12 * chance('unmetered') };
  const first = addDays('2026-02-02', Math.floor(chance('date') * 200));
  const period = dates(first, addDays(first, days));
  const starts = halfHoursOf(period);
  const load = (id: string, { shape, size }: { shape: ShapeName; size: number }): number[] =>
    starts.map((start, k) => {
      const { minuteOfDay, weekday } = wallClock(start);
      const kind = weekday === 7 ? 2 : weekday === 6 ? 1 : 0;
      const level = shapes[shape][kind * 48 + Math.floor(minuteOfDay / 30)] ?? 1;
      return Math.max(0, size * level * (1 + 0.08 * deviationAt(seedOf(seed, id), k)));
    });
  const truth = new Map(subs.map((sub) => [sub.id, load(sub.id, sub)]));
  const rest = load('unmetered', unmetered);
  const faulty =
    chance('at main') < 0.15 && ['pulse-weight', 'multiplier'].includes(fault)
      ? 'main'
      : `sub-${Math.floor(chance('which') * count)}`;
  // One that hangs elsewhere is not fed from here; one the other way round feeds.
  const fedBy = (id: string): number =>
    id !== faulty ? 1 : fault === 'elsewhere' ? 0 : fault === 'reversed-ct' ? -1 : 1;
  const main = starts.map((_, k) =>
    Array.from(truth).reduce((sum, [id, amounts]) => sum + fedBy(id) * (amounts[k] ?? 0), rest[k] ?? 0),
  );
  const stillFrom = Math.floor((0.4 + 0.2 * chance('still')) * starts.length);
  const said = (id: string, amount: number, k: number): number => {
    const error = 1 + accuracy * (2 * chance(`error ${id}`) - 1);
    if (id !== faulty) return amount * error;
    if (fault === 'stuck') return k >= stillFrom && k < stillFrom + 60 ? 0 : amount * error;
    return fault === 'none' || fault === 'elsewhere' || fault === 'reversed-ct'
      ? amount * error
      : (amount / factor) * error;
  };
  const rows = [...truth, ['main', main] as const].flatMap(([meter, amounts]) =>
    starts.map((start, k): HalfHour => {
      const energy = said(meter, amounts[k] ?? 0, k);
      return { meter, start, energy, volume: undefined, quality: 'measured', rule: 'register' };
    }),
  );
  const estate = siteOf([
    { id: 'main', accuracy },
    ...subs.map(({ id }) => ({ id, role: 'sub', parent: 'main', accuracy })),
  ]);
  const [balance] = balancesOn(estate, dateOf(period.from));
  if (!balance) throw new Error('no balance');
  return { faulty, size: truth.get(faulty), rest, result: reconcile(estate, columnsOf(balance, period, rows)) };
}

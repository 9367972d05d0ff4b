import type { Flow } from '../../energy/flow.ts';
import type { Meter } from '../../estate/estate.ts';
import { sayGate } from '../../savings/gates.ts';
import type { Interval } from '../../savings/model.ts';
import { verdicts } from '../../savings/saving.ts';
import type { MeasureKind } from '../measure-kinds.ts';
import { type MeasureSaving, unverifiable } from '../measure-saving.ts';
import { shown } from './found.ts';
import { heatPumpEndUse } from './heat-terms.ts';
import type { MeasureFinding } from './steps-of-place.ts';

/** What the meters of an installed measure say since its works are over: that it is there, or that it is not. */

export interface InstalledMeasure {
  readonly id: string;
  readonly kind: MeasureKind;
  /** The meters that are to show it, and what passed them since the day after its works. */
  readonly flows: readonly { readonly meter: Meter; readonly flow: Pick<Flow, 'energy' | 'knownHalfHours'> }[];
}

/** What boilers that are to go burn; LPG is not among what the steps name. */
export const goneFuels: ReadonlySet<Meter['utility']> = new Set(['gas_oil', 'burning_oil', 'coal']);

/** kWh: less is what the rounding of sums leaves. */
const leastCounted = 0.01;

/** The meters that must count something once a measure of a kind is there. */
const showsIt: Partial<Record<MeasureKind, (meter: Meter) => boolean>> = {
  heat_pump: ({ end_use: use }) => use === heatPumpEndUse,
  solar_pv: ({ role }) => role === 'generation',
  wind: ({ role }) => role === 'generation',
};

/** Whether a meter tells of such a measure by counting or not counting at all, without a model of what it saves. */
export function toldByCounting(kind: MeasureKind): boolean {
  return kind === 'boiler_removal' || kind in showsIt;
}

/** What is found of one measure; nothing where no meter can tell. */
export function findingsOf({ id, kind, flows }: InstalledMeasure): MeasureFinding[] {
  const counts = flows.filter(({ flow }) => flow.energy > leastCounted);
  if (kind === 'boiler_removal') {
    return counts
      .filter(({ meter }) => goneFuels.has(meter.utility))
      .map(({ meter, flow }) => ({
        measure: id,
        contradicts: true,
        says: `${meter.id} has counted ${shown(flow.energy)} kWh of ${meter.utility.replace('_', ' ')} since`,
      }));
  }
  const idle = flows.filter(({ meter, flow }) => {
    // A meter that says nothing is no proof of anything.
    return (showsIt[kind]?.(meter) ?? false) && flow.energy <= leastCounted && flow.knownHalfHours > 0;
  });
  return idle.map(({ meter }) => ({ measure: id, contradicts: true, says: `${meter.id} has counted nothing since` }));
}

/**
 * What a verified saving says of the measures that it is of. More that is used than before contradicts them where less
 * was expected: a heat pump takes electricity, as it should.
 */
export function findingsOfSaving({ measures, meter, unit, outcome, expected }: MeasureSaving): MeasureFinding[] {
  const said = sayOutcome(outcome, unit === 'm3' ? 'm³' : 'kWh');
  const usesMore = outcome.how === 'verified' && outcome.saving.verdict === 'uses_more';
  const contradicts = usesMore && expected !== undefined && expected.saves > 0;
  return measures.map((measure) => {
    const others = measures.filter((one) => one !== measure);
    const beside = others.length === 0 ? '' : ` (with ${others.join(', ')})`;
    return { measure, contradicts, says: meter === undefined ? said : `${meter}${beside}: ${said}` };
  });
}

function sayOutcome(outcome: MeasureSaving['outcome'], unit: string): string {
  if (outcome.how === 'unverifiable') return unverifiable[outcome.because];
  if (outcome.how === 'disqualified') {
    const [first, ...others] = outcome.gates;
    // All of them are with the saving itself: here one is enough to know that there is no number.
    const more = others.length === 0 ? '' : `, and ${others.length} more of such`;
    return `what it saved cannot be told${first ? `: ${sayGate(first)}` : ''}${more}`;
  }
  if (outcome.how === 'metered') {
    const { counts, amount, knownDays } = outcome.metered;
    return `${counts === 'made' ? 'made' : 'took'} ${shown(amount)} ${unit} in ${knownDays} days`;
  }
  const { verdict, saved, perYear } = outcome.saving;
  const amount = perYear ? `${between(perYear)} ${unit} a year` : `${between(saved)} ${unit} so far`;
  return `${verdicts[verdict]}; saved ${amount}`;
}

function between({ low, best, high }: Interval): string {
  return `${shown(best)} (${shown(low)} to ${shown(high)})`;
}

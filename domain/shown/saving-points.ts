import { exportWord, exportWords, type MeasureSaving, type SavingSplit, unverifiable } from '../plan/measure-saving.ts';
import { toDate, yearOf } from '../plan/saving-outcome.ts';
import { sayGate } from '../savings/gates.ts';
import type { Interval } from '../savings/model.ts';
import { verdicts, type Verdict } from '../savings/saving.ts';
import type { ShownPoint } from '../series.ts';
import { startOfDay } from '../time.ts';
import { amount, counted } from './known-fields.ts';

/** What measures truly saved, as points of the series that dashboards read. */

/** What came out as a number: of several statements InfluxDB finds a text in the first one alone. */
export const outcomeNumbers = {
  ...({ saves: 1, not_shown: 0, uses_more: -1 } satisfies Record<Verdict, number>),
  made: 2,
  taken: 3,
  disqualified: -2,
  unverifiable: -3,
} as const;

/** A saving and its split. `nameOf`: what a measure is called. */
export function savingPoints(saving: MeasureSaving, nameOf: (measure: string) => string): ShownPoint[] {
  const { meter = 'none', site, utility = 'none', measures, reporting, split } = saving;
  const at = startOfDay(reporting.first);
  const of = { meter, site, utility };
  const fields = {
    listed: 1,
    since_s: at,
    inside: Number(saving.inside !== undefined),
    ...numbersOf(saving),
    ...amount('yearly_saving', 'gbp', saving.gbpPerYear?.isPublic ? saving.gbpPerYear.value : undefined),
    ...amount('yearly_emissions', 'kgco2e', saving.kgco2ePerYear),
    measures: measures.join(' '),
    names: measures.map(nameOf).join('; '),
  };
  return [
    { series: 'plan_saving', tags: { ...of, measure: measures[0] ?? 'none' }, fields, at },
    ...split.map((one): ShownPoint => {
      const tags = { ...of, measure: one.measure };
      return { series: 'plan_saving_split', tags, fields: splitFields(one, saving, nameOf), at };
    }),
  ];
}

/** What an outcome says, whatever its unit. */
interface Told {
  readonly outcome: number;
  readonly saved?: Interval | undefined;
  readonly share?: number | undefined;
  readonly perYear?: Interval | undefined;
  readonly knownDays: number;
  readonly verdict: string;
  readonly because: string;
}

function toldOf({ outcome, savesBought }: Pick<MeasureSaving, 'outcome' | 'savesBought'>): Told {
  const none = { knownDays: 0, verdict: '', because: '' };
  switch (outcome.how) {
    case 'verified': {
      const { saved, savedShare, perYear, knownDays, verdict, doubts } = outcome.saving;
      const number = outcomeNumbers[verdict];
      const because = doubts.map(sayGate).join('; ');
      return {
        outcome: number,
        saved,
        share: savedShare?.best,
        perYear,
        knownDays,
        verdict: verdicts[verdict],
        because,
      };
    }
    case 'metered': {
      const { counts, knownDays } = outcome.metered;
      const exported = exportWord(savesBought);
      return {
        outcome: outcomeNumbers[counts],
        saved: toDate(outcome),
        perYear: yearOf(outcome),
        knownDays,
        verdict: counts === 'made' ? 'made here, by a meter of its own' : 'taken, by a meter of its own',
        because: exported === undefined ? '' : exportWords[exported],
      };
    }
    case 'disqualified':
      return { ...none, outcome: outcomeNumbers.disqualified, because: outcome.gates.map(sayGate).join('; ') };
    default:
      return { ...none, outcome: outcomeNumbers.unverifiable, because: unverifiable[outcome.because] };
  }
}

function numbersOf(saving: MeasureSaving) {
  const { unit, expected } = saving;
  const { saved, perYear, share, knownDays, ...told } = toldOf(saving);
  const [energy, volume] = [unit === 'kWh', unit === 'm3'];
  return {
    ...told,
    known_days: knownDays,
    ...ends('saved', 'kwh', energy ? saved : undefined),
    energy_known: Number(energy && saved !== undefined),
    ...ends('saved', 'm3', volume ? saved : undefined),
    volume_known: Number(volume && saved !== undefined),
    ...counted('saved_share', share),
    ...ends('yearly', 'kwh', energy ? perYear : undefined),
    yearly_energy_known: Number(energy && perYear !== undefined),
    ...ends('yearly', 'm3', volume ? perYear : undefined),
    yearly_volume_known: Number(volume && perYear !== undefined),
    expected_kwh: energy ? (expected?.saves ?? 0) : 0,
    expected_m3: volume ? (expected?.saves ?? 0) : 0,
    expected_known: Number(expected !== undefined),
  };
}

/** A number with its least and most; zeros where it is not known, which a flag beside them says. */
function ends<Name extends string, Unit extends 'kwh' | 'm3'>(name: Name, unit: Unit, of: Interval | undefined) {
  const fields = {
    [`${name}_low_${unit}`]: of?.low ?? 0,
    [`${name}_${unit}`]: of?.best ?? 0,
    [`${name}_high_${unit}`]: of?.high ?? 0,
  };
  return fields as Record<`${Name}_low_${Unit}` | `${Name}_${Unit}` | `${Name}_high_${Unit}`, number>;
}

function splitFields(
  { measure, share, saved }: SavingSplit,
  { unit }: Pick<MeasureSaving, 'unit'>,
  nameOf: (measure: string) => string,
) {
  return {
    listed: 1,
    share,
    saved_kwh: unit === 'kWh' ? saved : 0,
    energy_known: Number(unit === 'kWh'),
    saved_m3: unit === 'm3' ? saved : 0,
    volume_known: Number(unit === 'm3'),
    name: nameOf(measure),
  };
}

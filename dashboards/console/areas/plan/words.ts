import type { z } from 'zod';
import type { measureRowSchema } from '../../../../api/contract/plan-measures.ts';
import type { planSchema } from '../../../../api/contract/plan-page.ts';
import type { planSavingRowSchema } from '../../../../api/contract/plan-savings.ts';
import type { IndicatorRow, StepRow } from '../../../../api/contract/plan-standing.ts';
import type { MarkKind } from '../../pieces/mark.tsx';
import { number } from '../../say.ts';

/** The four steps in the words of whoever has to do them. */

export type MeasureRow = z.output<typeof measureRowSchema>;
export type Plan = z.output<typeof planSchema>;
export type PlanSaving = z.output<typeof planSavingRowSchema>;
type StateName = StepRow['state'];
export type StatusName = MeasureRow['status'];

interface Said {
  readonly mark: MarkKind;
  readonly says: string;
}

export const stepStateWords: Readonly<Record<StateName, Said>> = {
  no_measures: { mark: 'unknown', says: 'nothing written down' },
  planned: { mark: 'info', says: 'planned' },
  under_way: { mark: 'info', says: 'under way' },
  done: { mark: 'good', says: 'done' },
  contradicted: { mark: 'bad', says: 'said to be done, and a meter says otherwise' },
};

export const statusWords: Readonly<Record<StatusName, Said>> = {
  proposed: { mark: 'unknown', says: 'proposed' },
  approved: { mark: 'info', says: 'approved, not yet paid for' },
  funded: { mark: 'info', says: 'approved and paid for' },
  installing: { mark: 'info', says: 'works have begun' },
  installed: { mark: 'good', says: 'installed' },
  withdrawn: { mark: 'unknown', says: 'withdrawn' },
};
export const statusNames = Object.keys(statusWords) as StatusName[];

export const verdictWords: Readonly<Record<NonNullable<PlanSaving['verdict']>, Said>> = {
  saves: { mark: 'good', says: 'saves' },
  uses_more: { mark: 'bad', says: 'uses more than before' },
  not_shown: { mark: 'warn', says: 'not shown either way' },
  made: { mark: 'good', says: 'made, by a meter of its own' },
  taken: { mark: 'info', says: 'taken, by a meter of its own' },
};

export const stepTitles: Readonly<Record<number, string>> = {
  1: 'Every kWh counts',
  2: 'Ready for electric heat',
  3: 'Off fossil fuel',
  4: 'On-site renewables',
};

const unitsShown: Readonly<Partial<Record<IndicatorRow['unit'], string>>> = {
  'W/m2': 'W/m²',
  'kWh/m2': 'kWh/m² a year',
  'GBP/week': '£',
  'kgCO2e/week': 'kgCO2e a week',
  'W/(m2.K)': 'W/(m²·K)',
  degC: '°C',
  'kWh/day': 'kWh a day',
  kWh: 'kWh a year',
};

/** An indicator's unit as it is written; nothing of a ratio. */
export function unitShown(unit: IndicatorRow['unit']): string {
  return unit === '1' ? '' : (unitsShown[unit] ?? unit);
}

/** What a measure saves a year of each, as far as it is expected; undefined of nothing. */
export function expectedSays(row: MeasureRow): string | undefined {
  const parts = [
    part(row.saves_electricity_kwh, 'kWh electricity'),
    part(row.saves_fuel_kwh, 'kWh fuel'),
    part(row.saves_heat_kwh, 'kWh heat'),
    part(row.saves_m3, 'm³ water'),
  ].filter((one) => one !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}

function part(value: number | null, unit: string): string | undefined {
  if (value === null) return undefined;
  return value < 0 ? `takes ${number(-value)} ${unit} more` : `${number(value)} ${unit}`;
}

/** What a meter shows of a saving, with the ends between which it lies in nine of ten cases. */
export function savedSays(saving: PlanSaving): string | undefined {
  const of = (value: number | null, low: number | null, high: number | null, unit: string): string | undefined =>
    value === null
      ? undefined
      : low === null || high === null || low === high
        ? `${number(value)} ${unit}`
        : `${number(value)} ${unit} (${number(low)} to ${number(high)})`;
  return (
    of(saving.saved_kwh, saving.saved_low_kwh, saving.saved_high_kwh, 'kWh') ??
    of(saving.saved_m3, saving.saved_low_m3, saving.saved_high_m3, 'm³')
  );
}

/** What was expected a year at the meter. */
export function expectedAtMeter(saving: PlanSaving): string | undefined {
  if (saving.expected_kwh_per_year !== null) return `${number(saving.expected_kwh_per_year)} kWh a year`;
  if (saving.expected_m3_per_year !== null) return `${number(saving.expected_m3_per_year)} m³ a year`;
  return undefined;
}

export const tonnes = (kg: number | null): number | null => (kg === null ? null : kg / 1000);

import type { Answers } from '../../answers.ts';
import { number, percent } from '../../say.ts';

/** What may be said of a place's electricity: it follows from what is retired with evidence, and from nothing else. */

export type CoverRow = Answers['/v1/cover']['figures'][number];

/** How electricity is covered, in the order in which it is drawn. */
export const coverParts = [
  { key: 'own_kept_kwh', says: 'Own renewable, certificates kept' },
  { key: 'covered_retired_kwh', says: 'Retired, with evidence' },
  { key: 'covered_allocated_kwh', says: 'Certificates set aside, not retired' },
  { key: 'covered_contracted_kwh', says: 'Promised by contract' },
  { key: 'uncovered_kwh', says: 'Covered by nothing' },
] as const satisfies readonly { key: keyof CoverRow; says: string }[];

export interface Said {
  readonly kind: 'good' | 'warn' | 'bad' | 'unknown';
  readonly may: string;
}

/** So little is left that rounding hides it. */
const whole = 0.9995;

/** The sentence that may be published of a place today. */
export function mayBeSaid(row: CoverRow): Said {
  const { place_name: name, period, cover_share: cover, renewable_share: renewable, use_kwh: use } = row;
  if (use === 0) return { kind: 'unknown', may: `${name} used no electricity in ${period}.` };
  if (cover === null || renewable === null) {
    return { kind: 'unknown', may: `Nothing: what ${name} used, or what covers it, is not known.` };
  }
  const isOver = !row.partial_because.includes('not-over');
  const when = isOver ? `in ${period}` : `so far in ${period}`;
  if (row.measured_share === null || row.measured_share < whole) {
    const known = row.measured_share === null ? 'an unknown part' : `only ${percent(row.measured_share)}`;
    return {
      kind: 'warn',
      may:
        `No share of the whole: ${known} of what ${name} used ${when} was measured. ` +
        `Of what is known, ${percent(renewable)} is renewable with evidence.`,
    };
  }
  if (cover >= whole) {
    const annual = 'matched over the year and not hour by hour, by certificates (REGOs) retired for it';
    return { kind: 'good', may: `“All electricity bought for ${name} ${when} was renewable, ${annual}.”` };
  }
  if (renewable > 0) {
    return {
      kind: 'warn',
      may: `“${percent(renewable)} of the electricity used at ${name} ${when} was renewable.” No more than that.`,
    };
  }
  return { kind: 'bad', may: `No claim: nothing is retired for ${name} ${when}, and nothing of its own is kept.` };
}

/** MWh, as certificates count. */
export function mwh(kwh: number | null): string {
  return kwh === null ? 'not known' : number(kwh / 1000);
}

/** The disclosure period that a London date lies in, April to March: `2026-27`. */
export function disclosurePeriodOf(date: string): string {
  const year = Number(date.slice(0, 4)) - (date.slice(5) >= '04-01' ? 0 : 1);
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
}

/** The one so many years before. */
export function periodBefore(period: string, years: number): string {
  return disclosurePeriodOf(`${Number(period.slice(0, 4)) - years}-04-01`);
}

/** London dates of a disclosure period. */
export function datesOf(period: string): { readonly from: string; readonly to: string } {
  const year = Number(period.slice(0, 4));
  return { from: `${year}-04-01`, to: `${year + 1}-04-01` };
}

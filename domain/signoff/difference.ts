import { changeCauses } from './change-causes.ts';

/** The difference between a signed figure and the same figure now, in parts that add up to it exactly. */
export const differenceCauses = {
  ...changeCauses,
  method: 'the same inputs give another value by the present code',
  unrecorded: 'days changed, and no change of them was put down',
  disclosure_period: 'the disclosure period went on, and its cover is shared by what was used since',
  area: 'an area of the register is another one',
  supplies: 'a contract of supply is another one',
  certificates: 'certificates were added, withdrawn or retired, or are described otherwise',
  residual_mix: 'the residual mix is another one',
  own_certificates: 'it is said otherwise what became of the certificates of own generation',
  expired: 'certificates expired before they were retired',
  counting: 'the register counts other meters, sites or reporters',
  factors: 'conversion factors are others',
} as const;
export type DifferenceCause = keyof typeof differenceCauses;

/** Values are told to a millionth, as whole numbers of which sums and differences are exact. */
const perUnit = 1_000_000;

/** A value as a whole number of millionths; undefined where it is not known. */
export function millionthsOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * perUnit);
}

/** What lies between two values; undefined where one of them is not known. */
export function between(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / perUnit;
}

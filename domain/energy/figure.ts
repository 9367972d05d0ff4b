import { type Standing, standings } from '../carbon/factors.ts';
import type { FactorYearMethod } from '../carbon/reporting.ts';
import type { Unit } from '../units.ts';

/**
 * The shape every figure has: a value with its unit, how much of it was measured, the versions it was made with, and
 * what a reader must know before relying on it.
 */

/**
 * How much of a figure is measured, each from 0 to 1. By energy (or volume), missing half-hours weighted by what the
 * meter is expected to have used; by time, as a share of the half-hours. Undefined where nothing is counted.
 */
export interface MeasuredShare {
  readonly byAmount: number | undefined;
  readonly byTime: number | undefined;
}

/**
 * How good the data of a figure are, by the words of NHS practice (Kent and Medway's emissions recipe book, agreed with
 * Greener NHS). What is missing counts as estimated.
 */
export const dataQualities = {
  OC: 'metered, at most 10 % of it estimated or missing',
  SC: 'metered, more than 10 % of it estimated or missing',
  RC: 'modelled: a benchmark times the floor area',
} as const;

/** The tag of a metered figure; undefined where nothing is counted. */
export function dataQualityOf({ byAmount, byTime }: MeasuredShare): 'OC' | 'SC' | undefined {
  const share = byAmount ?? byTime;
  if (share === undefined) return undefined;
  // 0.9 itself is within, however its digits came about.
  return share >= 0.9 - 1e-9 ? 'OC' : 'SC';
}

/** What a warning is about. A figure with a warning is still the best that is known. */
export const warnings = {
  'factor-missing': 'no emission factor is known, so the emissions are not known either',
  'factor-carried-forward': 'the factor of an earlier year stands in for one that is not published',
  'factor-quoted': "the factor is quoted by others; the publisher's own file was not seen",
  'sewer-share-unknown':
    'the register does not say what share of the water returns to the sewer, so the emissions of treating it are not known',
  'factor-step': 'the factor changed for reasons that are not the doing of the estate',
  'area-unknown': 'the gross internal area is not known for the whole period',
  'not-open': 'the site was not open for the whole period',
  'reported-elsewhere':
    'energy that it reports at sites of others is in the figure, and the area of those sites is not',
  'reported-by-others': 'energy of its sites that others report is not in the figure, and their area is',
  modelled: 'it has no meter of this utility, and is modelled from a benchmark: shown apart, in no metered total',
  'meter-silent': 'a counted meter has no half-hours in a part of the period',
  'no-meter': 'no meter is counted',
  'export-exceeds-generation': 'more was exported than the generation meters made; own use is taken as nothing',
  'technology-unknown': 'a generation meter does not say what makes the electricity, so nothing is added for it',
  'heat-from-own-plant': 'heat made in the plant of the site is not in the figure of the building',
  'residual-mix-unavailable':
    'the register holds no residual mix for what is not covered, so the average of the grid stands in for it',
  'cover-not-final': 'the disclosure period is not over, and what is used until then shares its certificates',
  'own-certificates-unknown':
    'the register does not say what became of the certificates of own generation; they are taken as not sold',
  'power-factor-assumed':
    'no reactive energy is counted: what is charged by kVA and kvarh follows from a stated range of power factors',
  'not-costed': 'what the supply point cost is not known, and the figure is without it; not_costed says why',
  'rate-carried-forward':
    'rates that are not published for the period yet are taken from those before it, by a choice that says how far they may lie',
  'below-zero':
    'the meters that are taken off exceed those they are taken off from; the difference is taken as nothing',
} as const;
export type WarningCode = keyof typeof warnings;

export interface Warning {
  readonly code: WarningCode;
  /** The meter, site, building, utility or factor set it is about. */
  readonly about: string;
  /** What is special to this case. */
  readonly detail?: string | undefined;
}

/** A warning as one sentence for a person. */
export function sayWarning(warning: Warning): string {
  return `${warning.about}: ${warnings[warning.code]}${warning.detail ? `: ${warning.detail}` : ''}`;
}

/** The same warning once, in the order of first appearance. */
export function distinctWarnings(list: readonly Warning[]): readonly Warning[] {
  if (list.length < 2) return list;
  return [...new Map(list.map((warning) => [`${warning.code} ${warning.about}`, warning])).values()];
}

/** What a figure was made with. */
export interface Versions {
  /** The version of the estate register. */
  readonly register: number;
  /** Factor sets used, oldest first; empty where no factor was needed. */
  readonly factorSets: readonly string[];
  readonly factorYearMethod?: FactorYearMethod | undefined;
  /** The weakest standing among the factors used. */
  readonly standing?: Standing | undefined;
}

export interface Figure {
  /** Undefined where it cannot be known; never 0 in its place. */
  readonly value: number | undefined;
  readonly unit: Unit;
  readonly per?: Unit | undefined;
  readonly measuredShare: MeasuredShare;
  readonly versions: Versions;
  readonly warnings: readonly Warning[];
}

/** The weaker of some standings; undefined for none. */
export function weakestStanding(list: Iterable<Standing>): Standing | undefined {
  let weakest: Standing | undefined;
  for (const standing of list) {
    if (weakest === undefined || standings.indexOf(standing) > standings.indexOf(weakest)) weakest = standing;
  }
  return weakest;
}

/** Digits that a sum of measured values can carry; beyond them binary fractions leave only noise. */
const trustedDigits = 12;

/**
 * A number as printed, with `decimals` digits after the point, rounded half away from zero on its decimal digits:
 * 1.005 is 1.01 and 2.675 is 2.68, where `toFixed` says 1.00 and 2.67. Throws a RangeError for what is not a finite
 * number.
 */
export function printRounded(value: number, decimals: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`a finite number is needed to print; found ${value}`);
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 12) {
    throw new RangeError(`0 to 12 decimals can be printed; found ${decimals}`);
  }
  const [mantissa = '0', exponent = '0'] = Math.abs(value)
    .toExponential(trustedDigits - 1)
    .split('e');
  const digits = BigInt(mantissa.replace('.', ''));
  // The value is digits × 10^-places; what is printed is a whole number of 10^-decimals.
  const places = trustedDigits - 1 - Number(exponent);
  const scaled = places <= decimals ? digits * 10n ** BigInt(decimals - places) : halfUp(digits, places - decimals);
  const padded = scaled.toString().padStart(decimals + 1, '0');
  const whole = padded.slice(0, padded.length - decimals);
  const sign = value < 0 && scaled !== 0n ? '-' : '';
  return decimals === 0 ? sign + whole : `${sign}${whole}.${padded.slice(-decimals)}`;
}

/** A whole number without its last digits, rounded half up. */
function halfUp(digits: bigint, drop: number): bigint {
  // Everything that has this many digits fewer is far below a half.
  if (drop > trustedDigits + 1) return 0n;
  const unit = 10n ** BigInt(drop);
  return (2n * digits + unit) / (2n * unit);
}

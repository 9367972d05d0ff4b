import { type PartialReason, partialReasons } from '../energy/buckets.ts';
import { sayWarning, type Warning, type WarningCode } from '../energy/figure.ts';

/**
 * What stands against signing a figure, unless a named person takes it upon themselves: a factor that was not seen at
 * its publisher, a number that is not there, a period that is not whole. Other warnings are told and stand against
 * nothing.
 */
const doubtful: ReadonlySet<string> = new Set<WarningCode>([
  'factor-missing',
  'factor-quoted',
  'factor-carried-forward',
  'area-unknown',
  'meter-silent',
  'no-meter',
  'technology-unknown',
  'residual-mix-unavailable',
  'cover-not-final',
]);

export interface Doubt {
  /** What is named when it is accepted: `factor-quoted gas 2023`. */
  readonly name: string;
  readonly says: string;
}

export function doubtsOf(figure: {
  readonly warnings: readonly Warning[];
  readonly partial: readonly PartialReason[];
}): Doubt[] {
  const ofWarnings = figure.warnings
    .filter(({ code }) => doubtful.has(code) || code.endsWith('-unknown') || code.endsWith('-missing'))
    .map((warning) => ({ name: `${warning.code} ${warning.about}`, says: sayWarning(warning) }));
  const ofPeriod = figure.partial.map((reason) => ({ name: `partial ${reason}`, says: partialReasons[reason] }));
  return [...new Map([...ofPeriod, ...ofWarnings].map((doubt) => [doubt.name, doubt])).values()];
}

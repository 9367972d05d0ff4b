import type { LocalDate } from '../time.ts';
import { type DisclosurePeriod, disclosurePeriodOf } from './disclosure-period.ts';
import { acquisitions, type Certificate, withdrawals } from './register.ts';

/**
 * What a batch of certificates must meet before anything may be said to be covered by it: the quality criteria of the
 * GHG Protocol Scope 2 Guidance (2015, table 7.1). One that fails excludes the batch; that it is not retired yet keeps
 * it out of the figure as evidenced, and not out of the one that is expected.
 */
export const criteria = {
  attribute: 'it says what the electricity was made of, and so what its emissions are',
  sole: 'nothing else conveys the same claim',
  retired: 'it is retired by or for the organisation that claims it',
  vintage: 'it was made in the disclosure period in which it is used',
  market: 'it is of the market in which the electricity is used',
} as const;
export type Criterion = keyof typeof criteria;

/** Why a batch is excluded. */
export const exclusionReasons = {
  'technology-not-stated': 'it does not say by what technology the electricity was made',
  'claimed-twice': 'another batch names the same certificates',
  'retired-for-another': 'it is retired for somebody else',
  expired: 'it had expired before it was retired',
  'wrong-disclosure-period': 'it was made in another disclosure period than it is claimed for',
  'other-market': 'it is of another market',
  withdrawn: 'it was sold on, revoked or written down by mistake',
} as const;
export type ExclusionReason = keyof typeof exclusionReasons;

export interface CriterionResult {
  readonly criterion: Criterion;
  /** `not yet`: nothing speaks against it, and it has not happened. */
  readonly result: 'met' | 'not yet' | 'failed';
  /** Why it failed. */
  readonly reason: ExclusionReason | undefined;
  /** What the answer rests on, in words. */
  readonly because: string;
}

/** The disclosure period that a batch was made in. */
export function outputPeriodOf({ output_month, output_year }: Certificate): DisclosurePeriod {
  return output_year ?? disclosurePeriodOf(`${output_month ?? '1970-01'}-01`);
}

/** The disclosure period that a batch is to be used in: the one in which it counts or is seen to be excluded. */
export function claimedPeriodOf(certificate: Certificate): DisclosurePeriod {
  return certificate.claimed_for ?? outputPeriodOf(certificate);
}

/** The certificates whose numbers are said more than once, by the numbers; of those withdrawn nobody says anything. */
export function numbersClaimedTwice(certificates: readonly Certificate[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { numbers, withdrawn } of certificates) {
    if (numbers === undefined || withdrawn) continue;
    const key = sameNumbers(numbers);
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  return twice;
}

/** Numbers without what people write differently. */
function sameNumbers(numbers: string): string {
  return numbers.replaceAll(/\s+/g, '').toUpperCase();
}

/**
 * The five criteria of a batch, by what is known at the end of a London date. Who reports must have it redeemed; until
 * then what matters is whether it still can be, which an expiry that has passed rules out.
 */
export function judgeCertificate(
  certificate: Certificate,
  claimedTwice: ReadonlySet<string>,
  knownOn: LocalDate,
): readonly CriterionResult[] {
  const { technology, numbers, market, acquired, source } = certificate;
  const result = (criterion: Criterion, failed: ExclusionReason | false, because: string): CriterionResult => ({
    criterion,
    result: failed === false ? 'met' : 'failed',
    reason: failed === false ? undefined : failed,
    because,
  });
  const twice = numbers !== undefined && claimedTwice.has(sameNumbers(numbers));
  const [made, claimed] = [outputPeriodOf(certificate), claimedPeriodOf(certificate)];
  return [
    result('attribute', technology === undefined && 'technology-not-stated', technology ?? 'no technology is stated'),
    result('sole', twice && 'claimed-twice', numbers === undefined ? `${acquisitions[acquired]}: ${source}` : numbers),
    judgeRetirement(certificate, knownOn),
    result(
      'vintage',
      made !== claimed && 'wrong-disclosure-period',
      made === claimed ? `made in ${made}` : `made in ${made}, claimed for ${claimed}`,
    ),
    result('market', market !== 'GB' && 'other-market', market),
  ];
}

function judgeRetirement(
  { organisation, retired, withdrawn, expires }: Certificate,
  knownOn: LocalDate,
): CriterionResult {
  const criterion = 'retired';
  if (withdrawn) {
    const because = `${withdrawals[withdrawn.as]}, ${withdrawn.on}: ${withdrawn.evidence}`;
    return { criterion, result: 'failed', reason: 'withdrawn', because };
  }
  if (retired && retired.for !== organisation) {
    const because = `retired for ${retired.for} on ${retired.on}`;
    return { criterion, result: 'failed', reason: 'retired-for-another', because };
  }
  const end = retired?.on ?? knownOn;
  if (expires !== undefined && expires < end) {
    return { criterion, result: 'failed', reason: 'expired', because: `expired on ${expires}` };
  }
  if (!retired) return { criterion, result: 'not yet', reason: undefined, because: 'not retired yet' };
  return { criterion, result: 'met', reason: undefined, because: `${retired.on}: ${retired.evidence}` };
}

/**
 * Whether a site is ready for electric heating: green, unless a reason makes it amber or red. Reasons are facts of the
 * site against what its own register states; no number is a threshold of ours.
 */

export const lights = {
  green: 'nothing that was looked at stands against it',
  amber: 'it can be done, and something is to be settled first',
  red: 'it cannot be done as it was asked for',
} as const;
export type Light = keyof typeof lights;
export const lightNames = Object.keys(lights) as [Light, ...Light[]];

export const readinessReasons = {
  'capacity-exceeded': {
    light: 'red',
    says: 'with the heat pump the site draws more than the capacity that is agreed for its supply',
  },
  'rating-exceeded': {
    light: 'red',
    says: 'with the heat pump more flows than the intake is rated for',
  },
  'heat-unmet': {
    light: 'red',
    says: 'the heat pump is too small for the coldest hours, and nothing stands in for it',
  },
  'carbon-not-less': {
    light: 'red',
    says: 'by the newest factors the electricity gives off as much as the fuel that it replaces, or more',
  },
  'capacity-uncertain': {
    light: 'amber',
    says: 'whether the agreed capacity is enough lies within what is not known of the demand',
  },
  'rating-uncertain': {
    light: 'amber',
    says: 'whether the rating of the intake is enough lies within what is not known of the demand',
  },
  'capacity-unknown': {
    light: 'amber',
    says: 'the register does not say what the supply can carry, or kVA cannot be told',
  },
  'design-day-exceeds': {
    light: 'amber',
    says: 'a day as cold as was asked for would need more than is agreed or rated, though the coldest measured one did not',
  },
  'costs-more': {
    light: 'amber',
    says: 'by the present contracts it costs more to run than what it replaces, or may do so',
  },
  'costs-unknown': {
    light: 'amber',
    says: 'what it costs to run, or what it replaces costs, is not known',
  },
  'carbon-unknown': {
    light: 'amber',
    says: 'what the fuel that it replaces gives off is not known',
  },
  'fabric-first': {
    light: 'amber',
    says: 'measures of step 2 are planned here and not done: a heat pump sized today is too large after them',
  },
  'performance-beyond-known': {
    light: 'amber',
    says: 'in some half-hours the flow is hotter or the source colder than the performance is known for',
  },
  'heat-not-measured': {
    light: 'amber',
    says: 'less than nine tenths of the half-hours of heat or of weather were measured',
  },
} as const satisfies Record<string, { readonly light: Exclude<Light, 'green'>; readonly says: string }>;
export type ReadinessReason = keyof typeof readinessReasons;
export const readinessReasonNames = Object.keys(readinessReasons) as [ReadinessReason, ...ReadinessReason[]];

/** A reason that holds, with its numbers in words, and what would take it away. */
export interface Reason {
  readonly reason: ReadinessReason;
  readonly found: string;
  readonly expected: string;
  readonly wouldChange: readonly string[];
}

/** The worst of the reasons; green without any. */
export function lightOf(reasons: readonly Pick<Reason, 'reason'>[]): Light {
  const all = reasons.map(({ reason }) => readinessReasons[reason].light);
  return all.includes('red') ? 'red' : all.includes('amber') ? 'amber' : 'green';
}

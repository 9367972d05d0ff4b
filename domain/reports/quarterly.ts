import type { Utility } from '../estate/estate.ts';

/**
 * The energy question of the Greener NHS quarterly return, answered from what is known. It asks for *energy*, the
 * action plans of trusts promise *electricity*: both readings are answered, each by itself, so that a person sees which
 * one is sent.
 */
export const question = 'Does your organisation purchase 100% of its energy from renewable sources?';

export const readings = {
  electricity: 'of the electricity that is bought and made for own use',
  energy: 'of all energy: electricity, and every fuel and all heat that is bought',
} as const;
export type ReturnReading = keyof typeof readings;
export const returnReadings = Object.keys(readings) as [ReturnReading, ...ReturnReading[]];

export const answers = ['yes', 'no', 'unknown'] as const;
export type ReturnAnswer = (typeof answers)[number];

/** What an organisation used in a quarter, and what stands behind it. All in kWh. */
export interface QuarterEvidence {
  /** Bought electricity. */
  readonly bought: number;
  /** Own renewable electricity used, of which somebody else has the certificates. */
  readonly own: number;
  readonly ownSold: number;
  /**
   * Of each bought kWh, the share that certificates or contracts cover, matched over the disclosure year up to the end
   * of the quarter: retired with evidence, set aside but not retired, promised. Together at most 1.
   */
  readonly cover: { readonly retired: number; readonly allocated: number; readonly contracted: number };
  /** Everything else that was bought. */
  readonly others: readonly { readonly utility: Utility; readonly energy: number }[];
  /** Why some of it is not known: meters that are silent, half-hours that are missing. Empty where all is. */
  readonly unknown: readonly string[];
}

export interface QuarterAnswer {
  readonly reading: ReturnReading;
  /** By what is proven: own generation, and certificates retired with evidence. */
  readonly answer: ReturnAnswer;
  /** As it would be if what is set aside is retired and what is promised comes true. */
  readonly answerAsPromised: ReturnAnswer;
  /** Proven renewable over all of the reading, 0 to 1; undefined where nothing was used. */
  readonly share: number | undefined;
  readonly shareAsPromised: number | undefined;
  /** What must be done or found out before the answer can be yes; empty when it is. */
  readonly missing: readonly string[];
}

/** kWh of electricity by what stands behind it; they add up to what was used. */
export interface ElectricityBehind {
  readonly ownKept: number;
  readonly ownSold: number;
  readonly retired: number;
  readonly allocated: number;
  readonly contracted: number;
  readonly uncovered: number;
}

export function electricityBehind({ bought, own, ownSold, cover }: QuarterEvidence): ElectricityBehind {
  const retired = bought * cover.retired;
  const allocated = bought * cover.allocated;
  const contracted = bought * cover.contracted;
  const uncovered = Math.max(0, bought - retired - allocated - contracted);
  return { ownKept: Math.max(0, own - ownSold), ownSold, retired, allocated, contracted, uncovered };
}

/** Fuels that burn what grew a short while ago. */
export const renewableFuels: ReadonlySet<Utility> = new Set(['biomass']);
/** What others make of something that the register does not know. */
export const ofUnknownSource: ReadonlySet<Utility> = new Set(['heat', 'steam', 'cooling']);
/** Parts of a sum of doubles that are smaller than this share of it are rounding. */
const rounding = 1e-9;

/** Some kWh that stand in the way of a yes. */
interface Obstacle {
  readonly energy: number;
  readonly says: string;
  /** What would take it away: nothing that is known of, a promise that comes true, or knowing more. */
  readonly until: 'never' | 'promised' | 'known';
}

/**
 * Answers a reading. "No" as soon as some kWh are known not to be renewable, whatever else is missing; "unknown" where
 * all that is known is renewable and something is not known; "yes" only when everything is.
 */
export function answerQuarter(evidence: QuarterEvidence, reading: ReturnReading): QuarterAnswer {
  const behind = electricityBehind(evidence);
  const others = reading === 'energy' ? evidence.others.filter(({ utility }) => utility !== 'water') : [];
  const total = evidence.bought + evidence.own + sum(others);
  const proven = behind.ownKept + behind.retired + sum(others.filter(({ utility }) => renewableFuels.has(utility)));
  const promised = proven + behind.allocated + behind.contracted;
  const obstacles = [...ofElectricity(behind), ...others.flatMap(ofFuel)].filter(
    ({ energy }) => energy > rounding * total,
  );
  const unknown = total === 0 || evidence.unknown.length > 0 || obstacles.some(({ until }) => until === 'known');
  const answer = (refuted: boolean): ReturnAnswer => (refuted ? 'no' : unknown ? 'unknown' : 'yes');
  return {
    reading,
    answer: answer(obstacles.some(({ until }) => until !== 'known')),
    answerAsPromised: answer(obstacles.some(({ until }) => until === 'never')),
    share: total > 0 ? proven / total : undefined,
    shareAsPromised: total > 0 ? promised / total : undefined,
    missing: [
      ...obstacles.map(({ energy, says }) => `${kWh(energy)} ${says}`),
      ...(total === 0 ? ['no use of energy is known'] : []),
      ...evidence.unknown,
    ],
  };
}

function ofElectricity({ ownSold, allocated, contracted, uncovered }: ElectricityBehind): Obstacle[] {
  const certificates = Math.ceil(uncovered / 1000).toLocaleString('en-GB');
  return [
    {
      energy: uncovered,
      says: `of bought electricity is covered by nothing: certificates of ${certificates} MWh are missing`,
      until: 'never',
    },
    {
      energy: ownSold,
      says: 'of own generation has its certificates sold, and with them the claim',
      until: 'never',
    },
    {
      energy: allocated,
      says: 'is covered by certificates that are set aside and not yet retired with evidence',
      until: 'promised',
    },
    {
      energy: contracted,
      says: 'is promised by contract, and neither confirmed nor retired with evidence',
      until: 'promised',
    },
  ];
}

function ofFuel({ utility, energy }: { readonly utility: Utility; readonly energy: number }): Obstacle[] {
  if (renewableFuels.has(utility)) return [];
  const name = utility.replaceAll('_', ' ');
  return ofUnknownSource.has(utility)
    ? [{ energy, says: `of ${name} is bought, and what it is made of is not known`, until: 'known' }]
    : [{ energy, says: `of ${name} is bought, which is fossil`, until: 'never' }];
}

function kWh(energy: number): string {
  return energy < 1 ? 'less than 1 kWh' : `${Math.round(energy).toLocaleString('en-GB')} kWh`;
}

function sum(list: readonly { readonly energy: number }[]): number {
  return list.reduce((total, { energy }) => total + energy, 0);
}

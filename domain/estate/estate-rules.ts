import type { Listener, MeterEntry, Organisation, RegisterLists, SiteEntry } from './estate.ts';
import type { ProblemCode } from '../problems.ts';

/** What turns a count into energy. */
const conversion = ['utility', 'unit', 'multiplier', 'role'] as const;
/** What decides which messages are of a meter. */
export const hearing = ['topic', 'decoder', 'channel', 'unit', 'measures', 'valid_from', 'valid_to'] as const;

/**
 * Every rule that needs more than one key of the estate register to judge, and what a break of it is called
 * (`estate.doubt` is a warning: said, and no reason to refuse the folder). `needs` are the keys of the entry that it
 * looks at beside the one it is found at: while one of them is not of the right form, nothing is said.
 */
export const estateRules = {
  'unique-id': { code: 'estate.duplicate-id', needs: [] },
  'reserved-id': { code: 'estate.rule', needs: [] },
  'organisation-exists': { code: 'estate.unknown-reference', needs: [] },
  'building-exists': { code: 'estate.unknown-reference', needs: [] },
  'parent-exists': { code: 'estate.unknown-reference', needs: [] },
  'parent-same-site': { code: 'estate.rule', needs: [] },
  'parent-same-family': { code: 'estate.rule', needs: ['utility'] },
  'parent-no-circle': { code: 'estate.rule', needs: [] },
  'generation-technology': { code: 'estate.rule', needs: ['role', 'technology', 'installed_kwp'] },
  'export-electricity': { code: 'estate.rule', needs: ['role', 'utility'] },
  'virtual-formula': { code: 'estate.rule', needs: ['role', 'formula', 'sum_of'] },
  'virtual-not-heard': { code: 'estate.rule', needs: ['role'] },
  'formula-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'formula-meter-once': { code: 'estate.rule', needs: [] },
  'formula-one-unit': { code: 'estate.rule', needs: ['utility', 'measures'] },
  'formula-no-circle': { code: 'estate.rule', needs: ['formula', 'sum_of'] },
  'source-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'source-of-meter': { code: 'estate.rule', needs: ['role', 'parent'] },
  'source-same-quantity': { code: 'estate.rule', needs: ['utility', 'measures', 'unit', 'multiplier'] },
  'source-unused': { code: 'estate.doubt', needs: [] },
  'precedence-sources': { code: 'estate.rule', needs: [] },
  'pulse-unit': { code: 'estate.rule', needs: ['unit', 'multiplier'] },
  'unit-fits-utility': { code: 'estate.rule', needs: ['utility', 'measures', 'unit', 'multiplier'] },
  'reactive-electricity': { code: 'estate.rule', needs: ['utility'] },
  'gas-volume-correction': { code: 'estate.rule', needs: [...conversion, 'volume_correction'] },
  'gas-calorific-value': { code: 'estate.rule', needs: [...conversion, 'calorific_value'] },
  'gas-pressure': { code: 'estate.rule', needs: [...conversion] },
  'gas-large': { code: 'estate.doubt', needs: [...conversion, 'volume_correction', 'annual_quantity_kwh'] },
  'rating-missing': { code: 'estate.doubt', needs: ['rating', 'role', 'measures', 'stock'] },
  'gas-only': { code: 'estate.rule', needs: [...conversion] },
  'energy-content-unit': { code: 'estate.rule', needs: [...conversion] },
  'energy-content-missing': { code: 'estate.doubt', needs: [...conversion, 'energy_content'] },
  'fuel-only': { code: 'estate.rule', needs: ['utility'] },
  'mpan-digits': { code: 'estate.rule', needs: [] },
  'mpan-electricity': { code: 'estate.rule', needs: ['utility'] },
  'mprn-digits': { code: 'estate.rule', needs: [] },
  'mprn-gas': { code: 'estate.rule', needs: ['utility'] },
  'dated-once': { code: 'estate.rule', needs: [] },
  'occupiers-share': { code: 'estate.rule', needs: [] },
  'valid-dates': { code: 'estate.rule', needs: ['valid_from'] },
  'modelled-once': { code: 'estate.rule', needs: [] },
  'exchange-order': { code: 'estate.rule', needs: [] },
  'exchange-valid': { code: 'estate.rule', needs: ['valid_from', 'valid_to'] },
  'topic-decoder': { code: 'estate.rule', needs: ['topic', 'decoder', 'role'] },
  'topic-form': { code: 'estate.rule', needs: [] },
  'decoder-known': { code: 'estate.unknown-reference', needs: [] },
  'decoder-hears': { code: 'estate.rule', needs: ['topic', 'decoder', 'channel'] },
  'observed-keys': { code: 'estate.rule', needs: ['quantity', 'unit', 'region', 'topic'] },
  'profile-keys': { code: 'estate.rule', needs: ['technologies', 'supply', 'shape', 'series'] },
  'profile-series-exists': { code: 'estate.unknown-reference', needs: [] },
  'profile-series-energy': { code: 'estate.rule', needs: [] },
  'profile-supply-exists': { code: 'estate.unknown-reference', needs: [] },
  'topic-overlap': { code: 'estate.rule', needs: [...hearing] },
  'building-area': { code: 'estate.rule', needs: ['gross_internal_area_m2'] },
  'occupied-area': { code: 'estate.rule', needs: ['gross_internal_area_m2'] },
  'weather-series-exists': { code: 'estate.unknown-reference', needs: [] },
  'weather-temperatures': { code: 'estate.rule', needs: [] },
  'weather-standard': { code: 'estate.rule', needs: [] },
  'supply-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'supply-mpan-exists': { code: 'estate.unknown-reference', needs: [] },
  'supply-points': { code: 'estate.rule', needs: ['meters', 'mpans'] },
  'supply-once': { code: 'estate.rule', needs: ['valid_from', 'valid_to'] },
  'supply-claim': { code: 'estate.rule', needs: ['claim', 'rates', 'confirmed'] },
  'one-value-a-day': { code: 'estate.rule', needs: [] },
  'certificate-supply-exists': { code: 'estate.unknown-reference', needs: [] },
  'certificate-output': { code: 'estate.rule', needs: ['output_month', 'output_year'] },
  'certificate-once': { code: 'estate.rule', needs: ['mwh'] },
  'certificate-counts': {
    code: 'estate.doubt',
    needs: ['technology', 'output_month', 'output_year', 'claimed_for', 'numbers', 'expires', 'retired', 'market'],
  },
  'own-generation-exists': { code: 'estate.unknown-reference', needs: [] },
  'own-generation-renewable': { code: 'estate.rule', needs: [] },
  'baseline-year': { code: 'estate.rule', needs: ['from', 'to'] },
  'baseline-site-once': { code: 'estate.rule', needs: ['sites'] },
  'baseline-site-exists': { code: 'estate.doubt', needs: [] },
  'target-baseline-exists': { code: 'estate.unknown-reference', needs: [] },
  'target-fits-baseline': { code: 'estate.rule', needs: ['baseline'] },
  'milestones-in-order': { code: 'estate.rule', needs: [] },
  'charge-whole': { code: 'estate.rule', needs: [] },
  'charge-once': { code: 'estate.rule', needs: [] },
  'charge-percent-of': { code: 'estate.unknown-reference', needs: [] },
  'charge-series-exists': { code: 'estate.unknown-reference', needs: [] },
  'charge-utility': { code: 'estate.rule', needs: ['utility'] },
  'supply-point-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'supply-point-meter-fits': { code: 'estate.rule', needs: ['utility'] },
  'supply-point-tariff-exists': { code: 'estate.unknown-reference', needs: [] },
  'supply-point-contract': { code: 'estate.rule', needs: ['utility'] },
  'supply-point-tariff-holds': { code: 'estate.doubt', needs: ['utility'] },
  'supply-point-band': { code: 'estate.doubt', needs: [] },
  'supply-point-power-factor': { code: 'estate.rule', needs: [] },
  'budget-place': { code: 'estate.rule', needs: ['utility'] },
  'budget-place-exists': { code: 'estate.unknown-reference', needs: [] },
  'budget-use': { code: 'estate.rule', needs: ['utility'] },
  'alert-rule-site-exists': { code: 'estate.unknown-reference', needs: [] },
  'alert-rule-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'alert-rule-number': { code: 'estate.rule', needs: ['kind'] },
  'alert-route-place-exists': { code: 'estate.unknown-reference', needs: [] },
  'alert-route-escalates': { code: 'estate.unknown-reference', needs: [] },
  'alert-route-awake': { code: 'estate.rule', needs: ['quiet_days'] },
  'alert-route-digest': { code: 'estate.rule', needs: ['digest', 'most_a_day', 'audience'] },
  'alert-route-severity-1': { code: 'estate.doubt', needs: ['sites', 'organisations', 'families', 'severities'] },
  'measure-place-exists': { code: 'estate.unknown-reference', needs: ['site'] },
  'measure-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'measure-meter-fits': { code: 'estate.rule', needs: ['site'] },
  'measure-after-exists': { code: 'estate.unknown-reference', needs: [] },
  'measure-after-no-circle': { code: 'estate.rule', needs: [] },
  'measure-step': { code: 'estate.rule', needs: ['kind', 'step'] },
  'measure-status': { code: 'estate.rule', needs: [] },
  'measure-dates': { code: 'estate.rule', needs: ['status', 'works', 'planned'] },
  'measure-expected': { code: 'estate.rule', needs: [] },
  'measure-funding': { code: 'estate.doubt', needs: ['cost'] },
  'measure-generation-meter': { code: 'estate.doubt', needs: ['kind', 'status', 'meters'] },
  'event-meter-exists': { code: 'estate.unknown-reference', needs: [] },
  'event-dates': { code: 'estate.rule', needs: ['from'] },
} as const satisfies Record<string, { code: ProblemCode; needs: readonly string[] }>;

export type EstateRule = keyof typeof estateRules;

/** Where in the merged register: `['sites', 3, 'meters', 0, 'parent']`. */
export type EstatePath = readonly (string | number)[];

/** A rule that is broken, where, and the words special to it. The reader of the folder makes a Problem of it. */
export interface Finding {
  readonly rule: EstateRule;
  readonly path: EstatePath;
  readonly detail: string;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
}

/** What the files of a folder hold together, each entry of the right form by itself. */
export interface EstateEntries {
  readonly organisations: readonly Organisation[];
  readonly sites: readonly SiteEntry[];
  readonly lists?: Partial<RegisterLists>;
}

/** What a check must know of a decoder. */
export interface KnownDecoder {
  readonly name: string;
  /** True where the payload names the meter, so that meters may share a topic without a channel. */
  readonly namesMeters?: boolean | undefined;
  /** Why no message could ever be of this meter; undefined when one could. */
  cannotHear?(meter: Pick<MeterEntry, 'topic' | 'channel'>): Unheard | undefined;
}

/** What of a meter stands in the way of its decoder. */
export interface Unheard {
  readonly key: 'topic' | 'channel';
  readonly detail: string;
  readonly expected?: string;
}

export interface EstateContext {
  readonly decoders: readonly KnownDecoder[];
  /** Keys of entries (`sites/0/meters/3`) that are not of the right form: what stands there now is a makeshift. */
  readonly faulty: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ids of entries that could not be kept at all: naming them is no mistake. */
  readonly brokenIds: ReadonlySet<string>;
  /** False when a file could not be read at all: then a name that nothing has may stand in it, and nothing is said. */
  readonly complete: boolean;
}

/** A meter with its place in the register. */
export interface PlacedMeter {
  readonly meter: MeterEntry;
  readonly site: SiteEntry;
  readonly path: EstatePath;
}

/** What messages may be of, with its place: a meter or a series observed outside. */
export interface PlacedListener {
  readonly meter: Listener;
  readonly path: EstatePath;
}

/** What every rule is given. */
export interface Checked extends EstateContext, EstateEntries {
  /** The first meter of each id. */
  readonly meters: ReadonlyMap<string, PlacedMeter>;
  readonly placed: readonly PlacedMeter[];
  readonly report: (finding: Finding) => void;
  /** Whether one of these keys of an entry is a makeshift. */
  readonly isFaulty: (entry: EstatePath, keys: readonly string[]) => boolean;
}

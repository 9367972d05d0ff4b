import type { Utility } from '../estate/vocabulary.ts';
import { halfHourSeconds, type EpochSeconds } from '../time.ts';
import { type Finding } from './finding.ts';
import { type AlertKind } from './kinds.ts';

/**
 * One alert for one cause: what several detectors and several meters of a site say of it is put together. A finding of
 * a meter goes with that of a meter below it which explains most of it, and meters that begin together have a cause
 * together.
 */
export interface Cause {
  readonly site: string;
  readonly family: Family;
  /** The kind that says most particularly what it is, and where: the meters furthest down. */
  readonly kind: AlertKind;
  readonly subject: string;
  /** All meters that show it, those first that it is at. */
  readonly meters: readonly string[];
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly open: boolean;
  readonly raised: EpochSeconds;
  /** What counts towards what it costs: no kWh twice, those of a meter above not at all. */
  readonly counted: readonly Finding[];
  readonly findings: readonly Finding[];
}

/** What causes are of: only findings of one family are ever one. */
export const families = ['power', 'heat', 'water', 'supply', 'capacity', 'power_factor', 'generation'] as const;
export type Family = (typeof families)[number];

const ownFamily: Partial<Record<AlertKind, Family>> = {
  supply_lost: 'supply',
  peak_capacity: 'capacity',
  power_factor: 'power_factor',
  pv_not_producing: 'generation',
};

/** From the most particular to the most general: which says best what is wrong. */
const bySpecificity: readonly AlertKind[] = [
  'supply_lost',
  'burst',
  'peak_capacity',
  'power_factor',
  'pv_not_producing',
  'heat_pump_performance',
  'heating_and_cooling',
  'summer_heating',
  'continuous_flow',
  'night_flow',
  'unexplained_main',
  'left_on',
  'out_of_hours',
  'night_base',
  'step',
  'drift',
  'never_below',
  'always_above',
];

/** As much of the register as grouping looks at. */
export interface MeterTree {
  readonly utilityOf: (meter: string) => Utility | undefined;
  readonly parentOf: (meter: string) => string | undefined;
}

/** What a meter below must explain of the finding of one above. */
const explains = 0.6;
/** Pauses in which a cause is the same one; nights between which plant runs anyway are shorter. */
export const joined = 36 * 3600;
/** Meters that begin within so long of one another have begun together. */
const together = 2 * 3600;
/** A finding says what a cause is where it has this part of its length or of its excess. */
const telling = 0.3;

/** Causes, in the order in which they began. */
export function causesOf(findings: readonly Finding[], tree: MeterTree): Cause[] {
  const causes: Cause[] = [];
  // In an order of their own, so that the order of looking is nothing to an alert.
  const ordered = findings.toSorted(
    (a, b) => a.from - b.from || compare(a.subject, b.subject) || compare(a.kind, b.kind),
  );
  const groups = Map.groupBy(ordered, (finding) => `${finding.site} ${familyOf(finding, tree)}`);
  for (const group of groups.values()) {
    for (const one of componentsOf(group, tree)) causes.push(causeOf(one, tree));
  }
  return countedOnce(causes, tree).toSorted((a, b) => a.from - b.from || a.to - b.to || compare(a.subject, b.subject));
}

/**
 * Where a meter below explains too little of one above to be its cause, both are told, and what passed both is counted
 * at the one below alone: the pounds of a site's alerts can be added up.
 */
function countedOnce(causes: readonly Cause[], tree: MeterTree): Cause[] {
  const all = causes.flatMap((cause) => cause.counted.map((finding) => ({ cause, finding })));
  const subjects = new Set(all.map(({ finding }) => finding.subject));
  const depths = new Map(
    Array.from(subjects, (subject): [string, number] => [
      subject,
      all.filter((one) => isAbove(one.finding.subject, subject, tree)).length,
    ]),
  );
  const depth = ({ subject }: Finding): number => depths.get(subject) as number;
  const rest = new Map<Finding, Finding>();
  // From the bottom up, so that what a meter in between leaves below is not taken off the top twice.
  for (const { cause, finding } of all.toSorted((a, b) => depth(b.finding) - depth(a.finding))) {
    const below = all.filter((one) => one.cause !== cause && isOfIt(finding, one.finding, tree));
    rest.set(
      finding,
      below.reduce((left, one) => less(left, rest.get(one.finding) ?? one.finding), finding),
    );
  }
  return causes.map((cause) => ({ ...cause, counted: cause.counted.map((one) => rest.get(one) ?? one) }));
}

/** Whether what a meter below shows passed the meter above too, in the same unit. */
function isOfIt(above: Finding, below: Finding, tree: MeterTree): boolean {
  return (
    above.site === below.site &&
    above.unit === below.unit &&
    tree.utilityOf(above.subject) === tree.utilityOf(below.subject) &&
    isAbove(above.subject, below.subject, tree)
  );
}

/** A finding without what another one counts in the same half-hours; of one that is not above nothing is taken. */
function less(finding: Finding, other: Finding): Finding {
  const shift = (finding.from - other.from) / halfHourSeconds;
  let taken = 0;
  const excess = finding.excess.map((value, k) => {
    const one = other.excess[k + shift] ?? 0;
    const part = value > 0 && one > 0 ? Math.min(value, one) : 0;
    taken += part;
    return value - part;
  });
  if (taken === 0) return finding;
  const known = finding.known * excess.length;
  return { ...finding, excess, expected: finding.expected + (2 * taken) / known };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function familyOf({ kind, subject, unit }: Finding, { utilityOf }: MeterTree): Family {
  const own = ownFamily[kind];
  if (own) return own;
  if (unit === 'm3') return 'water';
  // Heating against cooling is one cause of two fuels.
  if (kind === 'heating_and_cooling') return 'heat';
  const utility = utilityOf(subject);
  return utility === 'electricity' || utility === 'cooling' ? 'power' : 'heat';
}

/**
 * Findings that belong together, by looking at each pair. A drift is told by weeks: it goes with the cause of which it
 * says most, and joins no two, or whatever happens at its meter for months would be one.
 */
function componentsOf(group: readonly Finding[], tree: MeterTree): Finding[][] {
  const [slow, quick] = [group.filter(isSlow), group.filter((one) => !isSlow(one))];
  const causes = joinedOf(quick, tree);
  const alone: Finding[] = [];
  for (const drift of slow) {
    const shared = causes.map((cause) => Math.max(0, ...cause.map((one) => sharedBy(drift, one, tree))));
    const most = shared.indexOf(Math.max(...shared));
    if ((shared[most] ?? 0) > 0) causes[most]?.push(drift);
    else alone.push(drift);
  }
  return [...causes, ...joinedOf(alone, tree)];
}

function isSlow({ kind }: Finding): boolean {
  return kind === 'drift';
}

function joinedOf(group: readonly Finding[], tree: MeterTree): Finding[][] {
  const component = group.map((_, i) => i);
  const root = (i: number): number => (component[i] === i ? i : root(component[i] as number));
  for (let i = 0; i < group.length; i++) {
    for (let j = 0; j < i; j++) {
      if (belong(group[i] as Finding, group[j] as Finding, tree)) component[root(i)] = root(j);
    }
  }
  return [...Map.groupBy(group, (_, i) => root(i)).values()];
}

/** What a drift says of a finding that belongs to it: the excess of the half-hours that both have. */
function sharedBy(drift: Finding, one: Finding, tree: MeterTree): number {
  const [from, to] = [Math.max(drift.from, one.from), Math.min(drift.to, one.to)];
  return from < to && belong(drift, one, tree) ? excessIn(one, from, to) : 0;
}

function belong(a: Finding, b: Finding, tree: MeterTree): boolean {
  if (a.from > b.to + joined || b.from > a.to + joined) return false;
  if (a.subject === b.subject) return true;
  if (a.kind === b.kind && a.meters.length > 1 && a.meters.every((meter) => b.meters.includes(meter))) return true;
  if (isAbove(a.subject, b.subject, tree)) return isExplained(a, b);
  if (isAbove(b.subject, a.subject, tree)) return isExplained(b, a);
  return a.kind === b.kind && Math.abs(a.from - b.from) <= together && Math.abs(a.raised - b.raised) <= together;
}

function isAbove(above: string, below: string, { parentOf }: MeterTree): boolean {
  // A register has no circles, but a broken one must not hang us.
  for (let at = parentOf(below), steps = 0; at !== undefined && steps < 32; at = parentOf(at), steps++) {
    if (at === above) return true;
  }
  return false;
}

/** Whether most of what a meter shows, while both show it, passes the meter below it. */
function isExplained(above: Finding, below: Finding): boolean {
  const [from, to] = [Math.max(above.from, below.from), Math.min(above.to, below.to)];
  const whole = excessIn(above, from, to);
  return to > from && (whole <= 0 || excessIn(below, from, to) >= explains * whole);
}

function excessIn({ from, excess }: Finding, start: EpochSeconds, end: EpochSeconds): number {
  const [first, last] = [(start - from) / halfHourSeconds, (end - from) / halfHourSeconds];
  return excess.subarray(first, last).reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);
}

function causeOf(findings: readonly Finding[], tree: MeterTree): Cause {
  const from = Math.min(...findings.map((one) => one.from));
  const to = Math.max(...findings.map((one) => one.to));
  const subjects = new Set(findings.map(({ subject }) => subject));
  const deepest = findings.filter(({ subject }) => ![...subjects].some((other) => isAbove(subject, other, tree)));
  const counted = [...Map.groupBy(deepest, ({ subject }) => subject).values()].map(united);
  const most = Math.max(...deepest.map((one) => excessIn(one, one.from, one.to)));
  const tells = deepest.filter(
    (one) => one.to - one.from >= telling * (to - from) || excessIn(one, one.from, one.to) >= telling * most,
  );
  const head = tells.toSorted(
    (a, b) =>
      bySpecificity.indexOf(a.kind) - bySpecificity.indexOf(b.kind) ||
      excessIn(b, b.from, b.to) - excessIn(a, a.from, a.to),
  )[0] as Finding;
  const meters = new Set([head, ...deepest, ...findings].flatMap((one) => one.meters));
  return {
    site: head.site,
    family: familyOf(head, tree),
    kind: head.kind,
    subject: head.subject,
    meters: [...meters],
    from,
    to,
    open: findings.some(({ open }) => open),
    raised: Math.min(...findings.map(({ raised }) => raised)),
    counted,
    findings,
  };
}

/**
 * Several findings of one meter as one: each half-hour once. Where detectors expect differently, the one with the
 * longer look back is right about a slow change; so the larger excess counts.
 */
function united(findings: readonly Finding[]): Finding {
  const [one] = findings as readonly [Finding, ...Finding[]];
  if (findings.length === 1) return one;
  const from = Math.min(...findings.map((each) => each.from));
  const to = Math.max(...findings.map((each) => each.to));
  const excess = new Float64Array((to - from) / halfHourSeconds).fill(Number.NaN);
  for (const each of findings) {
    const shift = (each.from - from) / halfHourSeconds;
    for (const [k, value] of each.excess.entries()) {
      if (!Number.isNaN(value) && !((excess[shift + k] as number) >= value)) excess[shift + k] = value;
    }
  }
  // Between two spans nothing was abnormal.
  const covered = new Uint8Array(excess.length);
  for (const each of findings)
    covered.fill(1, (each.from - from) / halfHourSeconds, (each.to - from) / halfHourSeconds);
  for (let k = 0; k < excess.length; k++) if (covered[k] === 0) excess[k] = 0;
  const last = findings.find((each) => each.to === to) ?? one;
  return { ...last, from, to, open: findings.some(({ open }) => open), excess };
}

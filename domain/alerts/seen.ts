import { daySeconds, halfHourSeconds, type EpochSeconds } from '../time.ts';
import { type Cause, causesOf } from './causes.ts';
import { chartDays, type Chart, chartOf, evidenceOf } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Seen } from './life.ts';
import type { AlertRule } from './rule-register.ts';
import { ruleFor } from './rules.ts';
import { severityOf, together } from './severity.ts';
import { type SiteSubjects, treeOf, watchedMetersOf } from './subjects.ts';
import { hoursPerWeek, type UnitWorth, worthOf } from './worth.ts';

/** The half-hours of a subject, as a chart draws them. */
export interface DrawnColumns {
  readonly from: EpochSeconds;
  readonly use: Float64Array;
  readonly expected: Float64Array;
}

export interface SeenRequest {
  readonly subjects: SiteSubjects;
  readonly findings: readonly Finding[];
  readonly rules: readonly AlertRule[];
  readonly worth: ReadonlyMap<string, UnitWorth>;
  readonly drawn: (finding: Pick<Finding, 'kind' | 'subject'>) => DrawnColumns | undefined;
}

/** What findings of a site come to: causes, each with what it is worth, how much it matters and by what it is told. */
export function seenOf(request: SeenRequest): Seen[] {
  return causesOf(request.findings, treeOf(request.subjects)).map((cause) => seenOfCause(request, cause));
}

export function seenOfCause({ subjects, rules, worth, drawn }: Omit<SeenRequest, 'findings'>, cause: Cause): Seen {
  const whole = together(cause.counted.map((one) => worthOf(one, unitWorth(worth, one))));
  const meter = watchedMetersOf(subjects).get(cause.subject);
  if (!meter) throw new RangeError(`${cause.subject} is not watched at ${subjects.site}`);
  const { site, family, kind, subject, from, to, open } = cause;
  return {
    site,
    family,
    kind,
    subject,
    meters: cause.meters,
    from,
    to,
    open,
    severity: severityOf(cause, whole, ruleFor(kind, meter, rules).parameters),
    worth: whole,
    rate: rateOf(cause.counted),
    evidence: evidenceOf(cause, chartFor(cause, drawn(cause))),
  };
}

/** What was used beyond the expected while it held, over or not, kW or m³/h. */
function rateOf(counted: readonly Finding[]): number {
  return together(counted.map((one) => worthOf({ ...one, open: true }, {}))).excessPerWeek / hoursPerWeek;
}

/** kvarh have no price of a kWh. */
function unitWorth(worth: ReadonlyMap<string, UnitWorth>, { unit, subject }: Finding): UnitWorth {
  return unit === 'kvarh' ? {} : (worth.get(subject) ?? {});
}

/** Days after which a chart shows how it is now rather than how it began. */
const longAgo = 49;

function chartFor({ from, to }: Cause, columns: DrawnColumns | undefined): Chart | undefined {
  if (!columns) return undefined;
  const span = chartDays * daySeconds;
  const end = columns.from + columns.use.length * halfHourSeconds;
  const first = Math.max(columns.from, from - daySeconds);
  return to - from > longAgo * daySeconds
    ? chartOf(columns, to - span, Math.min(end, to + daySeconds))
    : chartOf(columns, first, Math.min(end, first + span, to + daySeconds));
}

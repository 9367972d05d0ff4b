import { type FoundIssue, type IssueKind, type IssueReport, issueOfRule } from '../domain/diagnosis/data-issues.ts';
import type { Meter } from '../domain/estate/estate.ts';
import type { Derivation, Doubt, HalfHour } from '../domain/half-hours/half-hours.ts';
import { isAccepted, type Ruling } from '../domain/readings/rulings.ts';
import { halfHourSeconds, type Period, toIso } from '../domain/time.ts';
import type { StateStore } from '../store/state-store.ts';

/** Kinds that follow from half-hours and their doubts, so that one derivation says all there is of them. */
const derivedKinds = [...new Set<IssueKind>([...Object.values(issueOfRule), 'silent'])];

/** What the derivation of a window says about the data of a meter: a report for each kind, with nothing found too. */
export function issuesOfDerivation(
  meter: Meter,
  window: Period,
  derivation: Derivation,
  rulings: readonly Ruling[],
): IssueReport[] {
  const found = new Map<IssueKind, FoundIssue[]>(derivedKinds.map((kind) => [kind, []]));
  const doubts = Map.groupBy(derivation.doubts, ({ rule }) => issueOfRule[rule]);
  for (const [kind, list] of doubts) if (kind) found.get(kind)?.push(...runsOf(list, meter));
  found.get('silent')?.push(...silencesOf(derivation.halfHours));
  for (const { start, rule, quality } of derivation.halfHours) {
    // Nearly all are in order: the words are made for the others only.
    if (rule !== 'reset' && !(rule === 'impossible-rate' && quality === 'missing')) continue;
    const kind = issueOfRule[rule];
    const holds = rule === 'reset' && !isAccepted(rulings, start, start + halfHourSeconds);
    const says = `between ${toIso(start)} and ${toIso(start + halfHourSeconds)}: what passed cannot be said`;
    if (kind) found.get(kind)?.push({ from: start, to: start + halfHourSeconds, holds, says });
  }
  return [...found].map(([kind, list]) => ({ meter: meter.id, kind, by: 'derivation', window, found: list }));
}

/** Readings disbelieved one after the other, as one. */
function runsOf(doubts: readonly Doubt[], meter: Meter): FoundIssue[] {
  const pause = Math.max(halfHourSeconds, 2 * meter.expected_interval);
  const runs: Doubt[][] = [];
  for (const doubt of doubts) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && doubt.reading.at - last.reading.at <= pause) run.push(doubt);
    else runs.push([doubt]);
  }
  return runs.map((run) => {
    const [first, last] = [run[0] as Doubt, run.at(-1) as Doubt];
    const count = run.length === 1 ? '' : `; ${run.length} readings in a row`;
    return { from: first.reading.at, to: last.reading.at + 1, says: `${first.rule}: ${first.says}${count}` };
  });
}

/** Rows of missing half-hours that nothing but silence explains, with known ones after them. */
function silencesOf(rows: readonly HalfHour[]): FoundIssue[] {
  const found: FoundIssue[] = [];
  let from: number | undefined;
  let known = false;
  for (const { start, quality, rule } of rows) {
    if (quality === 'missing' && rule === 'gap') {
      if (known) from ??= start;
      continue;
    }
    if (from !== undefined && quality !== 'missing') {
      const hours = (start - from) / 3600;
      found.push({ from, to: start, says: `no readings for ${hours} h, so that its half-hours are missing` });
    }
    from = undefined;
    known ||= quality !== 'missing';
  }
  return found;
}

/** Writes what derivations found, and nothing where nothing is found or known. */
export function reportDerived(
  state: Pick<StateStore, 'issues' | 'reportIssues'>,
  reports: readonly IssueReport[],
): void {
  const meters = [...new Set(reports.map(({ meter }) => meter))];
  if (meters.length === 0) return;
  const hull = {
    from: Math.min(...reports.map(({ window }) => window.from)),
    to: Math.max(...reports.map(({ window }) => window.to)),
  };
  const rows = state.issues({ meters, kinds: derivedKinds, period: hull, limit: 100_000 });
  const known = new Set(rows.map(({ meter, kind }) => `${meter} ${kind}`));
  state.reportIssues(reports.filter(({ meter, kind, found }) => found.length > 0 || known.has(`${meter} ${kind}`)));
}

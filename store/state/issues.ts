import {
  type DataIssue,
  type IssueKind,
  issueKinds,
  issueLines,
  type IssuePeriod,
  type IssueReport,
  type IssueState,
  outsideWindow,
  tidyPeriods,
} from '../../domain/diagnosis/data-issues.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { IssueQuery, RefusedNote, StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

interface IssueRow {
  readonly id: number;
  readonly meter: string;
  readonly kind: IssueKind;
  readonly state: IssueState;
  readonly starts: EpochSeconds;
  readonly ends: EpochSeconds;
  readonly opened: EpochSeconds;
  readonly says: string;
  readonly periods: string;
  readonly ignored: EpochSeconds | null;
  readonly who: string | null;
  readonly reason: string | null;
}

/** The state an issue is in at an instant (`?1`), which nobody needs to write down. */
const stateNow = `case when ignored is not null then 'ignored' when coalesce(open_until > ?1, 1)
  then iif(ends > first_end, 'ongoing', 'opened') else 'closed' end`;
const columns = `id, meter, kind, ${stateNow} as state, starts, ends, opened, says, periods, ignored, who, reason`;

/** The register of data issues. */
export function issuesOf(
  file: StateFile,
): Pick<StateStore, 'reportIssues' | 'issues' | 'issue' | 'ignoreIssue' | 'reopenIssue' | 'refusedSince'> {
  const report = reporterOf(file);
  const find = file.prepare(`
    select * from (select ${columns} from data_issue)
    where id > ?2 and (?3 is null or meter in (select value from json_each(?3)))
      and (?4 is null or kind in (select value from json_each(?4)))
      and (?5 is null or state in (select value from json_each(?5)))
      and starts < coalesce(?6, 9e15) and ends > coalesce(?7, -9e15)
    order by id limit ?8`);
  const byId = file.prepare(`select ${columns} from data_issue where id = ?2`);
  const ignore = file.prepare(
    'update data_issue set ignored = ?, who = ?, reason = ? where id = ? and ignored is null',
  );
  const reopen = file.prepare(
    'update data_issue set ignored = null, who = null, reason = null where id = ? and ignored is not null',
  );
  const refused = file.prepare(
    'select id, meter, code, received, detail from quarantine where id > ? order by id limit ?',
  );
  const now = (): EpochSeconds => Math.floor(file.clock());

  return {
    reportIssues(reports) {
      if (reports.length > 0) file.write(() => reports.forEach(report));
    },
    issues: ({ meters, kinds, states, period, after, limit }: IssueQuery) =>
      file.read(() => {
        const lists = [meters, kinds, states].map((list) => (list === undefined ? null : JSON.stringify(list)));
        const [m = null, k = null, s = null] = lists;
        return rows<IssueRow>(find, now(), after ?? 0, m, k, s, period?.to ?? null, period?.from ?? null, limit).map(
          issueOf,
        );
      }),
    issue: (id) =>
      file.read(() => {
        const found = row<IssueRow>(byId, now(), id);
        return found && issueOf(found);
      }),
    ignoreIssue: (id, who, reason) => file.write(() => ignore.run(now(), who, reason, id).changes === 1),
    refusedSince: (after, limit) =>
      file.read(() => rows<RefusedNote>(refused, after, limit).map((note) => ({ ...note }))),
    reopenIssue: (id) => file.write(() => reopen.run(id).changes === 1),
  };
}

function issueOf(found: IssueRow): DataIssue {
  const { id, meter, kind, state, starts, ends, opened, says, ignored, who, reason } = found;
  return {
    id,
    meter,
    kind,
    state,
    from: starts,
    to: ends,
    opened,
    says,
    ignored: ignored === null ? undefined : { at: ignored, who: who ?? '', reason: reason ?? '' },
  };
}

/** Known rows near a window, and the periods each of them is made of. */
interface Known {
  readonly row: Pick<IssueRow, 'id' | 'starts' | 'ends' | 'says' | 'periods' | 'ignored'>;
  readonly periods: readonly IssuePeriod[];
}

function reporterOf(file: StateFile): (report: IssueReport) => void {
  const near = file.prepare(`
    select id, starts, ends, says, periods, ignored from data_issue
    where meter = ? and kind = ? and starts <= ? and ends >= ? order by id`);
  const add = file.prepare(`
    insert into data_issue (meter, kind, starts, ends, opened, first_end, open_until, says, periods)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const change = file.prepare(
    'update data_issue set starts = ?, ends = ?, open_until = ?, says = ?, periods = ? where id = ?',
  );
  const drop = file.prepare('delete from data_issue where id = ?');
  const count = file.prepare('select count(*) as issues from data_issue');
  const forget = file.prepare(`
    delete from data_issue where id = (
      select id from data_issue where ignored is null and open_until is not null order by open_until limit 1)`);

  return (report) => {
    const { meter, kind, window } = report;
    const { issueJoinSeconds: join, issuePeriods, issueRows } = file.bounds;
    const reach = [window, ...report.found];
    const from = Math.min(...reach.map((each) => each.from)) - join;
    const to = Math.max(...reach.map((each) => each.to)) + join;
    const known = rows<Known['row']>(near, meter, kind, to, from).map(
      (each): Known => ({ row: each, periods: JSON.parse(each.periods) as IssuePeriod[] }),
    );
    const kept = known.flatMap(({ periods }) => outsideWindow(periods, report));
    const found = report.found.map((each): IssuePeriod => ({ ...each, holds: each.holds ?? false, by: report.by }));
    const lines = issueLines(tidyPeriods([...kept, ...found], issuePeriods), join);
    const taken = matchLines(lines, known);
    for (const [i, line] of lines.entries()) {
      const [starts, ends] = [line[0]?.from ?? 0, Math.max(...line.map((period) => period.to))];
      const openUntil = line.some(({ holds }) => holds) ? null : ends + issueKinds[kind].quiet;
      const says = line.findLast((period) => period.to === ends)?.says ?? '';
      const periods = JSON.stringify(line);
      const old = taken.get(i);
      if (!old) {
        add.run(meter, kind, starts, ends, Math.floor(file.clock()), ends, openUntil, says, periods);
        if (Number(count.get()?.['issues']) > issueRows) forget.run();
      } else if (old.row.periods !== periods) change.run(starts, ends, openUntil, says, periods, old.row.id);
    }
    const inUse = new Set([...taken.values()].map((old) => old.row.id));
    for (const { row: old } of known) if (!inUse.has(old.id) && old.ignored === null) drop.run(old.id);
  };
}

/** Which known row each line goes on as: the oldest it overlaps, one that a person ignored before all. */
function matchLines(lines: readonly (readonly IssuePeriod[])[], known: readonly Known[]): Map<number, Known> {
  const taken = new Map<number, Known>();
  const free = new Set(known);
  for (const [i, line] of lines.entries()) {
    const candidates = [...free].filter(({ periods }) =>
      periods.some((old) => line.some((period) => period.from <= old.to && period.to >= old.from)),
    );
    const old = candidates.find(({ row: each }) => each.ignored !== null) ?? candidates[0];
    if (!old) continue;
    taken.set(i, old);
    free.delete(old);
  }
  return taken;
}

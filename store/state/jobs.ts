import { ProblemError } from '../../domain/problems.ts';
import type { Job, StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

interface JobRow {
  readonly id: number;
  readonly kind: string;
  readonly request: string;
  readonly asker: string;
  readonly state: Job['state'];
  readonly progress: number;
  readonly result: string | null;
}

/** Work that people ask for. */
export function jobsOf(
  file: StateFile,
): Pick<StateStore, 'addJob' | 'claimJob' | 'progressJob' | 'endJob' | 'jobs' | 'job' | 'returnJobs'> {
  const columns = 'id, kind, request, asker, state, progress, result';
  const add = file.prepare("insert into job (kind, request, asker, state, progress) values (?, ?, ?, 'waiting', 0)");
  const count = file.prepare('select count(*) as jobs from job');
  const forget = file.prepare(`
    delete from job where id = (select min(id) from job where state in ('done', 'failed'))`);
  const claim = file.prepare(`
    update job set state = 'running' where id = (
      select id from job where state = 'waiting' and kind in (select value from json_each(?)) order by id limit 1
    ) returning ${columns}`);
  const progress = file.prepare("update job set progress = ? where id = ? and state = 'running'");
  const end = file.prepare(
    "update job set state = ?1, result = ?2, progress = iif(?1 = 'done', 1, progress) where id = ?3",
  );
  const giveBack = file.prepare("update job set state = 'waiting', progress = 0 where state = 'running'");
  const newest = file.prepare(`select ${columns} from job order by id desc limit ?`);
  const byId = file.prepare(`select ${columns} from job where id = ?`);
  return {
    addJob: (kind, request, asker = 'local') =>
      file.write(() => {
        const full = Number(count.get()?.['jobs']) >= file.bounds.jobRows;
        if (full && forget.run().changes === 0) {
          const detail = `${file.bounds.jobRows} jobs wait already`;
          throw new ProblemError([{ code: 'request.too-many', where: 'jobs', detail }]);
        }
        return Number(add.run(kind, JSON.stringify(request) ?? 'null', asker).lastInsertRowid);
      }),
    claimJob: (kinds) =>
      file.write(() => {
        const found = row<JobRow>(claim, JSON.stringify(kinds));
        return found && jobOf(found);
      }),
    returnJobs: () => file.write(() => Number(giveBack.run().changes)),
    progressJob(id, share) {
      file.write(() => progress.run(share, id));
    },
    endJob(id, state, result) {
      file.write(() => end.run(state, JSON.stringify(result) ?? null, id));
    },
    jobs: (limit) => file.read(() => rows<JobRow>(newest, limit).map(jobOf)),
    job: (id) =>
      file.read(() => {
        const found = row<JobRow>(byId, id);
        return found && jobOf(found);
      }),
  };
}

function jobOf(row: JobRow): Job {
  return {
    ...row,
    request: JSON.parse(row.request) as unknown,
    result: row.result === null ? undefined : (JSON.parse(row.result) as unknown),
  };
}

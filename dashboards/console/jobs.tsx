import type { ComponentChildren } from 'preact';
import type { Answers } from './answers.ts';
import { ask, Refused } from './ask.ts';
import { now } from './clock.ts';

/** Work that is asked for here and done by another process: waited for, so that it can be said what came of it. */

export type Job = Answers['/v1/jobs/:job']['job'];

const lookAgainMs = 400;
/** After a look that was lost, or one too many: the house may be busy or restarting. */
const lookLaterMs = 3_000;
/** Most work takes a second or two; what takes longer waits for other work, or is large, and goes on without us. */
const patienceMs = 60_000;

/**
 * Waits for work and says what came of it; where it goes on longer than people wait, that it is asked for: whoever
 * took that for a no would ask twice. Rejects with Refused where the work itself failed, or `said` says so.
 */
export async function cameOf(begun: Job, said: (result: unknown) => ComponentChildren): Promise<ComponentChildren> {
  const until = now() + patienceMs;
  let job = begun;
  while (isUnderWay(job) && now() < until) {
    job = await lookAgain(job, until - now());
  }
  if (isUnderWay(job)) {
    return (
      <>
        It is asked for as <a href="/data/jobs">work {job.id}</a>, which is not known to be done yet and goes on by
        itself: do not send it again.
      </>
    );
  }
  if (job.state === 'failed') throw new Refused(422, [{ code: 'job.failed', says: faultOf(job) }]);
  return said(job.result);
}

function isUnderWay({ state }: Job): boolean {
  return state === 'waiting' || state === 'running';
}

/** The work a moment later, as it was where it could not be seen. */
async function lookAgain(job: Job, patience: number): Promise<Job> {
  await pause(Math.min(lookAgainMs, patience));
  try {
    const signal = AbortSignal.timeout(patience);
    return (await ask('/v1/jobs/:job', { params: { job: String(job.id) }, signal })).job;
  } catch {
    await pause(Math.min(lookLaterMs, patience));
    return job;
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Why work failed, in the house's words: each problem with what to do. */
export function faultOf({ result }: Pick<Job, 'result'>): string {
  const { detail } = Object(result) as { detail?: unknown };
  return typeof detail === 'string' ? detail : 'The house did not say why';
}

import type { Answers } from './answers.ts';
import { ask, Refused } from './ask.ts';
import { now } from './clock.ts';

/** Work that is asked for here and done by another process: waited for, so that it can be said what came of it. */

export type Job = Answers['/v1/jobs/:job']['job'];

const lookAgainMs = 400;
/** Most work takes a second or two; what takes longer waits for other work, or is large, and goes on without us. */
const patienceMs = 60_000;

/** Waits for work and answers its result; rejects with Refused when it failed, or goes on longer than people wait. */
export async function resultOf(begun: Job): Promise<unknown> {
  const until = now() + patienceMs;
  let job = begun;
  while (job.state === 'waiting' || job.state === 'running') {
    if (now() > until) {
      const says = `Work ${job.id} is not done yet. It goes on by itself`;
      throw new Refused(0, [{ code: 'console.waits', says, mend: 'look under Data at what was asked for' }]);
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    ({ job } = await ask('/v1/jobs/:job', { params: { job: String(job.id) } }));
  }
  if (job.state === 'failed') throw new Refused(422, [{ code: 'job.failed', says: faultOf(job) }]);
  return job.result;
}

/** Why work failed, in the house's words: each problem with what to do. */
export function faultOf({ result }: Pick<Job, 'result'>): string {
  const { detail } = Object(result) as { detail?: unknown };
  return typeof detail === 'string' ? detail : 'The house did not say why';
}

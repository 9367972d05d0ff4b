import type { Answers } from '../../answers.ts';
import { act, ask, Refused } from '../../ask.ts';
import { now } from '../../clock.ts';
import { ActForm } from '../../pieces/act-form.tsx';
import { londonDate } from '../../place.ts';
import { type MeasureRow, statusNames, statusWords } from './words.ts';

type Job = Answers['/v1/jobs/:job']['job'];

/** Says how far a measure has come; the process that derives writes it into the register. */
export function MeasureStatusAct({ row, renew }: { row: MeasureRow; renew: () => void }) {
  const next = statusNames[statusNames.indexOf(row.status) + 1] ?? 'installed';
  return (
    <ActForm
      key={row.status}
      title="Say how far it has come"
      submit="Write it down"
      role="operate"
      fields={[
        {
          // Not `is`, as the body has it: a form answers for its fields' names, and the browser asks one for `is`.
          name: 'status',
          label: 'It is now',
          kind: 'choice',
          required: true,
          value: next,
          options: statusNames
            .filter((name) => name !== row.status)
            .map((value) => ({ value, text: statusWords[value].says })),
        },
        { name: 'from', label: 'Since', kind: 'date', required: true, value: londonDate(now()) },
        { name: 'works_from', label: 'First day of the works', kind: 'date', value: row.begins ?? '' },
        { name: 'works_to', label: 'Last day of the works', kind: 'date', value: row.ends ?? '' },
        { name: 'reason', label: 'Why', kind: 'lines', required: true, hint: 'The minute, the order, the handover' },
      ]}
      send={async ({ status: is = '', from = '', works_from: first = '', works_to: last = '', reason = '' }) => {
        const works = { ...(first === '' ? {} : { from: first }), ...(last === '' ? {} : { to: last }) };
        const body = { is, from, reason, ...(Object.keys(works).length > 0 && { works }) };
        const { job } = await act('POST /v1/measures/:measure/status', { params: { measure: row.measure }, body });
        await done(job);
        renew();
        return `It is written down as ${statusWords[is as MeasureRow['status']].says}.`;
      }}
    />
  );
}

const lookAgainMs = 400;
/** A register is written in a second or two; what takes longer waits for another work, and is done without us. */
const patienceMs = 60_000;

/** Waits until the work is done; rejects with what the register says against it. */
async function done(begun: Job): Promise<void> {
  let job = begun;
  const until = now() + patienceMs;
  while (job.state === 'waiting' || job.state === 'running') {
    if (now() > until) {
      const says = 'It waits still, and is done by itself: other work comes first.';
      throw new Refused(0, [{ code: 'console.waits', says, mend: 'Look at the jobs under Data.' }]);
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    ({ job } = await ask('/v1/jobs/:job', { params: { job: String(job.id) } }));
  }
  if (job.state === 'failed') {
    const { detail } = Object(job.result) as { detail?: unknown };
    const says = typeof detail === 'string' ? detail : 'The register did not take it.';
    throw new Refused(422, [{ code: 'job.failed', says }]);
  }
}

import { act } from '../../ask.ts';
import { isWhole, useCaller } from '../../caller.ts';
import { now } from '../../clock.ts';
import { cameOf } from '../../jobs.tsx';
import { ActForm } from '../../pieces/act-form.tsx';
import { Done, useDone } from '../../pieces/done.tsx';
import { londonDate } from '../../place.ts';
import { type MeasureRow, statusNames, statusWords } from './words.ts';

interface StatusShape {
  readonly row: MeasureRow;
  /** Asks the measure anew. */
  readonly renew: () => void;
}

/** Says how far a measure has come; the process that derives writes it into the register. */
export function MeasureStatusAct({ row, renew }: StatusShape) {
  const caller = useCaller();
  const done = useDone();
  if (caller.reaches('operate') && !isWhole(caller)) {
    return <p class="quiet">How far it has come is written down by a key that sees the whole estate.</p>;
  }
  return (
    <>
      <Done says={done.says} />
      <StatusForm key={`${row.status} ${done.times}`} row={row} renew={renew} tell={done.tell} />
    </>
  );
}

function StatusForm({ row, renew, tell }: StatusShape & { readonly tell: ReturnType<typeof useDone>['tell'] }) {
  const next = statusNames[statusNames.indexOf(row.status) + 1] ?? 'installed';
  return (
    <ActForm
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
        tell(await cameOf(job, () => `It is written down as ${statusWords[is as MeasureRow['status']].says}.`));
        renew();
      }}
    />
  );
}

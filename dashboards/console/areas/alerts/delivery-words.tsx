import type { z } from 'zod';
import type { deliverySchema } from '../../../../api/contract/deliveries.ts';
import { deliveryStates, heldBack } from '../../../../domain/alerts/delivery-states.ts';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import type { Column } from '../../pieces/table.tsx';
import { count, time, words } from '../../say.ts';

/** What people were told, in words. */

export type Delivery = z.output<typeof deliverySchema>;

const stateMarks: Readonly<Record<Delivery['state'], MarkKind>> = {
  held: 'info',
  waiting: 'info',
  sent: 'good',
  undelivered: 'bad',
  digest: 'info',
  listed: 'good',
  left_out: 'unknown',
};

function About({ about, alert, issue, notice }: Delivery) {
  const what = words(notice);
  if (alert !== null) {
    return (
      <a href={`/alerts/${alert}`}>
        {alert}: {what}
      </a>
    );
  }
  return <>{about === 'issue' ? `Data issue ${issue}` : what}</>;
}

export const deliveryColumns: readonly Column<Delivery>[] = [
  { heading: 'About', head: true, cell: About, sort: ({ alert, issue }) => alert ?? issue },
  {
    heading: 'Whom',
    cell: ({ recipient, channel, route }) => (
      <>
        {recipient === '' ? channel : recipient}
        <div class="quiet">
          route {route}, channel {channel}
        </div>
      </>
    ),
    sort: ({ recipient, channel }) => `${recipient}${channel}`,
  },
  {
    heading: 'What became of it',
    cell: ({ state, because, said, attempts }) => (
      <>
        <Mark kind={stateMarks[state]}>{deliveryStates[state]}</Mark>
        {because !== null && heldBack[because] !== deliveryStates[state] && (
          <div class="quiet">{heldBack[because]}</div>
        )}
        {said !== null && <div class="quiet">{said}</div>}
        {attempts > 1 && <div class="quiet">{count(attempts, 'attempt')}</div>}
      </>
    ),
    sort: ({ state }) => state,
  },
  {
    heading: 'When',
    cell: ({ ended, told, planned, due }) => (
      <>
        {time(ended ?? told ?? planned)}
        {due !== null && <div class="quiet">next {time(due)}</div>}
      </>
    ),
    sort: ({ planned }) => planned,
  },
];

import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { time } from '../../say.ts';
import type { AlertEventRow } from './words.ts';

const eventMarks: Readonly<Record<AlertEventRow['event'], MarkKind>> = {
  opened: 'warn',
  passed: 'unknown',
  worsened: 'bad',
  ended: 'good',
  resumed: 'warn',
  acknowledged: 'info',
  assigned: 'info',
  commented: 'info',
  shelved: 'unknown',
  unshelved: 'info',
  closed: 'good',
  verified: 'good',
  reopened: 'warn',
};

/** What happened to an alert, the latest first. */
export function AlertEvents({ events }: { events: readonly AlertEventRow[] }) {
  return (
    <ol class="events" reversed>
      {events.toReversed().map(({ sequence, at, event, who, says }) => (
        <li key={sequence}>
          <Mark kind={eventMarks[event]}>{says}</Mark>
          <div class="quiet">
            {time(at)}
            {who === null ? '' : `, ${who}`}
          </div>
        </li>
      ))}
    </ol>
  );
}

import { expect, test } from 'vitest';
import { doneBefore } from '../../../domain/alerts/earlier.ts';
import { eventSays, whoDid } from '../../../domain/alerts/event-words.ts';
import { type AlertEvent, alertOf, type Seen } from '../../../domain/alerts/life.ts';
import { startOfDay } from '../../../domain/time.ts';

const at = startOfDay('2026-07-01');
const seen = {
  site: 'north',
  family: 'water',
  kind: 'burst',
  meters: ['main', 'ward'],
  severity: 1,
  open: true,
} as unknown as Seen;
const [who, why] = ['Ada', 'a valve'];
const saving = {
  claim: 'alert:a-1',
  from: at,
  until: at,
  rate: 1,
  perWeek: 168,
  gbpPerWeek: null,
  kgco2ePerWeek: null,
};

test.each<[AlertEvent, string, string | undefined]>([
  [{ event: 'opened', at, seen }, 'it was raised', undefined],
  [{ event: 'opened', at, seen: { ...seen, open: false } }, 'it was raised when it was over already', undefined],
  [{ event: 'passed', at, seen }, 'late data showed it when it was over', undefined],
  [{ event: 'worsened', at, severity: 1 }, 'it matters more than was told: severity 1 now', undefined],
  [{ event: 'ended', at, why }, 'it ended: a valve', undefined],
  [{ event: 'resumed', at, why }, 'it came again: a valve', undefined],
  [{ event: 'acknowledged', at, who }, 'taken up', who],
  [{ event: 'assigned', at, who, owner: 'Bo' }, 'given to Bo', who],
  [{ event: 'assigned', at, who, owner: 'Bo', due: '2026-07-03' }, 'given to Bo, due 2026-07-03', who],
  [{ event: 'commented', at, who, says: 'no parts' }, 'no parts', who],
  // 09:00 by the clock in London, in summer.
  [{ event: 'shelved', at, who, until: at + 9 * 3600, why }, 'put away until 2026-07-01 09:00: a valve', who],
  [{ event: 'unshelved', at }, 'no longer put away', undefined],
  [{ event: 'unshelved', at, who }, 'no longer put away', who],
  [{ event: 'closed', at, who, as: 'usual', why }, 'closed as usual: a valve', who],
  [{ event: 'verified', at, saving, why }, 'mended, and a saving is booked: a valve', undefined],
  [{ event: 'verified', at, saving: undefined, why }, 'mended, without a saving: a valve', undefined],
  [{ event: 'reopened', at, why }, 'opened again: a valve', undefined],
  [{ event: 'reopened', at, who, why }, 'opened again: a valve', who],
])('%j is a line', (event, says, by) => {
  expect([eventSays(event), whoDid(event)]).toEqual([says, by]);
});

test('before are ends of earlier alerts of the same family at the same meters, and nothing that is still on', () => {
  const alert = (id: string, more: Partial<Seen>, ...events: AlertEvent[]) =>
    alertOf(id, [{ event: 'opened', at, seen: { ...seen, ...more } }, ...events]);
  const ended: AlertEvent = { event: 'ended', at: at + 5, why: 'over' };
  const comment: AlertEvent = { event: 'commented', at: at + 3, who, says: 'hydrant test' };
  const others = [
    alert('a-1', { meters: ['ward'] }, comment, ended),
    alert('a-2', {}),
    alert('a-3', { meters: ['kitchen'] }, ended),
    alert('a-4', { site: 'south' }, ended),
    alert('a-5', { family: 'heat' }, ended),
    alert('a-6', {}, { event: 'closed', at: at + 9, who, as: 'none', why: 'a test' }),
  ];
  const now = alertOf('a-7', [{ event: 'opened', at: at + 20, seen }]);
  const says = 'far more water runs than ever: a main may have burst';
  expect(doneBefore(now, [...others, now])).toEqual([
    { id: 'a-6', at: at + 9, says: `${says}: Ada: closed as none: a test` },
    { id: 'a-1', at: at + 5, says: `${says}: Ada: hydrant test; it ended: over` },
  ]);
});

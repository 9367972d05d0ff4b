import { describe, expect, test } from 'vitest';
import { type DigestRequest, digestLetter } from '../../../domain/alerts/digest.ts';
import { anAlert, leak, messageFor, monday } from './an-alert.ts';

const nothing: DigestRequest = {
  estate: 'The Trust',
  to: monday + 8 * 3600,
  held: [],
  issues: [],
  reminders: [],
  saved: [],
  open: { alerts: 0, gbpPerWeek: 0, withoutPrice: 0 },
};
const issue = {
  id: 7,
  meter: 'ward-water',
  kind: 'silent',
  state: 'closed',
  from: monday,
  to: monday + 3600,
  opened: monday,
  says: 'nothing for 3 h',
  ignored: undefined,
} as const;
const heldOf = (gbpPerWeek: number | null) => {
  const alert = anAlert({ worth: { ...leak.worth, gbpPerWeek } });
  return { alert, message: messageFor(alert), because: 'small' } as const;
};

describe('a digest', () => {
  test('of nothing is none, however much is open', () => {
    expect(digestLetter(nothing)).toBeUndefined();
    expect(digestLetter({ ...nothing, open: { alerts: 1, gbpPerWeek: 9, withoutPrice: 0 } })).toBeUndefined();
  });

  test('lists what was not told and why, data issues, notice dates and savings', () => {
    const saving = { claim: 'a-9', from: 0, until: 9, rate: 1, perWeek: 168, gbpPerWeek: 40.4, kgco2ePerWeek: null };
    const letter = digestLetter({
      ...nothing,
      held: [heldOf(12)],
      issues: [{ issue, meterName: 'Water of the wards', siteName: 'North Hospital' }],
      reminders: [
        { supplyPoint: 'main', supplier: 'A supplier', on: '2026-03-16', about: 'notice', date: '2026-06-14' },
        { supplyPoint: 'gas', supplier: 'Another', on: '2026-03-16', about: 'end', date: '2026-04-15' },
      ],
      saved: [{ title: 'North Hospital: a burst', saving }],
      open: { alerts: 2, gbpPerWeek: 168, withoutPrice: 1 },
    });
    expect(letter).toMatchObject({
      subject: 'The Trust: what else there was until 2026-03-16 08:00',
      news: '2 alerts are open now: about £168 a week, and 1 without a price.',
      lists: [
        {
          heading: 'Not told by itself',
          lines: [
            'a-1: North Hospital: water runs at night when nobody uses it (about £12 a week); Water of the wards, North Hospital; Main water too; since 2026-03-16 00:00, and still on (it is worth too little to be told by itself)',
          ],
        },
        { lines: ['North Hospital: a burst: about £40 a week saved'] },
        { lines: ['North Hospital, Water of the wards: nothing was heard of it (since 2026-03-16 00:00, over)'] },
        {
          lines: [
            'main, A supplier: notice must be given by 2026-06-14',
            'gas, Another: ends, and no other follows, on 2026-04-15',
          ],
        },
      ],
    });
  });

  test('has the dearest first, what has no price last, and so many lines as can be read', () => {
    const held = [heldOf(null), heldOf(5), heldOf(19), ...Array.from({ length: 60 }, () => heldOf(1))];
    const lines = digestLetter({ ...nothing, held })?.lists[0]?.lines ?? [];
    expect(lines).toHaveLength(41);
    expect(lines[0]).toContain('£19 a week');
    expect(lines[1]).toContain('£5.00 a week');
    expect(lines.at(-1)).toBe('and 23 more');
  });

  test('says of what is open without a price that it is not known', () => {
    const open = { alerts: 1, gbpPerWeek: 0, withoutPrice: 1 };
    expect(digestLetter({ ...nothing, held: [heldOf(1)], open })?.news).toBe('1 alert is open now, without a price.');
    expect(digestLetter({ ...nothing, held: [heldOf(1)] })?.news).toBe('Nothing is open now.');
  });
});

import { expect, test } from 'vitest';
import { supplyPointSchema } from '../../../domain/tariffs/register.ts';
import { remindersIn } from '../../../domain/tariffs/reminders.ts';

const point = supplyPointSchema.parse({
  id: 'north',
  utility: 'electricity',
  meter: 'e-main',
  contracts: [
    { supplier: 'Old', valid_from: '2024-04-01', valid_to: '2026-03-31', notice_by: '2025-12-31' },
    {
      supplier: 'New',
      valid_from: '2026-04-01',
      valid_to: '2027-03-31',
      notice_by: '2026-12-31',
      remind_days_before: [60],
    },
  ],
  source: 'made up',
});

test('somebody is told before notice is due, and before a contract ends that no other follows', () => {
  const said = (from: string, to: string) =>
    remindersIn([point], from, to).map(({ supplier, on, about, date }) => `${on} ${supplier}: ${about} ${date}`);
  expect(said('2025-01-01', '2027-12-31')).toEqual([
    '2025-10-02 Old: notice 2025-12-31',
    '2025-12-01 Old: notice 2025-12-31',
    '2026-11-01 New: notice 2026-12-31',
    '2027-01-30 New: end 2027-03-31',
  ]);
  expect(said('2025-12-01', '2025-12-01')).toHaveLength(1);
});

import { addDays, type LocalDate } from '../time.ts';
import type { SupplyPointEntry } from './register.ts';

/** What somebody must be told of a contract of supply before it is too late. */
export interface ContractReminder {
  readonly supplyPoint: string;
  readonly supplier: string;
  readonly on: LocalDate;
  readonly about: 'notice' | 'end';
  /** The last day for notice, or of the contract. */
  readonly date: LocalDate;
}

/**
 * The reminders of contracts that fall into some days, both ends among them, in the order of their days: so many days
 * before notice must be given, and before a contract ends that no other follows.
 */
export function remindersIn(points: readonly SupplyPointEntry[], from: LocalDate, to: LocalDate): ContractReminder[] {
  const all = points.flatMap(({ id, contracts }) =>
    contracts.flatMap(({ supplier, notice_by: notice, valid_to: end, remind_days_before: days }) => {
      const isFollowed = end !== undefined && contracts.some(({ valid_from: next }) => next === addDays(end, 1));
      const dates = [
        { about: 'notice' as const, date: notice },
        { about: 'end' as const, date: isFollowed ? undefined : end },
      ];
      return dates.flatMap(({ about, date }) =>
        date === undefined
          ? []
          : days.map(
              (before): ContractReminder => ({ supplyPoint: id, supplier, on: addDays(date, -before), about, date }),
            ),
      );
    }),
  );
  return all.filter(({ on }) => from <= on && on <= to).sort((a, b) => (a.on < b.on ? -1 : 1));
}

import { daySeconds, type EpochSeconds, utcDateOf } from '../domain/time.ts';
import type { TallyChange } from '../store/state-store.ts';

/** What the ledgers count. */
export type Term =
  | 'decoded'
  | 'ignored'
  | 'quarantined'
  | 'qos0'
  | 'stored'
  | 'repeated'
  | 'revised'
  | 'refused'
  | 'parked';

type Line = { day: string; meter: string } & { [T in Term]?: number };

/** Changes of the ledgers, added up by UTC day of receipt and meter. */
export class TallySheet {
  readonly #days = new Map<number, { readonly day: string; readonly lines: Map<string, Line> }>();
  /** The line asked for last: a message and its readings are mostly of one meter. */
  #last: { readonly number: number; readonly line: Line } | undefined;

  /** Adds to a term of a meter on the UTC day of receipt; takes away when `count` is negative. */
  add(received: EpochSeconds, meter: string, term: Term, count = 1): void {
    const line = this.#line(received, meter);
    line[term] = (line[term] ?? 0) + count;
  }

  /** Adds what another sheet counted. */
  addChange({ day, meter, ...terms }: TallyChange): void {
    const received = Date.parse(day) / 1000;
    for (const [term, count] of Object.entries(terms) as [Term, number][]) this.add(received, meter, term, count);
  }

  #line(received: EpochSeconds, meter: string): Line {
    const number = Math.floor(received / daySeconds);
    if (this.#last?.number === number && this.#last.line.meter === meter) return this.#last.line;
    let day = this.#days.get(number);
    if (!day) {
      day = { day: utcDateOf(received), lines: new Map() };
      this.#days.set(number, day);
    }
    let line = day.lines.get(meter);
    if (!line) {
      line = { day: day.day, meter };
      day.lines.set(meter, line);
    }
    this.#last = { number, line };
    return line;
  }

  /** What the state store is told. */
  changes(): TallyChange[] {
    return [...this.#days.values()].flatMap((day) => [...day.lines.values()]);
  }

  /** Sums over all days and meters, for counters. */
  totals(): Partial<Record<Term, number>> {
    const sums: Partial<Record<Term, number>> = {};
    for (const { day: _, meter: __, ...terms } of this.changes()) {
      for (const [term, count] of Object.entries(terms) as [Term, number][]) sums[term] = (sums[term] ?? 0) + count;
    }
    return sums;
  }
}

import { type Estate, isOverdue } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { ShownPoint } from '../domain/series.ts';
import { choicePoints } from '../domain/shown/choice-points.ts';
import { addDays, daySeconds, type EpochSeconds, utcDateOf } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { LedgerLine, StateStore } from '../store/state-store.ts';

type State = Pick<StateStore, 'heardSince' | 'ledger' | 'quarantineDays' | 'remember' | 'recall'>;

/** The last UTC day up to which all books were written for dashboards. */
export const shownDaysKey = 'shown-days';

/**
 * Copies what the state file knows and dashboards cannot ask: ledgers and quarantine by day, who is silent; and, of the
 * register, what can be chosen. The last days are written again and again, each point over itself; nothing is written
 * that says what was written last.
 */
export class ShownBooks {
  readonly #state: State;
  readonly #store: Pick<ReadingStore, 'writeShown'>;
  /** When each meter last said something, by the stamp of its newest reading. */
  readonly #heard = new Map<string, EpochSeconds>();
  #sequence = 0;
  /** What was written of the last days, by series, tags and time. */
  #written = new Map<string, string>();
  #lastMinute = 0;

  constructor(store: Pick<ReadingStore, 'writeShown'>, state: State) {
    this.#store = store;
    this.#state = state;
  }

  /** One look, of which one a minute does something. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    const minute = Math.floor(now / 60);
    const write = this.#store.writeShown;
    if (!write || minute === this.#lastMinute) return;
    const today = utcDateOf(now);
    const recent = addDays(today, -limits.shownDays);
    await this.#catchUp(estate, recent, write);
    const points = [
      ...this.#state.ledger({ from: recent, to: today }).map((line) => ledgerPoint(estate, line)),
      ...quarantinePoints(this.#state, recent),
      ...this.#heardPoints(estate, now),
      ...choicePoints(estate, now),
    ];
    const fresh = points.filter((point) => this.#written.get(nameOf(point)) !== JSON.stringify(point.fields));
    if (fresh.length > 0) await write(fresh);
    this.#written = new Map(points.map((point) => [nameOf(point), JSON.stringify(point.fields)]));
    this.#state.remember(shownDaysKey, today);
    this.#lastMinute = minute;
  }

  /** Days that passed while nothing wrote them, or that were made of a history; a week at a time. */
  async #catchUp(estate: Estate, until: string, write: NonNullable<ReadingStore['writeShown']>): Promise<void> {
    const earliest = addDays(until, -limits.closedDays);
    const known = this.#state.recall(shownDaysKey);
    for (let from = known ?? earliest; from < until; from = addDays(from, 7)) {
      const to = addDays(from, 6);
      const points = this.#state.ledger({ from, to }).map((line) => ledgerPoint(estate, line));
      if (points.length > 0) await write(points);
    }
    if (known === undefined) await write(quarantinePoints(this.#state, earliest));
  }

  #heardPoints(estate: Estate, now: EpochSeconds): ShownPoint[] {
    for (;;) {
      const { sequence, list } = this.#state.heardSince(this.#sequence, limits.streamChanges);
      this.#sequence = sequence;
      for (const { series, at } of list) {
        const meter = series.slice(0, series.indexOf('/'));
        this.#heard.set(meter, Math.max(at, this.#heard.get(meter) ?? 0));
      }
      if (list.length < limits.streamChanges) break;
    }
    const at = Math.floor(now / daySeconds) * daySeconds;
    return [...estate.meters.values()].map((meter): ShownPoint => {
      const last = this.#heard.get(meter.id);
      const overdue = isOverdue(meter, last === undefined ? undefined : Math.max(0, now - last));
      const { id, site, utility } = meter;
      const fields = {
        last_heard_s: last ?? 0,
        last_heard_known: Number(last !== undefined),
        overdue: Number(overdue),
      };
      return { series: 'heard_day', tags: { meter: id, site, utility }, fields, at };
    });
  }
}

function nameOf({ series, tags, at }: ShownPoint): string {
  return `${series} ${Object.values(tags).join(' ')} ${at}`;
}

function startOfUtcDay(day: string): EpochSeconds {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

function ledgerPoint(estate: Estate, { day, meter, messages, readings }: LedgerLine): ShownPoint {
  return {
    series: 'ledger_day',
    tags: { meter, site: siteOf(estate, meter) },
    fields: {
      messages_received: messages.received,
      messages_decoded: messages.decoded,
      messages_ignored: messages.ignored,
      messages_quarantined: messages.quarantined,
      messages_qos0: messages.qos0,
      readings_decoded: readings.decoded,
      readings_stored: readings.stored,
      readings_repeated: readings.repeated,
      readings_revised: readings.revised,
      readings_refused: readings.refused,
      readings_parked: readings.parked,
    },
    at: startOfUtcDay(day),
  };
}

/** A meter that has left the register is of no site any more, like messages of no meter. */
function siteOf({ meters, observed }: Estate, id: string): string {
  return meters.get(id)?.site ?? (observed?.has(id) ? 'outside' : 'unregistered');
}

function quarantinePoints(state: State, from: string): ShownPoint[] {
  return state.quarantineDays(startOfUtcDay(from)).map(({ day, code, messages, waiting }) => ({
    series: 'quarantine_day',
    tags: { code },
    fields: { messages, waiting },
    at: startOfUtcDay(day),
  }));
}

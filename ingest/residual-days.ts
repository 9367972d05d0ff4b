import { setImmediate } from 'node:timers/promises';
import { type Balance, type BalanceEra, balanceEras } from '../domain/reconciliation/balances.ts';
import { causes, type Suspect } from '../domain/reconciliation/culprit.ts';
import type { IssueReport } from '../domain/diagnosis/data-issues.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import {
  columnsOf,
  columnsWithin,
  quantityOfBalance,
  type Reconciliation,
  reconcile,
  type ResidualSum,
  type Verdict,
} from '../domain/reconciliation/reconciliation.ts';
import type { ShownPoint } from '../domain/series.ts';
import {
  addDays,
  dateOf,
  datesIn,
  dayPeriod,
  type EpochSeconds,
  halfHourOf,
  type LocalDate,
  type Period,
} from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore, Touched } from '../store/state-store.ts';
import { Followed } from './followed.ts';

type State = Pick<StateStore, 'derivedSince' | 'reportIssues' | 'remember' | 'recall'>;
type Store = Pick<ReadingStore, 'halfHours' | 'writeShown'>;

/** Days of one balance that are read together. */
const chunkDays = 31;

/**
 * Follows what was derived, and works out the residual of each balance for the days it touched: written for dashboards,
 * and told to the register of data issues where the meters cannot all be right. Days that wait are in memory; where it
 * ends before all are done, the log is read again from where it was remembered.
 */
export class ResidualDays {
  readonly #store: Store;
  readonly #state: State;
  /** Dates to work out, by the id of the balance. */
  readonly #waiting = new Map<string, Set<LocalDate>>();
  readonly #followed: Followed;
  #lastLook = Number.NEGATIVE_INFINITY;

  constructor(store: Store, state: State) {
    this.#store = store;
    this.#state = state;
    this.#followed = new Followed(state, 'residuals');
  }

  /** One look: a bounded part of what waits. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (this.#waiting.size === 0) {
      if (now - this.#lastLook < limits.reconciliationPauseSeconds) return;
      this.#lastLook = now;
      const byMeter = Map.groupBy(this.#followed.derived(), ({ meter }) => meter);
      for (const [meter, spans] of byMeter) this.#enter(estate, meter, spans);
    }
    for (let chunks = 0; chunks < limits.reconciliationChunks; chunks++) {
      const [next] = this.#waiting;
      if (!next) break;
      const [id, waiting] = next;
      // The newest first; what lies far from them waits for a chunk of its own.
      const newest = [...waiting].reduce((a, b) => (a > b ? a : b));
      const dates = [...waiting].filter((date) => date > addDays(newest, -chunkDays)).sort();
      await this.#workOut(estate, id, dates, now);
      for (const date of dates) waiting.delete(date);
      if (waiting.size === 0) this.#waiting.delete(id);
    }
    if (this.#waiting.size === 0) this.#followed.remember();
  }

  #enter(estate: Estate, meter: string, spans: readonly Touched[]): void {
    const hull = { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
    for (const { balance, period } of balanceEras(estate, hull)) {
      if (!balance.terms.some((term) => term.meter.id === meter)) continue;
      const waiting = this.#waiting.get(balance.id) ?? new Set<LocalDate>();
      this.#waiting.set(balance.id, waiting);
      for (const span of spans) {
        const part = { from: Math.max(span.from, period.from), to: Math.min(span.to, period.to) };
        if (part.from < part.to) for (const date of datesIn(part)) waiting.add(date);
      }
    }
  }

  async #workOut(estate: Estate, id: string, dates: readonly LocalDate[], now: EpochSeconds): Promise<void> {
    const [first, last] = [dates[0], dates.at(-1)];
    if (first === undefined || last === undefined) return;
    const from = dayPeriod(addDays(first, 1 - limits.culpritDays)).from;
    const period = { from, to: Math.min(dayPeriod(last).to, halfHourOf(now)) };
    const wanted = new Set(dates);
    const points: ShownPoint[] = [];
    const reports: IssueReport[] = [];
    for (const era of balanceEras(estate, period).filter(({ balance }) => balance.id === id)) {
      for (const day of await this.#daysOf(estate, era, wanted)) {
        points.push(...pointsOf(day));
        reports.push(reportOf(day));
      }
    }
    if (points.length > 0) await this.#store.writeShown?.(points);
    this.#state.reportIssues(reports);
  }

  async #daysOf(estate: Estate, { balance, period }: BalanceEra, wanted: ReadonlySet<LocalDate>): Promise<Day[]> {
    if (!datesIn(period).some((date) => wanted.has(date))) return [];
    const ids = balance.terms.map(({ meter }) => meter.id);
    const columns = columnsOf(balance, period, await this.#store.halfHours(ids, period));
    const days: Day[] = [];
    // How many days before and with this one are out of bounds on the same side.
    let [run, side]: [number, Verdict] = [0, 'within'];
    for (const date of datesIn(period)) {
      // Ingest may be in this process: it has its turn between two days.
      await setImmediate();
      const day = dayPeriod(date);
      const { whole, unmeasured } = reconcile(estate, columnsWithin(columns, day));
      run = whole.verdict === side ? Math.min(run + 1, limits.culpritDays) : 1;
      side = whole.verdict;
      if (!wanted.has(date)) continue;
      const isOut = side === 'above' || side === 'below';
      // One day says that something is wrong; all the days that it has been so say best what.
      const wrong = { from: dayPeriod(addDays(date, 1 - run)).from, to: day.to };
      const suspects = isOut ? reconcile(estate, columnsWithin(columns, wrong)).suspects() : [];
      days.push({ balance, day, whole, unmeasured, suspects });
    }
    return days;
  }
}

interface Day {
  readonly balance: Balance;
  readonly day: Period;
  readonly whole: ResidualSum;
  readonly unmeasured: Reconciliation['unmeasured'];
  readonly suspects: readonly Suspect[];
}

function pointsOf({ balance, day, whole, unmeasured }: Day): ShownPoint[] {
  const { id: of, site, utility } = balance;
  const isVolume = quantityOfBalance(balance) === 'volume';
  const amounts = { supplied: whole.supplied, residual: whole.residual, bound: whole.bound ?? 0 };
  const none = { supplied: 0, residual: 0, bound: 0 };
  const [energy, volume] = isVolume ? [none, amounts] : [amounts, none];
  const missed = new Map(unmeasured.map(({ meter, halfHours }) => [meter, halfHours]));
  const fields = {
    supplied_kwh: energy.supplied,
    residual_kwh: energy.residual,
    bound_kwh: energy.bound,
    supplied_m3: volume.supplied,
    residual_m3: volume.residual,
    bound_m3: volume.bound,
    bound_known: Number(whole.bound !== undefined),
    compared_half_hours: whole.compared,
    above: Number(whole.verdict === 'above'),
    below: Number(whole.verdict === 'below'),
  };
  const meters = new Set([...balance.parents, ...balance.subs, ...balance.terms.map(({ meter }) => meter.id)]);
  return [
    { series: 'residual_day', tags: { of, site, utility }, fields, at: day.from },
    ...Array.from(meters, (meter): ShownPoint => {
      const halfHours = missed.get(meter) ?? 0;
      return {
        series: 'residual_meter',
        tags: { meter, of },
        fields: { not_measured_half_hours: halfHours },
        at: day.from,
      };
    }),
  ];
}

/** What is supplied and seen by no sub-meter is no trouble; all else that is out of bounds is. */
function reportOf({ balance, day, whole, suspects }: Day): IssueReport {
  const [suspect] = suspects;
  const isTrouble = whole.verdict === 'below' || (whole.verdict === 'above' && suspect?.meter !== undefined);
  const says = isTrouble ? [{ ...day, says: sentence(balance, day, whole, suspect) }] : [];
  return {
    meter: balance.parents[0] ?? balance.id,
    kind: 'reconciliation',
    by: 'reconciliation',
    window: day,
    found: says,
  };
}

function sentence(balance: Balance, day: Period, whole: ResidualSum, suspect: Suspect | undefined): string {
  const unit = quantityOfBalance(balance) === 'volume' ? 'm³' : 'kWh';
  const [residual, supplied, bound] = [whole.residual, whole.supplied, whole.bound ?? 0].map((amount) =>
    amount.toFixed(1),
  );
  const found = `${residual} ${unit} of ${supplied} are left over on ${dateOf(day.from)}, where ${bound} may be`;
  if (suspect?.meter === undefined) return found;
  const by = suspect.factor === undefined ? '' : ` (${suspect.factor})`;
  return `${found}; ${suspect.meter}: ${suspect.cause}${by}: ${causes[suspect.cause]}`.slice(
    0,
    limits.issueSaysCharacters,
  );
}

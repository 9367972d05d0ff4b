import { type FoundIssue, type IssueReport, issueOfProblem } from '../domain/diagnosis/data-issues.ts';
import { type Estate, isHeard, isValidOn, type Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { dateOf, type EpochSeconds, toIso } from '../domain/time.ts';
import type { RefusedNote, StateStore } from '../store/state-store.ts';

type State = Pick<StateStore, 'heardSince' | 'issues' | 'reportIssues' | 'refusedSince' | 'remember' | 'recall'>;

/** Up to which row of quarantine issues were opened. */
const seenKey = 'issues-quarantine';

/**
 * Watches for what derivation cannot see: meters that say nothing at all, and messages that were refused at receipt.
 * A meter is silent when it has not been heard for twice its expected interval (immediate alarm is too eager), and not
 * before this process has listened for so long itself.
 */
export class IssueWatch {
  readonly #state: State;
  readonly #since: EpochSeconds;
  /** When each meter was received last. */
  readonly #heard = new Map<string, EpochSeconds>();
  #sequence = 0;

  constructor(state: State, since: EpochSeconds) {
    this.#state = state;
    this.#since = since;
  }

  /** One look. Throws a ProblemError `store.*` when the state cannot be used. */
  look(estate: Estate, now: EpochSeconds): void {
    this.#listen();
    this.#state.reportIssues(this.#silences(estate, now));
    this.#readQuarantine(estate);
  }

  #listen(): void {
    for (;;) {
      const { sequence, list } = this.#state.heardSince(this.#sequence, limits.streamChanges);
      this.#sequence = sequence;
      for (const { series, received } of list) {
        const meter = series.slice(0, series.indexOf('/'));
        this.#heard.set(meter, Math.max(received, this.#heard.get(meter) ?? 0));
      }
      if (list.length < limits.streamChanges) return;
    }
  }

  #silences(estate: Estate, now: EpochSeconds): IssueReport[] {
    const today = dateOf(now);
    const expected = [...estate.meters.values()].filter(
      (meter) => meter.topic !== undefined && isHeard(meter) && isValidOn(meter, today),
    );
    const open = this.#state.issues({ kinds: ['silent'], states: ['opened', 'ongoing'], limit: limits.issueRows });
    const silentSince = new Map(open.map(({ meter, from }) => [meter, from]));
    return expected.flatMap((meter): IssueReport[] => {
      const last = this.#heard.get(meter.id);
      const patience = 2 * meter.expected_interval;
      const began = silentSince.get(meter.id);
      const isSilent = now - (last ?? this.#since) > patience;
      // It may have been silent all the time we did not listen; that is ours, until we have listened.
      if (isSilent && (began !== undefined || now - this.#since > patience)) {
        const from = last ?? began ?? this.#since;
        return [this.#report(meter, from, { from, to: now, holds: true, says: saySilent(meter, last) })];
      }
      if (isSilent || began === undefined || last === undefined) return [];
      const to = Math.max(last, began + 1);
      return [this.#report(meter, began, { from: began, to, holds: false, says: `heard again ${toIso(last)}` })];
    });
  }

  #report({ id }: Meter, from: EpochSeconds, found: FoundIssue): IssueReport {
    return { meter: id, kind: 'silent', by: 'receipt', window: { from, to: found.to + 1 }, found: [found] };
  }

  /** Each row once; a kill between the two calls reports it again, which changes nothing. */
  #readQuarantine(estate: Estate): void {
    const rows = this.#state.refusedSince(Number(this.#state.recall(seenKey) ?? 0), limits.issueLook);
    const last = rows.at(-1)?.id;
    if (last === undefined) return;
    this.#state.reportIssues(refusalsOf(rows.filter(({ meter }) => estate.meters.has(meter))));
    this.#state.remember(seenKey, String(last));
  }
}

function refusalsOf(rows: readonly RefusedNote[]): IssueReport[] {
  const groups = Map.groupBy(rows, ({ meter, code }) => `${meter} ${issueOfProblem[code]}`);
  return [...groups.values()].flatMap((group): IssueReport[] => {
    const [first] = group;
    const kind = first && issueOfProblem[first.code];
    if (!first || !kind) return [];
    const found = group.map(({ received, code, detail }) => {
      return { from: received, to: received + 1, says: `${code}: ${detail}`.slice(0, limits.issueSaysCharacters) };
    });
    // A window of nothing: what was found before stays.
    return [{ meter: first.meter, kind, by: 'receipt', window: { from: first.received, to: first.received }, found }];
  });
}

function saySilent({ expected_interval, topic }: Meter, last: EpochSeconds | undefined): string {
  const heard = last === undefined ? 'never heard' : `last heard ${toIso(last)}`;
  return `${heard}; expected every ${expected_interval} s on ${topic}`;
}

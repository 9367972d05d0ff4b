import { setImmediate } from 'node:timers/promises';
import type { FoundIssue, IssueKind, IssueReport } from '../domain/diagnosis/data-issues.ts';
import { type FaultClass, faultClasses, type Finding } from '../domain/diagnosis/diagnosis.ts';
import { type Estate, isHeard, isValidOn, type Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { diagnose } from '../domain/half-hours/register-doctor.ts';
import { addDays, dateOf, dayPeriod, type EpochSeconds, type LocalDate, type Period } from '../domain/time.ts';
import { patientOf, type PatientRecords } from '../store/patient.ts';
import type { StateStore } from '../store/state-store.ts';

type Records = PatientRecords & { readonly state: Pick<StateStore, 'acts' | 'reportIssues' | 'remember' | 'recall'> };

/** The last London date of which all meters were diagnosed. */
const diagnosedKey = 'days-diagnosed';

/** What only the doctor sees: derivation tells of everything else. */
const issueOfClass: Partial<Record<FaultClass, IssueKind>> = {
  reversed: 'reversed',
  swapped: 'reversed',
  'wrong-weight': 'wrong-weight',
};
const kinds = [...new Set(Object.values(issueOfClass))];

/**
 * Has the doctor see every meter once a day, when the day is over and its late messages are in, and tells the register
 * of data issues of wiring and weights that are wrong. Killed on the way, the day is begun again: that changes nothing.
 */
export class DailyDiagnosis {
  readonly #records: Records;
  #date: LocalDate | undefined;
  #waiting: Meter[] = [];

  constructor(records: Records) {
    this.#records = records;
  }

  /** One look: a few meters of the day that was closed last. Rejects as the store and the state do. */
  async look(estate: Estate, closed: LocalDate, now: EpochSeconds): Promise<void> {
    const { state } = this.#records;
    if (this.#date === undefined) {
      const done = state.recall(diagnosedKey) ?? addDays(closed, -1);
      if (done >= closed) return;
      // Days before it are in what is read around it; a level that has gone again by now helps nobody.
      this.#date = closed;
      this.#waiting = [...estate.meters.values()].filter((meter) => isHeard(meter) && isValidOn(meter, closed));
    }
    for (const meter of this.#waiting.splice(0, limits.diagnosisMeters)) {
      await this.#see(estate, meter, dayPeriod(this.#date), now);
      // Ingest may be in this process: it has its turn between two meters.
      await setImmediate();
    }
    if (this.#waiting.length > 0) return;
    state.remember(diagnosedKey, this.#date);
    this.#date = undefined;
  }

  async #see(estate: Estate, meter: Meter, day: Period, now: EpochSeconds): Promise<void> {
    const patient = await patientOf(this.#records, estate, meter, day, now);
    if (patient) this.#records.state.reportIssues(reportsOf(meter, day, diagnose(patient)));
  }
}

/** A report for each kind, with nothing found too: what was found of the day before may be gone. */
function reportsOf({ id }: Meter, day: Period, findings: readonly Finding[]): IssueReport[] {
  return kinds.map((kind) => ({
    meter: id,
    kind,
    by: 'doctor',
    window: day,
    found: findings.filter((finding) => issueOfClass[finding.class] === kind).map((finding) => issueOn(day, finding)),
  }));
}

function issueOn(day: Period, { class: name, confidence, from, to, evidence, questions }: Finding): FoundIssue {
  const words = [`${name}, ${confidence}: ${faultClasses[name]}`, evidence[0], questions[0]];
  const says = `${words.filter((word) => word !== undefined).join('; ')} (since ${dateOf(from)})`;
  return {
    from: Math.max(from, day.from),
    to: Math.min(Math.max(to, from + 1), day.to),
    says: says.slice(0, limits.issueSaysCharacters),
  };
}

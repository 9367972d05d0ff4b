import { issueOfProblem } from '../../domain/diagnosis/data-issues.ts';
import type { Finding } from '../../domain/diagnosis/diagnosis.ts';
import type { Relatives } from '../../domain/diagnosis/diagnosis-levels.ts';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import { deriveHalfHours, type HalfHour } from '../../domain/half-hours/half-hours.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { diagnose } from '../../domain/half-hours/register-doctor.ts';
import { daySeconds, halfHourSeconds, type Period } from '../../domain/time.ts';
import { decoderNamed } from '../../ingest/decoders/index.ts';
import { receive } from '../../ingest/receive.ts';
import { type FaultKind, faultKinds, type FaultPlan, happeningsOf, randomPlan } from '../../simulators/faults.ts';
import { deviceOf } from '../../simulators/device.ts';
import { historyOf } from '../../simulators/history.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { type FaultScore, scoreFaults, type ToldFault } from '../../simulators/score-faults.ts';

/**
 * Six weeks of an estate in one process: each meter speaks in its own dialect, with faults by chance from the tenth
 * day on; its messages are received, derived and diagnosed as the product does it, without broker and store.
 */
export function scoreOfSeed(
  estate: Estate,
  seed: number,
  kinds: readonly FaultKind[] = faultKinds,
  each = 1,
): FaultScore {
  const start = Date.parse('2025-09-29T00:00:00Z') / 1000 + (seed % 40) * 7 * daySeconds;
  const whole = { from: start, to: start + 42 * daySeconds };
  const plan = randomPlan({ estate, seed, period: { ...whole, from: start + 9 * daySeconds }, kinds, each });
  return scoreFaults(plan, toldOf(estate, plan, seed, whole));
}

export function toldOf(estate: Estate, plan: FaultPlan, seed: number, whole: Period): ToldFault[] {
  const model = modelOf({ estate, seed, start: whole.from, happenings: happeningsOf(plan) });
  const heard = new Map([...estate.meters.values()].map((meter) => [meter.id, hear(model, meter, plan, whole)]));
  const now = whole.to + 60;
  const rows = new Map<string, readonly HalfHour[]>();
  for (const meter of estate.meters.values()) {
    const readings = heard.get(meter.id)?.readings ?? [];
    if (readings.length > 0) rows.set(meter.id, deriveHalfHours({ meter, readings, window: whole, now }).halfHours);
  }
  return [...estate.meters.values()].flatMap((meter) => {
    const face = deviceOf(model, meter)?.face;
    const shows = (at: number): number => face?.shows(at, model.amountAt(meter.id, at)) ?? 0;
    /** That its register went round without any fault is no fault, and well said. */
    const wentRound = ({ class: is, from, to }: Finding): boolean => is === 'rollover' && shows(to) < shows(from);
    const { readings = [], told = [] } = heard.get(meter.id) ?? {};
    const relatives = relativesOf(estate, meter, rows);
    const findings = diagnose({ meter, readings, period: whole, now, relatives });
    return [...told, ...findings.filter((each) => !wentRound(each)).flatMap((finding) => toldBy(meter, finding))];
  });
}

function relativesOf(estate: Estate, meter: Meter, rows: ReadonlyMap<string, readonly HalfHour[]>): Relatives {
  const all = [...estate.meters.values()];
  const relative = ({ id, role }: Meter) => ({ id, role, halfHours: rows.get(id) ?? [] });
  const parent = meter.parent === undefined ? undefined : estate.meters.get(meter.parent);
  const siblings = parent ? all.filter((other) => other.parent === parent.id && other.id !== meter.id) : [];
  return {
    parent: parent && relative(parent),
    siblings: siblings.map(relative),
    children: all.filter((other) => other.parent === meter.id).map(relative),
  };
}

/** A recorded exchange is known, and nothing that is wrong. */
function toldBy(meter: Meter, finding: Finding): ToldFault[] {
  if (finding.class === 'exchange' && finding.confidence === 'sure') return [];
  return [
    {
      meter: meter.id,
      name: finding.class,
      asks: finding.confidence === 'unclear',
      names: [finding.class, ...finding.alternatives.map((other) => other.class)],
      from: finding.from,
      to: finding.to,
    },
  ];
}

/** What a meter says: its readings, and what is refused or not heard at all. */
export function hear(model: Model, meter: Meter, plan: FaultPlan, whole: Period) {
  const readings: Reading[] = [];
  const told: ToldFault[] = [];
  const say = (name: string, from: number, to: number): void => {
    const last = told.findLast((one) => one.name === name);
    if (last && from - last.to <= daySeconds) told[told.indexOf(last)] = { ...last, to };
    else told.push({ meter: meter.id, name, asks: false, names: [name], from, to });
  };
  const refused = (code: ProblemCode, at: number): void => {
    const kind = issueOfProblem[code];
    if (kind) say(kind, at, at);
  };
  let last = whole.from;
  const decoder = meter.decoder === undefined ? undefined : decoderNamed(meter.decoder);
  if (!decoder) return { readings, told };
  const memory = new Map<string, Uint8Array>();
  for (const batch of historyOf(model, whole, { meters: [meter.id], plan, chatter: true })) {
    for (const { topic, payload, at } of batch) {
      const message = { topic, payload, retained: false, received: at };
      const found = receive(message, [{ decoder, meters: [meter] }], memory);
      if (found.problem) refused(found.problem.code, at);
      for (const { code } of found.refusals) refused(code, at);
      if (found.readings.length === 0) continue;
      readings.push(...found.readings);
      if (at - last > 2 * Math.max(meter.expected_interval, halfHourSeconds)) say('silent', last, at);
      last = at;
    }
  }
  return { readings, told };
}

import { type IngestPlan, measureDrain, measureLive, type Rounds } from './ingest.ts';
import { limits } from '../../domain/limits.ts';
import { mixedDialects } from './mixed-workload.ts';
import { fixed, type Part, spreadText, type Verdict, whole } from './page.ts';
import { type ProductSubject, type Rig, type Subject, subjects } from './rig.ts';
import { spreadOf } from './statistics.ts';

const titles: Readonly<Record<Subject, string>> = {
  bare: 'bare',
  influxdb: 'Meterhouse, InfluxDB',
  duckdb: 'Meterhouse, DuckDB',
};

/** What of the floor's rate is left, round by round. */
function ratiosOf(rounds: Rounds, subject: Subject): number[] {
  return rounds[subject].map(({ rate }, round) => rate / (rounds.bare[round]?.rate ?? Number.NaN));
}

function rowsOf(rounds: Rounds): string[][] {
  return subjects.map((subject) => [
    titles[subject],
    spreadText(spreadOf(rounds[subject].map(({ rate }) => rate)), whole),
    subject === 'bare' ? '1' : spreadText(spreadOf(ratiosOf(rounds, subject)), fixed(2)),
    spreadText(spreadOf(rounds[subject].map(({ cpu }) => cpu)), fixed(1)),
  ]);
}

const head = ['', 'messages a second', 'of bare, same round', 'CPU of the taking process, µs a message'];

/** The same demand on every way to take live messages. */
const liveTargets: Readonly<Record<ProductSubject, number>> = { influxdb: 0.5, duckdb: 0.6 };

function verdictsOf(rounds: Rounds, what: string, targets: Readonly<Record<ProductSubject, number>>): Verdict[] {
  return (['influxdb', 'duckdb'] as const).map((subject) => {
    const ratio = spreadOf(ratiosOf(rounds, subject));
    return {
      what: `${what}, ${titles[subject]}`,
      target: `≥ ${targets[subject]} of bare`,
      found: spreadText(ratio, fixed(2)),
      met: ratio.median >= targets[subject],
    };
  });
}

export async function livePart(rig: Rig, plan: IngestPlan): Promise<Part> {
  const rounds = await measureLive(rig, plan);
  return {
    title: 'Ingest, live',
    about: `A publisher process at full speed through a real Mosquitto, QoS 1: ${whole(plan.messages)} messages of some 150 bytes
(Meterhouse JSON, a register and a power), from ${whole(1_140)} meters. One process takes them; from the publisher's start
until the last is settled. ${plan.rounds} rounds, the subjects by turns.

_Bare_ is MQTT.js 5 with the same session settings (MQTT 5, persistent session, receive maximum
${whole(limits.receiveMaximum)}) that acknowledges each message and does nothing with it. Meterhouse decodes, judges,
writes both readings, keeps both ledgers, high-water marks, touched spans and fingerprints in its state file, syncs, and
acknowledges then; each round's counters are checked. Half-hours are not derived in this process. InfluxDB is a real 1.x
with login.`,
    head,
    rows: rowsOf(rounds),
    verdicts: verdictsOf(rounds, 'live ingest', liveTargets),
  };
}

export async function derivedPart(rig: Rig, plan: IngestPlan): Promise<Part> {
  const rounds = await measureLive(rig, { ...plan, how: { workload: 'plain', derive: true } });
  return {
    title: 'Ingest, live, with derivation',
    about: `As above, ${plan.rounds} rounds, and the process that takes the messages works out half-hours and days of all meters
beside it, as \`meterhouse start\` and a single \`meterhouse ingest\` do.`,
    head,
    rows: rowsOf(rounds),
    verdicts: verdictsOf(rounds, 'live ingest with derivation', liveTargets),
  };
}

export async function mixedPart(rig: Rig, plan: IngestPlan): Promise<Part> {
  const rounds = await measureLive(rig, { ...plan, how: { workload: 'mixed', derive: false } });
  return {
    title: 'Ingest, live, mixed dialects',
    about: `As above, ${plan.rounds} rounds of ${whole(plan.messages)} messages as the simulated meters of the sample estate say them, its meters as
often as makes ${whole(1_140)}: ${mixedDialects().join(', ')}. Meters that leave the time to the receiver are not among them, since at
this speed they would say many numbers in one second.`,
    head,
    rows: rowsOf(rounds),
    verdicts: verdictsOf(rounds, 'mixed dialects', { influxdb: 0.5, duckdb: 0.5 }),
  };
}

export async function drainPart(rig: Rig, plan: IngestPlan): Promise<Part> {
  const rounds = await measureDrain(rig, plan);
  const target = 10_000;
  return {
    title: 'Drain of a backlog',
    about: `${whole(plan.messages)} messages wait in the persistent session while nobody is connected; from the moment the
connection is opened until the last is settled. ${plan.rounds} rounds by turns; otherwise as above.`,
    head,
    rows: rowsOf(rounds),
    verdicts: (['influxdb', 'duckdb'] as const).map((subject): Verdict => {
      const rate = spreadOf(rounds[subject].map((one) => one.rate));
      return {
        what: `drain, ${titles[subject]}`,
        target: `≥ ${whole(target)} a second`,
        found: spreadText(rate, whole),
        met: rate.median >= target,
      };
    }),
  };
}

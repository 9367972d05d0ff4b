import { type Rig, type Subject, subjects, type Taking, type Workload } from './rig.ts';

/** One round of one subject. */
export interface Taken {
  /** Messages a second. */
  readonly rate: number;
  /** What the taking process had of the processor for each message, its start not counted; microseconds. */
  readonly cpu: number;
}
export type Rounds = Readonly<Record<Subject, Taken[]>>;

export interface IngestPlan {
  readonly rounds: number;
  readonly messages: number;
  readonly how?: Taking;
  readonly progress: (line: string) => void;
}

/**
 * Live: a publisher at full speed while the subject listens. From the publisher's start until the last message is
 * settled: acknowledged by the floor, booked by the product.
 */
export async function measureLive(rig: Rig, plan: IngestPlan): Promise<Rounds> {
  const { messages, how = { workload: 'plain', derive: false } } = plan;
  const title = how.workload === 'mixed' ? 'mixed' : how.derive ? 'derived' : 'live';
  return await alternate(plan, title, async (subject) => {
    const taker = rig.take(subject, messages, how);
    await taker.said('open');
    const publisher = rig.publish(subject, messages, { workload: how.workload });
    const settled = await taker.said('settled');
    const began = await publisher.said('began');
    const cpu = await taker.said('cpu_ms');
    await publisher.ended();
    check(subject, messages, how.workload, await taker.finish());
    return { rate: messages / ((settled - began) / 1000), cpu: (cpu * 1000) / messages };
  });
}

/** A queue of messages in the persistent session, from the moment the connection is opened until all are settled. */
export async function measureDrain(rig: Rig, plan: IngestPlan): Promise<Rounds> {
  const { messages } = plan;
  for (const subject of subjects) {
    // So that the session is there and its queue fills.
    const first = rig.take(subject, messages);
    await first.said('open');
    await first.finish();
  }
  return await alternate(plan, 'drain', async (subject) => {
    await rig.publish(subject, messages).ended();
    const taker = rig.take(subject, messages);
    const settled = await taker.said('settled');
    const opening = await taker.said('opening');
    const cpu = await taker.said('cpu_ms');
    check(subject, messages, 'plain', await taker.finish());
    return { rate: messages / ((settled - opening) / 1000), cpu: (cpu * 1000) / messages };
  });
}

async function alternate(
  plan: IngestPlan,
  title: string,
  measure: (subject: Subject) => Promise<Taken>,
): Promise<Rounds> {
  const rounds: Rounds = { bare: [], influxdb: [], duckdb: [] };
  for (let round = 0; round < plan.rounds; round++) {
    // Nobody is always the one that follows another.
    const order = subjects.map((_, i) => subjects[(i + round) % subjects.length] as Subject);
    for (const subject of order) {
      const taken = await measure(subject);
      rounds[subject].push(taken);
      const rate = `${Math.round(taken.rate)} messages/s, ${taken.cpu.toFixed(1)} µs each`;
      plan.progress(`${title} ${round + 1}/${plan.rounds} ${subject}: ${rate}`);
    }
  }
  return rounds;
}

/**
 * A fast answer that is wrong is none: what was published was taken once; two readings of each plain message are
 * stored, and of mixed ones more than one of each on the whole, and none was refused.
 */
function check(
  subject: Subject,
  messages: number,
  workload: Workload,
  said: readonly Readonly<Record<string, unknown>>[],
): void {
  const { messages: taken, stored, refused } = said.at(-1) ?? {};
  const isPlain = stored === messages * 2;
  const isMixed = typeof stored === 'number' && stored > messages;
  const isStored = subject === 'bare' || (refused === 0 && (workload === 'plain' ? isPlain : isMixed));
  if (taken === messages && isStored) return;
  throw new Error(`${subject} should have ${messages} messages and their readings: ${JSON.stringify(said.at(-1))}`);
}

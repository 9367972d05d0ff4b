import { type Rig, type Subject, subjects } from './rig.ts';

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
  readonly progress: (line: string) => void;
}

/**
 * Live: a publisher at full speed while the subject listens. From the publisher's start until the last message is
 * settled: acknowledged by the floor, booked by the product.
 */
export async function measureLive(rig: Rig, plan: IngestPlan): Promise<Rounds> {
  const { messages } = plan;
  return await alternate(plan, 'live', async (subject) => {
    const taker = rig.take(subject, messages);
    await taker.said('open');
    const publisher = rig.publish(subject, messages);
    const settled = await taker.said('settled');
    const began = await publisher.said('began');
    const cpu = await taker.said('cpu_ms');
    await publisher.ended();
    check(subject, messages, await taker.finish());
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
    check(subject, messages, await taker.finish());
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

/** A fast answer that is wrong is none: what was published was taken once, and both readings of it stored. */
function check(subject: Subject, messages: number, said: readonly Readonly<Record<string, unknown>>[]): void {
  const end = said.at(-1);
  const stored = subject === 'bare' ? undefined : messages * 2;
  if (end?.['messages'] !== messages || end['stored'] !== stored) {
    throw new Error(`${subject} should have ${messages} messages and ${stored} readings: ${JSON.stringify(end)}`);
  }
}

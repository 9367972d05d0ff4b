/** Publishes the bench's messages from a process of its own, at full speed unless told a rate. */
import { publishAll } from '../servers/publisher.ts';
import { say } from './child.ts';
import { mixedMessages } from './mixed-workload.ts';
import type { Workload } from './rig.ts';
import { messageOf } from './workload.ts';

export interface PublisherChildOptions {
  readonly port: number;
  readonly prefix: string;
  readonly messages: number;
  /** Stamp of the first message, epoch seconds. */
  readonly from: number;
  readonly workload: Workload;
  /** Messages a second. */
  readonly rate?: number;
  /** Says when it publishes each message whose number is a multiple of this. */
  readonly sampleEvery?: number;
}

const options: PublisherChildOptions = JSON.parse(process.argv[2] ?? '');
const { port, prefix, messages, from, workload, rate, sampleEvery } = options;
// Made before the clock runs: what is measured is not how fast meters are simulated.
const mixed = workload === 'mixed' ? mixedMessages(messages, prefix, from) : undefined;
const pace = rate === undefined ? {} : { rate };
say({ began: Date.now() });
await publishAll(
  { port, messages, prefix, topics: 1, clientId: `publisher-${prefix}`, ...pace },
  (line) => {
    if (line['done'] === true) say({ published: Date.now() });
  },
  (n) => {
    if (sampleEvery !== undefined && n % sampleEvery === 0) say({ sample: n, at: Date.now() });
    return mixed?.[n] ?? messageOf(n, prefix, from);
  },
);

import type { EpochSeconds } from '../domain/time.ts';
import type { Delivery } from './message-source.ts';

const nothing = (): void => undefined;

/** A delivery at QoS 0: nobody sends it again, so that both answers come to nothing. */
export function unkept(topic: string, payload: Buffer, retained: boolean, received: EpochSeconds): Delivery {
  return {
    topic,
    payload,
    qos: 0,
    retained,
    received,
    duplicate: false,
    fingerprint: undefined,
    acknowledge: nothing,
    release: nothing,
  };
}

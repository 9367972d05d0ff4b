import type { EpochSeconds } from '../../domain/time.ts';
import type { NewDelivery } from '../../store/deliveries.ts';

/** A row of the outbox: that an alert began, sent by a webhook when it was raised. */
export function aDelivery(at: EpochSeconds, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    key: 'a-1/1/hook/',
    about: 'alert',
    subject: 'a-1',
    sequence: 1,
    notice: 'opened',
    site: 'hospital',
    route: 'team',
    channel: 'hook',
    recipient: '',
    state: 'sent',
    because: null,
    made: at,
    told: at,
    due: at,
    escalates: null,
    ended: at,
    ...more,
  };
}

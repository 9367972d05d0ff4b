import { expect, test } from 'vitest';
import { plannedBy } from '../../../api/delivery/delivery-parts.ts';
import { alertRouteSchema } from '../../../domain/alerts/route-register.ts';

const route = alertRouteSchema.parse({ id: 'duty', channel: 'mistyped', escalate: { after_hours: 2, to: 'head' } });
const others = new Map([['mail', { kind: 'mqtt', url: 'mqtt://127.0.0.1', topic: 'alerts' } as const]]);

test('what a missing channel cannot tell is shown as undelivered, and goes on to the next route all the same', () => {
  const planned = plannedBy({ send: 'now' }, { channels: others }, route, 'opened', 1_000);
  expect(planned).toMatchObject({ state: 'undelivered', because: 'no-channel', escalates: 1_000 + 2 * 3600 });
});

test('without any channel nobody is escalated to: the first digest of a later one tells it', () => {
  const planned = plannedBy({ send: 'now' }, { channels: new Map() }, route, 'opened', 1_000);
  expect(planned).toMatchObject({ state: 'digest', because: 'no-channel', escalates: null });
});

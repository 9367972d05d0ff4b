import { afterAll, beforeAll, expect, test } from 'vitest';
import { noon } from '../api/rig.ts';
import { type Receiver, startReceiver } from '../servers/receiver.ts';
import { aDelivery } from '../store/a-delivery.ts';
import { type TypingHouse, typingHouse } from './measured-hospital.ts';

/** The commands of who is told, against the real API and a real receiver. */
let receiver: Receiver;
let house: TypingHouse;
beforeAll(async () => {
  receiver = await startReceiver();
  const channels = new Map([['hook', { kind: 'webhook', url: `${receiver.url}/secret` } as const]]);
  house = await typingHouse({ channels });
  house.rig.state.planDeliveries(undefined, ({ add }) => {
    add(aDelivery(noon));
    const held = { state: 'held', because: 'quiet-hours', told: null, due: noon + 3600 } as const;
    add(aDelivery(noon, { ...held, key: 'k', route: 'night' }));
  });
});
afterAll(async () => {
  await house.close();
  await receiver.close();
});
async function asked(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const { exit, output } = await house.type('alerts', ...words);
  return [exit, output];
}

test('channels says where each leads, what waits in it, and nothing secret', async () => {
  const [, said] = await asked('channels');
  expect(said).toContain(`hook  webhook at ${new URL(receiver.url).host}  routes: none`);
  expect(said).toContain('last sent 2026-01-15 12:00; 0 waiting, 1 held back, 0 undelivered');
  expect(said).not.toContain('secret');
});

test('test-send tries one, and fails with what the other side answered', async () => {
  expect(await asked('test-send', 'hook')).toEqual(['ok', 'Sent by hook: it answered 200']);
  receiver.answers = [{ status: 404 }];
  const [exit, said] = await asked('test-send', 'hook');
  expect(exit).not.toBe('ok');
  expect(said).toContain('it answered 404');
});

test('deliveries says what was told to whom, and what waits and why', async () => {
  const [, said] = await asked('deliveries');
  expect(said).toContain('2026-01-15 12:00  a-1 opened  sent  to hook (route team)');
  expect(said).toContain('because: quiet-hours; next: 2026-01-15 13:00');
  expect((await asked('deliveries', '--state', 'undelivered'))[1]).toBe('0 shown.');
  expect((await asked('deliveries', '--format', 'csv'))[1]).toMatch(/^id,key,about,/);
});

test('load says how much each is told, beside what others go by', async () => {
  const [, said] = await asked('load', '--from', '2026-01-01', '--to', '2026-02-01');
  expect(said).toContain('2026-01-15  hook: 1 told, 0 at once, at most 1 in ten minutes');
  expect(said).toContain('EEMUA 191');
});

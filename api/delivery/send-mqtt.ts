import { createHash } from 'node:crypto';
import { connect } from 'mqtt';
import { limits } from '../../domain/limits.ts';
import type { Channel } from './channels.ts';
import { type Outcome, unreached } from './outcome.ts';

type MqttChannel = Extract<Channel, { kind: 'mqtt' }>;

/**
 * Publishes one message with QoS 1, over a connection of its own: alerts are few. MQTT 5, since a broker of 3.1.1
 * cannot say that it did not take it. Never rejects.
 */
export async function sendMqtt(
  channel: MqttChannel,
  { topic, payload, key }: { readonly topic: string; readonly payload: string; readonly key: string },
  timeoutMs?: number,
): Promise<Outcome> {
  const { url, user, password, ca } = channel;
  const within = timeoutMs ?? limits.deliveryTimeoutMs;
  const client = connect(url, {
    protocolVersion: 5,
    clientId: `meterhouse-${createHash('sha256').update(`${topic} ${key}`).digest('hex').slice(0, 20)}`,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: within,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DOMException('late', 'TimeoutError')), within);
  // Heard to the end: an error that nobody hears would end the process.
  client.on('error', reject);
  client.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  const connected = new Promise((done) => client.once('connect', done));
  try {
    // Published only then: a message that waits for a connection fails without the reason why there is none.
    await Promise.race([connected, failed]);
    await Promise.race([client.publishAsync(topic, payload, { qos: 1 }), failed]);
    return { outcome: 'delivered', said: 'the broker has it' };
  } catch (error) {
    return outcomeOf(error);
  } finally {
    clearTimeout(timer);
    client.end(true);
  }
}

/** Reason codes of MQTT 5 from 128 on are refusals: each may be mended at the broker. */
function outcomeOf(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'number') return unreached(error);
  return { outcome: 'again', said: `the broker answered ${code} (${(error as Error).message})` };
}

import { createTransport, type NodemailerError } from 'nodemailer';
import { limits } from '../../domain/limits.ts';
import type { Channel } from './channels.ts';
import type { Email } from './email-form.ts';
import { type Outcome, unreached } from './outcome.ts';

type EmailChannel = Extract<Channel, { kind: 'email' }>;

/**
 * Hands one mail to the server of the channel. A refusal of the 500s is for good, but not one of our password: that
 * is mended in the configuration, and what waits then goes. Never rejects.
 */
export async function sendEmail(channel: EmailChannel, email: Email, now: Date, timeoutMs?: number): Promise<Outcome> {
  const { host, port, tls, user, password, ca } = channel;
  const within = timeoutMs ?? limits.deliveryTimeoutMs;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    connectionTimeout: within,
    greetingTimeout: within,
    socketTimeout: within,
    // Texts come from alerts: none of them may name a file or an address to be sent along.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  // A server that says a little every now and then is never silent for long.
  const timer = setTimeout(() => reject(new DOMException('late', 'TimeoutError')), within);
  try {
    const sent = await Promise.race([transport.sendMail({ ...email, headers: { ...email.headers }, date: now }), late]);
    return { outcome: 'delivered', said: sent.response };
  } catch (error) {
    return outcomeOf(error);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function outcomeOf(error: unknown): Outcome {
  const { code, response, responseCode, permanent } = error as NodemailerError;
  if (code === 'ETLS') return { outcome: 'again', said: 'it does not offer TLS' };
  if (responseCode === undefined) return unreached(error);
  const said = `it answered ${response ?? responseCode}`;
  return { outcome: permanent === true && code !== 'EAUTH' ? 'refused' : 'again', said };
}

import { request as plainRequest } from 'node:http';
import { request as safeRequest } from 'node:https';
import { limits } from '../../domain/limits.ts';
import { type Outcome, unreached } from './outcome.ts';

export interface PostRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: string | undefined;
  /** Milliseconds since 1970: what a date in Retry-After is counted from. */
  readonly clock: () => number;
  readonly timeoutMs?: number | undefined;
}

/** Statuses that another attempt may change: a key that is being renewed, a rate, a server that is down. */
const passing: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

/**
 * Posts JSON once. A redirect is not followed: it would carry what is told, and a bearer, to where nobody chose. Of the
 * answer only the status is looked at. Never rejects.
 */
export async function postJson({ url, body, headers, ca, clock, timeoutMs }: PostRequest): Promise<Outcome> {
  const send = url.startsWith('https:') ? safeRequest : plainRequest;
  const signal = AbortSignal.timeout(timeoutMs ?? limits.deliveryTimeoutMs);
  try {
    return await new Promise<Outcome>((done, failed) => {
      const request = send(
        url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'meterhouse',
            ...headers,
          },
          signal,
          // A connection of its own: one that the other side closed meanwhile would look like a failure.
          agent: false,
          ...(ca === undefined ? {} : { ca }),
        },
        (answer) => {
          const { statusCode = 0 } = answer;
          const after = answer.headers['retry-after'];
          answer.destroy();
          done(outcomeOf(statusCode, after, clock()));
        },
      );
      request.on('error', (error) => failed(signal.aborted ? signal.reason : error));
      request.end(body);
    });
  } catch (error) {
    return unreached(error);
  }
}

function outcomeOf(status: number, retryAfter: string | undefined, now: number): Outcome {
  const said = `it answered ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered', said };
  if (status >= 300 && status < 400) return { outcome: 'refused', said: `${said}, a redirect, which is not followed` };
  if (status >= 500 || passing.has(status)) return { outcome: 'again', said, afterSeconds: secondsOf(retryAfter, now) };
  return { outcome: 'refused', said };
}

/** Seconds, or until a date (RFC 9110, 10.2.3). */
function secondsOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

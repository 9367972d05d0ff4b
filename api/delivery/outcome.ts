import { getSystemErrorName } from 'node:util';
import type { Channel } from './channels.ts';
import { secretsOf } from './channels.ts';

/** What became of one attempt to send. */
export type Outcome =
  | { readonly outcome: 'delivered'; readonly said: string }
  /** It may go another time; not before so many seconds where the other side said so. */
  | { readonly outcome: 'again'; readonly said: string; readonly afterSeconds?: number | undefined }
  /** The same message will never be taken. */
  | { readonly outcome: 'refused'; readonly said: string };

/** An outcome whose words hold nothing secret of its channel, and are one short line. */
export function withoutSecrets<T extends Outcome>(outcome: T, channel: Channel): T {
  let said = outcome.said.replaceAll(/\s+/g, ' ').trim();
  for (const secret of secretsOf(channel)) said = said.replaceAll(secret, '…');
  return { ...outcome, said: said.length > 200 ? `${said.slice(0, 200)} …` : said };
}

/** The other side could not be spoken with: that is never for good. */
export function unreached(error: unknown): Outcome {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return { outcome: 'again', said: 'it took too long to answer' };
  }
  if (error instanceof Error && /certificate/i.test(error.message)) {
    return { outcome: 'again', said: 'its certificate is not trusted' };
  }
  return { outcome: 'again', said: `it cannot be reached (${reasonOf(error)})` };
}

/** The system's own name of what went wrong: packages put words of theirs before it. */
function reasonOf(error: unknown): string {
  const { errno, code, originalCode } = error as { errno?: unknown; code?: unknown; originalCode?: unknown };
  if (typeof errno === 'number' && errno < 0) return getSystemErrorName(errno);
  const known = [originalCode, code].find((one) => typeof one === 'string');
  return known ?? 'no reason given';
}

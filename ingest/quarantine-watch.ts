import type { Logger } from 'pino';
import { limits } from '../domain/limits.ts';
import { sayProblem } from '../domain/problems.ts';
import { quarantineNotices } from '../domain/readings/quarantine-notices.ts';
import type { StateStore } from '../store/state-store.ts';

/**
 * Lets messages of the quarantine go when they are too old, and says before that they will: once when it becomes so,
 * and once a day while it stays so. Answers how to end it.
 */
export function watchQuarantine(parts: {
  readonly state: Pick<StateStore, 'quarantineUse' | 'expireQuarantined'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}): () => void {
  const { state, log, clock } = parts;
  /** When each notice was said last. */
  const said = new Map<string, number>();
  const look = (): void => {
    try {
      const messages = state.expireQuarantined();
      if (messages > 0) log.info({ messages }, 'messages left the quarantine: they were too old');
      const notices = quarantineNotices(state.quarantineUse());
      for (const code of said.keys()) if (!notices.some((notice) => notice.code === code)) said.delete(code);
      for (const notice of notices) {
        const last = said.get(notice.code);
        if (last !== undefined && clock() - last < 86_400_000) continue;
        said.set(notice.code, clock());
        log.warn({ code: notice.code }, sayProblem(notice));
      }
    } catch (error) {
      log.error({ err: error }, 'the quarantine could not be looked at');
    }
  };
  look();
  const timer = setInterval(look, limits.quarantineLookMs);
  return () => clearInterval(timer);
}

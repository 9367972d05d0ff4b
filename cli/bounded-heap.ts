import { limits } from '../domain/limits.ts';

/** Commands that stay and answer questions; what the others need at a time is bounded by what they hold. */
const answering: ReadonlySet<string | undefined> = new Set(['api', 'start']);

/** How Node.js is started so that its memory stays in bounds. */
export const heapOptions: readonly string[] = [
  `--max-semi-space-size=${limits.heapYoungMb}`,
  `--max-old-space-size=${limits.heapOldMb}`,
];

/** What glibc reads at its start: an arena for each thread that ever worked keeps some 15 MB that nobody uses. */
export const heapEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };

/**
 * Bounds the memory of a process that answers questions. V8 takes these bounds when it starts and not later, so the
 * process begins again in its own place: the same id, the same terminal, nothing between it and a signal. Leaves all as
 * it is for other commands, where someone chose bounds of their own, where a parent speaks to it, and on Windows, which
 * has no such way: there memory is larger by some 100 MB.
 */
export function boundHeap(words: readonly string[]): void {
  const chosen = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  const [program] = process.argv.slice(1);
  if (!answering.has(words[0]) || /max-(semi|old)-space-size/.test(chosen)) return;
  if (process.platform === 'win32' || process.execve === undefined || program === undefined || process.connected)
    return;
  const args = [process.execPath, ...heapOptions, ...process.execArgv, program, ...words];
  process.execve(process.execPath, args, { ...heapEnvironment, ...process.env });
}

import type { Exit } from '../../cli/exit-codes.ts';
import { runCommand } from '../../cli/main.ts';

/** Runs a command line in this process, which is quicker by far; `finished` of `running.ts` runs a real one. */
export async function typed(words: readonly string[], input = ''): Promise<{ exit: Exit; output: string }> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const exit = await runCommand(words, {
    say,
    warn: say,
    progress: say,
    input: () => Promise.resolve(Buffer.from(input)),
  });
  return { exit, output: lines.join('\n') };
}

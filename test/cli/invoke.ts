import type { Command, Invocation } from '../../cli/command.ts';
import type { Exit } from '../../cli/exit-codes.ts';
import { readConfig } from '../../cli/read-config.ts';

/** Runs a command as the command line would, and keeps what it said. */
export async function invoke(
  command: Command,
  flags: Readonly<Record<string, string | boolean>>,
  rest: Partial<Invocation> & { readonly input?: string | Buffer } = {},
): Promise<{ exit: Exit; said: string }> {
  const lines: string[] = [];
  const set = Object.entries(command.options).flatMap(([name, option]) =>
    option.sets !== undefined && flags[name] !== undefined ? [[option.sets, String(flags[name])] as const] : [],
  );
  const exit = await command.run({
    flags,
    words: [],
    environment: {},
    clock: () => Date.now(),
    stopped: () => new Promise(() => undefined),
    config: () => readConfig({ file: undefined, environment: {}, flags: Object.fromEntries(set) }),
    terminal: {
      say: (line) => lines.push(line),
      warn: (line) => lines.push(line),
      progress: (title, part) => lines.push(`${title} ${part}`),
      input: () => Promise.resolve(Buffer.from(rest.input ?? '')),
    },
    ...rest,
  });
  return { exit, said: lines.join('\n') };
}

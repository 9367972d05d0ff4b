import type { Config } from './config.ts';
import type { Exit } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly describes: string;
  /** What stands for the value in the help: FOLDER, FILE, PORT. */
  readonly value?: string;
  /** The configuration key that this flag sets. */
  readonly sets?: string;
}

/** What a command gets to see of the world. */
export interface Invocation {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads the configuration (file, environment, flags); throws a ProblemError with every problem. */
  config(): Config;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Resolves at the first Ctrl-C or SIGTERM. */
  stopped(): Promise<void>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What the help says beyond the options, with examples. */
  readonly details: string;
  /** Words after the command: `[MESSAGE-FILE]`. */
  readonly words?: string;
  readonly options: Readonly<Record<string, Option>>;
  run(invocation: Invocation): Promise<Exit>;
}

/** Flags that every command with a configuration takes. */
export const configOptions = {
  config: {
    type: 'string',
    value: 'FILE',
    describes: 'configuration file (default: meterhouse.yaml when it is there)',
  },
  estate: { type: 'string', value: 'FOLDER', describes: 'folder of the estate register', sets: 'estate' },
  data: { type: 'string', value: 'FOLDER', describes: 'folder for state, embedded store and spool', sets: 'data' },
  'log-level': {
    type: 'string',
    value: 'LEVEL',
    describes: 'trace, debug, info, warn, error or silent',
    sets: 'log_level',
  },
} as const satisfies Record<string, Option>;

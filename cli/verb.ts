import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { clientOptions } from './house-client.ts';

/** One of the things that a command with verbs does; each says its own words, options and part of the help. */
export interface Verb {
  /** What stands behind the verb in the help: `ALERT`. */
  readonly words?: string;
  readonly options: Readonly<Record<string, Option>>;
  /** `word` is what stands behind the verb, where `words` says that something does. */
  run(invocation: Invocation, word: string): Promise<Exit>;
}

export type Verbs = Readonly<Record<string, Verb>>;

/** The words behind a command, for its help: `list | show ALERT`. */
export function wordsOfVerbs(verbs: Verbs): string {
  return Object.entries(verbs)
    .map(([verb, { words }]) => (words === undefined ? verb : `${verb} ${words}`))
    .join(' | ');
}

/** The options of all verbs; of one that several have, the last one's description. */
export function optionsOfVerbs(verbs: Verbs): Readonly<Record<string, Option>> {
  return Object.assign({}, ...Object.values(verbs).map(({ options }) => options)) as Record<string, Option>;
}

/** Runs the verb that was typed, or `otherwise` where none was; what fits no verb is answered with the usage. */
export async function runVerb(command: string, verbs: Verbs, otherwise: string, invocation: Invocation): Promise<Exit> {
  const [verb = otherwise, word, ...others] = invocation.words;
  const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  const isWhole = known?.words === undefined ? word === undefined : word !== undefined;
  if (known && isWhole && others.length === 0) {
    const foreign = foreignFlag(known, invocation);
    if (foreign === undefined) return await known.run(invocation, word ?? '');
    const own = Object.keys(known.options).map((name) => `--${name}`);
    const takes = own.length === 0 ? 'no options of its own' : own.join(', ');
    invocation.terminal.warn(`meterhouse ${command} ${verb} takes no --${foreign}; it takes ${takes}.`);
    return 'usage';
  }
  invocation.terminal.warn(`meterhouse ${command} ${wordsOfVerbs(verbs)}`);
  return 'usage';
}

/** A flag that belongs to another verb: an answer without it would look as if it had been heard. */
function foreignFlag({ options }: Verb, { flags }: Invocation): string | undefined {
  const known = { ...clientOptions, ...options, help: true };
  return Object.keys(flags).find((name) => flags[name] !== undefined && !Object.hasOwn(known, name));
}

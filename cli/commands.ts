import type { Command } from './command.ts';
import { secretsCommand } from './commands/secrets.ts';

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [secretsCommand];

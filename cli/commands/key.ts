import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createKey, type KeyRole, type KeyWish } from '../../api/auth.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDataFolder, stateFileName } from '../files.ts';

const roles: readonly KeyRole[] = ['read', 'operate', 'procurement', 'admin'];

export const keyCommand: Command = {
  name: 'key',
  summary: 'make, list and revoke keys of the API',
  words: 'make NAME | list | revoke ID',
  details: `
A new key is printed once and kept only as a hash. Roles: read sees figures; operate also acts on meters, quarantine
and alerts; procurement also sees rates and invoices; admin may do everything. Without --site or --organisation a key
sees the whole estate.

  meterhouse key make "Facilities Saltmere" --role operate --site saltmere-general
  meterhouse key revoke 3f2a9c01b7de`,
  options: {
    ...configOptions,
    role: { type: 'string', value: 'ROLE', describes: `one of ${roles.join(', ')} (read)` },
    site: { type: 'string', value: 'ID,…', describes: 'sites the key is limited to' },
    organisation: { type: 'string', value: 'ID,…', describes: 'organisations the key is limited to' },
  },
  async run(invocation) {
    const config = invocation.config();
    makeDataFolder(config.data);
    const clock = (): number => Math.floor(invocation.clock() / 1000);
    const state = openStateStore(join(config.data, stateFileName), { clock, holder: 'key' });
    try {
      return act(invocation, state, clock());
    } finally {
      state.close();
    }
  },
};

function act(invocation: Invocation, state: StateStore, now: number): Exit {
  const [verb, subject] = invocation.words;
  const { terminal } = invocation;
  if (verb === 'list') {
    const all = state.keys();
    for (const { id, name, role, sites, organisations, created, revoked } of all) {
      const reach = [...organisations, ...sites].join(', ') || 'everything';
      terminal.say(
        `${id}  ${role}  ${name}  sees ${reach}  made ${toIso(created)}${revoked ? `  revoked ${toIso(revoked)}` : ''}`,
      );
    }
    if (all.length === 0) terminal.say('There are no keys. Make one: meterhouse key make NAME --role read');
    return 'ok';
  }
  if (verb === 'revoke' && subject !== undefined) {
    const done = state.revokeKey(subject, now);
    terminal.say(
      done
        ? `Key ${subject} is revoked.`
        : `There is no key ${subject}; \`meterhouse key list\` shows those there are.`,
    );
    return done ? 'ok' : 'usage';
  }
  if (verb === 'make' && subject !== undefined) {
    const { secret } = createKey(state, wishOf(invocation, subject), randomBytes, now);
    terminal.say(secret);
    terminal.warn('This is the only time the key is shown. Send it as: Authorization: Bearer <key>');
    return 'ok';
  }
  terminal.warn(`meterhouse key ${keyCommand.words}`);
  return 'usage';
}

function wishOf({ flags }: Invocation, name: string): KeyWish {
  const list = (flag: string): string[] => {
    const value = flags[flag];
    return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [];
  };
  const said = flags['role'] ?? 'read';
  const role = roles.find((one) => one === said);
  if (!role) {
    const expected = `one of ${roles.join(', ')}`;
    throw new ProblemError([{ code: 'command.invalid', where: '--role', found: String(said), expected }]);
  }
  return { name, role, sites: list('site'), organisations: list('organisation') };
}

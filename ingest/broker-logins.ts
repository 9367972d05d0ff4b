import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ProblemError } from '../domain/problems.ts';
import { hashPassword, isPassword, parsePasswordFile } from './password-file.ts';

/** Who may enter the embedded broker. */
export interface Logins {
  /** Whether this is the user's password. Takes about the same time for a user that does not exist. */
  match(user: string, password: Uint8Array): Promise<boolean>;
}

/**
 * Reads a password file once; throws a ProblemError `broker.password-file` that names every line that cannot be used.
 */
export function readLogins(path: string): Logins {
  const { users, badLines } = parsePasswordFile(read(path));
  const problems = badLines.map((line) => ({ code: 'broker.password-file', where: path, line }) as const);
  if (problems.length > 0) throw new ProblemError(problems);
  if (users.size === 0) {
    throw new ProblemError([{ code: 'broker.password-file', where: path, found: 'no user' }]);
  }
  const nobody = hashPassword('', randomBytes(12));
  // A thousand meters that reconnect at once would keep the machine busy: what matched once is known by a quick digest.
  const key = randomBytes(32).toString('base64');
  const matched = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    async match(user, password) {
      const digest = hash('sha256', `${key}${user}\0${Buffer.from(password).toString('base64')}`);
      if (matched.get(user) === digest) return true;
      // One after the other: the threads they need also write files.
      const known = users.get(user);
      const mine = last.then(async () => await isPassword(password, known ?? nobody));
      last = mine;
      const right = (await mine) && known !== undefined;
      if (right) matched.set(user, digest);
      return right;
    },
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'broker.password-file', where: path, found }], { cause: error });
  }
}

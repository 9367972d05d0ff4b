import { pbkdf2, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/**
 * Password files in the form of Mosquitto's: a line per user, `name:$7$iterations$salt$hash`, PBKDF2 with SHA-512,
 * both parts in base64. One form serves the real broker and the embedded one.
 */
export function hashPassword(password: string, salt: Uint8Array, iterations = defaultIterations): string {
  const hash = pbkdf2Sync(password, salt, iterations, hashBytes, 'sha512');
  return `$7$${iterations}$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`;
}
// Mosquitto works the hash out at every login, on its one thread: enough to slow a guesser, not a gateway.
const defaultIterations = 20_000;
const hashBytes = 64;
// A file of somebody else's making must not keep the login busy for minutes.
const mostIterations = 1_000_000;

/** Users and their hashes. Lines that are no entry are returned by number, to be told to a person. */
export function parsePasswordFile(text: string): { users: Map<string, string>; badLines: number[] } {
  const users = new Map<string, string>();
  const badLines: number[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const match = /^([^:\s]{1,128}):(\$7\$\d{1,7}\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+)\s*$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) users.set(match[1], match[2]);
    else badLines.push(i + 1);
  });
  return { users, badLines };
}

/**
 * Whether a password is the one that was hashed; takes the same time whichever byte differs. Works beside the main
 * thread.
 */
export async function isPassword(password: string | Uint8Array, hashed: string): Promise<boolean> {
  const [, form, iterations, salt, hash] = hashed.split('$');
  const rounds = Number(iterations);
  if (form !== '7' || salt === undefined || hash === undefined || !(rounds > 0 && rounds <= mostIterations))
    return false;
  const expected = Buffer.from(hash, 'base64');
  if (expected.length === 0) return false;
  const found = await derive(password, Buffer.from(salt, 'base64'), rounds, expected.length, 'sha512');
  return timingSafeEqual(found, expected);
}

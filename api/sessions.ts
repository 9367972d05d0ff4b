import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { ApiKey, Session, StateStore } from '../store/state-store.ts';

/**
 * A browser signs in with its key once and gets a cookie: no script can read it, no other site can have it sent, and
 * what is kept here is only its hash. The key stays what counts: revoked, it ends its sessions.
 */

/** How cookies are kept: over TLS alone where people reach the house by it. */
export interface CookieForm {
  readonly secure: boolean;
}

/** With the prefix a browser takes the cookie over TLS only, for this very host, and from nobody else. */
function nameOf({ secure }: CookieForm): string {
  return secure ? '__Host-meterhouse' : 'meterhouse';
}

/** 32 random bytes in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Begins a session of a key; `token` is for the cookie and is never seen again. */
export function beginSession(
  state: Pick<StateStore, 'addSession'>,
  key: ApiKey,
  randomBytes: (count: number) => Uint8Array,
  now: EpochSeconds,
): { readonly token: string; readonly session: Session } {
  const token = Buffer.from(randomBytes(32)).toString('base64url');
  const ends = Math.floor(now) + limits.signedInSeconds;
  const session: Session = { hash: hashToken(token), key: key.id, created: now, used: now, ends };
  state.addSession(session);
  return { token, session };
}

/** The session whose cookie a request carries; undefined when it is over or there is none. */
export function sessionOf(
  request: FastifyRequest,
  state: Pick<StateStore, 'sessionByHash' | 'useSession'>,
  form: CookieForm,
  now: EpochSeconds,
): { readonly session: Session; readonly key: ApiKey } | undefined {
  const token = cookieOf(request.headers.cookie, nameOf(form));
  if (token === undefined || !tokenForm.test(token)) return undefined;
  const found = state.sessionByHash(hashToken(token), now);
  if (found && now - found.session.used >= limits.signedInUseSeconds) state.useSession(found.session.hash, now);
  return found;
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = header?.split(';', 100).map((pair) => pair.trim()) ?? [];
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The header that gives a browser its cookie; an empty token takes it away. */
export function cookieFor(token: string, form: CookieForm): string {
  const age = token === '' ? 0 : limits.signedInSeconds;
  const secure = form.secure ? '; Secure' : '';
  return `${nameOf(form)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws `request.cross-site` when a change is asked for by cookie and not by a page of this very house. SameSite alone
 * leaves out other ports and names of one site. Browsers leave `Sec-Fetch-Site` out over plain HTTP to another machine;
 * there `Origin` tells.
 */
export function checkSameOrigin(request: FastifyRequest): void {
  if (harmless.has(request.method) || request.caller?.session === undefined) return;
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const same =
    site === undefined ? origin !== undefined && hostOf(origin) === host?.toLowerCase() : site === 'same-origin';
  if (same) return;
  const where = `${request.method} ${request.routeOptions.url ?? ''}`;
  throw new ProblemError([{ code: 'request.cross-site', where }]);
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}

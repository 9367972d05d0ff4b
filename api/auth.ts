import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { ApiKey, Session, StateStore } from '../store/state-store.ts';
import { type CookieForm, sessionOf } from './sessions.ts';

/**
 * Who asks, and what they may. A key is `mh_<id>_<secret>`: the id (12 hex digits) may be shown and logged, the
 * secret is 32 random bytes. Kept is the SHA-256 of the whole key: a slow hash defends secrets that people choose and
 * could be guessed; 256 random bits cannot, and a slow hash on every request would only be a way to tire the server.
 */

export type KeyRole = ApiKey['role'];
/** What a route asks for. `open` needs no key: it shows nothing of the estate. */
export type RouteRole = KeyRole | 'open';

/** `keys`: every request carries one. `off`: everybody is an administrator, so only this machine may reach it. */
export interface Access {
  readonly auth: 'keys' | 'off';
  /** The address the server will listen on. */
  readonly host: string;
  /** Whether people reach it by TLS, so that the cookie of a browser that signed in never goes without. */
  readonly tls?: boolean;
}

export interface Caller {
  /** Id of the key, or `local` when there is no authentication. */
  readonly id: string;
  /** Name of the key, or `local`: what the record of human acts says. */
  readonly name: string;
  readonly role: KeyRole;
  readonly organisations: readonly string[];
  readonly sites: readonly string[];
  /** Of a browser that signed in with the key. */
  readonly session?: Session;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without a role is answered to administrators only. */
    role?: RouteRole;
    /** Shows the whole estate's figures, so a key limited to sites does not reach it. */
    unlimited?: boolean;
    /** Something for browsers that holds nothing of the estate and that the OpenAPI document leaves out. */
    page?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

/** What each role includes. Rates and invoices are the procurement team's, so operating does not include them. */
const includes: Record<KeyRole, readonly KeyRole[]> = {
  read: ['read'],
  operate: ['read', 'operate'],
  procurement: ['read', 'procurement'],
  admin: ['read', 'operate', 'procurement', 'admin'],
};

/** Roles that a role includes, itself too. */
export function rolesOf(role: KeyRole): readonly KeyRole[] {
  return includes[role];
}

/** Whether a role reaches a route. */
export function roleReaches(role: KeyRole, needed: RouteRole): boolean {
  return needed === 'open' || includes[role].includes(needed);
}

const keyForm = /^mh_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Hash under which a key is kept. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export interface KeyWish {
  readonly name: string;
  readonly role: KeyRole;
  readonly organisations: readonly string[];
  readonly sites: readonly string[];
}

/** Makes and keeps a key; `secret` is the whole key and is never seen again. */
export function createKey(
  state: StateStore,
  wish: KeyWish,
  randomBytes: (count: number) => Uint8Array,
  now: EpochSeconds,
): { readonly key: ApiKey; readonly secret: string } {
  const id = Buffer.from(randomBytes(6)).toString('hex');
  const secret = `mh_${id}_${Buffer.from(randomBytes(32)).toString('base64url')}`;
  const { name, role, organisations, sites } = wish;
  const key: ApiKey = { id, name, role, organisations, sites, created: now, revoked: undefined };
  state.addKey(key, hashKey(secret));
  return { key, secret };
}

/**
 * The key that a text is, or undefined: unknown, revoked or not a key at all. It is looked up by its hash, whose
 * timing tells nothing (nobody can aim at a hash); the id it claims is then compared in constant time.
 */
export function findKey(state: StateStore, text: string): ApiKey | undefined {
  const id = keyForm.exec(text)?.[1];
  if (id === undefined) return undefined;
  const key = state.keyByHash(hashKey(text));
  if (key === undefined || key.revoked !== undefined) return undefined;
  return key.id.length === id.length && timingSafeEqual(Buffer.from(key.id), Buffer.from(id)) ? key : undefined;
}

const loopbackNames = new Set(['localhost', '::1', '[::1]']);

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return loopbackNames.has(host) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Refuses to run without authentication where other machines could reach the server. */
export function checkAccess(access: Access): void {
  if (access.auth === 'keys' || isLoopback(access.host)) return;
  throw new ProblemError([
    {
      code: 'config.open-without-keys',
      where: 'api.auth',
      found: `auth off on ${access.host}`,
      expected: 'auth: keys, or a host of this machine alone (127.0.0.1)',
    },
  ]);
}

/** The caller of a request; undefined when it carries neither a valid key nor the cookie of a session. */
export function callerOf(
  request: FastifyRequest,
  access: Access,
  state: StateStore,
  now: EpochSeconds,
): Caller | undefined {
  if (access.auth === 'off') return localCaller(request);
  const { authorization = '' } = request.headers;
  // A proxy may have a password of its own and pass it on.
  if (!/^Bearer/i.test(authorization)) {
    const found = sessionOf(request, state, cookieFormOf(request, access), now);
    return found && { ...found.key, session: found.session };
  }
  const text = /^Bearer ([!-~]{1,200})$/i.exec(authorization)?.[1];
  return text === undefined ? undefined : findKey(state, text);
}

/** How this request's browser keeps its cookie. */
export function cookieFormOf(request: FastifyRequest, access: Access): CookieForm {
  return { secure: access.tls === true || request.protocol === 'https' };
}

/**
 * Without keys a browser on this machine is the danger: a page of the internet whose name suddenly points to
 * 127.0.0.1 would speak with an administrator's voice. Such a request still carries that page's name in `Host`.
 */
function localCaller(request: FastifyRequest): Caller | undefined {
  const named = request.hostname;
  return isLoopback(named) ? { id: 'local', name: 'local', role: 'admin', organisations: [], sites: [] } : undefined;
}

/** Throws the problem that keeps a caller from a route; does nothing when none does. */
export function checkReach(request: FastifyRequest): void {
  const { role = 'admin', unlimited = false } = request.routeOptions.config;
  if (role === 'open') return;
  const { caller } = request;
  const where = `${request.method} ${request.routeOptions.url ?? ''}`;
  if (caller === undefined) throw new ProblemError([{ code: 'request.unauthenticated', where }]);
  if (!roleReaches(caller.role, role)) {
    throw new ProblemError([
      { code: 'request.forbidden', where, found: `a key of role ${caller.role}`, expected: `role ${role}` },
    ]);
  }
  if (unlimited && caller.organisations.length + caller.sites.length > 0) {
    const found = 'a key limited to organisations or sites';
    throw new ProblemError([{ code: 'request.forbidden', where, found, expected: 'a key for the whole estate' }]);
  }
}

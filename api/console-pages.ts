import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { consolePlaces } from './contract/console-places.ts';
import type { Api } from './parts.ts';

/**
 * The console: pages for people, at the bare address and at those of `consolePlaces`. Its files hold nothing of the
 * estate, so anybody may have them; what they show they ask of `/v1` like everybody else. They are few and small, so
 * they are kept in memory, packed once.
 */
export interface ConsoleFile {
  /** `text/html; charset=utf-8` */
  readonly type: string;
  readonly body: Uint8Array;
}

/** Files by their path below the bare address, as `assets/console.js`; `index.html` is every page. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** One file as it is sent. */
interface Packed extends ConsoleFile {
  readonly tag: string;
  /** Undefined where packing saves nothing. */
  readonly gzip: Uint8Array | undefined;
}

/** Adds the pages; gives back what answers an address that nobody knows to a person with a browser, where it can. */
export function addConsole(app: Api, files: ConsoleFiles | undefined): UnknownPage {
  const packed = new Map([...(files ?? [])].map(([name, file]) => [name, pack(file)]));
  const index = packed.get('index.html');
  const add = (url: string, handler: (request: FastifyRequest, reply: FastifyReply) => FastifyReply): void => {
    // What a page keeps in its address (a filter, a period) is its own affair.
    app.route({
      method: 'GET',
      url,
      config: openPage,
      schema: { hide: true, querystring: z.looseObject({}) },
      handler,
    });
  };
  if (!index) {
    // Whoever opens the bare address in a browser looks for something to read.
    add('/', (_request, reply) => reply.redirect('/docs'));
    return () => undefined;
  }
  add('/', (request, reply) => send(index, request, reply));
  for (const place of consolePlaces) {
    add(`/${place}`, (request, reply) => send(index, request, reply));
    add(`/${place}/*`, (request, reply) => send(index, request, reply));
  }
  for (const [name, file] of packed) {
    if (file !== index) add(`/${name}`, (request, reply) => send(file, request, reply));
  }
  return (request, reply) => (isLookedAt(request) ? send(index, request, reply.code(404)) : undefined);
}

type UnknownPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;

/** Answered to everybody, and not in the OpenAPI document. */
export const openPage = { role: 'open', page: true } as const;

function pack(file: ConsoleFile): Packed {
  const gzip = gzipSync(file.body, { level: 9 });
  const hash = createHash('sha256').update(file.body).digest('base64url').slice(0, 22);
  // Weak: it is the same for the packed and the plain form.
  return { ...file, tag: `W/"${hash}"`, gzip: gzip.length < file.body.length ? gzip : undefined };
}

function send(file: Packed, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({
    'content-security-policy': consolePolicy,
    'cache-control': 'no-cache',
    etag: file.tag,
    vary: 'accept-encoding',
  });
  if (reply.statusCode === 200 && isKnown(headers['if-none-match'], file.tag)) return reply.code(304).send();
  void reply.type(file.type);
  if (!file.gzip || !takesGzip(headers['accept-encoding'] ?? '')) return reply.send(Buffer.from(file.body));
  return reply.header('content-encoding', 'gzip').send(Buffer.from(file.gzip));
}

function isKnown(given: string | undefined, tag: string): boolean {
  const bare = (text: string): string => text.trim().replace(/^W\//, '');
  return given?.split(',').some((one) => one.trim() === '*' || bare(one) === bare(tag)) ?? false;
}

function takesGzip(accepts: string): boolean {
  return accepts.split(',').some((one) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(one));
}

/** A person who typed or followed an address; what asks for data gets its problem as data. */
function isLookedAt({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !/^\/v1(\/|\?|$)/.test(url) && (headers.accept ?? '').includes('text/html');
}

const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'none'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

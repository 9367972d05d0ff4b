import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Estate } from '../domain/estate/estate.ts';
import type { Problem } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { RegisterVersions } from '../store/register-versions.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Access } from './auth.ts';
import type { ConsoleFiles } from './console-pages.ts';
import type { Channels } from './delivery/channels.ts';

/** One number of another part of the process that `/metrics` shows beside its own. Labels must be bounded. */
export interface MetricNumber {
  /** As Prometheus wants it: `meterhouse_…_total` for a counter, the base unit last otherwise. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the API is made of. Nothing is opened or listened to here: the composition root does that. */
export interface ApiParts {
  readonly store: ReadingStore;
  readonly state: StateStore;
  /** The register as it is now; a reload gives another object. */
  readonly estate: () => Estate;
  /** The register as it was. */
  readonly registers: RegisterVersions;
  /** Why the estate folder on disk is not the one in use; empty when it is. */
  readonly estateProblems: () => readonly Problem[];
  readonly access: Access;
  /** Folder for files that wait to be imported. */
  readonly uploads: string;
  /** Epoch seconds. */
  readonly clock: () => EpochSeconds;
  /** Bytes that nobody can guess; for the secrets of keys. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
  /** Numbers of ingest, when it runs in the same process. */
  readonly numbers?: () => readonly MetricNumber[];
  readonly version: string;
  /** By which people are told of alerts; none where none are configured. */
  readonly channels?: Channels;
  /** The console's files; without them the bare address leads to the API's pages. */
  readonly console?: ConsoleFiles | undefined;
}

/** The server with zod types on its routes. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

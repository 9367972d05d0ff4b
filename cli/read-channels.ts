import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { isLoopback } from '../api/auth.ts';
import {
  type Channel,
  type ChannelEntry,
  type Channels,
  channelsFileSchema,
  usualPorts,
} from '../api/delivery/channels.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';

/**
 * The channels of a file, with the files that it names read beside it; none where no file is named. Throws a
 * ProblemError with every problem at once. No value is ever quoted: any of them may be a secret.
 */
export function readChannels(path: string | undefined): Channels {
  if (path === undefined) return new Map();
  const result = channelsFileSchema.safeParse(parsed(path));
  if (!result.success) throw new ProblemError(result.error.issues.flatMap((issue) => explain(issue, path)));
  const problems: Problem[] = [];
  const channels = new Map<string, Channel>();
  for (const [name, entry] of Object.entries(result.data.channels)) {
    const at = (key: string): string => `${path} channels.${name}.${key}`;
    const found = channelOf(entry, {
      problem: (key, expected, detail) => {
        problems.push({
          code: 'config.invalid',
          where: at(key),
          expected,
          ...(detail === undefined ? {} : { detail }),
        });
      },
      read: (key, file) => {
        try {
          return readFileSync(resolve(dirname(path), file), 'utf8').trimEnd();
        } catch {
          problems.push({ code: 'config.invalid', where: at(key), found: file, expected: 'a file that can be read' });
          return undefined;
        }
      },
    });
    if (found) channels.set(name, found);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return channels;
}

function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'), { prettyErrors: false });
  } catch (error) {
    // The message of a parser would quote the line, in which a secret may stand.
    const { code, linePos } = error as { code?: string; linePos?: readonly { line: number }[] };
    const line = linePos?.[0]?.line;
    const detail = code === undefined ? 'it cannot be read' : `${code}${line === undefined ? '' : ` in line ${line}`}`;
    throw new ProblemError([{ code: 'config.invalid', where: path, expected: 'a file of channels in YAML', detail }], {
      cause: undefined,
    });
  }
}

function explain(issue: z.core.$ZodIssue, path: string): Problem[] {
  const where = [path, issue.path.map(String).join('.')].filter((part) => part !== '').join(' ');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ code: 'config.invalid', where: `${where}.${key}`, detail: 'unknown key' }));
  }
  const expected = issue.message.replace(/^Invalid (input|option): expected /, '').replace(/, received .*$/, '');
  return [{ code: 'config.invalid', where, expected }];
}

interface Reader {
  readonly problem: (key: string, expected: string, detail?: string) => void;
  /** The text of a file; undefined where it cannot be read, which is then a problem. */
  readonly read: (key: string, file: string) => string | undefined;
}

function channelOf(entry: ChannelEntry, reader: Reader): Channel | undefined {
  const { problem, read } = reader;
  const ca = 'ca_file' in entry && entry.ca_file !== undefined ? read('ca_file', entry.ca_file) : undefined;
  if (entry.kind === 'email' || entry.kind === 'mqtt') {
    const { user } = entry;
    const password = oneOf('password', entry.password, entry.password_file, reader);
    if (password !== undefined && user === undefined) problem('user', 'the user whose password it is');
    if (entry.kind === 'mqtt') return { kind: 'mqtt', url: entry.url, topic: entry.topic, user, password, ca };
    const { host, tls, from, port = usualPorts[tls] } = entry;
    if (user !== undefined && password === undefined) problem('password', 'a password or password_file for the user');
    if (tls === 'none' && password !== undefined && !isLoopback(host)) {
      problem('tls', 'starttls or tls', 'a password would go over the network for anybody to read');
    }
    return { kind: 'email', host, port, tls, user, password, ca, from };
  }
  const text = oneOf('url', entry.url, entry.url_file, reader);
  if (text === undefined) {
    if (entry.url === undefined && entry.url_file === undefined) problem('url', 'url or url_file');
    return undefined;
  }
  const bearer = entry.kind === 'webhook' ? oneOf('bearer', entry.bearer, entry.bearer_file, reader) : undefined;
  const url = URL.parse(text);
  const isPlain = url?.protocol === 'http:';
  if (!url || (!isPlain && url.protocol !== 'https:') || url.username !== '') {
    problem('url', 'an address as https://host/path, without a user in it');
    return undefined;
  }
  if (isPlain && !isLoopback(url.hostname) && (entry.kind === 'teams' || bearer !== undefined)) {
    problem(
      'url',
      'an address that begins with https://',
      'what is secret would go over the network for anybody to read',
    );
  }
  return { kind: entry.kind, url: url.href, bearer, ca };
}

/** What is written, or what stands in the file that is named; both at once are a problem. */
function oneOf(
  key: string,
  written: string | undefined,
  file: string | undefined,
  { problem, read }: Reader,
): string | undefined {
  if (written !== undefined && file !== undefined) problem(key, `${key} or ${key}_file, not both`);
  if (file === undefined) return written;
  const text = read(`${key}_file`, file);
  if (text === '') problem(`${key}_file`, 'a file that is not empty');
  return text === '' ? undefined : text;
}

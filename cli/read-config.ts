import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../domain/nearest.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { type Config, configSchema, type Setting, settings } from './config.ts';

export interface ConfigSources {
  /** Path of the YAML file; undefined where there is none. */
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Flags, by path (`api.port`). */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads and checks the configuration; throws a ProblemError with every problem at once. Secrets are not in its
 * sentences.
 */
export function readConfig(sources: ConfigSources): Config {
  const problems: Problem[] = [];
  const known = settings();
  const tree = sources.file === undefined ? {} : readFile(sources.file, problems);
  for (const [name, text] of Object.entries(sources.environment)) {
    if (name.startsWith('METERHOUSE_') && text !== undefined) placeVariable(tree, name, text, known, problems);
  }
  for (const setting of known) {
    const text = sources.flags[setting.path];
    if (text !== undefined) place(tree, setting, text);
  }
  const result = configSchema.safeParse(tree);
  if (!result.success) {
    problems.push(...result.error.issues.flatMap((issue) => explain(issue, tree, sources.file, known)));
  }
  problems.push(...contradictions(tree));
  if (problems.length > 0 || !result.success) throw new ProblemError(problems);
  return result.data;
}

function readFile(file: string, problems: Problem[]): Record<string, unknown> {
  try {
    const parsed: unknown = parse(readFileSync(file, 'utf8'));
    if (parsed === null) return {};
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
    problems.push({ code: 'config.invalid', where: file, found: typeof parsed, expected: 'keys and values' });
  } catch (error) {
    problems.push({
      code: 'config.invalid',
      where: file,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
  return {};
}

function placeVariable(
  tree: Record<string, unknown>,
  name: string,
  text: string,
  known: readonly Setting[],
  problems: Problem[],
): void {
  const direct = known.find((setting) => setting.variable === name);
  if (direct) return place(tree, direct, text);
  const secret = known.find((setting) => setting.secret && `${setting.variable}_FILE` === name);
  if (!secret) {
    const names = known.flatMap(({ variable, secret }) => (secret ? [variable, `${variable}_FILE`] : [variable]));
    problems.push({
      code: 'config.invalid',
      where: name,
      expected: nearest(name, names) ?? 'a variable of docs/configuration.md',
    });
    return;
  }
  try {
    place(tree, secret, readFileSync(text, 'utf8').trimEnd());
  } catch {
    problems.push({ code: 'config.invalid', where: name, found: text, expected: 'a file that can be read' });
  }
}

/** Puts a text where its path says, as the type the schema wants there. */
function place(tree: Record<string, unknown>, setting: Setting, text: string): void {
  const keys = setting.path.split('.');
  let node = tree;
  for (const key of keys.slice(0, -1)) {
    const child = node[key];
    const next = typeof child === 'object' && child !== null ? (child as Record<string, unknown>) : {};
    node[key] = next;
    node = next;
  }
  node[keys.at(-1) ?? ''] = typed(setting, text);
}

function typed(setting: Setting, text: string): unknown {
  if (setting.kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (setting.kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (setting.kind === 'list') return text.split(',').map((part) => part.trim());
  return text;
}

function explain(
  issue: z.core.$ZodIssue,
  tree: Readonly<Record<string, unknown>>,
  file: string | undefined,
  known: readonly Setting[],
): Problem[] {
  const path = issue.path.map(String).join('.');
  const at = (name: string): string => (file === undefined ? name : `${file} ${name}`);
  if (issue.code === 'unrecognized_keys') {
    const siblings = known.map((setting) => setting.path);
    return issue.keys.map((key) => {
      const full = path === '' ? key : `${path}.${key}`;
      const near = nearest(full, siblings);
      return {
        code: 'config.invalid',
        where: at(full),
        expected: near ?? `one of ${siblings.join(', ')}`,
        detail: 'unknown key',
      };
    });
  }
  const secret = known.some((setting) => setting.secret && setting.path === path);
  let value: unknown = tree;
  for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  const found = secret ? 'a value that is not shown' : (JSON.stringify(value) ?? 'nothing');
  return [
    {
      code: 'config.invalid',
      where: at(path),
      found,
      expected: issue.message.replace(/^Invalid (input|option): expected /, ''),
    },
  ];
}

/** What needs two keys to judge; told from the tree, so that other mistakes do not hide it. */
function contradictions(tree: Readonly<Record<string, unknown>>): Problem[] {
  const found: Problem[] = [];
  const at = (path: string): unknown => {
    const [section = '', key = ''] = path.split('.');
    return (tree[section] as Record<string, unknown> | undefined)?.[key];
  };
  const needed = (where: string, expected: string): void => {
    if (at(where) === undefined) found.push({ code: 'config.invalid', where, found: 'nothing', expected });
  };
  if (at('broker.kind') === 'mqtt') needed('broker.url', 'mqtt://host:port, since broker.kind is mqtt');
  if (at('store.kind') === 'influxdb') {
    needed('store.url', 'http://host:8086, since store.kind is influxdb');
    needed('store.token', 'a token, or the password on 1.x');
  }
  return found;
}

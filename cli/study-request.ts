import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ProblemError } from '../domain/problems.ts';
import type { Invocation, Option } from './command.ts';

/** The body of a study: what is in a file, with what the flags say before it. */

export const requestOption: Option = {
  type: 'string',
  value: 'FILE',
  describes: 'readiness, renewables: YAML of the whole question; flags go before it',
};
export const studyTableOption: Option = {
  type: 'string',
  value: 'TABLE',
  describes: 'readiness, renewables: the table that is saved: tariffs, months, …',
};
export const loadYearOption: Option = {
  type: 'string',
  value: 'MONTH',
  describes: 'readiness, renewables: first of the twelve months that are studied, 2025-11-01',
};
export const supplyPointOption: Option = {
  type: 'string',
  value: 'ID',
  describes: 'readiness, renewables: of electricity, where a site has several',
};

/** A number that was said; what is no number is sent as it is, and refused with the rest. */
export function numberOf(said: string | boolean | undefined): number | string | undefined {
  if (typeof said !== 'string') return undefined;
  return said.trim() === '' || Number.isNaN(Number(said)) ? said : Number(said);
}

/** A text that was said. */
export function textOf(said: string | boolean | undefined): string | undefined {
  return typeof said === 'string' ? said : undefined;
}

/** The question of `--request`; nothing without it. Throws a ProblemError for a file that cannot be read. */
export function requestOf({ flags }: Invocation): Readonly<Record<string, unknown>> {
  const name = textOf(flags['request']);
  if (name === undefined) return {};
  try {
    const request: unknown = parse(readFileSync(name, 'utf8'));
    return typeof request === 'object' && request !== null ? { ...request } : {};
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: '--request', found: name, detail }]);
  }
}

/** Without what was not said; undefined where nothing was. */
export function saidOnly(all: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** One part of a question, those of the file with those of the flags before them. */
export function partOf(
  request: Readonly<Record<string, unknown>>,
  key: string,
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const inFile = request[key];
  const before = typeof inFile === 'object' && inFile !== null ? inFile : {};
  return saidOnly({ ...before, ...saidOnly(said) });
}

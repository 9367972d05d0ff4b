import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { type FileFormat, fileFormatSchema, likeFormatSchema } from './format.ts';

/** Formats by name. */
export type Formats = ReadonlyMap<string, FileFormat>;

/** The formats that come with Meterhouse. */
const ourFolder = join(import.meta.dirname, 'formats');

/**
 * Reads our formats and those of the estate's own folder, where there is one; one of the estate's own goes before ours
 * of the same name. Throws a ProblemError with every problem of every file.
 */
export function readFormats(own?: string): Formats {
  ours ??= formatsIn(ourFolder, new Map());
  if (own === undefined || !existsSync(own)) return ours;
  const found = formatsIn(own, ours);
  for (const format of found.values()) ownFormats.add(format);
  return new Map([...ours, ...found]);
}

/** Whether the estate describes it itself: of several with one header, that is the one it gets. */
export function isOwn(format: FileFormat): boolean {
  return ownFormats.has(format);
}
const ownFormats = new WeakSet<FileFormat>();

// They are part of the program and do not change while it runs.
let ours: Formats | undefined;

function formatsIn(folder: string, others: Formats): Formats {
  const problems: Problem[] = [];
  const found = new Map<string, FileFormat>();
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  for (const name of names.sort()) {
    const format = formatIn(join(folder, name), others, problems);
    if (format === undefined) continue;
    if (found.has(format.name)) problems.push(invalid(name, `the name ${format.name} is used twice`));
    found.set(format.name, format);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return found;
}

function formatIn(path: string, others: Formats, problems: Problem[]): FileFormat | undefined {
  let written: unknown;
  try {
    written = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    problems.push(invalid(path, error instanceof Error ? error.message : String(error)));
    return undefined;
  }
  const isLike = typeof written === 'object' && written !== null && 'like' in written;
  const like = isLike ? likeFormatSchema.safeParse(written) : undefined;
  if (like && !like.success) {
    problems.push(...issuesOf(path, like.error));
    return undefined;
  }
  const other = like && others.get(like.data.like);
  if (like && !other) {
    problems.push(invalid(path, `no format is called ${like.data.like}`));
    return undefined;
  }
  const { like: _like, ...changed } = (isLike ? written : {}) as Record<string, unknown>;
  const whole = fileFormatSchema.safeParse(isLike ? { ...other, ...changed } : written);
  if (whole.success) return whole.data;
  problems.push(...issuesOf(path, whole.error));
  return undefined;
}

function issuesOf(path: string, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => invalid(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`));
}

function invalid(where: string, detail: string): Problem {
  return { code: 'import.format-invalid', where, detail };
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { limits } from '../../domain/limits.ts';
import type { Problem } from '../../domain/problems.ts';

/** What Meterhouse writes itself, at the top of the folder. */
export const amendmentsName = 'amendments.yaml';
/** What stands below it are mappings and no entries of the register. */
export const mappingsFolder = 'mappings';

/** What stands below it are descriptions of files that are imported, and no entries of the register. */
export const formatsName = 'formats';

export interface FolderFile {
  /** Path below the folder, with `/`. */
  readonly name: string;
  readonly text: string;
}

export interface FolderFiles {
  readonly files: readonly FolderFile[];
  /** Of names and contents: the same folder has the same hash everywhere. */
  readonly hash: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads every `*.yaml` below a folder, in the order of their names, within the limits of files, bytes and depth. */
export function readFiles(folder: string): FolderFiles {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const names = listNames(folder, problems, warnings);
  if (names.length === 0 && problems.length === 0) {
    const detail = 'there is no file whose name ends in .yaml';
    problems.push({ code: 'estate.unreadable', where: folder, detail });
  }
  if (names.length > limits.estateFiles) {
    const expected = `at most ${limits.estateFiles}`;
    problems.push({ code: 'estate.unreadable', where: folder, found: `${names.length} files`, expected });
  }
  const files = names.slice(0, limits.estateFiles).flatMap((name) => {
    const text = readText(folder, name, problems);
    return text === undefined ? [] : [{ name, text }];
  });
  return { files, hash: hashOf(files, problems), problems, warnings };
}

/** The hash of a folder: of its files, and of what could not be read of it. */
export function hashOf(files: readonly FolderFile[], problems: readonly Problem[] = []): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(JSON.stringify([name, text]));
  for (const { where, detail } of problems) hash.update(JSON.stringify([where, detail]));
  return hash.digest('hex');
}

function listNames(folder: string, problems: Problem[], warnings: Problem[]): string[] {
  const names: string[] = [];
  const open = [{ path: folder, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, depth } = next;
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        // Hidden ones belong to version control and to the mounting of the folder.
        if (entry.name.startsWith('.')) continue;
        const full = join(path, entry.name);
        const name = relative(folder, full).split(sep).join('/');
        if (entry.isDirectory() && name === formatsName) continue;
        if (entry.isDirectory()) {
          if (depth < limits.estateFolderDepth) open.push({ path: full, depth: depth + 1 });
          else problems.push({ code: 'estate.unreadable', where: name, detail: 'the folder lies too deep' });
        } else if (entry.name.endsWith('.yaml')) names.push(name);
        else if (/\.ya?ml$/i.test(entry.name)) {
          const detail = 'it is not read, because its name does not end in .yaml';
          warnings.push({ code: 'estate.doubt', where: name, detail });
        }
      }
    } catch (error) {
      problems.push({ code: 'estate.unreadable', where: path, detail: reasonOf(error) });
    }
  }
  return names.sort();
}

function readText(folder: string, name: string, problems: Problem[]): string | undefined {
  const path = join(folder, name);
  try {
    const { size } = statSync(path);
    if (size > limits.estateFileBytes) {
      const expected = `at most ${limits.estateFileBytes} bytes`;
      problems.push({ code: 'estate.unreadable', where: name, found: `${size} bytes`, expected });
      return undefined;
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    problems.push({ code: 'estate.unreadable', where: name, detail: reasonOf(error) });
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'it is not UTF-8 text';
  return error instanceof Error ? error.message : String(error);
}

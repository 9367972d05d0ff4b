import { mkdirSync, readFileSync } from 'node:fs';
import { ProblemError } from '../domain/problems.ts';

/** Makes the data folder where there is none; throws a ProblemError `store.unwritable`. */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'store.unwritable', where: folder, detail }], { cause: error });
  }
}

/** The text of a file that a command was given; throws a ProblemError `command.invalid`. */
export function readGivenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: file, detail, expected: 'a file that can be read' }]);
  }
}

/** Names below the data folder. */
export const stateFileName = 'state.sqlite';
export const embeddedStoreName = 'readings.duckdb';
export const spoolFolderName = 'spool';
/** Files that came over the API and wait to be imported. */
export const uploadsFolderName = 'uploads';

import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type EstateOptions, judgeFiles } from './estate-folder.ts';
import type { KeptVersion } from './kept-history.ts';
import type { StateStore } from './state-store.ts';

/** Under which the versions of the register are kept in the state. */
export const registerName = 'estate';

/** The estate register as it was. */
export interface RegisterVersions {
  /** Undefined where it is not kept. Throws `estate.*` where its files are not sound to the present rules. */
  of(version: number): Estate | undefined;
  /** The register that held at an instant; before the first that is kept, the first. */
  at(instant: EpochSeconds): Estate | undefined;
}

/** Registers read again at one time; each is some MB, and a difference needs two. */
const remembered = 4;

export function registerVersions(
  state: Pick<StateStore, 'version' | 'versionAt'>,
  options: EstateOptions,
): RegisterVersions {
  const read = new Map<number, Estate>();
  const estateOf = (kept: KeptVersion | undefined): Estate | undefined => {
    if (!kept) return undefined;
    const known = read.get(kept.version);
    if (known) return known;
    const { files, hash, version } = kept;
    const judged = judgeFiles({ files, hash, problems: [], warnings: [] }, { ...options, version });
    if (!('estate' in judged)) throw new ProblemError(judged.problems);
    const [oldest] = read.keys();
    if (read.size >= remembered && oldest !== undefined) read.delete(oldest);
    read.set(version, judged.estate);
    return judged.estate;
  };
  return {
    of: (version) => estateOf(state.version(registerName, version)),
    at: (instant) => estateOf(state.versionAt(registerName, instant)),
  };
}

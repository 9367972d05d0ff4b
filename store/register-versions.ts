import { createHash } from 'node:crypto';
import { type FactorSet, factorSets } from '../domain/carbon/factors.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type EstateOptions, judgeFiles } from './estate-folder.ts';
import type { KeptVersion } from './kept-history.ts';
import type { StateStore } from './state-store.ts';

/** Under which the versions of the register and of the factor sets are kept in the state. */
export const registerName = 'estate';
export const factorsName = 'factors';

/** Which register and factor sets a figure was made with. */
export interface FigureVersions {
  readonly register: number;
  readonly factors: number;
}

/** The estate register as it was, with the factor sets of then. */
export interface RegisterVersions {
  /** Undefined where it is not kept. Throws `estate.*` where its files are not sound to the present rules. */
  of(versions: FigureVersions): Estate | undefined;
  /** The register that held at an instant; before the first that is kept, the first. */
  at(instant: EpochSeconds): Estate | undefined;
}

/** Keeps the factor sets that this Meterhouse brings, and answers their number: a new one where they changed. */
export function keepFactorSets(
  state: Pick<StateStore, 'keepVersion'>,
  sets: readonly FactorSet[] = factorSets(),
): number {
  const files = sets.map((set) => ({ name: `${set.set}.json`, text: JSON.stringify(set) }));
  const hash = createHash('sha256');
  for (const { text } of files) hash.update(text);
  return state.keepVersion(factorsName, { hash: hash.digest('hex'), files });
}

/** Registers read again at one time; each is some MB, and a difference needs two. */
const remembered = 4;

export function registerVersions(
  state: Pick<StateStore, 'version' | 'versionAt'>,
  options: EstateOptions,
): RegisterVersions {
  const read = new Map<string, Estate>();
  const estateOf = (kept: KeptVersion | undefined, factors: KeptVersion | undefined): Estate | undefined => {
    if (!kept) return undefined;
    const key = `${kept.version} ${factors?.version}`;
    const known = read.get(key);
    if (known) return known;
    const { files, hash, version } = kept;
    const judged = judgeFiles({ files, hash, problems: [], warnings: [] }, { ...options, version });
    if (!('estate' in judged)) throw new ProblemError(judged.problems);
    const sets = factors?.files.map(({ text }) => JSON.parse(text) as FactorSet);
    const estate = sets ? { ...judged.estate, factorSets: sets } : judged.estate;
    const [oldest] = read.keys();
    if (read.size >= remembered && oldest !== undefined) read.delete(oldest);
    read.set(key, estate);
    return estate;
  };
  return {
    of: ({ register, factors }) => estateOf(state.version(registerName, register), state.version(factorsName, factors)),
    at: (instant) => estateOf(state.versionAt(registerName, instant), state.versionAt(factorsName, instant)),
  };
}

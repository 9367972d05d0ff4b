import { resolve } from 'node:path';
import { z } from 'zod';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { unnamedEstate } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Config } from './config.ts';

/** What a data folder remembers of the estate it was made for: where its folder is, and what it is called. */
const ownerSchema = z.strictObject({ folder: z.string(), name: z.string().optional() });
const key = 'estate of this data';

/**
 * Keeps the readings of two estates from being mixed in one data folder. An estate may be moved or renamed: it is
 * another one only when both are new. It is read where its place alone does not tell. Throws a ProblemError
 * `config.data-of-another-estate`.
 */
export function assertEstateOf(
  state: Pick<StateStore, 'recall'>,
  { data, estate: folder }: Pick<Config, 'data' | 'estate'>,
  read: () => Estate,
): void {
  const kept = state.recall(key);
  if (kept === undefined) return;
  const owner = ownerSchema.parse(JSON.parse(kept));
  if (owner.folder === resolve(folder)) return;
  const name = nameOf(read());
  if (name !== undefined && name === owner.name) return;
  throw new ProblemError([
    {
      code: 'config.data-of-another-estate',
      where: data,
      found: `${called(name)} in ${resolve(folder)}`,
      expected: `${called(owner.name)}, last in ${owner.folder}`,
    },
  ]);
}

/** From now on the data folder is this estate's, in this place and under this name. */
export function rememberEstateOf(
  state: Pick<StateStore, 'recall' | 'remember'>,
  { estate: folder }: Pick<Config, 'estate'>,
  estate: Estate,
): void {
  const owner = JSON.stringify({ folder: resolve(folder), name: nameOf(estate) });
  if (state.recall(key) !== owner) state.remember(key, owner);
}

/** Two estates without a name are not the same one. */
function nameOf({ name }: Estate): string | undefined {
  return name === unnamedEstate ? undefined : name;
}

function called(name: string | undefined): string {
  return name === undefined ? 'an estate without a name' : `'${name}'`;
}

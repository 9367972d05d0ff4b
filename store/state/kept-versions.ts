import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KeptHistory, KeptVersion } from '../kept-history.ts';
import { row, rows, type StateFile } from './file.ts';

interface VersionRow {
  readonly version: number;
  readonly since: number;
  readonly hash: string;
  /** JSON: names and hashes of its files. */
  readonly files: string;
}

/**
 * Numbered contents with what stood in them, so that the register as it was can be read again. An older Meterhouse
 * counted versions without keeping them: their numbers go on.
 */
export function keptVersionsOf(file: StateFile): Pick<KeptHistory, 'keepVersion' | 'version' | 'versionAt'> {
  const recall = file.prepare('select value from fact where key = ?');
  const remember = file.prepare('insert or replace into fact values (?, ?)');
  const columns = 'version, since, hash, files';
  const byNumber = file.prepare(`select ${columns} from kept_version where name = ? and version = ?`);
  const at = file.prepare(`
    select ${columns} from kept_version where name = ?1
    order by since > ?2, iif(since > ?2, version, -version) limit 1`);
  const add = file.prepare('insert into kept_version (name, version, since, hash, files) values (?, ?, ?, ?, ?)');
  const addFile = file.prepare('insert or ignore into kept_file values (?, ?)');
  const textOf = file.prepare('select text from kept_file where hash = ?');
  // What a signed figure rests on stays.
  const forget = file.prepare(`
    delete from kept_version where name = ?1 and version <= ?2 and version not in (
      select signed ->> ('$.versions.' || iif(?1 = 'estate', 'register', ?1)) from sign_off)`);
  const sweep = file.prepare(`
    delete from kept_file where hash not in (
      select entry.value ->> 1 from kept_version, json_each(kept_version.files) as entry)`);

  function whole(found: VersionRow | undefined): KeptVersion | undefined {
    if (!found) return undefined;
    const { version, since, hash } = found;
    const files = (JSON.parse(found.files) as [string, string][]).flatMap(([name, key]) =>
      rows<{ text: Uint8Array }>(textOf, key).map(({ text }) => ({
        name,
        text: Buffer.from(inflateRawSync(text)).toString(),
      })),
    );
    return { version, since, hash, files };
  }

  return {
    keepVersion: (name, { hash, files }) =>
      file.write(() => {
        const key = `version of ${name}`;
        const [number = '0', known] = (row<{ value: string }>(recall, key)?.value ?? '0').split(' ');
        const version = known === hash ? Number(number) : Number(number) + 1;
        if (row(byNumber, name, version)) return version;
        const named = files.map(({ name: path, text }): [string, string] => {
          const digest = createHash('sha256').update(text).digest('base64url');
          addFile.run(digest, deflateRawSync(text));
          return [path, digest];
        });
        remember.run(key, `${version} ${hash}`);
        add.run(name, version, Math.floor(file.clock()), hash, JSON.stringify(named));
        if (forget.run(name, version - file.bounds.keptVersions).changes > 0) sweep.run();
        return version;
      }),
    version: (name, version) => file.read(() => whole(row<VersionRow>(byNumber, name, version))),
    versionAt: (name, instant) => file.read(() => whole(row<VersionRow>(at, name, instant))),
  };
}

import { type Estate, type Meter, registerListNames, registerLists, type SiteEntry } from '../domain/estate/estate.ts';
import type { Mapping } from '../domain/estate/mapping.ts';
import { checkEstate } from '../domain/estate/estate-check.ts';
import { estateRules, type EstatePath, type Finding, type KnownDecoder } from '../domain/estate/estate-rules.ts';
import type { Problem } from '../domain/problems.ts';
import { idsIn, type MergedEntries, mergeEntries } from './estate/entries.ts';
import { amendmentsName, type FolderFile, type FolderFiles, mappingsFolder, readFiles } from './estate/files.ts';
import { parseYaml } from './estate/yaml-file.ts';

/** A folder read as a whole: the estate, or every problem at once. Warnings stop nothing. */
export type EstateReading = {
  /** Of the files' names and contents. */
  readonly hash: string;
  readonly warnings: readonly Problem[];
} & ({ readonly estate: Estate; readonly problems?: undefined } | { readonly problems: readonly Problem[] });

export interface EstateOptions {
  /** The decoders there are; a meter that names another one is a problem. */
  readonly decoders: readonly KnownDecoder[];
  /** Reads the files of `mappings/`. Without it they are problems: nothing of a folder is passed over. */
  readonly readMappings?: ReadMappings | undefined;
  /** The number the register gets; 1 where nobody counts. */
  readonly version?: number;
}

/** What the files of `mappings/` say. */
export interface FolderMappings {
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** The decoders they make; also of those with problems, whose names meters may give all the same. */
  readonly decoders: readonly KnownDecoder[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}
export type ReadMappings = (files: readonly FolderFile[]) => FolderMappings;

/**
 * Reads the estate folder: every `*.yaml` below it and `amendments.yaml`, merged. Never throws: what cannot be read is
 * a problem with file and line like any other.
 */
export function readEstateFolder(folder: string, options: EstateOptions): EstateReading {
  return judgeFiles(readFiles(folder), options);
}

/** Judges files already read; the watcher and the writer of amendments have them in hand. */
export function judgeFiles(folder: FolderFiles, options: EstateOptions): EstateReading {
  const isMapping = ({ name }: FolderFile) => name.startsWith(`${mappingsFolder}/`);
  const own = (options.readMappings ?? refuseMappings)(folder.files.filter(isMapping));
  const parsed = folder.files.filter((file) => !isMapping(file)).map(({ name, text }) => parseYaml(name, text));
  const readable = parsed.filter((one) => one.readable).map((one) => one.file);
  const entries = mergeEntries(
    readable.filter((file) => file.name !== amendmentsName),
    readable.find((file) => file.name === amendmentsName),
  );
  const unreadable = parsed.filter((one) => !one.readable);
  const findings = checkEstate(entries, {
    decoders: [...options.decoders, ...own.decoders],
    faulty: entries.faulty,
    brokenIds: new Set([...entries.brokenIds, ...unreadable.flatMap(({ file }) => idsIn(file.value))]),
    complete: unreadable.length === 0 && folder.problems.length === 0,
  });
  const judged = findings.map((finding) => problemOf(finding, entries));
  const isWarning = ({ code }: Problem) => code === 'estate.doubt';
  const problems = [
    ...folder.problems,
    ...inOrder([
      ...own.problems,
      ...parsed.flatMap((one) => one.problems),
      ...entries.problems,
      ...judged.filter((p) => !isWarning(p)),
    ]),
  ];
  const warnings = [...folder.warnings, ...inOrder([...own.warnings, ...judged.filter(isWarning)])];
  const { hash } = folder;
  return problems.length > 0
    ? { hash, warnings, problems }
    : { hash, warnings, estate: { ...estateOf(entries, options.version ?? 1), mappings: own.mappings } };
}

function refuseMappings(files: readonly FolderFile[]): FolderMappings {
  const problems = files.map(
    ({ name }): Problem => ({ code: 'estate.unreadable', where: name, detail: 'no mappings here' }),
  );
  return { mappings: new Map(), decoders: [], problems, warnings: [] };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) =>
    a.where === b.where ? (a.line ?? 0) - (b.line ?? 0) : a.where < b.where ? -1 : 1,
  );
}

function problemOf(finding: Finding, entries: MergedEntries): Problem {
  const { code } = estateRules[finding.rule];
  const { found, expected } = finding;
  const { entry, key } = nameOf(finding.path, entries);
  const detail = `${[entry, key].filter((part) => part !== '').join(': ')}: ${finding.detail}`;
  for (let length = finding.path.length; length > 0; length--) {
    const origin = entries.origins.get(finding.path.slice(0, length).join('/'));
    if (!origin) continue;
    const line = origin.file.lineOf([...origin.path, ...finding.path.slice(length)]);
    return { code, where: origin.file.name, line, found, expected, detail };
  }
  return { code, where: 'estate', found, expected, detail };
}

/** `meter ward-3` and `exchanges.0.at` of a path in the merged register. */
function nameOf(path: EstatePath, entries: MergedEntries): { readonly entry: string; readonly key: string } {
  const [list, i, part, j] = path;
  const listName = registerListNames.find((name) => name === list);
  if (listName !== undefined) {
    const entry: object | undefined = entries.lists[listName][Number(i)];
    const id = entry !== undefined && 'id' in entry ? String(entry.id) : String(Number(i) + 1);
    return { entry: `${registerLists[listName]} ${id}`, key: path.slice(2).join('.') };
  }
  if (list === 'organisations') {
    return { entry: `organisation ${entries.organisations[Number(i)]?.id}`, key: path.slice(2).join('.') };
  }
  const site: SiteEntry | undefined = entries.sites[Number(i)];
  if (part === 'meters' && j !== undefined) {
    return { entry: `meter ${site?.meters[Number(j)]?.id}`, key: path.slice(4).join('.') };
  }
  if (part === 'buildings' && j !== undefined) {
    return { entry: `building ${site?.buildings[Number(j)]?.id}`, key: path.slice(4).join('.') };
  }
  return { entry: `site ${site?.id}`, key: path.slice(2).join('.') };
}

/** What an estate is called whose folder does not say. */
export const unnamedEstate = 'Estate';

function estateOf({ name, reporting, organisations, sites, lists }: MergedEntries, version: number): Estate {
  const meters = sites.flatMap((site) => site.meters.map((meter): Meter => ({ ...meter, site: site.id })));
  return {
    name: name ?? unnamedEstate,
    version,
    ...(reporting ? { reporting } : {}),
    organisations: new Map(organisations.map((organisation) => [organisation.id, organisation])),
    sites: new Map(sites.map(({ meters: _meters, ...site }) => [site.id, site])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    observed: new Map(lists.observed.map((series) => [series.id, series])),
    lists,
  };
}

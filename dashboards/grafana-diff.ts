import type { GrafanaJson } from './grafana-client.ts';

/** One place where two boards are not the same. */
export interface Difference {
  /** As a person finds it: `panels[4].targets[A].query`. */
  readonly path: string;
  /** `missing`: ours has it and Grafana's not; `extra`: the other way round. */
  readonly kind: 'changed' | 'missing' | 'extra';
  /** What stands there, shortened; undefined where nothing does. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What stands in Grafana's alone and may be its own doing: it cannot be said whether somebody changed it. */
  readonly unsure: readonly Difference[];
  /** Why the two cannot be compared at all. */
  readonly incomparable?: string;
}

/**
 * What Grafana writes into a board by itself, wherever it stands, and what is therefore not compared. Each has its
 * reason; everything else that is not ours is told.
 */
const ownOfGrafana: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^id$/, why: 'the number of the board in its database' },
  { path: /^version$/, why: 'counts how often the board was saved' },
  { path: /^schemaVersion$/, why: 'the form of its own release, to which it migrates a board when it loads it' },
  {
    path: /^(iteration|gnetId|style|liveNow|preload|fiscalYearStartMonth|timepicker)(\.|$)/,
    why: 'set with a default',
  },
  { path: /^panels\[[^\]]*\]\.pluginVersion$/, why: 'the release of the panel that migrated it' },
  { path: /^templating\.list\[[^\]]*\]\.(current|options)(\.|\[|$)/, why: 'what was chosen last, and the choices' },
  { path: /^annotations\.list\[Annotations & Alerts\]$/, why: 'its built-in annotations, which every board has' },
];

/** How members of a list are told apart, so that one put in between does not change all that follow. */
const nameOfMember: readonly { readonly list: RegExp; readonly by: string }[] = [
  { list: /(^|\.)panels$/, by: 'id' },
  { list: /\.targets$/, by: 'refId' },
  { list: /^(templating|annotations)\.list$/, by: 'name' },
  { list: /^links$/, by: 'title' },
];

/**
 * Our board against the one that Grafana has. What we wrote must stand there as it is. What stands there beside it is a
 * difference when the form (`schemaVersion`) is ours; where Grafana has migrated the board, it may have added it.
 * Nothing and null are the same here: Grafana leaves out a null.
 */
export function compareBoards(ours: GrafanaJson, theirs: GrafanaJson): Comparison {
  if (theirs['elements'] !== undefined || theirs['layout'] !== undefined) {
    const incomparable = 'Grafana keeps this board in its schema v2, in which it was saved there';
    return { differences: [], unsure: [], incomparable };
  }
  const all = differencesOf(ours, theirs, '').filter(({ path }) => !ownOfGrafana.some((own) => own.path.test(path)));
  const migrated = theirs['schemaVersion'] !== ours['schemaVersion'];
  const isUnsure = ({ kind, path }: Difference): boolean => kind === 'extra' && migrated && !path.endsWith(']');
  return { differences: all.filter((one) => !isUnsure(one)), unsure: all.filter(isUnsure) };
}

function differencesOf(ours: unknown, theirs: unknown, path: string): Difference[] {
  if (isNothing(ours) && isNothing(theirs)) return [];
  if (isNothing(ours)) return [{ path, kind: 'extra', ours: undefined, theirs: shortened(theirs) }];
  if (isNothing(theirs)) return [{ path, kind: 'missing', ours: shortened(ours), theirs: undefined }];
  if (Array.isArray(ours) && Array.isArray(theirs)) return membersCompared(ours, theirs, path);
  if (isObject(ours) && isObject(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => differencesOf(ours[key], theirs[key], path === '' ? key : `${path}.${key}`));
  }
  if (ours === theirs) return [];
  return [{ path, kind: 'changed', ours: shortened(ours), theirs: shortened(theirs) }];
}

function membersCompared(ours: readonly unknown[], theirs: readonly unknown[], path: string): Difference[] {
  const by = nameOfMember.find(({ list }) => list.test(path))?.by;
  const [mine, its] = [byName(ours, by), byName(theirs, by)];
  const inside = [...new Set([...mine.keys(), ...its.keys()])].flatMap((name) =>
    differencesOf(mine.get(name), its.get(name), `${path}[${name}]`),
  );
  const order = (names: Iterable<string>): string => [...names].join(', ');
  // Targets and links are drawn in their order; of panels the place is in `gridPos`.
  const moved = by !== undefined && by !== 'id' && mine.size === its.size && order(mine.keys()) !== order(its.keys());
  const sameNames = moved && [...mine.keys()].every((name) => its.has(name));
  if (!sameNames) return inside;
  return [...inside, { path, kind: 'changed', ours: order(mine.keys()), theirs: order(its.keys()) }];
}

/** Members by what tells them apart; by their place where nothing does, or two have the same name. */
function byName(list: readonly unknown[], by: string | undefined): Map<string, unknown> {
  const names = list.map((member, index) => {
    const name = by !== undefined && isObject(member) ? member[by] : undefined;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : String(index);
  });
  const distinct = new Set(names).size === names.length;
  return new Map(list.map((member, index) => [(distinct ? names[index] : undefined) ?? String(index), member]));
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}

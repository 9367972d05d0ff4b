import { ProblemError, type Problem } from '../domain/problems.ts';
import { boards } from './boards.ts';
import type { GrafanaClient, GrafanaJson } from './grafana-client.ts';
import { type Comparison, compareBoards } from './grafana-diff.ts';
import { dataSourceOf, grafanaJson } from './grafana-json.ts';
import { houseRules } from './house-rules.ts';

/** The folder that the boards are in; the one that is provisioned has the same uid. */
export const boardFolder = { uid: 'meterhouse', title: 'Meterhouse' } as const;

/** The data sources that the boards ask, by the uids under which they are provisioned. */
function dataSourcesAsked(): string[] {
  const queries = Array.from(boards.values()).flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
  return [...new Set(queries.map((query) => dataSourceOf(query).uid))].sort();
}

interface OurBoard extends Named {
  readonly json: GrafanaJson;
}

/** Every board as it is committed. */
export function ourBoards(): OurBoard[] {
  return Array.from(boards.values(), (board) => ({ uid: board.uid, title: board.title, json: grafanaJson(board) }));
}

/** Something of ours in Grafana; `unknown` where it would not say, with the reason. */
export interface Found {
  readonly uid: string;
  readonly title: string;
  readonly state: 'ok' | 'failing' | 'missing' | 'unknown';
  readonly says: string;
}

export interface GrafanaHealth {
  readonly version: string | null;
  readonly database: string;
  readonly data_sources: readonly Found[];
  readonly dashboards: readonly Found[];
  /** Rules come from files alone: a Grafana to which boards were published has none, and that is no fault. */
  readonly alert_rules: readonly Found[];
  /** Whether Grafana and all of this are as they should be. */
  readonly ok: boolean;
}

/** Whether Grafana is well, its data sources answer, and what of ours it has. Rejects when it cannot be asked. */
export async function healthOf(client: GrafanaClient): Promise<GrafanaHealth> {
  const { database, version } = await client.health();
  const dataSources: Found[] = [];
  for (const uid of dataSourcesAsked()) dataSources.push(await dataSourceFound(client, uid));
  const dashboards = await foundAmong(ourBoards(), async () => await client.dashboards());
  const alertRules = await foundAmong(houseRules, async () => await client.alertRules());
  const someRules = alertRules.some(({ state }) => state === 'ok');
  const judged = [...dataSources, ...dashboards, ...(someRules ? alertRules : [])];
  const ok = database === 'ok' && judged.every(({ state }) => state === 'ok');
  return { version: version ?? null, database, data_sources: dataSources, dashboards, alert_rules: alertRules, ok };
}

interface Named {
  readonly uid: string;
  readonly title: string;
}

/** Which of ours is in a list of Grafana's; all unknown where this token may not see the list. */
async function foundAmong(ours: readonly Named[], ask: () => Promise<readonly Named[]>): Promise<Found[]> {
  const { known: list, says } = await orSaid(ask);
  return ours.map(({ uid, title }): Found => {
    if (list === undefined) return { uid, title, state: 'unknown', says };
    const there = list.some((found) => found.uid === uid);
    return { uid, title, state: there ? 'ok' : 'missing', says: there ? 'is there' : 'is not there' };
  });
}

async function dataSourceFound(client: GrafanaClient, uid: string): Promise<Found> {
  const { known: health, says } = await orSaid(async () => (await client.dataSourceHealth(uid)) ?? null);
  if (health === undefined) return { uid, title: uid, state: 'unknown', says };
  if (health === null) return { uid, title: uid, state: 'missing', says: 'is not there' };
  const state = health.status === 'OK' ? 'ok' : 'failing';
  return { uid, title: uid, state, says: health.message === '' ? health.status : health.message };
}

/** What was asked for, or in words why this token may not see it; what else goes wrong goes on. */
async function orSaid<T>(ask: () => Promise<T>): Promise<{ known: T | undefined; says: string }> {
  try {
    return { known: await ask(), says: '' };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'grafana.forbidden') throw error;
    const { found = '', detail } = error.problems[0];
    return { known: undefined, says: `not for this token: ${detail ?? found}` };
  }
}

export interface BoardDifference extends Comparison {
  readonly uid: string;
  readonly title: string;
  readonly state: 'same' | 'changed' | 'missing' | 'extra' | 'incomparable';
  readonly provisioned: boolean;
}

/** Our boards against those that Grafana has, and what it has under our tag beside them. */
export async function differencesIn(client: GrafanaClient): Promise<BoardDifference[]> {
  const ours = ourBoards();
  const compared: BoardDifference[] = [];
  for (const board of ours) compared.push(await compareOne(client, board));
  const known = new Set(ours.map(({ uid }) => uid));
  const extra = (await client.dashboards()).filter(({ uid }) => !known.has(uid));
  const nothing = { differences: [], unsure: [], provisioned: false };
  return [...compared, ...extra.map(({ uid, title }) => ({ uid, title, state: 'extra' as const, ...nothing }))];
}

async function compareOne(client: GrafanaClient, { uid, title, json }: OurBoard): Promise<BoardDifference> {
  const there = await client.dashboard(uid);
  if (there === undefined) {
    return { uid, title, state: 'missing', provisioned: false, differences: [], unsure: [] };
  }
  const { dashboard, meta } = there;
  const comparison = compareBoards(json, dashboard);
  const elsewhere = (meta.folderUid ?? '') === boardFolder.uid ? [] : [folderDifference(meta.folderUid)];
  const differences = [...comparison.differences, ...elsewhere];
  const state = comparison.incomparable !== undefined ? 'incomparable' : differences.length === 0 ? 'same' : 'changed';
  return { ...comparison, uid, title, state, provisioned: meta.provisioned === true, differences };
}

function folderDifference(theirs: string | undefined): BoardDifference['differences'][number] {
  const said = theirs === undefined || theirs === '' ? undefined : theirs;
  return { path: '(folder)', kind: 'changed', ours: boardFolder.uid, theirs: said };
}

export interface Published {
  readonly uid: string;
  readonly title: string;
  readonly state: 'created' | 'replaced' | 'unchanged' | 'left' | 'refused';
  /** The version that Grafana counts; null where nothing was saved. */
  readonly version: number | null;
  /** Why it was not saved although it is not the same. */
  readonly problem?: Problem;
}

/**
 * Brings our boards into Grafana, with their folder. What is the same already is not saved again, so that running it
 * twice makes no second version. A board that is there and differs is replaced only with `overwrite`: somebody may have
 * changed it on purpose. One that Grafana has from a file takes no save; that is a problem when it differs. Goes on
 * after a board that is refused; rejects when Grafana cannot be asked or lets nothing be written.
 */
export async function publishTo(
  client: GrafanaClient,
  { message, overwrite }: { readonly message: string; readonly overwrite: boolean },
): Promise<Published[]> {
  if ((await client.folder(boardFolder.uid)) === undefined) {
    await client.createFolder(boardFolder.uid, boardFolder.title);
  }
  const done: Published[] = [];
  for (const board of ourBoards()) {
    const difference = await compareOne(client, board);
    done.push(await publishOne(client, board, difference, { message, overwrite }));
  }
  return done;
}

async function publishOne(
  client: GrafanaClient,
  { uid, title, json }: OurBoard,
  { state, provisioned }: BoardDifference,
  { message, overwrite }: { readonly message: string; readonly overwrite: boolean },
): Promise<Published> {
  if (state === 'same') return { uid, title, state: 'unchanged', version: null };
  const left = (code: Problem['code']): Published => {
    return { uid, title, state: 'left', version: null, problem: { code, where: `dashboard ${uid}` } };
  };
  if (provisioned) return left('grafana.provisioned');
  if (state !== 'missing' && !overwrite) return left('grafana.differs');
  try {
    // Without a number or version of ours: both are Grafana's.
    const { version: _version, ...dashboard } = json;
    const version = await client.save({
      dashboard: { ...dashboard, id: null },
      folderUid: boardFolder.uid,
      message,
      overwrite,
    });
    return { uid, title, state: state === 'missing' ? 'created' : 'replaced', version };
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problems[0] : undefined;
    if (problem === undefined || !ofOneBoard.has(problem.code)) throw error;
    return { uid, title, state: 'refused', version: null, problem };
  }
}

/** Refusals that say nothing of the next board. */
const ofOneBoard: ReadonlySet<string> = new Set(['grafana.conflict', 'grafana.provisioned', 'grafana.failed']);

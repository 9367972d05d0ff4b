import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';

/**
 * A Grafana for tests, after its documented HTTP API: no real one can be had as a package to run here. The pages are
 * those of grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api/ (in 13, `api-legacy/` for what
 * has moved to `/apis`); each route names its page. What the pages leave open is said where it is chosen.
 */
export interface GrafanaStub {
  readonly url: string;
  /** Dashboards by uid, as they are kept. */
  readonly dashboards: Map<string, KeptDashboard>;
  readonly folders: Map<string, { uid: string; title: string }>;
  /** Data sources by uid: what their check says. */
  readonly dataSources: Map<string, { status: 'OK' | 'ERROR'; message: string }>;
  readonly alertRules: { uid: string; title: string }[];
  /** `POST /path` and `GET /path?query` in their order. */
  readonly requests: string[];
  /** What each saved board was sent with. */
  readonly messages: string[];
  /** Whether the database of Grafana itself is well. */
  database: 'ok' | 'failing';
  /** Grafana's own form of boards: a later one than a board's migrates it when it is read. */
  schemaVersion: number;
  /** Instead of the next answer to a path that matches: what else may come over a network. */
  instead: { readonly path: RegExp; readonly answer: (path: string) => Reply | 'nothing' } | undefined;
  close(): Promise<void>;
}

export interface KeptDashboard {
  readonly json: Readonly<Record<string, unknown>>;
  readonly folderUid: string;
  readonly version: number;
  /** From a file, under a provider that has `allowUiUpdates: false`. */
  readonly provisioned: boolean;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly text?: string;
}

/** Tokens and what their service account may do; page `authentication`: Viewer, Editor, Admin. */
const roles: Readonly<Record<string, 'Viewer' | 'Editor' | 'Admin'>> = {
  'glsa_viewer-token': 'Viewer',
  'glsa_editor-token': 'Editor',
  'glsa_admin-token': 'Admin',
};

const savingSchema = z.object({
  dashboard: z.looseObject({ uid: z.string().nullish(), title: z.string().optional(), version: z.number().optional() }),
  folderUid: z.string().optional(),
  message: z.string().optional(),
  overwrite: z.boolean().optional(),
});
const folderSchema = z.object({ uid: z.string().optional(), title: z.string() });

export async function startGrafana(): Promise<GrafanaStub> {
  const stub: Omit<GrafanaStub, 'url' | 'close'> = {
    dashboards: new Map(),
    folders: new Map(),
    dataSources: new Map([
      ['meterhouse-figures', { status: 'OK', message: 'datasource is working. 9 measurements found' }],
      ['meterhouse-readings', { status: 'OK', message: 'datasource is working. 1 measurements found' }],
    ]),
    alertRules: [],
    requests: [],
    messages: [],
    database: 'ok',
    schemaVersion: 42,
    instead: undefined,
  };
  const server: Server = createServer((request, response) => {
    const send = async (): Promise<void> => {
      const reply = await answerTo(stub, request);
      if (reply === 'nothing') return;
      const text = reply.text ?? JSON.stringify(reply.body);
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
    };
    send().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(stub, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
}

async function answerTo(
  stub: Omit<GrafanaStub, 'url' | 'close'>,
  request: IncomingMessage,
): Promise<Reply | 'nothing'> {
  const url = new URL(request.url ?? '/', 'http://grafana');
  const path = url.pathname;
  stub.requests.push(`${request.method} ${path}${url.search}`);
  const { instead } = stub;
  if (instead?.path.test(path)) return instead.answer(path);
  // Page `other`, Health API: asked without a login. 503 while the database is away is not on the page; it is what the
  // server answers with.
  if (path === '/api/health') {
    const body = { commit: '087143285', database: stub.database, version: '13.3.1' };
    return { status: stub.database === 'ok' ? 200 : 503, body };
  }
  const role = roles[/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''];
  if (role === undefined) return { status: 401, body: { message: 'Invalid API key', statusCode: 401 } };
  const body = request.method === 'POST' ? await bodyOf(request) : undefined;
  if (request.method === 'POST' && role === 'Viewer') {
    return { status: 403, body: { message: "You'll need additional permissions to perform this action." } };
  }
  if (path === '/api/dashboards/db' && request.method === 'POST') return saved(stub, body);
  if (path === '/api/folders' && request.method === 'POST') return folderMade(stub, body);
  return looked(stub, path, url.searchParams, role);
}

function looked(
  stub: Omit<GrafanaStub, 'url' | 'close'>,
  path: string,
  query: URLSearchParams,
  role: 'Viewer' | 'Editor' | 'Admin',
): Reply {
  const [, route, uid] = /^\/api\/(dashboards\/uid|datasources\/uid|folders)\/([^/]+)(?:\/health)?$/.exec(path) ?? [];
  if (path === '/api/search') return searched(stub, query);
  // Page `alerting_provisioning`: a list of rules; it takes a role that may read provisioned alerting.
  if (path === '/api/v1/provisioning/alert-rules') {
    if (role === 'Viewer') return { status: 403, body: { message: 'You need additional permissions' } };
    return { status: 200, body: stub.alertRules.map((rule) => ({ orgID: 1, folderUID: 'meterhouse', ...rule })) };
  }
  if (route === 'dashboards/uid') return shown(stub, decodeURIComponent(uid ?? ''));
  if (route === 'datasources/uid') {
    // Page `data_source`, Check data source health by uid; one that fails is answered with 400 in the same form.
    const health = stub.dataSources.get(decodeURIComponent(uid ?? ''));
    if (health === undefined) return { status: 404, body: { message: 'Data source not found' } };
    return { status: health.status === 'OK' ? 200 : 400, body: health };
  }
  if (route === 'folders') {
    // Page `folder`, Get folder by uid.
    const folder = stub.folders.get(decodeURIComponent(uid ?? ''));
    if (folder === undefined) return { status: 404, body: { message: 'folder not found', status: 'not-found' } };
    return { status: 200, body: folderBody(folder) };
  }
  return { status: 404, body: { message: 'Not found' } };
}

/** Page `folder_dashboard_search`: `limit` at most 5000 (1000 where it is not said), `page` from 1. */
function searched({ dashboards, folders }: Omit<GrafanaStub, 'url' | 'close'>, query: URLSearchParams): Reply {
  const limit = Math.min(5_000, Number(query.get('limit') ?? 1_000));
  const page = Number(query.get('page') ?? 1);
  const tag = query.get('tag');
  const hits = [...dashboards]
    .filter(([, { json }]) => tag === null || (Array.isArray(json['tags']) && json['tags'].includes(tag)))
    .map(([uid, { json, folderUid }], index) => ({
      id: index + 1,
      uid,
      title: json['title'],
      url: `/d/${uid}/a-board`,
      type: 'dash-db',
      tags: json['tags'],
      isStarred: false,
      ...(folderUid === '' ? {} : { folderUid, folderTitle: folders.get(folderUid)?.title ?? folderUid }),
    }));
  return { status: 200, body: hits.slice((page - 1) * limit, page * limit) };
}

/** Page `dashboard` (legacy), Get dashboard by uid. */
function shown(stub: Omit<GrafanaStub, 'url' | 'close'>, uid: string): Reply {
  const kept = stub.dashboards.get(uid);
  if (kept === undefined) return { status: 404, body: { message: 'Dashboard not found' } };
  const { json, version, folderUid, provisioned } = kept;
  const number = [...stub.dashboards.keys()].indexOf(uid) + 1;
  const dashboard = { ...migrated(json, stub.schemaVersion), id: number, version };
  const meta = { isStarred: false, url: `/d/${uid}/a-board`, folderId: 2, folderUid, slug: 'a-board', provisioned };
  return { status: 200, body: { dashboard, meta } };
}

/**
 * What a later Grafana does to a board of ours, of which the pages say only that it is done: it fills in defaults and
 * leaves out what is null. The particular keys are those of the example on page `dashboard` of 13.
 */
function migrated(json: Readonly<Record<string, unknown>>, schemaVersion: number): Record<string, unknown> {
  if (schemaVersion === json['schemaVersion']) return { ...json };
  const withoutNull = JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    value === null && key === 'value' ? undefined : value,
  ) as Record<string, unknown> & { panels: Record<string, unknown>[]; annotations: { list: unknown[] } };
  const builtIn = { builtIn: 1, name: 'Annotations & Alerts', type: 'dashboard', enable: true, hide: true };
  return {
    ...withoutNull,
    schemaVersion,
    preload: false,
    fiscalYearStartMonth: 0,
    timepicker: {},
    annotations: { list: [builtIn, ...withoutNull.annotations.list] },
    panels: withoutNull.panels.map((panel) => ({ transparent: false, ...panel, pluginVersion: '13.3.1' })),
  };
}

/**
 * Page `dashboard` (legacy), Create / Update dashboard: 400 for what is not of the form, 412 with `status`
 * `version-mismatch` or `name-exists`. That a provisioned board is refused with 400, and the limits of 40 characters of
 * a uid and 500 of a message, are the server's own words (`pkg/services/dashboards/errors.go`).
 */
function saved(stub: Omit<GrafanaStub, 'url' | 'close'>, body: unknown): Reply {
  const { data } = savingSchema.safeParse(body);
  if (data === undefined) return { status: 400, body: { message: 'bad request data' } };
  const { dashboard, folderUid = '', message = '', overwrite = false } = data;
  const uid = dashboard.uid ?? `made-${stub.dashboards.size}`;
  if ((dashboard.title ?? '') === '') {
    return { status: 400, body: { message: 'Dashboard title cannot be empty', status: 'empty-name' } };
  }
  if (uid.length > 40) return { status: 400, body: { message: 'uid too long, max 40 characters' } };
  if (message.length > 500) return { status: 400, body: { message: 'message too long, max 500 characters' } };
  if (folderUid !== '' && !stub.folders.has(folderUid)) return { status: 404, body: { message: 'Folder not found' } };
  const there = stub.dashboards.get(uid);
  if (there?.provisioned) return { status: 400, body: { message: 'Cannot save provisioned dashboard' } };
  if (there !== undefined && !overwrite && dashboard.version === undefined) {
    const said = 'A dashboard with the same uid already exists';
    return { status: 412, body: { message: said, status: 'name-exists' } };
  }
  if (there !== undefined && !overwrite && dashboard.version !== there.version) {
    const said = 'The dashboard has been changed by someone else';
    return { status: 412, body: { message: said, status: 'version-mismatch' } };
  }
  const version = (there?.version ?? 0) + 1;
  const { id: _id, version: _version, ...json } = dashboard;
  stub.dashboards.set(uid, { json: { ...json, uid }, folderUid, version, provisioned: false });
  stub.messages.push(message);
  const id = [...stub.dashboards.keys()].indexOf(uid) + 1;
  return { status: 200, body: { id, uid, url: `/d/${uid}/a-board`, status: 'success', version, slug: 'a-board' } };
}

/** Page `folder`, Create folder; 409 where there is one of this uid. */
function folderMade({ folders }: Omit<GrafanaStub, 'url' | 'close'>, body: unknown): Reply {
  const { data } = folderSchema.safeParse(body);
  if (data === undefined) return { status: 400, body: { message: 'bad request data' } };
  const { uid = `made-${folders.size}`, title } = data;
  if (folders.has(uid)) return { status: 409, body: { message: 'a folder already exists with this uid' } };
  folders.set(uid, { uid, title });
  return { status: 200, body: folderBody({ uid, title }) };
}

function folderBody({ uid, title }: { uid: string; title: string }): unknown {
  return { id: 1, uid, title, url: `/dashboards/f/${uid}/a-folder`, hasAcl: false, canSave: true, version: 1 };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

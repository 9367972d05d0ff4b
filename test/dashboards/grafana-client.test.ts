import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GrafanaClient, grafanaClient } from '../../dashboards/grafana-client.ts';
import { compareBoards } from '../../dashboards/grafana-diff.ts';
import { differencesIn, healthOf, ourBoards, publishTo } from '../../dashboards/grafana-set.ts';
import { houseRules } from '../../dashboards/house-rules.ts';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { type GrafanaStub, startGrafana } from './grafana-stub.ts';

const editor = 'glsa_editor-token';
const ours = ourBoards();
const [first, second] = ours;
if (!first || !second) throw new Error('no boards');
let grafana: GrafanaStub;
beforeAll(async () => {
  grafana = await startGrafana();
});
afterAll(() => grafana.close());
const empty = { overwrite: false, message: 'first' };

function clientOf(token: string | undefined = editor, timeoutMs = 2_000): GrafanaClient {
  return grafanaClient({ url: grafana.url, token, timeoutMs });
}
/** The problem that a call ends with, and its sentence. */
async function refusedBy(call: Promise<unknown>): Promise<{ code: string | undefined; said: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ProblemError);
  const { problems, message } = error as ProblemError;
  return { code: problems[0]?.code, said: message };
}
beforeEach(() => {
  grafana.dashboards.clear();
  grafana.folders.clear();
  grafana.requests.length = 0;
  grafana.messages.length = 0;
  grafana.schemaVersion = 42;
  grafana.database = 'ok';
});
afterEach(() => {
  grafana.instead = undefined;
});
/** As a provider of files brings it. */
function provision(board: (typeof ours)[number], change: Record<string, unknown> = {}): void {
  const kept = { json: { ...board.json, ...change }, folderUid: 'meterhouse', version: 1, provisioned: true };
  grafana.dashboards.set(board.uid, kept);
}

describe('publish', () => {
  test('brings every board with its folder, and a second time changes nothing', async () => {
    const created = await publishTo(clientOf(), empty);
    expect(ours.length).toBeGreaterThanOrEqual(9);
    expect(created.map(({ state, version }) => [state, version])).toEqual(ours.map(() => ['created', 1]));
    expect(grafana.folders.get('meterhouse')?.title).toBe('Meterhouse');
    expect(new Set(grafana.messages)).toEqual(new Set(['first']));
    expect([...grafana.dashboards.values()].every(({ folderUid }) => folderUid === 'meterhouse')).toBe(true);
    const again = await publishTo(clientOf(), empty);
    expect(again.map(({ state }) => state)).toEqual(ours.map(() => 'unchanged'));
    expect([...grafana.dashboards.values()].every(({ version }) => version === 1)).toBe(true);
  });

  test('leaves what differs unless told to replace it, and goes on with the others', async () => {
    await publishTo(clientOf(), empty);
    const kept = grafana.dashboards.get(first.uid);
    if (kept) grafana.dashboards.set(first.uid, { ...kept, json: { ...kept.json, title: 'Mine' }, version: 7 });
    grafana.dashboards.delete(second.uid);
    const careful = await publishTo(clientOf(), empty);
    expect(careful[0]).toMatchObject({ state: 'left', problem: { code: 'grafana.differs' } });
    expect(careful[1]?.state).toBe('created');
    const replaced = await publishTo(clientOf(), { message: 'anew', overwrite: true });
    expect(replaced[0]).toMatchObject({ state: 'replaced', version: 8 });
    expect(grafana.dashboards.get(first.uid)?.json['title']).toBe(first.title);
    expect(grafana.messages.at(-1)).toBe('anew');
  });

  test('says of a board from a file that it takes no other, and of one that is the same nothing', async () => {
    provision(first);
    provision(second, { title: 'An older one' });
    const done = await publishTo(clientOf(), { message: '', overwrite: true });
    expect(done[0]?.state).toBe('unchanged');
    expect(done[1]).toMatchObject({ state: 'left', problem: { code: 'grafana.provisioned' } });
    expect(done.slice(2).every(({ state }) => state === 'created')).toBe(true);
  });

  test('a save that Grafana refuses is told of its board', async () => {
    grafana.folders.set('meterhouse', { uid: 'meterhouse', title: 'Meterhouse' });
    const save = (dashboard: Record<string, unknown>): Promise<number> =>
      clientOf().save({ dashboard, folderUid: 'meterhouse', message: 'x'.repeat(900), overwrite: false });
    // The message is cut to what Grafana takes.
    expect(await save({ uid: 'one', title: 'One' })).toBe(1);
    expect(await refusedBy(save({ uid: 'one', title: 'One' }))).toMatchObject({ code: 'grafana.conflict' });
    const { code, said } = await refusedBy(save({ uid: 'one', title: 'One', version: 9 }));
    expect([code, said]).toEqual(['grafana.conflict', expect.stringContaining('status 412 version-mismatch')]);
    expect(said).toContain('The dashboard has been changed by someone else');
    expect(await refusedBy(save({ uid: 'two' }))).toMatchObject({ code: 'grafana.failed' });
    provision(first);
    expect(await refusedBy(save({ ...first.json }))).toMatchObject({ code: 'grafana.provisioned' });
  });

  test('a board that somebody saves at the same moment is refused, and the others come', async () => {
    let once = true;
    grafana.instead = {
      path: /^\/api\/dashboards\/db$/,
      answer: () => {
        if (!once) grafana.instead = undefined;
        once = false;
        return { status: 412, body: { message: 'changed', status: 'version-mismatch' } };
      },
    };
    const done = await publishTo(clientOf(), empty);
    expect(done.slice(0, 3).map(({ state }) => state)).toEqual(['refused', 'refused', 'created']);
  });
});

describe('diff', () => {
  test('what was published is the same; numbers and versions are Grafana’s own', async () => {
    await publishTo(clientOf(), empty);
    const all = await differencesIn(clientOf('glsa_viewer-token'));
    expect(all.length).toBe(ours.length);
    expect(all.filter(({ state }) => state !== 'same')).toEqual([]);
  });

  test('names what is missing, changed with its paths, elsewhere, and extra under our tag', async () => {
    await publishTo(clientOf(), empty);
    const kept = grafana.dashboards.get(first.uid);
    const panels = JSON.parse(JSON.stringify(first.json['panels'])) as {
      id: number;
      title: string;
      targets: object[];
    }[];
    // The first is the sentence at the head.
    const [head, panel, next] = panels;
    if (!kept || !head || !panel || !next) throw new Error('no panels');
    panel.title = 'Power';
    Object.assign(panel.targets[0] ?? {}, { query: 'SELECT 1' });
    // One taken away, one put in between.
    const changed = [head, panel, { id: 900, title: 'New', type: 'text' }, ...panels.slice(3)];
    grafana.dashboards.set(first.uid, { ...kept, folderUid: '', json: { ...kept.json, panels: changed } });
    grafana.dashboards.delete(second.uid);
    grafana.dashboards.set('a-copy', { ...kept, json: { title: 'A copy', tags: ['meterhouse'] } });
    const all = await differencesIn(clientOf());
    expect(all[0]).toMatchObject({ state: 'changed', provisioned: false });
    expect(all[0]?.differences.map(({ path, kind }) => [path, kind])).toEqual([
      [`panels[${panel.id}].title`, 'changed'],
      [`panels[${panel.id}].targets[A].query`, 'changed'],
      [`panels[${next.id}]`, 'missing'],
      ['panels[900]', 'extra'],
      ['(folder)', 'changed'],
    ]);
    expect(all[1]?.state).toBe('missing');
    expect(all.at(-1)).toMatchObject({ uid: 'a-copy', state: 'extra' });
    expect(all.filter(({ state }) => state === 'same').length).toBe(ours.length - 2);
  });

  test('what a later Grafana migrates is not taken for a change, and what it cannot tell is said', async () => {
    await publishTo(clientOf(), empty);
    grafana.schemaVersion = 43;
    const all = await differencesIn(clientOf());
    expect(all.filter(({ state }) => state !== 'same')).toEqual([]);
    expect(all[0]?.unsure.map(({ path }) => path)).toContain('panels[1].transparent');
    // A panel more is no migration.
    const kept = grafana.dashboards.get(first.uid);
    const panels = [...(first.json['panels'] as object[]), { id: 900, title: 'New' }];
    if (kept) grafana.dashboards.set(first.uid, { ...kept, json: { ...kept.json, panels } });
    const [one] = await differencesIn(clientOf());
    expect(one?.differences.map(({ path, kind }) => [path, kind])).toEqual([['panels[900]', 'extra']]);
  });

  test('with the same form every key more is a difference; a board in schema v2 cannot be compared', () => {
    const theirs = { ...first.json, description: undefined, editable: true, refresh: '5s', hidden: 'yes' };
    const { differences } = compareBoards(first.json, theirs);
    expect(differences.map(({ path, kind }) => `${path} ${kind}`).sort()).toEqual([
      'description missing',
      'editable changed',
      'hidden extra',
      'refresh changed',
    ]);
    const v2 = { elements: {}, layout: {}, title: first.title };
    expect(compareBoards(first.json, v2).incomparable).toMatch(/schema v2/);
  });

  test('the order of queries, links and variables counts; that of panels is in their places', () => {
    const turned = (list: unknown): unknown[] => (list as unknown[]).toReversed();
    const links = compareBoards(first.json, { ...first.json, links: turned(first.json['links']) });
    expect(links.differences.map(({ path, kind }) => [path, kind])).toEqual([['links', 'changed']]);
    const panels = compareBoards(first.json, { ...first.json, panels: turned(first.json['panels']) });
    expect(panels.differences).toEqual([]);
  });
});

describe('health', () => {
  test('is well when the database, both data sources and every board are', async () => {
    await publishTo(clientOf(), empty);
    const health = await healthOf(clientOf('glsa_viewer-token'));
    expect(health).toMatchObject({ ok: true, version: '13.3.1', database: 'ok' });
    expect(health.data_sources.map(({ says }) => says)[0]).toContain('9 measurements found');
    expect(health.dashboards.length).toBe(ours.length);
  });

  test('says of each what is missing or fails', async () => {
    grafana.dataSources.set('meterhouse-readings', { status: 'ERROR', message: 'connection refused' });
    const figures = grafana.dataSources.get('meterhouse-figures');
    grafana.dataSources.delete('meterhouse-figures');
    grafana.database = 'failing';
    const health = await healthOf(clientOf());
    if (figures) grafana.dataSources.set('meterhouse-figures', figures);
    grafana.dataSources.set('meterhouse-readings', { status: 'OK', message: '' });
    expect(health).toMatchObject({ ok: false, database: 'failing' });
    expect(health.data_sources.map(({ state, says }) => [state, says])).toEqual([
      ['missing', 'is not there'],
      ['failing', 'connection refused'],
    ]);
    expect(new Set(health.dashboards.map(({ state }) => state))).toEqual(new Set(['missing']));
  });

  test('rules come from files: none is no fault, some without the others is one, and a viewer does not see them', async () => {
    await publishTo(clientOf(), empty);
    const admin = clientOf('glsa_admin-token');
    const none = await healthOf(admin);
    expect([none.ok, new Set(none.alert_rules.map(({ state }) => state))]).toEqual([true, new Set(['missing'])]);
    const [one, ...others] = houseRules.map(({ uid, title }) => ({ uid, title }));
    if (one) grafana.alertRules.push(one);
    expect((await healthOf(admin)).ok).toBe(false);
    grafana.alertRules.push(...others);
    const all = await healthOf(admin);
    expect([all.ok, all.alert_rules.length]).toEqual([true, 4]);
    grafana.alertRules.length = 0;
    const viewer = await healthOf(clientOf('glsa_viewer-token'));
    expect([viewer.ok, viewer.alert_rules[0]?.state]).toEqual([true, 'unknown']);
  });

  test('without a token Grafana itself is told of, and what may not be seen is unknown, not missing', async () => {
    const health = await healthOf(grafanaClient({ url: grafana.url, token: undefined, timeoutMs: 2_000 }));
    expect(health).toMatchObject({ ok: false, database: 'ok', version: '13.3.1' });
    const states = [...health.data_sources, ...health.dashboards].map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['unknown']));
  });
});

describe('the client', () => {
  test('walks every page of a long list, and no more pages than its bound', async () => {
    const one = { folderUid: '', version: 1, provisioned: false };
    for (let i = 0; i <= limits.grafanaPageSize; i++) {
      grafana.dashboards.set(`b-${i}`, { ...one, json: { title: `B ${i}`, tags: ['meterhouse'] } });
    }
    grafana.dashboards.set('other', { ...one, json: { title: 'Not ours', tags: [] } });
    expect((await clientOf().dashboards()).length).toBe(limits.grafanaPageSize + 1);
    expect(grafana.requests.map((request) => /page=\d+$/.exec(request)?.[0])).toEqual(['page=1', 'page=2']);
    const full = Array.from({ length: limits.grafanaPageSize }, (_, i) => ({ uid: `b-${i}`, title: 'B' }));
    grafana.requests.length = 0;
    grafana.instead = { path: /search/, answer: () => ({ status: 200, body: full }) };
    expect(await refusedBy(clientOf().dashboards())).toMatchObject({ code: 'grafana.unexpected' });
    expect(grafana.requests.length).toBe(limits.grafanaPages);
  });

  test('a wrong token is refused in Grafana’s words, a viewer may look and not publish', async () => {
    const { code, said } = await refusedBy(clientOf('glsa_wrong').dashboards());
    expect([code, said]).toEqual(['grafana.forbidden', expect.stringContaining('(Invalid API key); found status 401')]);
    expect(said).not.toContain('glsa_wrong');
    const viewer = await refusedBy(publishTo(clientOf('glsa_viewer-token'), empty));
    expect(viewer).toMatchObject({ code: 'grafana.forbidden' });
  });

  test('what is not there is undefined, also with a name that needs quoting', async () => {
    expect(await clientOf().dashboard('a/b?c')).toBeUndefined();
    expect(grafana.requests).toEqual(['GET /api/dashboards/uid/a%2Fb%3Fc']);
    expect(await clientOf().folder('none')).toBeUndefined();
    expect(await clientOf().dataSourceHealth('none')).toBeUndefined();
  });

  test('keeps the path below which Grafana is served', async () => {
    const below = grafanaClient({ url: `${grafana.url}/grafana/`, token: editor, timeoutMs: 2_000 });
    await refusedBy(below.dashboards());
    expect(grafana.requests[0]).toMatch(/^GET \/grafana\/api\/search\?/);
  });

  test.each([
    ['no JSON', { status: 200, body: null, text: '<html>Sign in</html>' }, 'grafana.unexpected', 'no JSON'],
    ['JSON of another form', { status: 200, body: { ok: 1 } }, 'grafana.unexpected', 'status 200'],
    ['an error page', { status: 502, body: null, text: '<html>' }, 'grafana.unexpected', 'status 502'],
    ['an error of its own', { status: 500, body: { message: 'boom' } }, 'grafana.failed', '(boom)'],
    [
      'a way to elsewhere',
      { status: 302, body: null, headers: { location: 'https://elsewhere.example/login?token=x' } },
      'grafana.unexpected',
      'leads to https://elsewhere.example/login;',
    ],
    [
      'more than it reads',
      { status: 200, body: null, text: 'x'.repeat(limits.grafanaAnswerBytes + 1) },
      'grafana.unexpected',
      `at most ${limits.grafanaAnswerBytes} bytes`,
    ],
  ])('%s is a problem that says so', async (_, reply, code, words) => {
    grafana.instead = { path: /search/, answer: () => reply };
    const refused = await refusedBy(clientOf().dashboards());
    expect(refused.code).toBe(code);
    expect(refused.said).toContain(words);
    expect(refused.said).not.toContain(editor);
  });

  test('an answer that does not come is waited for no longer than said', async () => {
    grafana.instead = { path: /search/, answer: () => 'nothing' };
    const { code, said } = await refusedBy(clientOf(editor, 150).dashboards());
    expect([code, said]).toEqual(['grafana.unreachable', expect.stringContaining('no answer within 0.15 s')]);
    const nobody = grafanaClient({ url: 'http://127.0.0.1:1', token: editor, timeoutMs: 2_000 });
    expect(await refusedBy(nobody.health())).toMatchObject({ code: 'grafana.unreachable' });
  });

  test.each([
    ['http://admin:secret-word@grafana:3000', editor],
    ['ftp://grafana', editor],
    ['http://grafana:3000', 'secret-word\nx-other: 1'],
    ['http://grafana:3000', 'secret word'],
  ])('%j with such a token is not asked, and nothing secret is said', async (url, token) => {
    const making = async (): Promise<unknown> => await Promise.resolve(grafanaClient({ url, token, timeoutMs: 1 }));
    const { code, said } = await refusedBy(making());
    expect(code).toBe('config.invalid');
    expect(said).not.toMatch(/secret|glsa_/);
  });
});

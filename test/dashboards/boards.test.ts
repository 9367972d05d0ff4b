import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { boards } from '../../dashboards/boards.ts';
import { dataSourceOf, grafanaJson } from '../../dashboards/grafana-json.ts';

const folder = join(import.meta.dirname, '../../dashboards');
const all = [...boards];
const panels = all.flatMap(([file, board]) => board.panels.map((panel) => ({ file, board, panel })));

test('ten boards, and every file has its board', () => {
  expect(all.map(([file]) => file).sort()).toEqual(readdirSync(join(folder, 'json')).sort());
  expect(all.length).toBe(10);
  expect(new Set(all.map(([, board]) => board.uid)).size).toBe(10);
  expect(panels.length).toBe(155);
});

test.each(all)('%s is what `npm run dashboards` writes', (file, board) => {
  expect(JSON.parse(readFileSync(join(folder, 'json', file), 'utf8'))).toEqual(grafanaJson(board));
});

describe.each(panels)('$file: $panel.title', ({ board, panel }) => {
  test('has an id of its own, a sentence, a unit and a place on the grid', () => {
    expect(board.panels.filter(({ id }) => id === panel.id).length).toBe(1);
    expect(panel.says.length).toBeGreaterThan(20);
    expect(panel.at.x + panel.at.w).toBeLessThanOrEqual(24);
    expect(panel.queries.length).toBeGreaterThan(0);
  });
  test('says of half-hours whether known ones are meant or missing ones', () => {
    for (const query of panel.queries) {
      expect(query.influxql.includes('"half_hour"')).toBe(/"missing" = [01]/.test(query.influxql));
    }
  });
  test('covers no other panel', () => {
    const { x, y, w, h } = panel.at;
    const covered = board.panels.filter(
      ({ id, at }) => id !== panel.id && at.x < x + w && x < at.x + at.w && at.y < y + h && y < at.y + at.h,
    );
    expect(covered.map(({ title }) => title)).toEqual([]);
  });
});

describe.each(all)('%s on a screen', (_file, board) => {
  // Grafana gives 24 columns the width of the window; a title is set in 14 pixels, the sign of its sentence beside it.
  const [screen, perLetter, beside] = [1_536, 7.5, 48];
  test('has titles that are seen whole on a laptop', () => {
    const cut = board.panels.filter(({ title, at }) => title.length * perLetter > (at.w / 24) * screen - beside);
    expect(cut.map(({ title }) => title)).toEqual([]);
  });
  test('has no hole', () => {
    const bottom = Math.max(...board.panels.map(({ at }) => at.y + at.h));
    expect(board.panels.reduce((sum, { at }) => sum + at.w * at.h, 0)).toBe(24 * bottom);
  });
});

describe.each(all)('%s among the others', (_file, board) => {
  const json = grafanaJson(board);
  const text = JSON.stringify(json);
  test('leads to all of them with what is chosen, and not to itself', () => {
    const links = json['links'] as { url: string; includeVars: boolean; keepTime: boolean }[];
    const others = all.map(([, { uid }]) => `/d/${uid}`).filter((url) => url !== `/d/${board.uid}`);
    expect(links.map(({ url }) => url).sort()).toEqual(others.sort());
    expect(links.every(({ includeVars, keepTime }) => includeVars && keepTime)).toBe(true);
  });
  test('says at its head what it is for', () => {
    const [head] = json['panels'] as { id: number; type: string; options: { content: string } }[];
    expect(head).toMatchObject({ type: 'text', options: { mode: 'markdown', content: board.says } });
    expect(board.panels.map(({ id }) => id)).not.toContain(head?.id);
  });
  test('has no colour of its own, which one of dark and light would not show', () => {
    expect(text).not.toMatch(/#[0-9a-f]{3,8}"|rgba?\(/i);
    const colours = Array.from(text.matchAll(/"(?:color|iconColor)":"([^"]+)"/g), ([, colour]) => colour);
    expect(colours.filter((colour) => !/^(red|green|blue|orange|purple)$/.test(String(colour)))).toEqual([]);
  });
  test('asks for nothing that cannot be chosen on it, and each choice only for those before it', () => {
    const chosenIn = (influxql: string): string[] =>
      Array.from(influxql.matchAll(/\$(\w+)/g), ([, name]) => String(name)).filter(
        (name) => !/^(timeFilter|__interval)$/.test(name),
      );
    const known = board.variables.map(({ name }) => name);
    const queries = [...board.panels.flatMap((panel) => panel.queries), ...(board.annotations ?? [])];
    const asked = new Set(queries.flatMap(({ influxql }) => chosenIn(influxql)));
    expect([...asked].filter((name) => !known.includes(name))).toEqual([]);
    const before = board.variables.map(({ influxql }, i) =>
      chosenIn(influxql).filter((name) => !known.slice(0, i).includes(name)),
    );
    expect(before.flat()).toEqual([]);
    // Each is asked for by a panel, or narrows one that is.
    const narrows = new Set(board.variables.flatMap(({ influxql }) => chosenIn(influxql)));
    expect(known.filter((name) => !asked.has(name) && !narrows.has(name))).toEqual([]);
  });
});

test('every axis has a unit', () => {
  const axes = panels.filter(({ panel }) => ['timeseries', 'barchart'].includes(panel.kind));
  expect(axes.length).toBe(62);
  const bare = axes.filter(({ panel: { measures } }) => 'grafana' in measures && measures.grafana === 'none');
  expect(bare.map(({ panel }) => panel.title)).toEqual([]);
});

test('what can be chosen on each board', () => {
  const chosen = all.map(([, { title, variables }]) => [title, variables.map(({ name }) => name).join(' ')]);
  expect(Object.fromEntries(chosen)).toEqual({
    'Estate live': 'organisation site meter',
    Site: 'organisation site utility building meter',
    'Data quality': 'organisation site utility building meter',
    Meter: 'organisation site utility building meter balance',
    Intensity: 'organisation site utility',
    'Carbon and renewable supply': 'organisation site utility',
    Tariffs: 'organisation site utility',
    'Abnormal usage': 'organisation site family',
    'Four-step plan': 'organisation site building way target baseline',
    'Meterhouse itself': 'process',
  });
});

const tables = panels.filter(({ panel }) => panel.columns !== undefined);

test('twenty-seven tables say what they show', () => {
  expect(tables.map(({ panel }) => panel.title).sort()).toEqual([
    '1 Making every kWh count: what the meters say',
    '2 Preparing buildings for electricity-led heating: what the meters say',
    '3 Switching to non-fossil fuel heating: what the meters say',
    '4 Increasing on-site renewables: what the meters say',
    'By fuel, last twelve months',
    'By site: how much they matter, and how old they are',
    'Capacity, last twelve months',
    'Cover by site, disclosure year to date',
    'Dates that are near',
    'Every figure with its interval, and what is missing to know it',
    'Later steps before earlier ones',
    'League of sites, last twelve months',
    'Measures',
    'Open alerts',
    'Processes',
    'Savings that the meters show, with what they may be',
    'Split among the measures of a meter',
    'Supply points, last twelve months',
    'Surplus of certificates, by organisation',
    'The gap at each milestone',
    'The smallest change that each meter could tell',
    'What could not be costed, and what to do',
    'What is used whatever the weather',
    'What was mended, and what it saved so far',
    'Where each building stands',
    'Where each site stands',
    'Why a step is where it is',
  ]);
});

const tags = 'Time place utility source supply_point site about alert meter step measure year process'.split(' ');
test.each(tables)(
  '$panel.title has each column of its query, and a unit and a word for each that may be empty',
  ({ panel }) => {
    const [query] = panel.queries;
    const [selected = ''] = (query?.influxql ?? '').split(' FROM ');
    const named = Array.from(selected.matchAll(/AS "([^"]+)"/g), (match) => match[1]);
    const columns = panel.columns ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(columns.map(({ of }) => of).filter((of) => !tags.includes(of))).toEqual(named);
    const headings = columns.map(({ of, heading }) => heading ?? of);
    expect(headings).toContain(panel.sortedBy);
    expect([...headings, undefined]).toContain(panel.thenBy);
    // Every number may be unknown but a count.
    const numbers = columns.filter(({ measures }) => measures && !('grafana' in measures));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter(({ unknown }) => unknown === undefined)).toEqual([]);
  },
);

test('docs/figures.md says of each panel of these three boards what it says and what to do', () => {
  const page = readFileSync(join(folder, '../docs/figures.md'), 'utf8').split('## On the dashboards')[1] ?? '';
  const rows = Array.from(page.matchAll(/^\| ([^|]+?) +\| [^|]+ \| [^|]+ \|$/gm), (match) => match[1] ?? '');
  const titles = panels.flatMap(({ file, panel }) =>
    ['intensity.json', 'carbon.json', 'abnormal-usage.json'].includes(file) ? [panel.title] : [],
  );
  expect(titles.length).toBe(52);
  expect(rows.filter((row) => row !== 'panel' && !row.startsWith('---')).sort()).toEqual(titles.sort());
});

test('docs/tariffs.md says of each panel of its board what it says and what to do', () => {
  const page = readFileSync(join(folder, '../docs/tariffs.md'), 'utf8').split('## On the board')[1] ?? '';
  const rows = Array.from(page.matchAll(/^\| ([^|]+?) +\| [^|]+ \| [^|]+ \|$/gm), (match) => match[1] ?? '');
  const titles = panels.flatMap(({ file, panel }) => (file === 'tariffs.json' ? [panel.title] : []));
  expect(titles.length).toBe(24);
  expect(rows.filter((row) => row !== 'panel' && !row.startsWith('---')).sort()).toEqual(titles.sort());
});

test('docs/four-step-board.md says of each panel of its board what it says and what to do', () => {
  const page = readFileSync(join(folder, '../docs/four-step-board.md'), 'utf8');
  const rows = Array.from(page.matchAll(/^\| ([^|]+?) +\| [^|]+ \| [^|]+ \|$/gm), (match) => match[1] ?? '');
  const titles = panels.flatMap(({ file, panel }) => (file === 'four-step-plan.json' ? [panel.title] : []));
  expect(titles.length).toBe(23);
  expect(rows.filter((row) => row !== 'panel' && !row.startsWith('---')).sort()).toEqual(titles.sort());
});

test('docs/boards.md says of each panel of Meterhouse itself what it says and what to do, and names all boards', () => {
  const page = readFileSync(join(folder, '../docs/boards.md'), 'utf8');
  const [front = '', section = ''] = page.split('## Meterhouse itself');
  const rows = Array.from(section.matchAll(/^\| ([^|]+?) +\| [^|]+ \| [^|]+ \|$/gm), (match) => match[1] ?? '');
  const titles = panels.flatMap(({ file, panel }) => (file === 'itself.json' ? [panel.title] : []));
  expect(titles.length).toBe(17);
  expect(rows.filter((row) => row !== 'panel' && !row.startsWith('---')).sort()).toEqual(titles.sort());
  const named = Array.from(front.split('## What')[0]?.matchAll(/^\| ([^|]+?) +\|/gm) ?? [], (match) => match[1] ?? '');
  expect(named.slice(2).sort()).toEqual(all.map(([, { title }]) => title).sort());
});

test('every data source asked is provisioned, and every one provisioned is asked', () => {
  const text = readFileSync(join(folder, 'provisioning/datasources/influx.yaml'), 'utf8');
  const provisioned = (parse(text) as { datasources: { uid: string; type: string }[] }).datasources;
  const asked = new Set(panels.flatMap(({ panel }) => panel.queries.map((query) => dataSourceOf(query).uid)));
  expect(provisioned.map(({ uid }) => uid).sort()).toEqual([...asked].sort());
});

test('what the data sources take from outside is what docker compose gives', () => {
  const text = readFileSync(join(folder, 'provisioning/datasources/influx.yaml'), 'utf8');
  const compose = parse(readFileSync(join(folder, '../docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: { grafana: { environment: Record<string, string>; secrets: string[] } };
  };
  const { environment, secrets } = compose.services.grafana;
  const variables = Array.from(text.matchAll(/\$\{?([A-Z][A-Z_]+)/g), (match) => match[1]);
  const files = Array.from(text.matchAll(/\$__file\{\/run\/secrets\/(\w+)\}/g), (match) => match[1]);
  expect(new Set(variables)).toEqual(new Set(['INFLUX_URL', 'INFLUX_USER', 'INFLUX_DATABASE']));
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(variables));
  expect(files.length).toBe(2);
  expect(secrets).toEqual(expect.arrayContaining(files));
});

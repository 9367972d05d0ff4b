import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { boards } from '../../dashboards/boards.ts';
import { dataSourceOf, grafanaJson } from '../../dashboards/grafana-json.ts';

const folder = join(import.meta.dirname, '../../dashboards');
const all = [...boards];
const panels = all.flatMap(([file, board]) => board.panels.map((panel) => ({ file, board, panel })));

test('six boards, and every file has its board', () => {
  expect(all.map(([file]) => file).sort()).toEqual(readdirSync(join(folder, 'json')).sort());
  expect(all.length).toBe(6);
  expect(new Set(all.map(([, board]) => board.uid)).size).toBe(6);
  expect(panels.length).toBe(61);
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

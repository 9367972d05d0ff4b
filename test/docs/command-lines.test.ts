import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { grafanaClient } from '../../dashboards/grafana-client.ts';
import { publishTo } from '../../dashboards/grafana-set.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { answerOf, run, type Running, scratch } from '../cli/running.ts';
import { typed } from '../cli/typed.ts';
import { type GrafanaStub, startGrafana } from '../dashboards/grafana-stub.ts';
import { commandsOf, ourWords, type Printed, printedOn } from './command-lines.ts';
import { mistakeIn } from './known-words.ts';
import { everyPage, fencedOf, root } from './pages.ts';

/**
 * Every command line that README and docs/ print. What only looks is run against one real house of the sample estate;
 * what writes, or runs until it is stopped, is understood by the real command line to its last flag; what is not ours
 * is named with what holds it instead.
 */
const pages = everyPage();
const printed = pages.flatMap(printedOn);
const ours = printed.flatMap((one) => {
  const words = ourWords(one.words);
  return words === undefined ? [] : [{ ...one, ours: words }];
});
const at = ({ page, line, text }: Printed): string => `${page}:${line}: ${text}`;

test('commands are found, in blocks and in sentences', () => {
  expect(ours.filter(({ whole }) => whole).length).toBeGreaterThan(150);
  expect(ours.filter(({ whole }) => !whole).length).toBeGreaterThan(120);
  const found = new Set(ours.map(({ page }) => page));
  for (const page of ['README.md', 'docs/first-meter.md', 'docs/command-line.md', 'docs/grafana.md']) {
    expect(found).toContain(page);
  }
});

test('a line is taken apart as a shell does it', () => {
  expect(commandsOf(`npx a 'b c' "d" --e=f # why`)).toEqual([['npx', 'a', 'b c', 'd', '--e=f']]);
  expect(commandsOf('npm ci && npm start; curl x | cut -d, -f1')).toEqual([
    ['npm', 'ci'],
    ['npm', 'start'],
    ['curl', 'x'],
  ]);
  expect(commandsOf('echo 1 | npx meterhouse decode')).toEqual([
    ['echo', '1'],
    ['npx', 'meterhouse', 'decode'],
  ]);
});

test('each of ours is a command that there is, with words and options that it takes', async () => {
  const wrong: string[] = [];
  for (const one of ours) {
    if (one.ours.length === 0) continue;
    const mistake = await mistakeIn(one.ours, one.whole && !one.text.includes('…'));
    if (mistake !== undefined) wrong.push(`${at(one)}: ${mistake}`);
  }
  expect(wrong).toEqual([]);
});

test('one that is wrong would be found', async () => {
  expect(await mistakeIn(['frobnicate'], true)).toBe('no command frobnicate');
  expect(await mistakeIn(['alerts', 'list', '--sit', 'a'], true)).toContain("Unknown option '--sit'");
  expect(await mistakeIn(['inbox', 'show'], true)).toContain("'show' is none of: list | show ID");
  expect(await mistakeIn(['inbox', 'show'], false)).toBeUndefined();
  expect(await mistakeIn(['ruling', 'annul', 'ward-3'], true)).toContain("'annul ward-3' is none of");
  expect(await mistakeIn(['check', 'a', 'b'], true)).toContain("'a b' is none of");
});

/** What is neither ours nor tested below, how often it is printed, and what holds it instead. */
const notHere: Readonly<Record<string, { readonly count: number; readonly why: string }>> = {
  docker: { count: 2, why: 'no engine here; test/deploy holds the compose file' },
  openssl: { count: 3, why: 'makes certificates; test/deploy/mosquitto-tls.test.ts makes such and uses them' },
  cat: { count: 2, why: 'shows a file of the page' },
};
/** Tested below, or by the command of ours that they feed. */
const testedHere = ['npm', 'npx', 'curl', 'export', 'echo'];

describe('what is not ours', () => {
  const foreign = printed.filter(({ words }) => ourWords(words) === undefined);
  const by = (program: string): Printed[] => foreign.filter(({ words }) => words[0] === program);

  test('is tested here, or listed with what holds it', () => {
    const elsewhere = foreign.flatMap(({ words: [program = ''] }) => (testedHere.includes(program) ? [] : [program]));
    const counts = Object.entries(notHere).map(([program, { count }]) => [program, count]);
    expect(
      Object.fromEntries(
        Array.from(
          Map.groupBy(elsewhere, (one) => one),
          ([one, all]) => [one, all.length],
        ),
      ),
    ).toEqual(Object.fromEntries(counts));
  });

  test('npm runs scripts that there are, npx programs and files that there are', () => {
    const scripts = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts;
    const known = ['npm ci', 'npm test', ...Object.keys(scripts).map((script) => `npm run ${script}`)];
    expect(by('npm').length).toBeGreaterThan(10);
    const unknown = by('npm').filter(
      ({ words }) => !known.includes(words.slice(0, words[1] === 'run' ? 3 : 2).join(' ')),
    );
    expect(unknown.map(at)).toEqual([]);
    // `mqtt` publishes: test/cli/start.test.ts does so, following docs/first-meter.md; `vitest` writes pages again.
    expect(by('npx').length).toBeGreaterThan(5);
    const missing = by('npx').filter(({ words: [, program = '', , file = ''] }) => {
      const there = existsSync(join(root, 'node_modules/.bin', program));
      return !there || (program === 'vitest' && !existsSync(join(root, file)));
    });
    expect(missing.map(at)).toEqual([]);
  });

  test('variables that are set are those of the configuration', () => {
    const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
    const names = foreign.flatMap(({ words: [program, set = ''] }) =>
      program === 'export' ? [set.split('=')[0]] : [],
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Commands that change something or run until they are stopped: understood above, not run here. */
const notRun = 'start ingest api simulate secrets key purge import read invoice exchange'.split(' ');
/** Of the others, the verbs that do. */
const verbsNotRun: Readonly<Record<string, readonly string[]>> = {
  inbox: ['accept', 'ignore'],
  quarantine: ['replay'],
  issues: ['ignore', 'reopen'],
  ruling: ['void', 'overrule', 'accept', 'estimate', 'undo'],
  alerts: ['acknowledge', 'assign', 'shelve', 'close', 'note', 'test-send'],
  plan: ['add', 'status'],
  report: ['sent', 'baseline'],
  rego: ['add', 'retire', 'withdraw', 'allocate'],
  'sign-off': ['figure'],
};

function isRun([command = '', verb = '']: readonly string[]): boolean {
  return !notRun.includes(command) && !verbsNotRun[command]?.includes(verb);
}

/** Files that a reader has and this house has not: the command is understood above, and not run. */
const readersFiles = /\b(credit-note\.csv|carry\.yaml|my-estate\/)/;

/**
 * Problems that an example may end with in this house: it names what another estate has, or asks for more than the one
 * month that this house remembers. Every other one is a mistake of the page.
 */
const ofThisHouse: ReadonlySet<ProblemCode> = new Set([
  'request.unknown-id',
  'request.not-kept',
  'tariff.no-history',
  'tariff.no-load',
  'tariff.no-price',
  'tariff.not-published',
]);

describe('what only looks, asked of one house of the sample estate', () => {
  const ground = scratch();
  const before = { ...process.env };
  let house: Running;
  let grafana: GrafanaStub;
  let api = '';
  beforeAll(async () => {
    const data = join(ground.path, 'data');
    const ports = ['--port', '0', '--broker-port', '0'];
    house = run(['start', '--config', ground.config, '--data', data, ...ports, '--months', '1']);
    grafana = await startGrafana();
    api = (await house.said(/(http:\S+)\/docs/))[1] ?? '';
    const [, broker = ''] = await house.said(/broker\s+\S*?:(\d+)/);
    process.env['METERHOUSE_API_URL'] = api;
    process.env['METERHOUSE_BROKER_PORT'] = broker;
    process.env['METERHOUSE_DATA'] = data;
    process.env['METERHOUSE_GRAFANA_URL'] = grafana.url;
    process.env['METERHOUSE_GRAFANA_TOKEN'] = 'glsa_editor-token';
    await publishTo(grafanaClient({ url: grafana.url, token: 'glsa_editor-token', timeoutMs: 10_000 }), {
      message: '',
      overwrite: false,
    });
    for (const [file, text] of standIns()) writeFileSync(join(ground.path, file), text);
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    await grafana.close();
    await house.ended('SIGINT');
    ground.remove();
  });

  /** Files that a page speaks of: those it shows, and of others one of the sample estate. */
  function standIns(): [string, string][] {
    const page = pages.find(({ path }) => path === 'docs/choosing-a-tariff.md');
    const blocks = page === undefined ? [] : fencedOf(page);
    const question = blocks.find(({ language, lines }) => language === 'yaml' && lines.join().includes('offers'));
    const whatIf = blocks.find(({ lines }) => lines.includes('$ cat whatif.yaml'))?.lines ?? [];
    const json = pages.find(({ path }) => path === 'docs/meterhouse-json.md');
    const message = (json === undefined ? [] : fencedOf(json)).find(({ lines }) => lines.join().includes('readings'));
    const invoice = (name: string): string => readFileSync(join(root, 'estates/sample/invoices', name), 'utf8');
    return [
      ['question.yaml', question?.lines.join('\n') ?? ''],
      ['whatif.yaml', whatIf.filter((line) => line.startsWith('- ')).join('\n')],
      ['march.csv', invoice('saltmarsh-march-2026.csv')],
      ['april.csv', invoice('greenwend-spring-2026.csv')],
      // The meter is the one of the topic.
      ['message.json', message?.lines.filter((line) => !line.includes('"meter"')).join('\n') ?? ''],
    ];
  }

  /** The words with files of the ground for those of the page: what is written goes nowhere else. */
  function onGround(words: readonly string[]): string[] {
    return words.flatMap((word, index) => {
      if (words[index - 1] === '--out') return [join(ground.path, word)];
      if (words[index - 1] === '--grafana') return [grafana.url];
      if (word.endsWith('/*.csv'))
        return ['greenwend-spring-2026', 'saltmarsh-march-2026'].map((name) => word.replace('*', name));
      return [existsSync(join(ground.path, word)) && /\.\w+$/.test(word) ? join(ground.path, word) : word];
    });
  }

  const looking = ours.filter(
    ({ whole, text, ours: words }) => whole && !text.includes('…') && isRun(words) && !readersFiles.test(text),
  );
  const different = [...new Map(looking.map((one) => [one.ours.join(' '), one])).values()];

  test('few wait for files of a reader', () => {
    const waiting = ours.filter(({ whole, text }) => whole && readersFiles.test(text));
    expect(waiting.filter(({ ours: words }) => isRun(words)).map(at)).toHaveLength(3);
    expect(different.length).toBeGreaterThan(70);
  });

  let answered = 0;
  test.each(different.map((one) => [at(one), one] as const))('%s', async (_, one) => {
    const { exit, output } = await typed(onGround(one.ours), one.input);
    const codes = Array.from(output.matchAll(/\[([a-z-]+\.[a-z-]+)\]$/gm), ([, code]) => code as ProblemCode);
    const isAnswered = exit === 'ok' || exit === 'meters';
    if (isAnswered) answered += 1;
    const isRefusedRightly = codes.length > 0 && codes.every((code) => ofThisHouse.has(code));
    expect(isAnswered || isRefusedRightly, `${exit}: ${output}`).toBe(true);
  });

  test('most are answered', () => {
    expect(answered / different.length).toBeGreaterThan(0.6);
  });

  test('each curl asks a route that there is, by names that it takes, and is answered', async () => {
    const { paths } = z
      .object({
        paths: z.record(
          z.string(),
          z.looseObject({
            get: z.looseObject({ parameters: z.array(z.looseObject({ name: z.string() })).optional() }).optional(),
          }),
        ),
      })
      .parse(await answerOf(`${api}/docs/json`));
    const asked = printed.flatMap(({ words }) =>
      words[0] === 'curl' ? words.filter((word) => word.includes('/v1/')) : [],
    );
    expect(asked.length).toBeGreaterThan(1);
    for (const text of asked) {
      const url = new URL(text.replace(/^.*?(?=\/v1\/)/, ''), api);
      const route = paths[url.pathname]?.get;
      expect({ text, route: route === undefined }).toEqual({ text, route: false });
      const names = route?.parameters?.map(({ name }) => name) ?? [];
      expect({ text, names: [...url.searchParams.keys()].filter((name) => !names.includes(name)) }).toEqual({
        text,
        names: [],
      });
      if (text.includes('…')) continue;
      const { status } = await fetch(url);
      expect({ text, status: status === 200 || status === 404 }).toEqual({ text, status: true });
    }
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Problem, problems, sayProblem } from '../domain/problems.ts';
import vitestConfig from '../vitest.config.ts';

/** Holds the shape of the house: who may import whom, what no file may hold, and which page says what the code says. */

const root = join(import.meta.dirname, '..');

/**
 * The import table. A folder may import itself and what stands here; `packages` is every npm package and Node built-in,
 * or these.
 */
const table: Record<string, { readonly folders: readonly string[]; readonly packages: 'any' | readonly string[] }> = {
  domain: { folders: [], packages: ['zod', 'decimal.js'] },
  store: { folders: ['domain'], packages: 'any' },
  ingest: { folders: ['domain', 'store'], packages: 'any' },
  'api/contract': { folders: ['domain'], packages: ['zod'] },
  api: { folders: ['domain', 'store', 'api/contract'], packages: 'any' },
  dashboards: { folders: ['domain', 'api/contract'], packages: 'any' },
  // Runs in a browser: types of the contract, and nothing that brings a package of the server with it.
  'dashboards/console': { folders: ['domain', 'api/contract'], packages: ['preact', 'preact/hooks', 'uplot', 'zod'] },
  simulators: { folders: ['domain'], packages: 'any' },
  cli: {
    folders: ['domain', 'store', 'ingest', 'api', 'api/contract', 'dashboards', 'simulators'],
    packages: 'any',
  },
  test: {
    folders: [
      'domain',
      'store',
      'ingest',
      'api',
      'api/contract',
      'dashboards',
      'dashboards/console',
      'simulators',
      'cli',
    ],
    packages: 'any',
  },
};
const rooms = Object.keys(table);

/** Files that nothing imports because something else begins them. */
const entryPoints: readonly { readonly file: RegExp; readonly begunBy: string }[] = [
  { file: /^test\/.*\.test\.ts$/, begunBy: 'vitest' },
  { file: /^test\/servers\/prepare\.ts$/, begunBy: '`npm test`, before vitest' },
  { file: /^cli\/main\.ts$/, begunBy: 'meterhouse.js' },
  { file: /^test\/fuzz\/main\.ts$/, begunBy: '`npm run fuzz`' },
  { file: /^test\/score\/run\.ts$/, begunBy: '`npm run score`' },
  { file: /^test\/score\/alerts\/(run|seed-child)\.ts$/, begunBy: '`npm run score:alerts`' },
  { file: /^test\/score\/savings\/run\.ts$/, begunBy: '`npm run score:savings`' },
  { file: /^dashboards\/write\.ts$/, begunBy: '`npm run dashboards`' },
  { file: /^dashboards\/build-console\.ts$/, begunBy: '`npm run console`' },
  { file: /^dashboards\/console\/main\.tsx$/, begunBy: 'the page, `dashboards/console/index.html`' },
  { file: /^test\/soak\/(run|memory-told)\.ts$/, begunBy: '`npm run soak`' },
  { file: /^test\/bench\/[^/]*\.ts$/, begunBy: '`npm run bench`' },
  { file: /^test\/console\/pictures\.ts$/, begunBy: '`npm run pictures`' },
  { file: /^test\/.*\.child\.ts$/, begunBy: 'a test, as a process of its own to be killed' },
];

/** Contracts that were laid before those who use them; the list shrinks to nothing. */
const laidAhead: readonly string[] = [
  'domain/shown/trajectory-points.ts',
  'store/observed.ts',
  'domain/observed/half-hour-values.ts',
  'domain/savings/saving.ts',
  'dashboards/console/pieces/act-form.tsx',
  'dashboards/console/pieces/bars.tsx',
  'dashboards/console/pieces/choice.tsx',
  'dashboards/console/pieces/figure.tsx',
  'dashboards/console/pieces/period.tsx',
  'dashboards/console/pieces/time-chart.tsx',
];

/**
 * Where time, chance, environment and the end of the process may be taken by hand; everywhere else they are passed in.
 */
const composition: readonly { readonly file: RegExp; readonly why: string }[] = [
  { file: /^cli\//, why: 'the composition roots' },
  { file: /^test\//, why: 'a test is its own composition root' },
  { file: /^dashboards\/console\/clock\.ts$/, why: 'the clock of the browser, in one place' },
];

function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !file.includes('node_modules') && !file.startsWith('dashboards/console/built/'));
}

const topFolders = [...new Set(rooms.map((room) => room.split('/')[0] as string))];
const sources = topFolders.flatMap(filesUnder).filter((file) => /\.tsx?$/.test(file));
const texts = new Map(sources.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const text = (file: string): string => texts.get(file) ?? '';

/** The text with whole-line comments blanked, line numbers kept. */
function withoutComments(file: string): string {
  return text(file).replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
}

const specifier = /(?:^import\s+|^(?:import|export)\b[^;']*?\sfrom\s+|\bimport\(\s*|\bnew URL\(\s*)'([^']+)'/gm;

/** What a file imports, starts as a worker or forks: specifiers as written. */
function importsOf(file: string): string[] {
  return Array.from(withoutComments(file).matchAll(specifier), (found) => found[1] as string);
}

/** The path of a relative import from the root of the house. */
function target(file: string, path: string): string {
  return normalize(join(dirname(file), path));
}

/** The most particular room a file stands in. */
function roomOf(file: string): string {
  return rooms.filter((room) => file.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0] ?? 'nowhere';
}

function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

function importFault(file: string, path: string): string | undefined {
  const room = roomOf(file);
  const allowed = table[room];
  if (!allowed) return `${file} stands in no room of the table`;
  if (path.startsWith('.')) {
    if (!existsSync(join(root, target(file, path)))) return `${file} imports ${path}, which does not exist`;
    const other = roomOf(target(file, path));
    // The manifest and configurations at the root are read by those who put the house together.
    const outside = other === 'nowhere' && room !== 'test' && room !== 'cli';
    return outside || (other !== 'nowhere' && other !== room && !allowed.folders.includes(other))
      ? `${file} (${room}) imports ${path} (${other}); it may import ${[room, ...allowed.folders].join(', ')}`
      : undefined;
  }
  if (allowed.packages !== 'any' && !allowed.packages.includes(path)) {
    return `${file} (${room}) imports ${path}; it may import ${allowed.packages.join(', ')}`;
  }
  if (path.startsWith('node:')) return undefined;
  // What a browser runs is bundled before, and its bundle committed; Vitest brings the Vite that does so.
  const isBuilt = room === 'dashboards/console' || (room === 'dashboards' && path === 'vite');
  const known = { ...manifest.dependencies, ...(room === 'test' || isBuilt ? manifest.devDependencies : {}) };
  if (path === 'vite' && isBuilt && 'vitest' in known) return undefined;
  return packageOf(path) in known ? undefined : `${file} imports ${path}, which package.json does not bring`;
}

describe('the house', () => {
  test('has TypeScript in rooms of the table only, and enough of it to be worth checking', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(rooms.filter((room) => !sources.some((file) => roomOf(file) === room))).toEqual([]);
    expect(sources.filter((file) => roomOf(file) === 'nowhere')).toEqual([]);
    const strays = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|data$)/.test(entry.name))
      .flatMap((entry) => filesUnder(entry.name))
      .filter((file) => /\.(tsx?|js|mjs|cjs)$/.test(file) && roomOf(file) === 'nowhere');
    expect(strays).toEqual([]);
  });

  test('finds imports at all', () => {
    expect(importsOf('test/tidy.test.ts')).toContain('../domain/problems.ts');
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(sources.length);
  });

  test.each(rooms)('%s imports only what the table allows', (room) => {
    const faults = sources
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => importsOf(file).map((path) => importFault(file, path)))
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  test('would refuse a forbidden import', () => {
    expect(importFault('domain/time.ts', 'node:fs')).toMatch(/may import zod/);
    expect(importFault('ingest/decoder.ts', '../vitest.config.ts')).toMatch(/may import ingest, domain, store/);
    expect(importFault('simulators/a.ts', '../ingest/decoder.ts')).toMatch(/may import simulators, domain/);
    expect(importFault('store/a.ts', 'left-pad')).toMatch(/does not bring/);
    expect(importFault('store/a.ts', '../domain/time.ts')).toBeUndefined();
  });

  test('has no file that nothing imports or begins', () => {
    const imported = new Set(sources.flatMap((file) => importsOf(file).map((path) => target(file, path))));
    const lonely = sources.filter((file) => !imported.has(file) && !entryPoints.some((entry) => entry.file.test(file)));
    expect(lonely.filter((file) => !laidAhead.includes(file))).toEqual([]);
  });
});

/** What no file may hold, where, and what to do instead. */
const forbidden: readonly {
  readonly what: RegExp;
  readonly where: 'house' | 'everywhere';
  readonly instead: string;
}[] = [
  {
    what: /\bconsole\.(log|info|warn|error|debug|trace|dir|table)\b/,
    where: 'house',
    instead: 'the pino logger passed in',
  },
  { what: /\bDate\.now\b/, where: 'house', instead: 'the clock passed in' },
  { what: /\bnew Date\(\s*\)/, where: 'house', instead: 'the clock passed in' },
  { what: /\bTemporal\.Now\b/, where: 'house', instead: 'the clock passed in' },
  { what: /\bMath\.random\b|\brandomUUID\(/, where: 'house', instead: 'the randomness passed in' },
  { what: /\bprocess\.(env|exit|argv)\b/, where: 'house', instead: 'configuration passed in; an error thrown' },
  // Written in two halves, so that this table does not find itself.
  { what: new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X\\b'].join('')), where: 'everywhere', instead: 'doing it' },
  { what: /\bdebugger\b;/, where: 'everywhere', instead: 'nothing' },
  { what: /\b(test|it|describe)\.(only|skip|todo)\(/, where: 'everywhere', instead: 'running the test' },
];

describe('no file', () => {
  test.each(forbidden)('holds $what ($where)', ({ what, where, instead }) => {
    const looked = sources.filter(
      (file) => where === 'everywhere' || !composition.some((place) => place.file.test(file)),
    );
    expect(looked.length).toBeGreaterThan(10);
    const found = looked.flatMap((file) =>
      (where === 'house' ? withoutComments(file) : text(file))
        .split('\n')
        .flatMap((line, i) => (what.test(line) ? [`${file}:${i + 1}: use ${instead}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  test('holds a line of more than 120 characters, but for text quoted whole', () => {
    // A field message or a sentence under test is worth more unbroken.
    const quoted = /^\s*([\w.[\]'-]+(: |=))?(['"`]).*\3( \+|[,;)]*)$/;
    const long = sources.flatMap((file) =>
      text(file)
        .split('\n')
        .flatMap((line, i) => {
          const whole = quoted.test(line) || (file.startsWith('test/') && /['"`]/.test(line));
          return line.length > 120 && !whole ? [`${file}:${i + 1}: ${line.trim()}`] : [];
        }),
    );
    expect(long).toEqual([]);
  });

  test('is named for its place in the code instead of its business', () => {
    expect(sources.filter((file) => /utils?|helpers?|common|manager|service/i.test(file))).toEqual([]);
  });

  test('holds a function of more than 70 lines: the linter is told so and does so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterhouse-tidy-'));
    const oxlint = join(root, 'node_modules/.bin/oxlint');
    const lint = (lines: number): string => {
      const body = Array.from({ length: lines - 2 }, (_, i) => `  sum += ${i};`).join('\n');
      writeFileSync(join(folder, 'long.ts'), `export function long(sum: number): void {\n${body}\n}\n`);
      try {
        execFileSync(oxlint, ['-c', join(root, '.oxlintrc.json'), folder], { encoding: 'utf8', stdio: 'pipe' });
        return '';
      } catch (error) {
        return z.object({ stdout: z.string() }).parse(error).stdout;
      }
    };
    try {
      expect(lint(70)).not.toMatch(/max-lines-per-function/);
      expect(lint(71)).toMatch(/max-lines-per-function/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('tests', () => {
  const include = z.array(z.string()).parse(vitestConfig.test?.include);

  test('are all found by vitest', () => {
    expect(include).toEqual(['test/**/*.test.ts']);
    const written = sources.filter((file) => /^(test|it|describe)(\.each\(.*\))?\(/m.test(text(file)));
    expect(written.length).toBeGreaterThan(1);
    expect(written.filter((file) => !/^test\/.*\.test\.ts$/.test(file))).toEqual([]);
  });
});

describe('pages', () => {
  const pages = [
    ...readdirSync(root).filter((file) => file.endsWith('.md')),
    ...[...topFolders, 'docs', 'estates'].flatMap(filesUnder).filter((file) => file.endsWith('.md')),
  ];

  test('are there', () => {
    expect(pages.length).toBeGreaterThan(0);
  });

  test.each(pages)('%s has exactly one title', (page) => {
    const prose = readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    expect(prose.match(/^# .+$/gm)).toHaveLength(1);
  });

  test('docs/problems.md says what the catalogue says; `vitest run test/tidy.test.ts -u` writes it again', async () => {
    const rows = Object.entries(problems).map(
      ([code, { says, mend, status }]) => `| \`${code}\` | ${says} | ${mend} | ${status} |`,
    );
    expect(rows.length).toBeGreaterThan(30);
    const example: Problem = {
      code: 'reading.wrong-unit',
      where: 'meter broomfield-gas',
      found: 'kWh',
      expected: 'm3',
    };
    const page = [
      '# Problems and how to mend them',
      '',
      'Every code that Meterhouse says to a person or a program. A code never changes its meaning and is never used',
      'again for another one, so that scripts may rely on it. On the command line and in the log a problem is one',
      'sentence:',
      '',
      `> ${sayProblem(example)}`,
      '',
      'The API answers with the same code as `application/problem+json`, under the HTTP status of the last column.',
      'Problems of a folder, a configuration or a message never reach an HTTP client; their status is what the API',
      'would say.',
      '',
      'This page is written from `domain/problems.ts` by `npx vitest run test/tidy.test.ts -u`.',
      '',
      '| code | means | how to mend it | HTTP |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
    await expect(page).toMatchFileSnapshot('../docs/problems.md');
  });
});

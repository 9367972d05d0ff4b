import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { sayProblem } from '../../domain/problems.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { type EstateReading, readEstateFolder } from '../../store/estate-folder.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const decoders = [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-estate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (from = folder): EstateReading => readEstateFolder(from, { decoders });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const said = (reading: EstateReading) => ('estate' in reading ? [] : reading.problems.map(sayProblem));

/** What people read, one sentence a line, kept beside the tests. */
const page = (sentences: readonly string[]): string => `${sentences.join('\n')}\n`;
const pathOf = (name: string): string => `fixtures/sentences/${name}.txt`;

describe('a sound folder', () => {
  test('becomes one register of all its files', () => {
    const reading = read(join(fixtures, 'estate'));
    expect(said(reading)).toEqual([]);
    expect(reading.warnings).toEqual([]);
    if (!('estate' in reading)) throw new Error('no estate');
    const { estate } = reading;
    expect(estate).toMatchObject({ name: 'Harrow Fold (test)', version: 1 });
    expect([...estate.organisations.keys()]).toEqual(['harrow-trust', 'cafe']);
    expect([...estate.sites.keys()]).toEqual(['cottage']);
    expect([...estate.meters.keys()]).toEqual(['cot-e-main', 'cot-e-wards', 'cot-g-main', 'cot-w-main']);
    expect(estate.sites.get('cottage')).not.toHaveProperty('meters');
    expect(estate.sites.get('cottage')?.gross_internal_area_m2).toEqual([
      { from: '2012-04-01', value: 4100 },
      { from: '2025-04-01', value: 4300 },
    ]);
  });

  test('has what Meterhouse amended in its place', () => {
    const reading = read(join(fixtures, 'estate'));
    if (!('estate' in reading)) throw new Error('no estate');
    const { meters } = reading.estate;
    expect(meters.get('cot-g-main')?.exchanges.map(({ at, serial }) => [at, serial])).toEqual([
      ['2025-09-01T10:00:00Z', 'G-2'],
      ['2026-02-03T09:30:00Z', 'G-3'],
    ]);
    expect(meters.get('cot-w-main')).toMatchObject({ site: 'cottage', expected_interval: 1800, maximum_gap: 21_600 });
  });

  test('is the sample estate too, with the decoders there are', () => {
    const sample = join(import.meta.dirname, '../../estates/sample');
    const reading = readEstateFolder(sample, estateOptions);
    expect(said(reading)).toEqual([]);
    expect(reading.warnings).toEqual([]);
    expect('estate' in reading && reading.estate.meters.size).toBeGreaterThan(50);
  });

  test('has the same hash wherever it lies, and another one when a letter changes', () => {
    cpSync(join(fixtures, 'estate'), folder, { recursive: true });
    const { hash } = read();
    expect(hash).toBe(read(join(fixtures, 'estate')).hash);
    write('estate.yaml', 'estate: Harrow Fold (tast)\n');
    expect(read().hash).not.toBe(hash);
  });
});

describe('ten mistakes', () => {
  test('are ten problems in one run, each with its line', async () => {
    const problems = said(read(join(fixtures, 'ten-mistakes')));
    expect(problems).toHaveLength(10);
    await expect(page(problems)).toMatchFileSnapshot(pathOf('ten-mistakes'));
  });
});

/** One site with one meter; `change` is put into the meter, `beside` into the site. */
function siteOf(change: string, beside = ''): string {
  const lines = (text: string, indent: string) =>
    text
      .split('\n')
      .map((line) => `${indent}${line}`)
      .join('\n');
  return `organisations: [{ id: trust, name: Trust }]
sites:
  - id: north
    name: North
    organisation: trust
    type: office
    gross_internal_area_m2: 100
${lines(beside, '    ')}
    meters:
      - id: e-main
        name: Intake
        utility: electricity
        role: main
        unit: kWh
${lines(change, '        ')}
`;
}

describe('the form of an entry', () => {
  const cases = [
    ['name:', 'null where text is needed; the key stands twice'],
    ['serial: 12345', 'a number without quotes'],
    ['expected_interval: 30 minutes', 'a span in other words'],
    ['register: { digits: 6.5, step: 0 }', 'two faults in one object'],
    ['register: 6', 'a number for an object'],
    ['rating: { value: 5, unit: kv }', 'a unit with no near name'],
    ['valid_from: 2025-02-30', 'a date that is none'],
    ['exchanges: [{ at: 2025-02-03T10:00:00, closing: 5, opening: 0 }]', 'an instant without offset'],
    ['multiplier: yes', 'a word where a number or a list is meant'],
    ['multiplier: [{ from: 2025-01-01, time: 60 }]', 'a misspelt key in one branch of two'],
    ['volume_correction: correct', 'a misspelt word where an object is possible'],
    ['volume_correction: { site_fator: 1.02 }', 'a misspelt key in one of two objects'],
    ['topic: ""', 'an empty text'],
    ['end_use: Domestic hot water', 'a word of the wrong form'],
    ['unit: KWH', 'the key stands twice'],
    ['sum_of: { meter: a, times: 1 }', 'an object for a list'],
  ] as const;

  test('is wrong in sixteen ways', () => expect(cases).toHaveLength(16));

  test.each(cases)('%s', async (change) => {
    write('a.yaml', siteOf(change));
    const sentences = said(read()).map((text) => text.split(' To mend it')[0] ?? '');
    expect(sentences.length).toBeGreaterThan(0);
    const name = change.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
    await expect(page([change, '', ...sentences])).toMatchFileSnapshot(pathOf(name));
  });

  test('needs what it needs, said at the entry', async () => {
    write('a.yaml', 'sites:\n  - id: north\n    name: North\n\n  - name: South\n');
    await expect(page(said(read()))).toMatchFileSnapshot(pathOf('needed'));
  });

  test('does not hide what is wrong with it beside the other entries', () => {
    write('a.yaml', siteOf('colour: red\nmpan: "1012345678904"\nparent: e-mian\ntechnology: solar\nrole: mian'));
    const codes = said(read()).map((text) => `${/:(\d+):/.exec(text)?.[1]} ${/\(meter e-main: (\w+)/.exec(text)?.[1]}`);
    // Nothing of technology: the role that it depends on is not known.
    expect(codes).toEqual(['13 role', '15 colour', '16 mpan', '17 parent', '19 undefined']);
  });

  test('shows a long value shortened', () => {
    write('a.yaml', siteOf(`serial: ${'9'.repeat(5_000)}`));
    expect(said(read())[0]?.length).toBeLessThan(400);
  });
});

describe('files', () => {
  test('that are not YAML say where, and what else is wrong is still said', async () => {
    write('a.yaml', siteOf('parent: e-other\nmpan: "1"'));
    write('b.yaml', 'sites:\n  - id: south\n   name: South\n');
    write('c.yaml', 'estate: "unclosed\n');
    const problems = said(read());
    await expect(page(problems)).toMatchFileSnapshot(pathOf('not-yaml'));
    // Nothing is said of e-other, which may stand in one of the two.
    expect(problems.filter((text) => text.includes('e-other'))).toEqual([]);
  });

  test('of aliases that unfold without end are refused', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
    write('a.yaml', `a0: &a0 [x, x, x, x]\n${rows.join('\n')}\n`);
    expect(said(read())).toEqual([expect.stringMatching(/^a\.yaml:1: .*\[estate\.yaml\]$/)]);
  });

  test.each([
    ['nothing at all', '', 0],
    ['only a comment', '# soon\n', 0],
    ['a list', '- a\n', 1],
    ['one word', 'hello\n', 1],
    ['two documents', 'estate: A\n---\nestate: B\n', 1],
    ['a binary', '\u0000\u0001', 1],
    ['a tag nobody knows', 'estate: !secret A\n', 1],
  ])('with %s', (_, text, problems) => {
    write('a.yaml', siteOf(''));
    write('b.yaml', text);
    expect(said(read())).toHaveLength(problems);
  });

  test('that are not UTF-8, too large, too many or too deep are named', async () => {
    write('a.yaml', siteOf(''));
    writeFileSync(join(folder, 'latin.yaml'), Buffer.from([0x6e, 0x3a, 0xe9]));
    writeFileSync(join(folder, 'large.yaml'), Buffer.alloc(limits.estateFileBytes + 1, '#'));
    mkdirSync(join(folder, 'deep/'.repeat(limits.estateFolderDepth + 1)), { recursive: true });
    for (let i = 0; i < limits.estateFiles; i++) write(`x${i}.yaml`, '');
    await expect(page(said(read()).map((text) => text.replace(folder, 'FOLDER')))).toMatchFileSnapshot(
      pathOf('unreadable'),
    );
  });

  test('with another ending are said not to be read; hidden folders and what a link leads round to are not', () => {
    write('a.yaml', siteOf('rating: { value: 200, unit: kVA }'));
    write('b.yml', 'nonsense: true\n');
    mkdirSync(join(folder, '.git'));
    write('.git/c.yaml', 'nonsense: true\n');
    symlinkSync(folder, join(folder, 'round'));
    const reading = read();
    expect(said(reading)).toEqual([]);
    expect(reading.warnings.map(({ where, code }) => [where, code])).toEqual([['b.yml', 'estate.doubt']]);
  });

  test('that are links, as a mounted configuration has them, are read', () => {
    mkdirSync(join(folder, '..data'));
    write('..data/a.yaml', siteOf(''));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    const reading = read();
    expect('estate' in reading && reading.estate.meters.size).toBe(1);
  });

  test('are there at all', () => {
    expect(said(read())).toEqual([expect.stringContaining('there is no file whose name ends in .yaml')]);
    expect(said(read(join(folder, 'nowhere')))).toEqual([expect.stringContaining('no such file or directory')]);
  });

  test('of which two name the estate differently', () => {
    write('a.yaml', `estate: A\n${siteOf('')}`);
    write('b.yaml', 'estate: B\n');
    expect(said(read())).toEqual([expect.stringMatching(/^b\.yaml:1: .*called A in a\.yaml already.*found B/)]);
  });
});

describe('whatever is written', () => {
  test('is a register or a list of problems with lines, never an exception: any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (file, entry) => {
        write('a.yaml', JSON.stringify(file));
        write('b.yaml', JSON.stringify({ organisations: [entry], sites: [entry, { id: 'x', meters: [entry] }] }));
        write('amendments.yaml', JSON.stringify({ meters: [entry], exchanges: entry }));
        expect(said(read()).length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  test('is a register or a list of problems with lines, never an exception: a sound file cut and patched', () => {
    const sound = siteOf('mpan: "1012345678903"\nexchanges: [{ at: 2025-02-03T10:00:00Z, closing: 5, opening: 0 }]');
    const patch = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('\n', ': ', '- ', '{', '&a ', '*a', '<<: ', '!!'),
    );
    fc.assert(
      fc.property(fc.nat(sound.length), fc.nat(20), patch, (from, length, text) => {
        write('a.yaml', sound.slice(0, from) + text + sound.slice(from + length));
        const reading = read();
        const lines = 'estate' in reading ? [] : reading.problems.map(({ line }) => line);
        expect(lines.every((line) => line === undefined || line > 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a name like any other', (name) => {
    write('a.yaml', siteOf(`${name}: 1`));
    expect(said(read())).toEqual([expect.stringContaining(`meter e-main: ${name}: there is no such key`)]);
    write('a.yaml', siteOf(`parent: ${name}`));
    expect(said(read())).toHaveLength(1);
  });
});

describe('warnings', () => {
  test('are said and stop nothing', async () => {
    const gas = 'utility: gas\nrole: main\nunit: m3\nvolume_correction: { metering_pressure_mbar: 21 }';
    const more =
      'calorific_value: [{ from: 2025-04-01, value_mj_per_m3: 39, source: bill }]\nannual_quantity_kwh: 800000';
    const text = siteOf(`${gas}\n${more}`).replace(/ {8}utility: electricity\n {8}role: main\n {8}unit: kWh\n/, '');
    write('a.yaml', text);
    const reading = read();
    expect('estate' in reading).toBe(true);
    await expect(page(reading.warnings.map(sayProblem))).toMatchFileSnapshot(pathOf('warnings'));
  });
});

describe('amendments', () => {
  test('that name nothing there is, or are of the wrong form, have their line', async () => {
    write('a.yaml', siteOf(''));
    write(
      'amendments.yaml',
      `exchanges:
  - { meter: e-mian, at: 2026-01-01T00:00:00Z, closing: 1, opening: 0 }
  - { meter: e-main, at: 2026-01-01T00:00:00Z, closing: one, opening: 0 }
meters:
  - { site: nort, id: w, name: Water, utility: water, role: main, unit: m3 }
  - { site: north, id: e-main, name: Water, utility: water, role: main, unit: kWh }
`,
    );
    await expect(page(said(read()))).toMatchFileSnapshot(pathOf('amendments'));
  });
});

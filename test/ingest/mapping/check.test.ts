import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodersOf, estateOptions } from '../../../ingest/known-decoders.ts';
import { TopicIndex } from '../../../ingest/topic-index.ts';
import { readEstateFolder } from '../../../store/estate-folder.ts';
import { mappingText, problemsOf } from './made-mapping.ts';

const gives = [{ kind: 'register', unit: 'kWh', value: 'a' }];

describe('a mapping that can never match', () => {
  test('conditions that contradict each other', () => {
    const never = (when: string[]) => problemsOf([{ topic: 't', when, gives }]);
    expect(never(["a == 'x'", "a == 'y'"])).toEqual([
      'mapping.never rules.0.when: it can never hold: a cannot be all of "x", "y"',
    ]);
    expect(never(["a == 'x' && b", "a != 'x'"])).toHaveLength(1);
    expect(never(['a.b', '!(a.b)'])).toEqual([
      'mapping.never rules.0.when: it can never hold: a.b must be there and must not',
    ]);
    expect(never(["a == 'x'", '!a'])).toHaveLength(1);
    expect(never(["a == 'x' || a == 'y'", "b != 'x'", '!c'])).toEqual([]);
  });

  test('a rule behind one that reads all of its messages', () => {
    const both = (first: object, second: object) =>
      problemsOf([
        { gives, ...first },
        { gives, ...second },
      ]);
    const shadowed = ['mapping.never rules.1: it is never asked: rule 1, before it, reads all of its messages'];
    expect(both({ topic: '{p*}/e' }, { topic: 'x/{y}/e', when: ['a'] })).toEqual(shadowed);
    expect(both({ topic: 'x/{y}', where: { y: ['1', '2'] } }, { topic: 'x/{y}', where: { y: ['2'] } })).toEqual(
      shadowed,
    );
    expect(both({ topic: 'x/{y}', when: ["a != 'k'"] }, { topic: 'x/{y}', when: ["a == 'm'", 'b'] })).toEqual(shadowed);
    expect(both({ topic: 'x/{y}', when: ['b'] }, { topic: 'x/{y}' })).toEqual([]);
    expect(both({ topic: 'x/{y}', not: 'x/9' }, { topic: 'x/9' })).toEqual([]);
    expect(both({ topic: 'x/{y}' }, { topic: 'x/{y*}' })).toEqual([]);
  });
});

test('an example that gives something else is told with what it gives', () => {
  const example = { why: 'two', source: 'own', topic: 't', payload: '{"a":2}', meters: [{ id: 'm', unit: 'kWh' }] };
  const reading = { meter: 'm', quantity: 'energy', kind: 'register', value: 3, unit: 'kWh' };
  expect(problemsOf([{ topic: 't', gives }], { examples: [{ ...example, gives: { readings: [reading] } }] })).toEqual([
    `mapping.example examples.0.gives: two: it gives {"readings":[${JSON.stringify({ meter: 'm', quantity: 'energy', kind: 'register', value: 2, unit: 'kWh' })}],"refused":[]}`,
  ]);
});

describe('an estate with mappings of its own', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meterhouse-mapping-'));
    mkdirSync(join(folder, 'mappings'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function estateOf(meters: readonly object[], mapping: string) {
    const site = { id: 's', name: 'S', organisation: 'o', type: 'office', gross_internal_area_m2: 100 };
    const entries = meters.map((meter, i) => {
      return {
        id: `m${i}`,
        name: 'M',
        utility: 'electricity',
        role: 'sub',
        unit: 'kWh',
        decoder: 'under-test',
        ...meter,
      };
    });
    const organisations = [{ id: 'o', name: 'O' }];
    writeFileSync(join(folder, 'estate.yaml'), stringify({ organisations, sites: [{ ...site, meters: entries }] }));
    writeFileSync(join(folder, 'mappings', 'own.yaml'), mapping);
    return readEstateFolder(folder, estateOptions);
  }
  const rules = [{ topic: 'gw/{unit}/all', where: { unit: ['7', '8'] }, gives: [{ ...gives[0], channel: '{unit}' }] }];

  test('hears its meters by it', () => {
    const { estate } = estateOf([{ topic: 'gw/+/all', channel: '7' }], mappingText(rules)) as { estate?: never };
    if (!estate) throw new Error('no estate');
    expect([...decodersOf(estate).keys()]).toContain('under-test');
    const [listeners] = new TopicIndex(estate).match('gw/7/all');
    expect(
      listeners?.decoder.decode(
        { topic: 'gw/7/all', payload: Buffer.from('{"a":5}'), received: 1 },
        listeners.meters,
        undefined,
      ),
    ).toMatchObject({
      readings: [{ meter: 'm0', value: 5 }],
    });
  });

  test('is told of meters that it can never hear, each by its line', () => {
    const { problems } = estateOf(
      [
        { topic: 'gw/7/all', channel: '7' },
        { topic: 'gw/7/other', channel: '7' },
        { topic: 'gw/#', channel: '9' },
        { topic: 'gw/8/all' },
        { topic: 'gw/9/all', channel: '8' },
      ],
      mappingText(rules),
    );
    expect(problems?.map(({ where, line, detail }) => `${where}:${line} ${detail}`)).toEqual([
      'estate.yaml:25 meter m1: topic: no rule of under-test reads a topic under it',
      'estate.yaml:34 meter m2: channel: no reading of this topic has this channel',
      'estate.yaml:35 meter m3: channel: every reading of this topic has a channel',
      'estate.yaml:48 meter m4: topic: no rule of under-test reads a topic under it',
    ]);
  });

  test('is refused with every problem of a mapping, each by its line, and its meters are not at fault', () => {
    const broken = mappingText([{ topic: 'gw/{x', gives: [{ kind: 'regster', unit: 'kWh', value: 'a' }] }]);
    const { problems } = estateOf([{ topic: 'x' }], broken);
    expect(problems?.map(({ code, where, line }) => `${code} ${where}:${line}`)).toEqual([
      'mapping.invalid mappings/own.yaml:13',
    ]);
    const { problems: more } = estateOf(
      [{ topic: 'x' }],
      mappingText([{ topic: 'gw/{x', gives: [{ ...gives[0], value: '(' }] }]),
    );
    expect(more?.map(({ line }) => line)).toEqual([11, 15]);
  });

  test('may not take the name of another decoder', () => {
    const { problems } = estateOf([{ topic: 'x', decoder: 'number' }], mappingText(rules, { mapping: 'number' }));
    expect(problems?.map(({ detail }) => detail)).toEqual(['mapping: Meterhouse itself has this name']);
  });
});

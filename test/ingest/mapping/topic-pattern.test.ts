import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, meetsFilter, topicPattern } from '../../../ingest/mapping/topic-pattern.ts';
import { TopicIndex } from '../../../ingest/topic-index.ts';
import { madeEstate, madeMeter } from '../made-meter.ts';

// Telegraf's mqtt_consumer tests (influxdata/telegraf, MIT), its patterns in the words of a mapping.
const telegraf: readonly [pattern: string, topic: string, gives: Record<string, string> | undefined][] = [
  [
    '{testtag}/{testnumber}/{measurement}',
    'telegraf/123/test',
    { testtag: 'telegraf', testnumber: '123', measurement: 'test' },
  ],
  [
    '{testtag}/{testnumber}/test/{teststring}',
    'telegraf/123/test/hello',
    { testtag: 'telegraf', testnumber: '123', teststring: 'hello' },
  ],
  ['{testtag}/+/test/hello', 'telegraf/123/test/hello', { testtag: 'telegraf' }],
  [
    '/{testtag}/{testnumber}/test/{teststring}',
    '/telegraf/123/test/hello',
    { testtag: 'telegraf', testnumber: '123', teststring: 'hello' },
  ],
  [
    '/{testtag}/{more*}/test/{teststring}',
    '/telegraf/123/foo/test/hello',
    { testtag: 'telegraf', more: '123/foo', teststring: 'hello' },
  ],
  ['/telegraf/#', '/telegraf/123', {}],
  ['telegraf/{a}/{b}', 'telegraf/123', undefined],
];

test('there are the cases of telegraf', () => expect(telegraf.length).toBe(7));
test.each(telegraf)('%s of %s', (pattern, topic, gives) => {
  const found = topicPattern(pattern).match(topic);
  expect(found && { ...found }).toEqual(gives);
});

test.each([
  ['a/{b', 'braces hold a name'],
  ['a/{B}', 'braces hold a name'],
  ['a/#/b', '# is the last level'],
  ['a/b#', 'whole levels'],
  ['{a*}/{b*}', 'one {name*} is all'],
  ['{a}/{a}', '{a} stands here twice'],
  ['x{a*}', 'stands alone'],
])('%s is refused', (pattern, says) => expect(() => topicPattern(pattern)).toThrow(says));

// A small alphabet, so that patterns and filters often meet.
const level = fc.constantFrom('a', 'b', '$s');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([levels, below]) => [...levels, ...(below ? ['#'] : [])].join('/'));
const patterns = fc
  .tuple(
    fc.array(fc.oneof(level, fc.constantFrom('+', '{x}', 'p{x}')), { minLength: 1, maxLength: 3 }),
    fc.nat(3),
    fc.boolean(),
  )
  .map(([levels, long, below]) => {
    const once = levels.map((each, i) => (each.includes('{x}') && levels.indexOf(each) !== i ? '+' : each));
    const named = once.map((each, i) => (each.includes('{x}') ? each.replace('x', `x${i}`) : each));
    const whole = long < named.length ? named.with(long, '{y*}') : named;
    return [...whole, ...(below ? ['#'] : [])].join('/');
  });

describe('against trying topics one by one', () => {
  const filterMatches = (filter: string, topic: string) =>
    new TopicIndex(madeEstate([madeMeter({ id: 'm', topic: filter, decoder: 'number' })])).match(topic).length > 0;

  test('a filter and a pattern that both match a topic do meet', () => {
    let met = 0;
    fc.assert(
      fc.property(patterns, filters, topics, (pattern, filter, topic) => {
        const compiled = topicPattern(pattern);
        if (!compiled.match(topic) || !filterMatches(filter, topic)) return;
        met++;
        expect(meetsFilter(compiled, filter)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(met).toBeGreaterThan(50);
  });

  test('what a narrow pattern matches, one that covers it matches', () => {
    let covered = 0;
    fc.assert(
      fc.property(patterns, patterns, topics, (wide, narrow, topic) => {
        if (!covers(topicPattern(wide), topicPattern(narrow)) || !topicPattern(narrow).match(topic)) return;
        covered++;
        expect(topicPattern(wide).match(topic)).toBeDefined();
      }),
      { numRuns: 5_000 },
    );
    expect(covered).toBeGreaterThan(50);
  });
});

test.each([
  ['{prefix*}/{device}/SENSOR', 'tele/+/SENSOR', true],
  ['{prefix*}/{device}/SENSOR', 'tele/plug/SENSOR', true],
  ['{prefix*}/{device}/SENSOR', '#', true],
  ['{prefix*}/{device}/SENSOR', 'tele/plug/STATE', false],
  ['{prefix*}/{device}/SENSOR', 'plug/SENSOR', false],
  ['homie/{d}/{n}/{p}', 'homie/5/#', true],
  ['homie/{d}/{n}/{p}', 'homie/5', false],
  ['vz/chn{n}/raw', 'vz/chn4/raw', true],
  ['vz/chn{n}/raw', 'vz/x4/raw', false],
])('%s meets %s: %s', (pattern, filter, meets) => expect(meetsFilter(topicPattern(pattern), filter)).toBe(meets));

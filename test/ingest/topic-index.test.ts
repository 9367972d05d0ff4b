import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesTopic, withoutGroup } from '../../domain/estate/topic-filter.ts';
import { TopicIndex } from '../../ingest/topic-index.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

function matching(filters: readonly string[], topic: string): string[] {
  const meters = filters.map((filter, i) => madeMeter({ id: `m${i}`, topic: filter, decoder: 'number' }));
  const found = new TopicIndex(madeEstate(meters)).match(topic);
  return found.flatMap((listeners) => listeners.meters.map((meter) => filters[Number(meter.id.slice(1))] ?? ''));
}

// MQTT 5.0 (OASIS), sections 4.7.1.2, 4.7.1.3 and 4.7.2: every match and non-match that the text gives.
const published: readonly [filter: string, topic: string, matches: boolean][] = [
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'sport/tennis', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player2', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+', 'sport', true],
  ['+/tennis/#', 'sport/tennis/player1', true],
  ['sport/+/player1', 'sport/tennis/player1', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/broker/uptime', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/monitor/Clients', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['ACCOUNTS', 'Accounts', false],
  ['/finance', 'finance', false],
  // Telegraf's mqtt_consumer tests (MIT): filters with a leading slash and a level in the middle.
  ['telegraf/+/test/hello', 'telegraf/123/test/hello', true],
  ['/telegraf/+/test/hello', '/telegraf/123/test/hello', true],
  ['/telegraf/#', '/telegraf/123', true],
  ['telegraf/+/test', 'telegraf/123/test/hello', false],
];

describe('the published filters', () => {
  test('are all here', () => expect(published.length).toBe(26));
  test.each(published)('%s and %s: %s', (filter, topic, matches) => {
    expect(matching([filter], topic)).toEqual(matches ? [filter] : []);
    expect(matchesTopic(filter, topic)).toBe(matches);
  });
});

test('a filter without wildcards comes first', () => {
  expect(matching(['a/#', 'a/+', 'a/b'], 'a/b')).toEqual(['a/b', 'a/#', 'a/+']);
});

test('the group of a shared subscription is no part of the topic', () => {
  expect(withoutGroup('$share/ingest/site/+/energy')).toBe('site/+/energy');
  expect(matching(['$share/ingest/site/+/energy'], 'site/7/energy')).toHaveLength(1);
  expect(withoutGroup('$SYS/share/x')).toBe('$SYS/share/x');
});

test('meters of two decoders on one topic are kept apart', () => {
  const meters = [
    madeMeter({ id: 'a', topic: 't', decoder: 'number' }),
    madeMeter({ id: 'b', topic: 't', decoder: 'meterhouse' }),
    madeMeter({ id: 'c', topic: 't', decoder: 'number' }),
    madeMeter({ id: 'd', topic: 't' }),
    madeMeter({ id: 'e' }),
  ];
  const found = new TopicIndex(madeEstate(meters)).match('t');
  expect(found.map(({ decoder, meters }) => [decoder.name, meters.map(({ id }) => id)])).toEqual([
    ['number', ['a', 'c']],
    ['meterhouse', ['b']],
  ]);
});

test('agrees with a filter turned into a regular expression', () => {
  const level = fc.constantFrom('a', 'b', '', '$x', 'long level');
  const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
  const filters = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, open]) => (open ? [...levels, '#'] : levels).join('/'))
    .filter((filter) => filter !== '');
  fc.assert(
    fc.property(fc.array(filters, { minLength: 1, maxLength: 8 }), topics, (list, topic) => {
      fc.pre(topic !== '');
      const expected = list.filter((filter) => regularly(filter).test(topic));
      expect(matching(list, topic).toSorted()).toEqual(expected.toSorted());
    }),
  );
});

function regularly(filter: string): RegExp {
  const parts = filter.split('/').map((level, i) => {
    if (level === '#') return i === 0 ? '(?!\\$).*' : '(/.*)?';
    const text = level === '+' ? (i === 0 ? '(?!\\$)[^/]*' : '[^/]*') : level.replace('$', '\\$');
    return i === 0 ? text : `/${text}`;
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

test('ten thousand meters are told apart, those of a wildcard too', () => {
  const meters = Array.from({ length: 10_000 }, (_, i) =>
    madeMeter({ id: `m${i}`, decoder: 'number', topic: i % 10 === 0 ? `site/${i}/+/energy` : `site/${i}/energy` }),
  );
  const index = new TopicIndex(madeEstate(meters));
  let found = 0;
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 10_000; i++)
      found += index.match(i % 10 === 0 ? `site/${i}/x/energy` : `site/${i}/energy`).length;
  }
  expect(found).toBe(100_000);
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ObservedSeries } from '../../../domain/observed/register.ts';
import { toIso } from '../../../domain/time.ts';
import { readIntensities } from '../../../ingest/grid/intensity-answer.ts';
import { GridWatch } from '../../../ingest/grid/grid-watch.ts';
import { Pipeline } from '../../../ingest/pipeline.ts';
import { freePort } from '../../servers/process.ts';
import { lastFetch } from '../../../store/grid-fetches.ts';
import { readObserved } from '../../../store/observed.ts';
import { openBooks, type TestBooks } from '../books.ts';
import { madeEstate, madeSeries } from '../made-meter.ts';

const start = 1_795_456_800;
const minute = (at: number): string => `${toIso(at).slice(0, 16)}Z`;

/** The samples of the API's own definitions (CC BY 4.0), and an East England entry of our own in that shape. */
const national =
  '{"data":[{"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{"forecast":266,"actual":263,"index":"moderate"}}]}';
const ahead =
  '{"data":[{"from":"2020-05-24T20:30Z","to":"2020-05-24T21:00Z","intensity":{"forecast":146,"actual":null,"index":"low"}}]}';
const region = {
  regionid: 10,
  dnoregion: 'UKPN East',
  shortname: 'East England',
  data: [
    {
      from: '2026-11-23T18:00Z',
      to: '2026-11-23T18:30Z',
      intensity: { forecast: 144, index: 'low' },
      generationmix: [{ fuel: 'gas', perc: 43.6 }],
    },
  ],
};

describe('an answer', () => {
  test('of the nation has an actual, or null where it is not over', () => {
    expect(readIntensities(national, 'x')).toEqual([{ start: 1_516_449_600, forecast: 266, actual: 263 }]);
    expect(readIntensities(ahead, 'x')).toMatchObject([{ forecast: 146, actual: undefined }]);
  });

  test('of a region is a list of one or the one itself, and has a forecast alone', () => {
    const expected = [{ start: start, forecast: 144, actual: undefined }];
    expect(readIntensities(JSON.stringify({ data: [region] }), 'x')).toEqual(expected);
    expect(readIntensities(JSON.stringify({ data: region }), 'x')).toEqual(expected);
  });

  test.each([
    ['a page', '<html>'],
    ['an error', '{"error":{"code":"400 Bad Request","message":"…"}}'],
    ['words for numbers', national.replace('263', '"263"')],
    ['a whole hour', national.replace('12:30Z', '13:00Z')],
    ['a stamp without zone', national.replace('12:00Z', '12:00')],
    ['milligrams', national.replace('263', '263000')],
  ])('that is %s is said to be none', (_, text) => {
    expect(() => readIntensities(text, 'the address')).toThrow('[grid.bad-answer]');
  });
});

describe('fetching', () => {
  let books: TestBooks;
  let pipeline: Pipeline;
  let now = start;
  let url: string;
  const asked: string[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  const said: string[] = [];
  const log = pino({ level: 'silent' });
  log.warn = (...words: unknown[]) => void said.push(words.map(String).join(' '));

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    books = await openBooks(() => now);
    const estate = madeEstate([]);
    pipeline = new Pipeline({ source: 'g', ...books, estate, clock: () => now * 1000, log });
    pipeline.start();
  });
  afterAll(async () => {
    await pipeline.close();
    await books.close();
    server.close();
  });
  beforeEach(() => {
    asked.length = 0;
    said.length = 0;
  });

  function watchOf(series: ObservedSeries, service = url): GridWatch {
    const estate = madeEstate([], 1, [series]);
    const book = (columns: Parameters<Pipeline['bookFile']>[0]) => pipeline.bookFile(columns);
    const clock = (): number => now * 1000;
    return new GridWatch({ url: service, estate: () => estate, state: books.state, book, clock, log });
  }

  const grid = (id: string, where: 'national' | number): ObservedSeries =>
    madeSeries({ id, quantity: 'carbon_intensity', unit: 'gCO2/kWh', region: where });

  /** Answers every half-hour of the period in the address, actuals where they are two hours old. */
  function answerTruly(isRegion: boolean): void {
    answer = ({ url: path = '' }, response) => {
      const [from = '', to = ''] = path.match(/\d{4}-\d\d-\d\dT\d\d:\d\dZ/g) ?? [];
      const list: unknown[] = [];
      for (let at = Date.parse(from) / 1000; at < Date.parse(to) / 1000; at += 1800) {
        const actual = at + 7200 <= now ? (at / 1800) % 300 : null;
        const intensity = isRegion ? { forecast: 144 } : { forecast: 150, actual, index: 'low' };
        list.push({ from: minute(at), to: minute(at + 1800), intensity });
      }
      response.end(JSON.stringify({ data: isRegion ? { ...region, data: list } : list }));
    };
  }

  test('asks for the last 48 hours, keeps forecasts apart, and asks once in a half-hour', async () => {
    answerTruly(false);
    const series = grid('nation', 'national');
    const watch = watchOf(series);
    await watch.look();
    await watch.look();
    expect(asked).toEqual([`/intensity/${minute(start - 2 * 86_400)}/${minute(start + 1800)}`]);
    const found = await readObserved(books.store, series, { from: start - 10_800, to: start + 1800 });
    expect([...found.values].map((value) => !Number.isNaN(value))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([...found.forecast]).toEqual(Array.from({ length: 7 }, () => 150));
    // The next half-hour: one more actual, one more forecast, and nothing twice in the ledgers.
    now += 1800;
    await watch.look();
    const [line] = books.state.ledger({ from: '2026-11-23', to: '2026-11-23' }, ['nation']);
    expect(line?.readings).toMatchObject({ stored: 93 + 97 + 2, repeated: 0, revised: 0 });
    await watch.close();
  });

  test('a region is asked for by its number, and a process that begins again does not ask twice', async () => {
    answerTruly(true);
    const series = grid('east', 10);
    const first = watchOf(series);
    await first.look();
    await first.close();
    expect(asked[0]).toMatch(/^\/regional\/intensity\/[^/]+\/[^/]+\/regionid\/10$/);
    await watchOf(series).look();
    expect(asked).toHaveLength(1);
    const { values, forecast } = await readObserved(books.store, series, { from: now - 3600, to: now });
    expect([values.every(Number.isNaN), [...forecast]]).toEqual([true, [144, 144]]);
  });

  test('after a week away it asks for the week, and after a month for what the service gives at once', async () => {
    answerTruly(true);
    const watch = watchOf(grid('east', 10));
    now += 7 * 86_400;
    await watch.look();
    now += 30 * 86_400;
    await watch.look();
    const days = asked.map((path) => {
      const [from = '', to = ''] = path.match(/\d{4}-\d\d-\d\dT\d\d:\d\dZ/g) ?? [];
      return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
    });
    expect(days).toEqual([9, 13]);
    await watch.close();
  });

  test('a service that cannot now is tried again, and one that refuses is not; both are said', async () => {
    answer = (_, response) => void response.writeHead(503).end('later');
    const watch = watchOf(grid('troubled', 'national'));
    await watch.look();
    expect(asked).toHaveLength(4);
    expect(said.join()).toContain('[grid.unreachable]');
    expect(lastFetch(books.state, 'troubled')).toEqual({ at: now, problem: expect.stringContaining('it answers 503') });
    answer = (_, response) => void response.writeHead(400).end('{"error":{"code":"400 Bad Request"}}');
    await watch.look();
    expect(asked).toHaveLength(5);
    expect(said.join()).toContain('status 400');
    expect(lastFetch(books.state, 'troubled')?.problem).toMatch(/status 400.*\[grid\.bad-answer\]/);
    answer = (_, response) => void response.end('x'.repeat(5_000_000));
    await watch.look();
    expect(said.join()).toContain('a longer answer');
    // Nothing was remembered as fetched: when it answers again, it is asked.
    answerTruly(false);
    await watch.look();
    expect(books.state.highWater(['troubled/carbon_intensity/interval']).size).toBe(1);
    expect(lastFetch(books.state, 'troubled')).toEqual({ at: now });
    expect(lastFetch(books.state, 'never-asked')).toBeUndefined();
    await watch.close();
  }, 30_000);

  test('a service that is not there is said with what the network said', async () => {
    const watch = watchOf(grid('away', 'national'), `http://127.0.0.1:${await freePort()}`);
    await watch.look();
    expect(lastFetch(books.state, 'away')?.problem).toMatch(/ECONNREFUSED.*\[grid\.unreachable\]/);
    await watch.close();
  }, 30_000);

  test('ends while a service keeps it waiting, and does not wait for it', async () => {
    const left = Promise.withResolvers<void>();
    answer = (_, response) => void response.once('close', left.resolve);
    const watch = watchOf(grid('silent', 'national'));
    watch.start();
    await expect.poll(() => asked.length).toBe(1);
    await watch.close();
    // It hung up itself: had its time run out, it would have asked again, and said that there was no answer.
    await left.promise;
    expect([asked.length, said]).toEqual([1, []]);
  });
});

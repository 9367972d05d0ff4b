import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../api/delivery/channels.ts';
import { readChannels } from '../../cli/read-channels.ts';
import { ProblemError, sayProblem } from '../../domain/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-channels-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'channels.yaml');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const read = (text: string): ReturnType<typeof readChannels> => {
  write('channels.yaml', text);
  return readChannels(path);
};
/** What is wrong, without where the folder is. */
const said = (text: string): string[] => {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map((one) => sayProblem(one).replaceAll(`${folder}/`, '').split(' To mend it')[0] ?? '');
  }
};

describe('the file of channels', () => {
  test('is read with the files that it names, whose paths begin where it lies', () => {
    write('password', 'a word\n');
    write('url', 'https://flow.example/workflows/1?sig=2\n');
    const channels = read(`
channels:
  mail: { kind: email, host: smtp.trust.example, user: mh, password_file: password, from: "Meterhouse <mh@trust.example>" }
  relay: { kind: email, host: relay, tls: none, from: mh@trust.example }
  team: { kind: teams, url_file: url }
  hook: { kind: webhook, url: "http://alerts.internal/v2", }
  bus: { kind: mqtt, url: "mqtts://broker:8883", topic: estate/alerts, user: mh, password: a word }
`);
    expect(Object.fromEntries(channels)).toMatchObject({
      mail: { port: 587, tls: 'starttls', user: 'mh', password: 'a word' },
      relay: { port: 25, tls: 'none' },
      team: { kind: 'teams', url: 'https://flow.example/workflows/1?sig=2' },
      bus: { topic: 'estate/alerts', password: 'a word' },
    });
    expect([...channels.values()].map(addressOf)).toEqual([
      'smtp.trust.example:587',
      'relay:25',
      'flow.example',
      'alerts.internal',
      'broker:8883',
    ]);
  });

  test('is none where nobody names one', () => {
    expect(readChannels(undefined).size).toBe(0);
  });

  test('says all that is wrong at once, and quotes nothing that may be secret', () => {
    const wrong = said(`
channels:
  a: { kind: email, host: smtp.trust.example, user: mh, from: mh@trust.example }
  b: { kind: email, host: smtp.trust.example, tls: none, user: mh, password: hush-hush, from: mh@trust.example }
  c: { kind: teams, url: "http://flow.example/hush-hush" }
  d: { kind: webhook }
  e: { kind: webhook, url: "https://mh:hush-hush@alerts.example/" }
  f: { kind: webhook, url: "http://alerts.internal/v2", bearer: hush-hush }
  g: { kind: teams, url: "https://x.example/hush-hush", url_file: nowhere }
  h: { kind: mqtt, url: "mqtt://broker", topic: alerts, password: hush-hush }
`);
    expect(wrong).toHaveLength(9);
    for (const [i, part] of [
      'channels.a.password: the configuration is not of the expected form; expected a password or password_file',
      'channels.b.tls: the configuration is not of the expected form (a password would go over the network',
      'channels.c.url: the configuration is not of the expected form (what is secret would go over the network',
      'channels.d.url: the configuration is not of the expected form; expected url or url_file.',
      'channels.e.url: the configuration is not of the expected form; expected an address as https://host/path',
      'channels.f.url: the configuration is not of the expected form (what is secret would go over the network',
      'channels.g.url: the configuration is not of the expected form; expected url or url_file, not both.',
      'channels.g.url_file: the configuration is not of the expected form; found nowhere; expected a file',
      'channels.h.user: the configuration is not of the expected form; expected the user whose password it is.',
    ].entries()) {
      expect(wrong[i]).toContain(`channels.yaml ${part}`);
    }
    expect(wrong.join(' ')).not.toContain('hush');
  });

  test.each([
    ['channels: { a: { kind: pigeon, url: hush-hush } }', /channels\.a\.kind/],
    ['channels: { a: { kind: mqtt, url: "mqtt://mh:hush-hush@broker", topic: alerts } }', /channels\.a\.url/],
    ['channels: { a: { kind: mqtt, url: "mqtt://broker", topic: "#hush-hush" } }', /channels\.a\.topic/],
    ['channels: { a: { kind: teams, url: 17, hush: 1 } }', /channels\.a/],
    ['channels: { a: { kind: teams, url: "hush-hush', /channels\.yaml/],
    ['channels: { a: { kind: email, host: h, from: "x\\r\\nBcc: hush-hush@x.example" } }', /channels\.a\.from/],
  ])('that says %s is refused where it is wrong', (text, where) => {
    const wrong = said(text);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.join(' ')).toMatch(where);
    expect(wrong.join(' ')).not.toContain('hush-');
  });
});

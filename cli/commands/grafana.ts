import { type GrafanaClient, grafanaClient } from '../../dashboards/grafana-client.ts';
import {
  type BoardDifference,
  differencesIn,
  type Found,
  healthOf,
  type Published,
  publishTo,
} from '../../dashboards/grafana-set.ts';
import { limits } from '../../domain/limits.ts';
import { sayProblem } from '../../domain/problems.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { type Command, configOptions, type Invocation, type Option } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { countOf, printable } from '../terminal.ts';
import { optionsOfVerbs, runVerb, type Verbs, wordsOfVerbs } from '../verb.ts';

/** Of every verb. */
const grafanaOptions = {
  grafana: {
    type: 'string',
    value: 'URL',
    describes: 'address of Grafana (default: grafana.url)',
    sets: 'grafana.url',
  },
  json: { type: 'boolean', describes: 'print the answer as JSON' },
} as const satisfies Readonly<Record<string, Option>>;

const verbs: Verbs = {
  health: { options: grafanaOptions, run: health },
  diff: { options: grafanaOptions, run: diff },
  publish: {
    options: {
      ...grafanaOptions,
      message: { type: 'string', value: 'TEXT', describes: 'publish: what stands in the history of each dashboard' },
      overwrite: { type: 'boolean', describes: 'publish: replace dashboards that differ, whoever saved them' },
    },
    run: publish,
  },
};

export const grafanaCommand: Command = {
  name: 'grafana',
  summary: 'what a running Grafana has of the dashboards: whether it is well, what differs, and bring them there',
  words: wordsOfVerbs(verbs),
  details: `
Without a verb, health: Grafana itself, its data sources, and which dashboards are there. diff compares each dashboard
with the one committed here and says what it could not compare. publish brings them with their folder; a second time
it changes nothing. It leaves alone what differs unless --overwrite is said, and what Grafana has from a file. The
token of a service account comes from METERHOUSE_GRAFANA_TOKEN or the file named by METERHOUSE_GRAFANA_TOKEN_FILE.
Ends with 11 when anything is not as committed. docs/grafana.md has more.

  meterhouse grafana health --grafana http://grafana.trust.example:3000
  meterhouse grafana diff
  meterhouse grafana publish --message 'boards of release 0.2'`,
  options: { config: configOptions.config, ...optionsOfVerbs(verbs) },
  run: async (invocation) => await runVerb('grafana', verbs, 'health', invocation),
};

function clientOf(invocation: Invocation): { client: GrafanaClient; url: string } {
  const { url, token } = invocation.config().grafana;
  return { client: grafanaClient({ url, token, timeoutMs: limits.grafanaTimeoutMs }), url };
}

async function health(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const { client, url } = clientOf(invocation);
  const said = await healthOf(client);
  if (flags['json'] === true) {
    terminal.say(JSON.stringify(said, null, 2));
    return said.ok ? 'ok' : 'grafana';
  }
  terminal.say(
    `Grafana ${said.version ?? 'of a version it does not say'} at ${url}: its database is ${said.database}.`,
  );
  const line = ({ title, state, says }: Found): void =>
    terminal.say(`  ${title}: ${state}${spoken(state, printable(says))}`);
  terminal.say('Data sources');
  for (const found of said.data_sources) line(found);
  terminal.say('Dashboards');
  for (const found of said.dashboards) line(found);
  terminal.say('Rules of alerts, which come from files alone');
  for (const found of said.alert_rules) line(found);
  return said.ok ? 'ok' : 'grafana';
}

function spoken(state: Found['state'], says: string): string {
  return state === 'missing' || says === '' || says === 'is there' ? '' : `, ${says}`;
}

async function diff(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const all = await differencesIn(clientOf(invocation).client);
  const same = all.every(({ state }) => state === 'same');
  if (flags['json'] === true) {
    terminal.say(JSON.stringify({ same, dashboards: all }, null, 2));
    return same ? 'ok' : 'grafana';
  }
  for (const board of all) sayDifference(invocation, board);
  const differing = all.filter(({ state }) => state !== 'same').length;
  terminal.say(
    same ? `${countOf(all.length, 'dashboard')}, all as committed.` : `${differing} of ${all.length} differ.`,
  );
  return same ? 'ok' : 'grafana';
}

const stateWords: Readonly<Record<BoardDifference['state'], string>> = {
  same: 'as committed',
  changed: 'differs',
  missing: 'is not in Grafana',
  extra: 'is in Grafana under our tag, and not one of ours',
  incomparable: 'cannot be compared',
};

function sayDifference({ terminal }: Invocation, board: BoardDifference): void {
  const { title, uid, state, differences, unsure, incomparable, provisioned } = board;
  const why = incomparable === undefined ? '' : `: ${incomparable}`;
  terminal.say(
    `${printable(title)} (${uid}) ${stateWords[state]}${why}${provisioned ? '; provisioned from a file' : ''}`,
  );
  for (const { path, kind, ours, theirs } of differences.slice(0, limits.grafanaPlacesSaid)) {
    terminal.say(`    ${path} is ${kind}: committed ${ours ?? 'nothing'}, in Grafana ${theirs ?? 'nothing'}`);
  }
  const further = differences.length - limits.grafanaPlacesSaid;
  if (further > 0) terminal.say(`    and ${countOf(further, 'further place')}; --json has all`);
  if (unsure.length > 0) {
    const places = unsure.slice(0, 3).map(({ path }) => path);
    const more = unsure.length > places.length ? ' …' : '';
    terminal.say(
      `    Grafana migrated this board; of ${countOf(unsure.length, 'place')} that only it has it cannot be`,
    );
    terminal.say(`    said whether somebody set them or Grafana did: ${places.join(', ')}${more}`);
  }
}

async function publish(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const said = flags['message'];
  const message = typeof said === 'string' ? said : `meterhouse ${packageFile.version}`;
  const all = await publishTo(clientOf(invocation).client, { message, overwrite: flags['overwrite'] === true });
  const whole = all.every(({ problem }) => problem === undefined);
  if (flags['json'] === true) {
    terminal.say(JSON.stringify({ whole, dashboards: all }, null, 2));
    return whole ? 'ok' : 'grafana';
  }
  for (const { title, state, version } of all) {
    terminal.say(`${title}: ${publishedWords[state]}${version === null ? '' : `, version ${version}`}`);
  }
  for (const { problem } of all) if (problem !== undefined) terminal.warn(sayProblem(problem));
  return whole ? 'ok' : 'grafana';
}

const publishedWords: Readonly<Record<Published['state'], string>> = {
  created: 'created',
  replaced: 'replaced',
  unchanged: 'as committed already',
  left: 'left as it is',
  refused: 'refused by Grafana',
};

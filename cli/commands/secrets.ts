import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashPassword } from '../../ingest/password-file.ts';
import type { Command } from '../command.ts';

/** Every secret of docker-compose.yml that is one random word. */
export const secretNames = [
  'mqtt_ingest',
  'mqtt_simulator',
  'influx_administrator',
  'influx_administrator_token',
  'influx_ingest',
  'influx_api',
  'influx_grafana',
  'grafana_administrator',
] as const;
const brokerUsers = { ingest: 'mqtt_ingest', simulator: 'mqtt_simulator' } as const;

export const secretsCommand: Command = {
  name: 'secrets',
  summary: 'make the random passwords that docker compose needs',
  details: `
Writes one file for each password into a folder that only you can enter, and the broker's password file with
their hashes. Passwords that are there already stay; nothing is printed. Add a gateway to the broker with
\`mosquitto_passwd\`.

  meterhouse secrets
  docker compose run --rm secrets     without Node.js on this machine`,
  options: {
    folder: { type: 'string', value: 'FOLDER', describes: 'where to write (default: secrets)' },
  },
  async run({ flags, terminal }) {
    const folder = typeof flags['folder'] === 'string' ? flags['folder'] : 'secrets';
    mkdirSync(folder, { recursive: true });
    // The files are mounted one by one into containers with other users; the folder is what keeps people out.
    chmodSync(folder, 0o700);
    const made = makeSecrets(folder);
    terminal.say(
      made.length === 0 ? `All passwords are in ${folder} already.` : `Made in ${folder}: ${made.join(', ')}.`,
    );
    terminal.say('Next: docker compose up');
    return 'ok';
  },
};

function makeSecrets(folder: string): string[] {
  const made: string[] = [];
  const keep = (name: string, text: string): void => {
    if (existsSync(join(folder, name))) return;
    writeFileSync(join(folder, name), text, { mode: 0o644, flag: 'wx' });
    made.push(name);
  };
  const words = new Map(secretNames.map((name) => [name, randomBytes(24).toString('base64url')]));
  const renewBroker = Object.values(brokerUsers).some((name) => !existsSync(join(folder, name)));
  for (const [name, word] of words) keep(name, word);
  if (renewBroker) {
    const lines = Object.entries(brokerUsers).map(
      ([user, name]) => `${user}:${hashPassword(words.get(name) ?? '', randomBytes(12))}\n`,
    );
    keep('mosquitto_passwords', lines.join(''));
  }
  return made;
}

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyCommand } from '../../cli/commands.ts';
import { settings } from '../../cli/config.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { helpOf } from '../../cli/help.ts';

/** Pages that say what the code says; `vitest run test/cli -u` writes them again. */
const page = (name: string): string => join(import.meta.dirname, '../../docs', name);

test('docs/configuration.md lists every setting', async () => {
  const all = settings();
  expect(all.length).toBe(38);
  const rows = all.map(({ path, variable, describes, secret }) => {
    const fromFile = secret ? `, or a file named by \`${variable}_FILE\`` : '';
    return `| \`${path}\` | \`${variable}\`${fromFile} | ${describes} |`;
  });
  const text = [
    '# Configuration',
    '',
    'From a file (`meterhouse.yaml`, or `--config FILE`), then environment variables, then flags; the later wins.',
    'Lists in a variable are separated by commas. An unknown key or variable is an error that names the nearest known one.',
    '`meterhouse check` reads the configuration and the estate folder and reports every problem at once.',
    '',
    '| key | environment variable | what it is |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot(page('configuration.md'));
});

test('docs/command-line.md lists every command and exit code', async () => {
  const commands = await everyCommand();
  expect(commands.length).toBeGreaterThan(10);
  const text = [
    '# Command line',
    '',
    'In the clone: `npx meterhouse COMMAND`, or `node meterhouse.js COMMAND`.',
    '',
    ...commands.flatMap((command) => [`## ${command.name}`, '', '```', helpOf(command), '```', '']),
    '## Exit codes',
    '',
    '| code | name | what it says |',
    '|---|---|---|',
    ...Object.entries(exitCodes).map(([name, { code, says }]) => `| ${code} | ${name} | ${says} |`),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot(page('command-line.md'));
});

test('no two exit codes are the same', () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(codes.length).toBe(12);
  expect(new Set(codes).size).toBe(codes.length);
});

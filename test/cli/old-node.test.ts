import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { finished, program, root, run, scratch } from './running.ts';

/**
 * `meterhouse.js` as an old Node.js runs it. Where this machine has none, the new one is told that it is old: the same
 * lines run, and only their syntax is not proven.
 */
const ground = scratch();
afterAll(() => ground.remove());

function versionOf(node: string): number {
  try {
    return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
  } catch {
    return Number.NaN;
  }
}
const installed = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path));
const realOld = installed.find((path) => versionOf(path) < 26);

/** A clone with nothing but the program in it; `told` lies about the version to a Node.js that is not old. */
function clone(name: string): { folder: string; program: string } {
  const folder = join(ground.path, name);
  mkdirSync(folder);
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  const text = readFileSync(program, 'utf8');
  expect(text.split('process.versions.node').length).toBe(2);
  // The child that is handed over to sees its true version, since it gets the marker.
  const told = "(process.env.HANDED ? process.versions.node : ((process.env.HANDED = '1'), '20.0.0'))";
  writeFileSync(join(folder, 'meterhouse.js'), realOld ? text : text.replace('process.versions.node', told));
  return { folder, program: join(folder, 'meterhouse.js') };
}
const old = realOld ?? process.execPath;

test('without node_modules it says what to do, and ends with 3', async () => {
  const bare = clone('bare');
  const { exit, output } = await finished(['--version'], { node: old, program: bare.program });
  expect(output).toBe(
    `The packages that Meterhouse stands on are not there. To mend it: run \`npm ci\` in ${bare.folder}. [runtime.not-installed]\n`,
  );
  expect(exit).toBe(3);
});

test('without the Node.js that npm brings it says which is needed, and ends with 3', async () => {
  const half = clone('half');
  mkdirSync(join(half.folder, 'node_modules'));
  const { exit, output } = await finished(['--version'], { node: old, program: half.program });
  expect(output).toMatch(
    /^Meterhouse needs Node\.js 26 or later; this is v\d+\.\d+\.\d+\. To mend it: run `npm ci`.*\[runtime\.node-too-old\]\n$/,
  );
  expect(exit).toBe(3);
});

test('the sentences are those of the catalogue', () => {
  const { folder } = clone('codes');
  const codes = Array.from(
    readFileSync(join(folder, 'meterhouse.js'), 'utf8').matchAll(/'(runtime\.[a-z-]+)'/g),
    ([, code]) => code,
  );
  expect(new Set(codes)).toEqual(new Set(['runtime.node-too-old', 'runtime.not-installed']));
});

/** A clone whose node_modules are ours. */
function whole(name: string): string {
  const { folder, program: own } = clone(name);
  for (const part of ['cli', 'domain', 'ingest', 'store', 'api', 'simulators', 'estates', 'node_modules']) {
    symlinkSync(join(root, part), join(folder, part));
  }
  return own;
}

test('it hands over to the Node.js beside it, with words, output and exit code', async () => {
  const own = whole('whole');
  const version = await finished(['--version'], { node: old, program: own });
  expect(version).toEqual({ exit: 0, output: expect.stringMatching(/Node\.js v26\./) });
  const wrong = await finished(['strat'], { node: old, program: own });
  expect(wrong).toEqual({ exit: 2, output: "There is no command 'strat'; did you mean 'start'?\n" });
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to it alone stops the house behind it', async (signal) => {
  const own = whole(signal);
  const flags = ['--config', ground.config, '--data', join(ground.path, `data-${signal}`), '--no-simulate'];
  const house = run(['start', ...flags, '--port', '0', '--broker-port', '0'], { node: old, program: own });
  await house.said(/Ctrl-C stops/);
  expect(await house.ended(signal)).toBe(0);
  expect(house.output()).toContain('Stopped. Nothing was lost');
});

#!/usr/bin/env node
// Plain JavaScript, so that an old Node.js can read it and be helped: it hands over to the Node.js that `npm ci` brought.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 26;
const here = dirname(fileURLToPath(import.meta.url));

function broughtNode() {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const names = ['node-' + process.platform + '-' + process.arch, 'node-bin-' + process.platform + '-' + process.arch];
  if (process.platform === 'win32') names.push('node-win-' + process.arch);
  return names.map((name) => join(here, 'node_modules', name, 'bin', program)).find((path) => existsSync(path));
}

if (Number(process.versions.node.split('.')[0]) >= needed) {
  const { main } = await import('./cli/main.ts');
  await main(process.argv.slice(2));
} else {
  const node = broughtNode();
  if (node === undefined) {
    process.stderr.write(
      'Meterhouse needs Node.js ' +
        needed +
        ' or later; this is ' +
        process.version +
        '.\n' +
        'To mend it: run `npm ci` in ' +
        here +
        ', which brings the right one beside yours. [runtime.node-too-old]\n',
    );
    process.exitCode = 3;
  } else {
    const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
    // A terminal sends Ctrl-C to both: the child decides when all is written, this process waits for it.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGHUP', () => child.kill('SIGHUP'));
    child.on('exit', (code, signal) => {
      process.exitCode = code === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code;
    });
  }
}

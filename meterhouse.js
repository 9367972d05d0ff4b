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

/** Exit code 3: this machine is not fit to start with. */
function refuse(sentence, mend, code) {
  process.stderr.write(sentence + '. To mend it: ' + mend + '. [' + code + ']\n');
  process.exitCode = 3;
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both, a service manager to this process alone. The child decides when all is written.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    refuse('The Node.js beside Meterhouse cannot be run (' + error.message + ')', 'run `npm ci` in ' + here, tooOld);
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code;
  });
}

const tooOld = 'runtime.node-too-old';
const isNew = Number(process.versions.node.split('.')[0]) >= needed;
if (!existsSync(join(here, 'node_modules'))) {
  refuse('The packages that Meterhouse stands on are not there', 'run `npm ci` in ' + here, 'runtime.not-installed');
} else if (isNew) {
  // What is compiled once is kept beside the packages, for the threads too: half of the time of a short command.
  const { enableCompileCache } = await import('node:module');
  process.env.NODE_COMPILE_CACHE ??= join(here, 'node_modules/.cache/meterhouse');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { boundHeap } = await import('./cli/bounded-heap.ts');
  boundHeap(process.argv.slice(2));
  const { main } = await import('./cli/main.ts');
  await main(process.argv.slice(2));
} else {
  const node = broughtNode();
  if (node) handOver(node);
  else {
    refuse(
      'Meterhouse needs Node.js ' + needed + ' or later; this is ' + process.version,
      'run `npm ci` in ' + here + ', which brings the right one beside yours; it must not omit optional packages',
      tooOld,
    );
  }
}

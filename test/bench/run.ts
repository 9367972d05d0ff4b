/**
 * Measures Meterhouse against the bare floor of the same work. `npm run bench` prints what it sees, with `--write` it
 * writes docs/benchmarks.md. `--only live,drain` runs some parts, `--rounds 1` fewer rounds, `--profile <folder>` keeps
 * CPU profiles of the children.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alertsPart } from './alerts.ts';
import { profiling } from './child.ts';
import { startPart } from './first-start.ts';
import { viewPart } from './first-view.ts';
import { importPart } from './import.ts';
import { derivedPart, drainPart, livePart, mixedPart } from './ingest-part.ts';
import { latencyPart } from './latency.ts';
import { pageOf, type Part } from './page.ts';
import { rederivePart } from './rederive.ts';
import { planPart } from './plan.ts';
import { readinessPart } from './readiness.ts';
import { restatePart } from './restate.ts';
import { type Rig, startRig } from './rig.ts';
import { tariffsPart } from './tariffs.ts';
import { yearPart } from './year.ts';

interface Plan {
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

const parts: Readonly<Record<string, (rig: Rig, plan: Plan) => Promise<Part>>> = {
  live: (rig, plan) => livePart(rig, { ...plan, messages: 100_000 }),
  derived: (rig, plan) => derivedPart(rig, { ...plan, messages: 100_000 }),
  mixed: (rig, plan) => mixedPart(rig, { ...plan, messages: 100_000 }),
  drain: (rig, plan) => drainPart(rig, { ...plan, rounds: Math.min(plan.rounds, 2), messages: 200_000 }),
  rederive: (rig, { progress }) => rederivePart(rig, progress),
  import: (rig, { progress }) => importPart(rig.folder, progress),
  latency: (rig, { progress }) => latencyPart(rig, progress),
  restate: (rig, { progress }) => restatePart(rig, progress),
  year: (rig, { progress }) => yearPart(rig.folder, progress),
  tariffs: (_, { progress }) => tariffsPart(progress),
  alerts: (_, { progress }) => alertsPart(progress),
  plan: (_, { progress }) => planPart(progress),
  readiness: (rig, { progress }) => readinessPart(rig.folder, progress),
  start: (rig, { progress }) => startPart(rig.folder, progress),
  // After the start, whose history it opens.
  view: (rig, { progress }) => viewPart(rig.folder, progress),
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(parts).join(',') },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
profiling.folder = values.profile;
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const progress = (line: string): void =>
  void process.stdout.write(`${String(Math.round(process.uptime())).padStart(4)} s  ${line}\n`);
const wanted = values.only.split(',').map((name) => {
  const part = parts[name];
  if (!part) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
  return { name, part };
});

const loads = [load()];
const done: Part[] = [];
/** Parts that failed: what the others found is still written. */
const failed: string[] = [];
const rig = await startRig();
try {
  for (const { name, part } of wanted) {
    try {
      done.push(await part(rig, { rounds: Number(values.rounds), progress }));
    } catch (error) {
      failed.push(name);
      progress(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await rig.stop();
}
loads.push(load());
const page = pageOf(done, {
  command: `npm run bench -- --write`,
  date: new Date().toISOString().slice(0, 10),
  load: loads.join(' and '),
  failed,
});
if (values.write) writeFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), page);
else process.stdout.write(`\n${page}`);
if (failed.length > 0) process.exitCode = 1;

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addScores, type FaultScore } from '../../simulators/score-faults.ts';
import { steadyEstate } from '../simulators/sample-estate.ts';
import { scoreOfSeed } from './named-faults.ts';
import { scorePage } from './page.ts';

/** `npm run score`: names faults by chance over twelve seeds and prints the page; with `--write` it is kept. */
const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const estate = steadyEstate();
const scores: FaultScore[] = [];
for (const seed of seeds) {
  scores.push(scoreOfSeed(estate, seed));
  process.stderr.write(`seed ${seed} of ${seeds.length}\n`);
}
const page = scorePage(addScores(scores), seeds.length, estate.meters.size);
if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, '../../docs/score.md'), page);
else process.stdout.write(page);

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelMethodNames } from '../../../domain/savings/model.ts';
import { savingsPage } from './page.ts';
import { judged, recoveryOf } from './recovery.ts';

/** `npm run score:savings`: makes buildings, works out how often the intervals hold the truth, and prints the page. */
const page = savingsPage({
  plain: [...modelMethodNames].reverse().map((method) => recoveryOf(method, judged.seeds)),
  twisted: [
    ['sun through 30 m² of window for each kW/K', recoveryOf(judged.method, judged.seeds, { sun: 30 })],
    ['3 K less at night', recoveryOf(judged.method, judged.seeds, { nightSetback: 3 })],
  ],
});
if (process.argv.includes('--write'))
  writeFileSync(join(import.meta.dirname, '../../../docs/savings-quality.md'), page);
else process.stdout.write(page);

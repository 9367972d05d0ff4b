/** `npm run dashboards`: writes the boards as Grafana's JSON, which is committed and mounted into Grafana. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boards } from './boards.ts';
import { grafanaJson } from './grafana-json.ts';

for (const [file, board] of boards) {
  writeFileSync(join(import.meta.dirname, 'json', file), `${JSON.stringify(grafanaJson(board), null, 2)}\n`);
}

/** `npm run dashboards`: writes boards and alerting as Grafana reads them; committed, and mounted into Grafana. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertingFiles } from './alerting-files.ts';
import { boards } from './boards.ts';
import { grafanaJson } from './grafana-json.ts';

for (const [file, board] of boards) {
  writeFileSync(join(import.meta.dirname, 'json', file), `${JSON.stringify(grafanaJson(board), null, 2)}\n`);
}
for (const [file, text] of alertingFiles) {
  writeFileSync(join(import.meta.dirname, 'provisioning/alerting', file), text);
}

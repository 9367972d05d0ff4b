import { pino } from 'pino';
import { startDelivery } from '../../../api/delivery/deliver.ts';
import { openStateStore } from '../../../store/sqlite-state.ts';
import { telledEstate } from './house.ts';

/** Tells by a webhook, until it is killed: state file, address and whether to look on without end are given. */
const [path = '', url = ''] = process.argv.slice(2);
const clock = (): number => Date.now();
const state = openStateStore(path, { clock: () => clock() / 1000, holder: 'api' });
const deliverer = startDelivery({
  state,
  estate: () => telledEstate([{ id: 'team', channel: 'hook' }]),
  channels: new Map([['hook', { kind: 'webhook', url }]]),
  clock,
  chance: () => 0,
  log: pino({ level: 'silent' }),
  holder: 'api',
});
await deliverer.look();
process.stdout.write('looked\n');

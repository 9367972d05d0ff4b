/** Writes batches into the spool for ever and says the number of each when it is there. Made to be killed. */
import { pino } from 'pino';
import { openInfluxStore } from '../../../store/influx/influx-store.ts';
import { noon, reading } from '../contract/samples.ts';

const [, , url = '', spoolFolder = '', database = '', first = '0'] = process.argv;
const store = await openInfluxStore({
  url,
  user: 'admin',
  password: 'admin-secret',
  database,
  spoolFolder,
  clock: () => Date.now() / 1000,
  log: pino({ level: 'silent' }),
});
process.stdout.write('open\n');
for (let number = Number(first); ; number++) {
  const batch = Array.from({ length: 20 }, (_, i) => reading(`spooled-${i}`, noon + number, number));
  await store.write([...batch, reading('spooled-again', noon, number)]);
  process.stdout.write(`${number}\n`);
}

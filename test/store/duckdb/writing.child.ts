/** Writes batches for ever and says the number of each on its output when the store has it. Made to be killed. */
import { openDuckDbStore } from '../../../store/duckdb/duckdb-store.ts';
import { batchOf, halfHoursOf } from './killed-batches.ts';

const [, , path = '', first = '0'] = process.argv;
const store = await openDuckDbStore({ path });
process.stdout.write('open\n');
for (let number = Number(first); ; number++) {
  await store.write(batchOf(number));
  await store.writeHalfHours(halfHoursOf(number));
  process.stdout.write(`${number}\n`);
}

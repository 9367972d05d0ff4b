import type { Period } from '../../domain/time.ts';
import type { Account, Life } from './life.ts';
import { type Terms, toldSeconds, trueLedgers } from './told.ts';

/** Readings of one message at most, in the dialects that are simulated. */
const readingsPerMessage = 2;

/**
 * Every term of both ledgers that is not the truth, meter by meter. `sentAgain` says of each meter how often its
 * messages went out more than once: by so much they may be counted as received, and their readings as repeated. Into
 * which second a reading without a stamp falls only the receiver knows, so of those the sum is held. How many terms
 * were compared comes with it.
 */
export function wrongTerms(
  account: Account,
  told: ReadonlyMap<string, Terms>,
  sentAgain: ReadonlyMap<string, number>,
): { wrong: string[]; compared: number } {
  const truth = trueLedgers(account.keeper.lines());
  const wrong = [...told.keys()].filter((meter) => !truth.has(meter)).map((meter) => `${meter}: nothing was sent`);
  let compared = 0;
  for (const [meter, { unstamped, ...terms }] of truth) {
    const row = told.get(meter) ?? {};
    const again = sentAgain.get(meter) ?? 0;
    const hold = (term: string, is: number | undefined, count: number, more: number): void => {
      compared++;
      if (is !== undefined && is >= count && is <= count + more) return;
      wrong.push(`${meter} ${term}: told ${is}, true ${count}${more > 0 ? ` and up to ${more} more` : ''}`);
    };
    const kept = (from: Terms): number =>
      (from['readings_stored'] ?? 0) + (from['readings_repeated'] ?? 0) + (from['readings_revised'] ?? 0);
    if (unstamped > 0) hold('readings kept', kept(row), kept(terms), again * readingsPerMessage);
    for (const [term, count] of Object.entries(terms)) {
      if (unstamped > 0 && /stored|repeated|revised/.test(term)) continue;
      const mayGrow = /stored|revised|parked|qos0/.test(term) ? 0 : again;
      hold(term, row[term], count, term.startsWith('readings') ? mayGrow * readingsPerMessage : mayGrow);
    }
    compared += holdSums(meter, row, wrong);
  }
  return { wrong, compared };
}

/** `received = decoded + ignored + quarantined`, `decoded = stored + repeated + revised + refused`. */
function holdSums(meter: string, row: Terms, wrong: string[]): number {
  const sum = (...names: readonly string[]): number => names.reduce((total, name) => total + (row[name] ?? 0), 0);
  const messages = sum('messages_decoded', 'messages_ignored', 'messages_quarantined');
  const readings = sum('readings_stored', 'readings_repeated', 'readings_revised', 'readings_refused');
  if (messages !== row['messages_received']) wrong.push(`${meter}: messages do not add up`);
  if (readings !== row['readings_decoded']) wrong.push(`${meter}: readings do not add up`);
  return 2;
}

/**
 * Every reading that is lost or there twice. Of readings with a stamp each second is compared; of those without, the
 * number with the ledger, as only the receiver knows their seconds.
 */
export async function wrongReadings(
  address: string,
  life: Life,
  account: Account,
  told: ReadonlyMap<string, Terms>,
  span: Period,
): Promise<{ wrong: string[]; readings: number }> {
  const wrong: string[] = [];
  let readings = 0;
  const unstamped = new Set(account.keeper.lines().flatMap((line) => (line.unstamped > 0 ? line.meter : [])));
  for (const id of [...life.told, ...life.live]) {
    const found = await toldSeconds(address, id, span);
    const count = [...found.values()].reduce((sum, list) => sum + list.length, 0);
    readings += count;
    const stored = told.get(id)?.['readings_stored'] ?? 0;
    if (count !== stored) wrong.push(`${id}: ${count} readings are there, ${stored} were booked as stored`);
    for (const kind of unstamped.has(id) ? [] : (['register', 'instant'] as const)) {
      const expected = [...(account.seconds.get(`${id}/${kind}`) ?? [])].sort((a, b) => a - b);
      const is = found.get(kind) ?? [];
      const once = new Set(is);
      const lost = expected.filter((at) => !once.has(at)).length;
      const invented = is.length - (expected.length - lost);
      if (lost > 0 || invented > 0) wrong.push(`${id} ${kind}: ${lost} lost, ${invented} twice or never sent`);
    }
  }
  return { wrong, readings };
}

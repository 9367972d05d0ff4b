import type { Certificate, OwnGeneration, ResidualMix, Supply } from '../certificates/register.ts';
import { withdrawals } from '../certificates/register.ts';
import { type Estate, listed, type RegisterLists } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';
import type { DifferenceCause } from './difference.ts';

/**
 * What of contracts and certificates the register says otherwise, entry by entry: each is a cause of its own by which a
 * market-based figure may have changed.
 */

export type MarketList = 'supplies' | 'certificates' | 'residual_mix' | 'own_generation';
type EntryOf<K extends MarketList> = RegisterLists[K][number];

interface ListSaid<Entry> {
  readonly cause: DifferenceCause;
  /** What an entry is called. */
  readonly name: (entry: Entry) => string;
}

/** The lists in the order in which their changes are told. */
const marketLists = {
  supplies: { cause: 'supplies', name: ({ id }: Supply) => `supply ${id}` },
  certificates: { cause: 'certificates', name: ({ id }: Certificate) => `certificate ${id}` },
  residual_mix: { cause: 'residual_mix', name: (one: ResidualMix) => `residual mix from ${one.valid_from}` },
  own_generation: {
    cause: 'own_certificates',
    name: ({ meter, from }: OwnGeneration) => `certificates of own generation ${meter} from ${from}`,
  },
} as const satisfies { readonly [K in MarketList]: ListSaid<EntryOf<K>> };
const listNames = Object.keys(marketLists) as MarketList[];

/** An entry that is described otherwise, joined its list or left it. */
export interface EntryChange {
  readonly list: MarketList;
  readonly cause: DifferenceCause;
  /** What the entry is called; one of its list. */
  readonly name: string;
  /** A sentence: `certificate wind-may: withdrawn on 2026-10-02 (sold on, and the claim with it): invoice 99`. */
  readonly says: string;
}

type Entries = ReadonlyMap<string, object>;

function entriesOf(estate: Estate, list: MarketList): Entries {
  const { name } = marketLists[list] as ListSaid<object>;
  return new Map((listed(estate, list) as readonly object[]).map((entry) => [name(entry), entry]));
}

/** The entries that two registers describe otherwise. */
export function changedEntries(then: Estate, now: Estate): EntryChange[] {
  return listNames.flatMap((list) => {
    const [before, after] = [entriesOf(then, list), entriesOf(now, list)];
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): EntryChange[] => {
      const [was, is] = [before.get(name), after.get(name)];
      if (isSame(was, is)) return [];
      return [{ list, cause: marketLists[list].cause, name, says: `${name}: ${sayChange(list, was, is)}` }];
    });
  });
}

/** A register in which some of the entries that changed are as they are in another one. */
export function withEntries(then: Estate, now: Estate, changes: readonly EntryChange[]): Estate {
  const fresh = listNames.map((list) => {
    const [before, after] = [entriesOf(then, list), entriesOf(now, list)];
    const taken = new Set(changes.filter((change) => change.list === list).map(({ name }) => name));
    // In the order of the later register, so that with all changes taken they are the same list.
    const names = new Set([...after.keys(), ...before.keys()]);
    return [list, [...names].flatMap((name) => (taken.has(name) ? after : before).get(name) ?? [])] as const;
  });
  return { ...then, lists: { ...then.lists, ...(Object.fromEntries(fresh) as Partial<RegisterLists>) } };
}

/** Batches that expired between two dates, not retired and not withdrawn. */
export function expiredBetween(estate: Estate, first: LocalDate, last: LocalDate): string[] {
  return listed(estate, 'certificates').flatMap(({ id, expires, retired, withdrawn }) => {
    if (retired || withdrawn || expires === undefined || expires < first || expires >= last) return [];
    return [`certificate ${id}: expired on ${expires}, and was not retired`];
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sayChange(list: MarketList, was: object | undefined, is: object | undefined): string {
  if (is === undefined) return 'taken out of the register';
  const batch = list === 'certificates' ? (is as Certificate) : undefined;
  if (was === undefined) return batch ? `added, ${sayBatch(batch)}` : 'added to the register';
  const before = new Map(Object.entries(was));
  const after = new Map(Object.entries(is));
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !isSame(before.get(key), after.get(key)),
  );
  return keys
    .map(
      (key) =>
        (batch && sayDone(key, batch)) ?? `${key} was ${sayValue(before.get(key))}, is ${sayValue(after.get(key))}`,
    )
    .join('; ');
}

function sayBatch({ mwh, station, output_month, output_year, retired }: Certificate): string {
  const made = `${mwh} MWh of ${station}, made in ${output_month ?? output_year}`;
  return retired ? `${made}, retired on ${retired.on} for ${retired.for}` : made;
}

/** What people did with a batch, in words. */
function sayDone(key: string, { retired, withdrawn }: Certificate): string | undefined {
  if (key === 'withdrawn' && withdrawn) {
    return `withdrawn on ${withdrawn.on} (${withdrawals[withdrawn.as]}): ${withdrawn.evidence}`;
  }
  return key === 'retired' && retired ? `retired on ${retired.on} for ${retired.for}: ${retired.evidence}` : undefined;
}

function sayValue(value: unknown): string {
  if (value === undefined) return 'not said';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

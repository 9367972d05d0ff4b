import type { Estate } from '../../domain/estate/estate.ts';
import type { FigureAsked } from '../../domain/signoff/figure-asked.ts';
import { addDays, dateOf, startOfDay, toIso } from '../../domain/time.ts';
import { ShownSignOffs } from '../../ingest/shown-sign-offs.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';

/** Meters of the surgery that were exchanged a month ago, by what is published of it; what they said stays as it is. */
export const exchanged = ['fen-g-main', 'fen-w-main'] as const;

export function withExchanges(estate: Estate, now: number): Estate {
  const at = toIso(startOfDay(addDays(dateOf(now), -30)) + 34_200);
  const meters = new Map(estate.meters);
  for (const id of exchanged) {
    const meter = meters.get(id);
    if (meter) meters.set(id, { ...meter, exchanges: [{ at, closing: 4_218.5, opening: 0.25 }] });
  }
  return { ...estate, meters };
}

/** A figure of the surgery, one of its organisation and one of the community hospital are signed, and published. */
export async function fillSignOffs(
  { store, state, estate }: { readonly store: ReadingStore; readonly state: StateStore; readonly estate: Estate },
  now: number,
): Promise<void> {
  const period = { from: startOfDay(addDays(dateOf(now), -60)), to: startOfDay(addDays(dateOf(now), -30)) };
  const sitesOf = (organisation: string): string[] =>
    Array.from(estate.sites.values()).flatMap((site) => (site.organisation === organisation ? [site.id] : []));
  const signed: readonly [FigureAsked, readonly string[]][] = [
    [{ figure: 'carbon', place: { kind: 'site', id: 'fennick' }, period }, ['fennick']],
    [
      { figure: 'intensity', place: { kind: 'organisation', id: 'wend-practices' }, period, utility: 'gas' },
      sitesOf('wend-practices'),
    ],
    [{ figure: 'energy', place: { kind: 'site', id: 'brackenholt' }, period }, ['brackenholt']],
  ];
  for (const [i, [asked, sites]] of signed.entries()) {
    const who = { who: 'Ada', reason: 'for the annual report', at: now - (5 - i) * 86_400 };
    const made = {
      asked,
      sites,
      meters: [],
      value: 1,
      accepted: [],
      versions: { register: 1, factors: 1, code: 'test' },
    };
    state.sign({ ...who, ...made }, { days: [], gaps: [], chain: null });
  }
  await new ShownSignOffs(store, state).look(estate);
}

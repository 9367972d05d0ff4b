import type { Seen } from '../../domain/alerts/life.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { ShownAlerts } from '../../ingest/shown-alerts.ts';
import type { NewDelivery } from '../../store/deliveries.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';
import { aDelivery } from '../store/a-delivery.ts';
import { happen, raise } from '../store/raise-alerts.ts';

const day = 86_400;

/**
 * Alerts of every kind of life: taken up, new, at once, put away, mended and verified, ended, passed, and one whose
 * price nobody knows; what people were told of them; and how small a change two meters could tell. Published as the
 * deriver does.
 */
export async function fillAlerts(
  { store, state, estate }: { readonly store: ReadingStore; readonly state: StateStore; readonly estate: Estate },
  now: number,
): Promise<void> {
  const before = (days: number): number => Math.floor(now - days * day);
  const begin = (event: 'opened' | 'passed', days: number, seen: Seen): string =>
    raise(state, before(days), seen, event);
  const leftOn = begin('opened', 3, seenAt('fennick', 'fen-e-main', before(3.5), {}));
  happen(state, leftOn, { event: 'acknowledged', at: before(2), who: 'Ada' });
  happen(state, leftOn, { event: 'assigned', at: before(2), who: 'Ada', owner: 'Bea', due: '2099-12-31' });
  begin('opened', 0.2, seenAt('fennick', 'fen-w-main', before(1), water));
  const burst = seenAt('brackenholt', 'bra-w-main', before(0.1), { ...water, kind: 'burst', severity: 1 });
  const burstId = begin('opened', 0.05, burst);
  const unpriced = begin('opened', 2, seenAt('brackenholt', 'bra-e-main', before(4), { severity: 2, worth: noPrice }));
  happen(state, unpriced, { event: 'worsened', at: before(1.5), severity: 2 });
  const away = begin('opened', 12, seenAt('saltmere-general', 'sal-e-main', before(13), { severity: 'digest' }));
  happen(state, away, { event: 'shelved', at: before(11), who: 'Ada', until: now + day, why: 'works' });
  const mended = begin('opened', 40, seenAt('fennick', 'fen-g-main', before(41), heat));
  const saving = {
    claim: `alert:${mended}`,
    from: before(30),
    until: before(30) + 365 * day,
    rate: 3,
    perWeek: 504,
    gbpPerWeek: 27.2,
    kgco2ePerWeek: 92,
  };
  happen(
    state,
    mended,
    { event: 'closed', at: before(30), who: 'Ada', as: 'mended', why: 'a valve' },
    { event: 'verified', at: before(22), saving, why: 'the meter shows it gone on 7 days' },
  );
  const leak = begin('opened', 60, seenAt('fennick', 'fen-w-main', before(62), water));
  happen(
    state,
    leak,
    { event: 'closed', at: before(50), who: 'Ada', as: 'mended', why: 'a pipe' },
    {
      event: 'verified',
      at: before(42),
      saving: { ...saving, claim: `alert:${leak}`, from: before(50), until: before(50) + 365 * day, perWeek: 60 },
      why: 'the meter shows it gone on 7 days',
    },
  );
  const ended = begin('opened', 9, seenAt('brackenholt', 'bra-e-wards', before(9.5), {}));
  happen(state, ended, { event: 'ended', at: before(6), why: 'the meter shows it over' });
  const soonOver = begin('opened', 6, seenAt('brackenholt', 'bra-e-kitchen', before(6.1), {}));
  happen(state, soonOver, { event: 'ended', at: before(6) + 3600, why: 'the meter shows it over' });
  begin('passed', 5, seenAt('fennick', 'fen-e-main', before(20), { to: before(18), open: false }));
  tell(state, now, [burstId, leftOn]);
  const size = { kind: 'step', unit: 'kW', hours: 72, rate: 1.5, perWeek: 252, gbpPerWeek: 61.5 } as const;
  const flow = { ...size, unit: 'm3/h', rate: 0.05, perWeek: 8.4 } as const;
  state.keepWatched('fennick', [
    { meter: 'fen-e-main', learnedUntil: before(0.5), knownUntil: now, sizes: [size] },
    { meter: 'fen-w-main', learnedUntil: before(0.5), knownUntil: now, sizes: [flow] },
    { meter: 'fen-g-main', learnedUntil: null, knownUntil: now, sizes: [] },
  ]);
  const shown = new ShownAlerts(store, state);
  do await shown.look(estate, now);
  while (!shown.isDone);
}

/** Twelve notices within ten minutes to one, and one by another way to somebody else; the digest is apart. */
function tell(state: StateStore, now: number, [burst, leftOn]: readonly [string, string]): void {
  const yesterday = Math.floor((now - day) / 600) * 600;
  const to = { site: 'brackenholt', route: 'everybody', channel: 'mail', recipient: 'bea@example.org' } as const;
  const told = (i: number, rest: Partial<NewDelivery> = {}): NewDelivery =>
    aDelivery(yesterday, { ...to, key: `test-${i}`, subject: burst, told: yesterday + i, ...rest });
  state.planDeliveries(undefined, (outbox) => {
    for (let i = 0; i < 12; i++) outbox.add(told(i));
    outbox.add(told(12, { channel: 'teams', recipient: '' }));
    outbox.add(told(13, { recipient: 'cy@example.org', subject: leftOn, told: yesterday - day }));
    outbox.add(told(14, { about: 'digest' }));
    outbox.add(told(15, { state: 'held', told: null, ended: null }));
    outbox.add(told(16, { state: 'waiting', told: null, ended: null }));
    outbox.add(told(17, { state: 'undelivered', told: null }));
  });
}

const worth = { excess: 96, excessPerWeek: 672, gbp: 24, gbpPerWeek: 168, kgco2e: 17, kgco2ePerWeek: 119, unknown: [] };
const noPrice = { ...worth, gbp: null, gbpPerWeek: null, unknown: ['no-price'] as const };
const evidence = { measured: 7, expected: 3, score: 5, known: 1, detectors: 1, facts: {} };
const water: Partial<Seen> = {
  family: 'water',
  kind: 'night_flow',
  worth: { ...worth, gbp: 61, gbpPerWeek: 107 },
  evidence: { ...evidence, unit: 'm3' },
};
const heat: Partial<Seen> = { family: 'heat', kind: 'summer_heating' };

function seenAt(site: string, meter: string, from: number, rest: Partial<Seen>): Seen {
  return {
    site,
    family: 'power',
    kind: 'left_on',
    subject: meter,
    meters: [meter],
    from,
    to: from + day,
    open: true,
    severity: 3,
    worth,
    rate: 4,
    evidence: { ...evidence, unit: 'kWh' },
    ...rest,
  };
}

import { seedOf } from '../../simulators/chance.ts';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import { startOfDay, type Period } from '../../domain/time.ts';
import { dialectOf } from '../../simulators/dialects/all.ts';
import { type MeterMessage, sentinelValue } from '../../simulators/dialects/dialect.ts';
import { type Fault, faultKinds, happeningsOf, randomPlan, wiringKinds } from '../../simulators/faults.ts';
import { historyOf } from '../../simulators/history.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { countArrivals, type TruthKeeper, truthKeeper } from '../../simulators/truth.ts';
import { limits } from '../../domain/limits.ts';

/** Eight London days around the autumn clock change, so that one of them has 25 hours. */
export const dates = { first: '2025-10-20', after: '2025-10-28' } as const;
export const period: Period = { from: startOfDay(dates.first), to: startOfDay(dates.after) };

/** What an estate lived through: its messages of the period, and what lives while the test runs. */
export interface Life {
  readonly model: Model;
  /** Faults of the period: each kind at least twice. */
  readonly plan: readonly Fault[];
  /** Meters that tell the period, each message with its stamp. */
  readonly told: readonly string[];
  /** Meters that speak now, in all dialects; those without stamps among them. */
  readonly live: readonly string[];
  /** The messages of the period in the order of sending. */
  readonly messages: readonly MeterMessage[];
}

/** The same seed, the same life. Every meter of the estate that speaks is in one of the two lists. */
export function liveThrough(estate: Estate, seed: number): Life {
  const speaking = [...estate.meters.values()].filter((meter) => dialectOf(meter) !== undefined);
  const live = new Set(speaking.filter(speaksNow).map(({ id }) => id));
  for (const decoder of ['meterhouse', 'tasmota-sensor', 'wmbusmeters', 'chirpstack']) {
    const last = speaking.findLast((meter) => meter.decoder === decoder);
    if (last) live.add(last.id);
  }
  const told = speaking.filter(({ id }) => !live.has(id));
  const tellers: Estate = { ...estate, meters: new Map(told.map((meter) => [meter.id, meter])) };
  const plan = randomPlan({ estate: tellers, seed, period, each: 2 });
  const model = modelOf({ estate, seed, start: period.from, happenings: happeningsOf(plan) });
  const ids = told.map(({ id }) => id);
  const options = { meters: ids, order: 'time', plan, chatter: true, batch: 500 } as const;
  const messages = [...historyOf(model, period, options)].flat().filter((message) => !isSaidTwice(estate, message));
  return { model, plan, told: ids, live: [...live], messages };
}

/** The hour that the wall clock has twice; told a year later without a zone, nobody can know which one is meant. */
const hourTwice: Period = {
  from: Date.parse('2025-10-26T00:00:00Z') / 1000,
  to: Date.parse('2025-10-26T02:00:00Z') / 1000,
};

function isSaidTwice(estate: Estate, { meter, stamp = 0 }: MeterMessage): boolean {
  const knowsWallTimeOnly = estate.meters.get(meter)?.decoder === 'tasmota-sensor';
  return knowsWallTimeOnly && stamp >= hourTwice.from && stamp < hourTwice.to;
}

/**
 * Meters that carry no stamp when they live (the Shellys on status topics among them), those of Sparkplug, and those
 * that were not there yet.
 */
function speaksNow(meter: Meter): boolean {
  if (meter.valid_from !== undefined) return true;
  if (dialectOf(meter)?.stamped === false) return true;
  // What an edge node says is understood in the order it is said in; the messages of the period are mixed.
  if (meter.decoder === 'sparkplug-b') return true;
  return meter.decoder === 'shelly-gen2' && seedOf(0, meter.id) % 2 === 0;
}

/** Faults of a live meter that do not need days, a few seconds each from a moment on. */
export function liveFaults(meters: readonly string[], from: number): Fault[] {
  const kinds = ['duplicates', 'malformed', 'sentinel', 'dropout', 'false-zero', 'spike'] as const;
  return meters.flatMap((meter, i) => {
    const kind = kinds[i % kinds.length] ?? 'duplicates';
    const span = { meter, from: from + 4 + i, to: from + 12 + i };
    return kind === 'false-zero' || kind === 'spike' ? { kind, meter, from: span.from } : { kind, ...span };
  });
}

/**
 * How many of each kind of fault a plan has, also those it has none of. Faults of wiring are left out: no total is
 * promised while they last.
 */
export function kindsIn(plan: readonly Fault[]): Record<string, number> {
  const kinds = faultKinds.filter((kind) => !wiringKinds.includes(kind));
  return Object.fromEntries(kinds.map((kind) => [kind, plan.filter((fault) => fault.kind === kind).length]));
}

/** Forty messages on topics that no meter of the register listens to, spread among those of meters. */
export function strangersAmong(messages: readonly MeterMessage[], at: number): MeterMessage[] {
  const every = Math.floor(messages.length / 40);
  const stranger = (i: number): MeterMessage => ({
    meter: 'unregistered',
    topic: `nobody/knows/${i % 7}`,
    payload: Buffer.from(`{"power":${i}}`),
    at,
    stamp: undefined,
    register: undefined,
    rate: undefined,
    fate: 'quarantined',
  });
  return messages.flatMap((message, i) => (i % every === 0 && i < 40 * every ? [message, stranger(i)] : [message]));
}

/** The ledger that is true, and under which identities readings must be kept. */
export interface Account {
  readonly keeper: TruthKeeper;
  /** By `meter/kind`: the seconds of the readings with a stamp that are kept. */
  readonly seconds: ReadonlyMap<string, ReadonlySet<number>>;
  arrived(message: MeterMessage): void;
}

/** Counts what a broker acknowledged. `clock` is milliseconds since 1970. */
export function accountOf(clock: () => number): Account {
  const keeper = truthKeeper();
  const count = countArrivals(keeper, clock);
  const seconds = new Map<string, Set<number>>();
  return {
    keeper,
    seconds,
    arrived(message) {
      count(message);
      const { meter, stamp, fate } = message;
      if (stamp === undefined || fate !== 'decoded') return;
      if (stamp * 1000 > clock() + limits.futureSeconds * 1000) return;
      for (const kind of ['register', 'rate'] as const) {
        const value = message[kind];
        if (value === undefined || value === null || value === sentinelValue) continue;
        const name = `${meter}/${kind === 'rate' ? 'instant' : 'register'}`;
        const list = seconds.get(name) ?? new Set<number>();
        if (list.size === 0) seconds.set(name, list);
        list.add(stamp);
      }
    },
  };
}

/**
 * The order of sending of a gateway that was away: the first quarter comes late, mixed into the rest, so that every
 * second message must be looked up.
 */
export function withLateQuarter(messages: readonly MeterMessage[]): MeterMessage[] {
  const quarter = Math.floor(messages.length / 4);
  const late = messages.slice(0, quarter);
  const rest = messages.slice(quarter);
  return rest
    .flatMap((message, i) => {
      const old = i < quarter ? undefined : late[i - quarter];
      return old ? [message, old] : [message];
    })
    .concat(late.slice(rest.length - quarter));
}

/**
 * Some messages of one meter with another number first; the true one follows two thousand messages later. Which one
 * is kept depends on their order, so this is for a publisher that never sends anything twice.
 */
export function withRevisions(messages: readonly MeterMessage[], meter: string, count: number): MeterMessage[] {
  const sent = [...messages];
  const chosen = sent.filter((one) => one.meter === meter && typeof one.register === 'number').slice(20, 20 + count);
  for (const message of chosen) {
    const { register } = message;
    if (typeof register !== 'number') continue;
    const wrong = register + 3;
    const text = Buffer.from(message.payload).toString().replace(`"value":${register}`, `"value":${wrong}`);
    const at = sent.indexOf(message);
    sent[at] = { ...message, payload: Buffer.from(text), register: wrong };
    sent.splice(Math.min(sent.length, at + 2_000), 0, message);
  }
  return sent;
}

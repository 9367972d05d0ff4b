import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import {
  type Fault,
  type FaultKind,
  type FaultPlan,
  faultKinds,
  faultPlanSchema,
  happeningsOf,
  randomPlan,
  wiringKinds,
} from '../../simulators/faults.ts';
import { historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { injected, truthKeeper, writeTruth } from '../../simulators/truth.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const instant = (text: string): number => Date.parse(text) / 1000;
const start = instant('2025-08-01T00:00:00Z');
const period = { from: start, to: instant('2025-08-15T00:00:00Z') };
const from = instant('2025-08-05T00:00:00Z');
const to = instant('2025-08-05T06:00:00Z');

/** What one meter sent with a plan, and without. */
function heard(meter: string, plan: FaultPlan): { messages: MeterMessage[]; healthy: MeterMessage[] } {
  const model = modelOf({ estate, seed: 5, start, happenings: happeningsOf(plan) });
  const healthy = modelOf({ estate, seed: 5, start });
  return {
    messages: [...historyOf(model, period, { meters: [meter], plan })].flat(),
    healthy: [...historyOf(healthy, period, { meters: [meter] })].flat(),
  };
}

const registers = (messages: readonly MeterMessage[]): unknown[] => messages.map((one) => one.register);
const inSpan = (messages: readonly MeterMessage[]): MeterMessage[] =>
  messages.filter((one) => one.at >= from && one.at < to);
const tally = (messages: readonly MeterMessage[]) => {
  const keeper = truthKeeper();
  for (const message of messages) keeper.sent(message);
  const sum = {
    received: 0,
    decoded: 0,
    ignored: 0,
    quarantined: 0,
    readings: 0,
    stored: 0,
    repeated: 0,
    revised: 0,
    refused: 0,
  };
  for (const { messages: m, readings: r } of keeper.lines()) {
    sum.received += m.received;
    sum.decoded += m.decoded;
    sum.ignored += m.ignored;
    sum.quarantined += m.quarantined;
    sum.readings += r.decoded;
    sum.stored += r.stored;
    sum.repeated += r.repeated;
    sum.revised += r.revised;
    sum.refused += r.refused;
  }
  return sum;
};

const all = 14 * 48 + 1;
const six = 12;

/** What a register counted from the beginning of the fault to an instant. */
function usedUntil(messages: readonly MeterMessage[], end: number): number {
  const at = (instant: number): number => Number(messages.find((one) => one.at === instant)?.register);
  return at(end) - at(from);
}

/** Every fault, at a meter that can have it, and what must be seen of it. */
const cases: Record<FaultKind, { fault: Fault; sees: (m: MeterMessage[], healthy: MeterMessage[]) => void }> = {
  dropout: {
    fault: { kind: 'dropout', meter: 'sal-e-main', from, to },
    sees(messages) {
      expect(messages).toHaveLength(all - six);
      expect(inSpan(messages)).toEqual([]);
    },
  },
  burst: {
    fault: { kind: 'burst', meter: 'sal-e-main', from, to },
    sees(messages, healthy) {
      expect(messages).toHaveLength(all);
      expect(inSpan(messages)).toEqual([]);
      expect(messages.filter((one) => one.at === to).map((one) => one.stamp)).toHaveLength(six + 1);
      expect(messages.map((one) => one.stamp)).toEqual(healthy.map((one) => one.stamp));
    },
  },
  duplicates: {
    fault: { kind: 'duplicates', meter: 'qui-w-main', from, to },
    sees(messages) {
      expect(messages).toHaveLength(all + six);
      expect(tally(messages)).toMatchObject({ stored: all, repeated: six, revised: 0 });
    },
  },
  'out-of-order': {
    fault: { kind: 'out-of-order', meter: 'sal-e-main', from, to },
    sees(messages, healthy) {
      const stamps = messages.map((one) => one.stamp ?? 0);
      expect(stamps.filter((stamp, i) => i > 0 && stamp < (stamps[i - 1] ?? 0))).toHaveLength(six / 2);
      expect(stamps.sort((a, b) => a - b)).toEqual(healthy.map((one) => one.stamp));
    },
  },
  stuck: {
    fault: { kind: 'stuck', meter: 'sal-w-main', from, to },
    sees(messages, healthy) {
      expect(new Set(registers(inSpan(messages))).size).toBe(1);
      expect(new Set(registers(inSpan(healthy))).size).toBe(six);
      expect(registers(messages).at(-1)).toBe(registers(healthy).at(-1));
    },
  },
  spike: {
    fault: { kind: 'spike', meter: 'sal-e-wards', from },
    sees(messages, healthy) {
      const different = messages.filter((one, i) => one.register !== healthy[i]?.register);
      expect(different).toHaveLength(1);
      expect(different[0]?.register).toBeGreaterThan(1e7);
    },
  },
  'false-zero': {
    fault: { kind: 'false-zero', meter: 'bra-g-main', from },
    sees(messages, healthy) {
      const different = messages.filter((one, i) => one.register !== healthy[i]?.register);
      expect(different.map((one) => Buffer.from(one.payload).toString())).toEqual(['0']);
    },
  },
  sentinel: {
    fault: { kind: 'sentinel', meter: 'bra-e-pv', from, to },
    sees(messages) {
      expect(tally(messages)).toMatchObject({ decoded: all, stored: all - six, refused: six });
      expect(Buffer.from(inSpan(messages)[0]?.payload ?? []).toString()).toContain('"total_act":4294967295.00');
    },
  },
  unknown: {
    fault: { kind: 'unknown', meter: 'lar-e-main', from, to },
    sees(messages) {
      // Each Tasmota message holds a power too, which is good.
      expect(tally(messages)).toMatchObject({ decoded: all, stored: 2 * all - six, refused: six });
      expect(Buffer.from(inSpan(messages)[0]?.payload ?? []).toString()).toContain('"Total":nan');
    },
  },
  malformed: {
    fault: { kind: 'malformed', meter: 'sal-e-main', from, to },
    sees(messages) {
      expect(tally(messages)).toMatchObject({ received: all, decoded: all - six, quarantined: six, stored: all - six });
      expect(() => JSON.parse(Buffer.from(inSpan(messages)[0]?.payload ?? []).toString()) as unknown).toThrow(
        SyntaxError,
      );
    },
  },
  'clock-drift': {
    fault: { kind: 'clock-drift', meter: 'sal-e-main', from, to, seconds: 36 },
    sees(messages, healthy) {
      const off = inSpan(messages).map((one) => (one.stamp ?? 0) - one.at);
      expect(off).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33]);
      expect(registers(messages)).toEqual(registers(healthy));
    },
  },
  rollover: {
    fault: { kind: 'rollover', meter: 'sal-w-wards', from },
    sees(messages) {
      const at = messages.findIndex((one) => one.at === from);
      expect(messages[at - 1]?.register).toBeGreaterThan(999_990);
      expect(messages[at]?.register).toBe(0);
      expect(messages[at + 1]?.register).toBeGreaterThan(0);
    },
  },
  reset: {
    fault: { kind: 'reset', meter: 'sal-e-wards', from },
    sees(messages, healthy) {
      const at = messages.findIndex((one) => one.at === from);
      expect(messages[at - 1]?.register).toBe(healthy[at - 1]?.register);
      expect(messages[at]?.register).toBe(0);
    },
  },
  exchange: {
    fault: { kind: 'exchange', meter: 'sal-e-wards', from, opening: 31.5 },
    sees(messages) {
      expect(messages.find((one) => one.at === from)?.register).toBe(31.5);
    },
  },
  'reversed-ct': {
    fault: { kind: 'reversed-ct', meter: 'sal-e-wards', from, to },
    sees(messages, healthy) {
      const inside = (list: MeterMessage[]) => usedUntil(list, to);
      expect(inside(healthy)).toBeGreaterThan(10);
      expect(inside(messages)).toBeCloseTo(-inside(healthy), 0);
    },
  },
  'swapped-ct': {
    fault: { kind: 'swapped-ct', meter: 'sal-e-wards', from, to, share: 1 / 3 },
    sees(messages, healthy) {
      expect(usedUntil(messages, to)).toBeCloseTo(usedUntil(healthy, to) / 3, 0);
    },
  },
  'wrong-weight': {
    fault: { kind: 'wrong-weight', meter: 'sal-e-wards', from, to, factor: 10 },
    sees(messages, healthy) {
      const [inside, whole] = [usedUntil(healthy, to), usedUntil(healthy, period.to)];
      expect(usedUntil(messages, to) / inside).toBeCloseTo(10, 1);
      // Set right again, it counts on from where it then stands.
      expect(usedUntil(messages, period.to)).toBeCloseTo(whole + 9 * inside, 0);
    },
  },
  leak: {
    fault: { kind: 'leak', meter: 'har-w-main', from, to, flow: 0.8 },
    sees(messages, healthy) {
      const more = Number(messages.at(-1)?.register) - Number(healthy.at(-1)?.register);
      expect(Math.abs(more)).toBeGreaterThan(0);
      const used = (list: MeterMessage[]): number =>
        Number(list.at(-1)?.register) - Number(list.find((one) => one.at === from)?.register);
      expect(used(messages) - used(healthy)).toBeCloseTo(0.8 * 6, 2);
    },
  },
  'left-on': {
    fault: { kind: 'left-on', meter: 'sal-e-plant', from, to, power: 30 },
    sees(messages, healthy) {
      const used = (list: MeterMessage[]): number =>
        Number(list.find((one) => one.at === to)?.register) - Number(list.find((one) => one.at === from)?.register);
      // 00:00 to 06:00 UTC is 01:00 to 07:00 on the clock: all of it outside working hours.
      expect(used(messages) - used(healthy)).toBeCloseTo(180, 0);
    },
  },
};

describe('faults', () => {
  test('are nineteen', () => {
    expect(faultKinds).toHaveLength(19);
    expect(Object.keys(cases).sort()).toEqual([...faultKinds].sort());
  });

  test.each(faultKinds)('%s is injected where and when the plan says, and stands in the truth', (kind) => {
    const { fault, sees } = cases[kind];
    const { messages, healthy } = heard(fault.meter, [fault]);
    sees(messages, healthy);
    const model = modelOf({ estate, seed: 5, start, happenings: happeningsOf([fault]) });
    expect(injected(model, [fault])).toEqual([
      expect.objectContaining({ kind, meter: fault.meter, from: '2025-08-05T00:00:00Z' }),
    ]);
  });

  test('an exchange is written down with what both faces showed', () => {
    const fault: Fault = { kind: 'exchange', meter: 'sal-e-wards', from, opening: 31.5 };
    const [line] = injected(modelOf({ estate, seed: 5, start }), [fault]);
    const { healthy } = heard('sal-e-wards', []);
    expect(line).toMatchObject({ closing: healthy.find((one) => one.at === from)?.register, opening: 31.5 });
  });

  test('a plan is read from data, and a misspelt key is refused', () => {
    const text = {
      kind: 'leak',
      meter: 'har-w-main',
      from: '2025-08-05T00:00:00Z',
      to: '2025-08-05T07:00:00+01:00',
      flow: 0.8,
    };
    expect(faultPlanSchema.parse([text])).toEqual([{ kind: 'leak', meter: 'har-w-main', from, to, flow: 0.8 }]);
    expect(faultPlanSchema.safeParse([{ ...text, flw: 1 }]).success).toBe(false);
  });

  test('a plan by chance has every kind but those of wiring, follows its seed, and keeps faults of one meter apart', () => {
    const wide = { from: start, to: instant('2025-10-01T00:00:00Z') };
    const plan = randomPlan({ estate, seed: 9, period: wide, each: 3 });
    expect(new Set(plan.map((fault) => fault.kind)).size).toBe(16);
    expect(plan).toHaveLength(48);
    const wired = randomPlan({ estate, seed: 9, period: wide, each: 3, kinds: wiringKinds });
    expect(new Set(wired.map((fault) => fault.kind)).size).toBe(3);
    expect(wired).toHaveLength(9);
    expect(randomPlan({ estate, seed: 9, period: wide, each: 3 })).toEqual(plan);
    expect(randomPlan({ estate, seed: 10, period: wide, each: 3 })).not.toEqual(plan);
    const tooNear = plan.filter((a) =>
      plan.some((b) => a !== b && a.meter === b.meter && Math.abs(a.from - b.from) < 86_400),
    );
    expect(tooNear).toEqual([]);
  });

  test('the same plan and seed give the same bytes', () => {
    const plan = randomPlan({ estate, seed: 9, period, each: 1 });
    const make = (): string => {
      const model = modelOf({ estate, seed: 5, start, happenings: happeningsOf(plan) });
      return [...historyOf(model, period, { plan, chatter: true })]
        .flat()
        .map((one) => `${one.at}${Buffer.from(one.payload).toString('latin1')}`)
        .join('\n');
    };
    expect(make()).toBe(make());
  });
});

describe('the truth beside the messages', () => {
  test('counts every message once, and its terms add up', () => {
    const plan = randomPlan({ estate, seed: 9, period, each: 2 });
    const model = modelOf({ estate, seed: 5, start, happenings: happeningsOf(plan) });
    const keeper = truthKeeper();
    let sent = 0;
    for (const batch of historyOf(model, period, { plan, chatter: true, order: 'time' })) {
      for (const message of batch) keeper.sent(message);
      sent += batch.length;
    }
    const lines = keeper.lines();
    expect(lines.length).toBeGreaterThan(59 * 14);
    expect(lines.reduce((sum, line) => sum + line.messages.received, 0)).toBe(sent);
    expect(keeper.total()).toBe(sent);
    for (const { messages: m, readings: r } of lines) {
      expect(m.received).toBe(m.decoded + m.ignored + m.quarantined);
      expect(r.decoded).toBe(r.stored + r.repeated + r.revised + r.refused);
    }
    for (const term of ['ignored', 'quarantined'] as const)
      expect(lines.some((line) => line.messages[term] > 0)).toBe(true);
    for (const term of ['repeated', 'refused'] as const)
      expect(lines.some((line) => line.readings[term] > 0)).toBe(true);
  });

  test('a reading of the same identity and another value is revised', () => {
    const keeper = truthKeeper();
    const message = {
      meter: 'm',
      topic: 't',
      payload: new Uint8Array(),
      at: start,
      stamp: start,
      rate: undefined,
      fate: 'decoded',
    } as const;
    for (const register of [1, 1, 2, 2, 1]) keeper.sent({ ...message, register });
    expect(keeper.lines()[0]?.readings).toEqual({ decoded: 5, stored: 1, repeated: 2, revised: 2, refused: 0 });
  });

  test('a stamp further ahead than clocks drift is refused', () => {
    const keeper = truthKeeper();
    const message = {
      meter: 'm',
      topic: 't',
      payload: new Uint8Array(),
      at: start,
      register: 5,
      rate: undefined,
      fate: 'decoded',
    } as const;
    keeper.sent({ ...message, stamp: start + 600 });
    keeper.sent({ ...message, stamp: start + 601 });
    expect(keeper.lines()[0]?.readings).toMatchObject({ stored: 1, refused: 1 });
  });

  test('is written as lines of JSON: half-hours, ledger, faults', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterhouse-truth-'));
    try {
      const plan: FaultPlan = [{ kind: 'dropout', meter: 'qui-w-main', from, to }];
      const model = modelOf({ estate, seed: 5, start });
      const keeper = truthKeeper();
      for (const batch of historyOf(model, period, { plan })) for (const message of batch) keeper.sent(message);
      await writeTruth(folder, model, { from: start, to: start + 86_400 * 2 }, plan, keeper);
      const read = (name: string): Record<string, unknown>[] =>
        readFileSync(join(folder, name), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(read('half-hours.jsonl')).toHaveLength(128);
      const first = read('half-hours.jsonl')[0] as { meter: string; amounts: number[] };
      expect(first.amounts.reduce((a, b) => a + b, 0)).toBeCloseTo(model.amountAt(first.meter, start + 86_400), 3);
      expect(read('faults.jsonl')).toEqual([
        { kind: 'dropout', meter: 'qui-w-main', from: '2025-08-05T00:00:00Z', to: '2025-08-05T06:00:00Z' },
      ]);
      expect(read('ledger.jsonl')).toHaveLength(64 * 15);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

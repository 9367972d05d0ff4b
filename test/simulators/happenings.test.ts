import { describe, expect, test } from 'vitest';
import { faultPlanSchema, happeningsOf } from '../../simulators/faults.ts';
import {
  changedAt,
  type Happening,
  type HappeningKind,
  happeningKinds,
  mendedAt,
} from '../../simulators/happenings.ts';
import { startLive } from '../../simulators/live.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { injected } from '../../simulators/truth.ts';
import { statedPrices, trueCausesOf } from '../../simulators/true-causes.ts';
import { fullyMeteredEstate, sampleEstate } from './sample-estate.ts';

const estate = fullyMeteredEstate();
const instant = (text: string): number => Date.parse(text) / 1000;
const start = instant('2025-01-06T00:00:00Z');
const from = instant('2025-01-20T00:00:00Z');
const to = instant('2025-02-03T00:00:00Z');
const healthy = modelOf({ estate, seed: 4, start });
const models = new Map<Happening, Model>();

/** The model in which this alone happens. */
function modelWith(one: Happening): Model {
  const model = models.get(one) ?? modelOf({ estate, seed: 4, start, happenings: [one] });
  models.set(one, model);
  return model;
}

/** kWh, m³ or kvarh that pass a meter more in the whole, and in its hours of a Tuesday and a Sunday while it lasts. */
function more(one: Happening, meter: string = one.meter) {
  const model = modelWith(one);
  const between = (a: number, b: number): number => {
    const amount = (of: Model): number => of.amountAt(meter, b) - of.amountAt(meter, a);
    return amount(model) - amount(healthy);
  };
  const hour = (text: string): number => between(instant(text), instant(text) + 3600);
  const end = mendedAt(one);
  return {
    whole: between(one.from, end),
    before: between(start, one.from),
    after: between(end, end + 7 * 86_400),
    hour,
  };
}

const hours = 14 * 24;
const lasting = { from, to };

/** Each kind at a meter of its own, and what must be seen of it. */
const cases: Record<Exclude<HappeningKind, 'measure'>, readonly [Happening, (one: Happening) => void]> = {
  leak: [
    { kind: 'leak', meter: 'qui-w-main', ...lasting, flow: 0.2 },
    (one) => expect(more(one).whole).toBeCloseTo(0.2 * hours, 5),
  ],
  'burst-main': [
    { kind: 'burst-main', meter: 'bra-w-main', ...lasting, flow: 9 },
    (one) => expect(more(one).whole).toBeCloseTo(9 * hours, 5),
  ],
  'night-leak': [
    { kind: 'night-leak', meter: 'qui-w-main', ...lasting, flow: 0.3 },
    (one) => {
      expect(more(one).hour('2025-01-21T03:00:00Z')).toBeCloseTo(0.3, 6);
      expect(more(one).hour('2025-01-21T12:00:00Z')).toBeCloseTo(0, 6);
    },
  ],
  'left-on': [
    { kind: 'left-on', meter: 'tid-e-main', ...lasting, power: 5 },
    (one) => {
      expect(more(one).hour('2025-01-21T12:00:00Z')).toBeCloseTo(0, 6);
      expect(more(one).hour('2025-01-26T12:00:00Z')).toBeCloseTo(5, 6);
    },
  ],
  'out-of-hours': [
    { kind: 'out-of-hours', meter: 'tid-e-main', ...lasting, power: 5, hours: '23:00-05:00' },
    (one) => expect(more(one).whole).toBeCloseTo(5 * 6 * 14, 5),
  ],
  'peak-load': [
    { kind: 'peak-load', meter: 'har-e-main', ...lasting, power: 60, hours: '10:00-15:00' },
    (one) => expect(more(one).whole).toBeCloseTo(60 * 5 * 10, 5),
  ],
  'added-load': [
    { kind: 'added-load', meter: 'bra-e-wards', ...lasting, power: 6 },
    (one) => {
      expect(more(one).whole).toBeCloseTo(6 * hours, 5);
      expect(more(one, 'bra-e-main').whole).toBeGreaterThan(0.9 * 6 * hours);
    },
  ],
  'creeping-load': [
    { kind: 'creeping-load', meter: 'lar-e-main', ...lasting, power: 4, over_days: 14 },
    (one) => expect(more(one).whole).toBeCloseTo((4 * hours) / 2, -1),
  ],
  wear: [
    { kind: 'wear', meter: 'fen-g-main', ...lasting, share: 0.2, over_days: 7 },
    (one) => {
      const usual = healthy.amountAt('fen-g-main', to) - healthy.amountAt('fen-g-main', to - 7 * 86_400);
      const model = modelWith(one);
      expect(model.amountAt('fen-g-main', to) - model.amountAt('fen-g-main', to - 7 * 86_400)).toBeCloseTo(
        usual * 1.2,
        6,
      );
    },
  ],
  overrun: [
    { kind: 'overrun', meter: 'bra-h-boilers', ...lasting, share: 0.25 },
    (one) => {
      // Rooms, not taps; and the boilers burn the gas for it.
      const usual = healthy.amountAt('bra-h-boilers', to) - healthy.amountAt('bra-h-boilers', from);
      expect(more(one).whole / usual).toBeGreaterThan(0.15);
      expect(more(one).whole / usual).toBeLessThan(0.25);
      expect(more(one, 'bra-g-main').whole).toBeGreaterThan(0);
    },
  ],
  'supply-lost': [
    { kind: 'supply-lost', meter: 'bra-e-main', from, to: from + 7_200 },
    (one) => {
      const model = modelWith(one);
      expect(
        ['bra-e-main', 'bra-e-wards', 'bra-e-pv', 'bra-g-main'].map((id) => model.halfHour(id, from + 3600) > 0),
      ).toEqual([false, false, false, true]);
    },
  ],
  'panels-out': [
    { kind: 'panels-out', meter: 'osi-e-pv', ...lasting, share: 0.5 },
    (one) => {
      const made = healthy.amountAt('osi-e-pv', to) - healthy.amountAt('osi-e-pv', from);
      expect(more(one).whole).toBeCloseTo(-made / 2, 6);
      expect(more(one, 'osi-e-main').whole).toBeGreaterThan(0);
    },
  ],
  'refrigerant-lost': [
    { kind: 'refrigerant-lost', meter: 'thi-e-heat-pump', ...lasting, share: 0.2 },
    (one) => {
      const taken = healthy.amountAt('thi-e-heat-pump', to) - healthy.amountAt('thi-e-heat-pump', from);
      expect(more(one).whole).toBeCloseTo(taken / 4, 6);
      expect(more(one, 'thi-h-heat-pump').whole).toBeCloseTo(0, 6);
    },
  ],
  'heating-on': [
    {
      kind: 'heating-on',
      meter: 'qui-g-main',
      from: instant('2025-07-01T00:00:00Z'),
      to: instant('2025-07-08T00:00:00Z'),
      power: 20,
    },
    (one) => {
      const model = modelWith(one);
      const kwh =
        (model.amountAt('qui-g-main', instant('2025-07-08T00:00:00Z')) -
          healthy.amountAt('qui-g-main', instant('2025-07-08T00:00:00Z'))) *
        (39.5 / 3.6) *
        1.02264;
      // 20 kW for a week in July at 85 %, but for what was heated anyway.
      expect(kwh).toBeGreaterThan(0.8 * ((20 * 168) / 0.85));
      expect(kwh).toBeLessThan(1.02 * ((20 * 168) / 0.85));
    },
  ],
  'heating-all-hours': [
    { kind: 'heating-all-hours', meter: 'qui-g-main', ...lasting },
    (one) => {
      expect(more(one).hour('2025-01-26T03:00:00Z')).toBeGreaterThan(0.5);
      expect(more(one).hour('2025-01-21T12:00:00Z')).toBeCloseTo(0, 6);
    },
  ],
  'heating-against-cooling': [
    { kind: 'heating-against-cooling', meter: 'bra-g-main', cooling: 'bra-e-cooling', ...lasting, power: 30 },
    (one) => {
      expect(more(one, 'bra-h-boilers').whole).toBeCloseTo(30 * hours, 4);
      expect(more(one, 'bra-e-cooling').whole).toBeCloseTo(10 * hours, 4);
    },
  ],
  'capacitor-lost': [
    { kind: 'capacitor-lost', meter: 'bra-q-main', ...lasting, power_factor: 0.85 },
    (one) => {
      const factorOf = (kvarh: number): number => {
        const kwh = healthy.amountAt('bra-e-main', to) - healthy.amountAt('bra-e-main', from);
        return kwh / Math.hypot(kwh, kvarh);
      };
      const usual = healthy.amountAt('bra-q-main', to) - healthy.amountAt('bra-q-main', from);
      expect(factorOf(usual)).toBeCloseTo(0.975, 2);
      expect(factorOf(usual + more(one).whole)).toBeCloseTo(0.85, 2);
    },
  ],
};

describe('what truly happens', () => {
  test('all kinds are tried here or in model.test.ts', () => {
    expect(happeningKinds).toHaveLength(18);
    expect(new Set(happeningKinds)).toEqual(new Set([...Object.keys(cases), 'measure']));
  });

  test.each(Object.entries(cases))('%s changes use where and while it lasts', (_, [one, sees]) => {
    sees(one);
    const { before, after } = more(one);
    expect(before).toBeCloseTo(0, 6);
    expect(after).toBeCloseTo(0, 6);
  });

  test('the truth tells where each shows, how large it is and what it costs', () => {
    const happenings = Object.values(cases).map(([one]) => one);
    const model = modelOf({ estate, seed: 4, start, happenings });
    const truths = trueCausesOf(model, { from: start, to: instant('2025-08-01T00:00:00Z') });
    expect(truths).toHaveLength(17);
    const of = (kind: HappeningKind) => truths.find((one) => one.kind === kind);
    expect(of('leak')).toMatchObject({ site: 'quillby', meters: ['qui-w-main'], unit: 'm3/h' });
    expect(of('burst-main')?.gbpPerWeek).toBeCloseTo(9 * 168 * statedPrices.water, 3);
    expect(of('added-load')?.rate).toBeCloseTo(6, 6);
    // Two hours of the two weeks are without power.
    expect(of('added-load')?.gbpPerWeek).toBeCloseTo(6 * 167 * statedPrices.electricity, 3);
    // What a site takes more has its reactive part too.
    expect(of('added-load')?.meters.toSorted()).toEqual(['bra-e-main', 'bra-e-wards', 'bra-q-main']);
    expect(of('left-on')?.rate).toBeCloseTo(5, 6);
    expect(of('out-of-hours')?.rate).toBeCloseTo(5, 6);
    expect(of('supply-lost')?.gbpPerWeek).toBe(0);
    // Heat at 84 % by gas, and a third of it in electricity.
    expect(of('heating-against-cooling')?.gbpPerWeek).toBeCloseTo(168 * ((30 / 0.84) * 1.015 * 0.06 + 10 * 0.25), -1);
    expect(of('capacitor-lost')?.unit).toBe('kvar');
  });
});

describe('changing what happens', () => {
  const leak: Happening = { kind: 'leak', meter: 'qui-w-main', from, to: undefined, flow: 0.2 };

  test('a leak may be written into a plan and mended later; what has passed stays as it was', () => {
    const now = from + 5 * 86_400;
    expect(changedAt(now, [leak], [])).toEqual([{ ...leak, to: now }]);
    expect(changedAt(now, [leak], [{ ...leak, to: now + 600 }])).toEqual([{ ...leak, to: now + 600 }]);
    expect(changedAt(now, [leak], [{ ...leak, to: from + 60 }])).toEqual([{ ...leak, to: now }]);
    expect(changedAt(now, [], [leak])).toEqual([{ ...leak, from: now }]);
    expect(changedAt(now, [{ ...leak, to: from + 60 }], [])).toEqual([{ ...leak, to: from + 60 }]);
    expect(changedAt(now, [{ ...leak, from: now + 60 }], [])).toEqual([]);
    expect(changedAt(now, [leak], [leak])).toEqual([leak]);
  });

  test('what a plan says began before it was read goes on when the plan is changed again', () => {
    const now = from + 5 * 86_400;
    const stored = changedAt(now, [], [leak]);
    const other: Happening = { kind: 'leak', meter: 'sal-w-main', from: now + 600, to: undefined, flow: 1 };
    expect(changedAt(now + 60, stored, [leak, other])).toEqual([{ ...leak, from: now }, other]);
    expect(changedAt(now + 60, stored, [{ ...leak, to: now + 90 }])).toEqual([{ ...leak, from: now, to: now + 90 }]);
    expect(changedAt(now + 60, stored, [])).toEqual([{ ...leak, from: now, to: now + 60 }]);
    // Two that differ in their beginning alone are two.
    const second = { ...leak, from: from + 86_400 };
    expect(changedAt(now, [leak, second], [leak])).toEqual([leak, { ...second, to: now }]);
    expect(changedAt(now, [{ ...leak, from: now + 60 }], [leak])).toEqual([{ ...leak, from: now }]);
  });

  test('a plan is read from data, without an end too', () => {
    const plan = faultPlanSchema.parse([
      { kind: 'leak', meter: 'qui-w-main', from: '2025-01-20T00:00:00Z', flow: 0.2 },
      { kind: 'stuck', meter: 'sal-w-main', from: '2025-01-20T00:00:00Z', to: '2025-01-21T00:00:00Z' },
      { kind: 'out-of-hours', meter: 'tid-e-main', from: '2025-01-20T00:00:00Z', power: 4 },
    ]);
    expect(happeningsOf(plan)).toEqual([
      { kind: 'leak', meter: 'qui-w-main', from, flow: 0.2 },
      { kind: 'out-of-hours', meter: 'tid-e-main', from, power: 4, hours: '00:30-05:00' },
    ]);
    expect(faultPlanSchema.safeParse([{ kind: 'leak', meter: 'a', from: '2025-01-20T00:00:00Z' }]).success).toBe(false);
  });

  test('meters that live begin to leak and are mended, and their registers go on without a jump', async () => {
    const model = modelOf({ estate: sampleEstate(), seed: 4, start });
    const told: { at: number; register: number }[] = [];
    let now = from * 1000;
    const publisher = {
      connected: () => true,
      offer: ({ at, register }: { at: number; register?: number | null | undefined }) => {
        if (typeof register === 'number') told.push({ at, register });
        return true;
      },
    };
    const live = startLive({
      model,
      publisher,
      clock: () => now,
      every: 1_800,
      from,
      meters: ['lar-w-main'],
      chatter: false,
    });
    const untilHour = async (hour: number): Promise<void> => {
      now = (from + hour * 3600) * 1000;
      await expect.poll(() => told.at(-1)?.at ?? 0, { interval: 20 }).toBeGreaterThan(from + (hour - 1) * 3600);
    };
    await untilHour(24);
    model.change([{ kind: 'leak', meter: 'lar-w-main', from: from + 24 * 3600, flow: 2 }], live.now());
    await untilHour(48);
    model.change([], live.now());
    await untilHour(72);
    live.stop();
    const atHour = (hour: number): number => told.find((one) => one.at >= from + hour * 3600)?.register ?? Number.NaN;
    const days = [atHour(24) - atHour(0), atHour(47) - atHour(24), atHour(71) - atHour(49)];
    expect(days[1]).toBeGreaterThan(2 * 22);
    expect(days[0]).toBeLessThan(5);
    expect(days[2]).toBeLessThan(5);
    expect(told.every((one, i) => i === 0 || one.register >= (told[i - 1]?.register ?? 0))).toBe(true);
    expect(injected(model, [])).toMatchObject([{ kind: 'leak', meter: 'lar-w-main', flow: 2 }]);
  });
});

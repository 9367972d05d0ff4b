import { describe, expect, test } from 'vitest';
import { causesOf, type MeterTree } from '../../../domain/alerts/causes.ts';
import type { Finding } from '../../../domain/alerts/finding.ts';
import { severityOf, together } from '../../../domain/alerts/severity.ts';
import { type UnitWorth, worthOf } from '../../../domain/alerts/worth.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';

/** A main with a ward and a kitchen below it, a boiler main, and a water main. */
const parents: Record<string, string> = { ward: 'main', kitchen: 'main', theatre: 'ward' };
const tree: MeterTree = {
  utilityOf: (meter) => (meter.startsWith('boiler') ? 'gas' : meter.startsWith('water') ? 'water' : 'electricity'),
  parentOf: (meter) => parents[meter],
};

const monday = startOfDay('2026-03-16');
const day = 48;

/** A finding of some half-hours from Monday on, with the same excess in each. */
function finding(
  subject: string,
  more: Partial<Finding> & { at?: number; halfHours?: number; each?: number } = {},
): Finding {
  const { at = 0, halfHours = day, each = 2, ...rest } = more;
  const from = monday + at * halfHourSeconds;
  return {
    kind: 'step',
    site: 'north',
    subject,
    meters: [subject],
    from,
    to: from + halfHours * halfHourSeconds,
    open: false,
    raised: from + 6 * halfHourSeconds,
    unit: subject.startsWith('water') ? 'm3' : 'kWh',
    excess: new Float64Array(halfHours).fill(each),
    measured: 2 * each + 10,
    expected: 10,
    score: 5,
    known: 1,
    facts: {},
    ...rest,
  };
}

const said = (...findings: Finding[]): string[] =>
  causesOf(findings, tree).map(({ kind, meters, counted }) => {
    const kwh = counted.flatMap(({ excess }) => [...excess]).reduce((sum, one) => sum + one, 0);
    return `${kind} ${meters.join('+')} ${kwh}`;
  });

describe('a cause', () => {
  test('is what several detectors say of one meter, named by the most particular', () => {
    const found = [finding('ward'), finding('ward', { kind: 'left_on', at: 10, halfHours: 30 })];
    expect(said(...found)).toEqual(['left_on ward 96']);
  });

  test('is not named by a moment of it', () => {
    const found = [
      finding('ward', { kind: 'step', halfHours: 20 * day }),
      finding('ward', { kind: 'out_of_hours', at: 3 * day, halfHours: 8 }),
    ];
    expect(said(...found)).toEqual(['step ward 1920']);
  });

  test('is at the meter below that explains most of what the main shows, and counted there alone', () => {
    expect(said(finding('main', { each: 3 }), finding('theatre'))).toEqual(['step theatre+main 96']);
    expect(said(finding('main', { each: 3 }), finding('ward'), finding('theatre'))).toEqual([
      'step theatre+main+ward 96',
    ]);
  });

  test('is another one where the meter below explains little of it, or shows it at another time', () => {
    expect(said(finding('main', { each: 5 }), finding('ward'))).toEqual(['step main 144', 'step ward 96']);
    expect(said(finding('main'), finding('ward', { at: 9 * day }))).toEqual(['step main 96', 'step ward 96']);
  });

  test('counts what passed two meters at the lower one alone, where each is told', () => {
    const whole = finding('main', { each: 9 });
    const [ward, theatre] = [finding('ward', { each: 4, at: 10 }), finding('theatre', { each: 2, at: 10 })];
    // Ward and theatre overlap with 38 half-hours of the main; theatre explains half of the ward.
    const found = said(whole, ward, theatre);
    expect(found).toEqual([`step main ${48 * 9 - 38 * 4}`, `step theatre ${48 * 2}`, `step ward ${48 * 2}`]);
    const kitchen = said(whole, finding('kitchen', { each: 2, at: 10, halfHours: 20 }));
    expect(kitchen).toEqual([`step main ${48 * 9 - 20 * 2}`, 'step kitchen 40']);
  });

  test('is not one with another because a drift of months overlaps with both: it goes with that of which it says most', () => {
    const drift = finding('ward', { kind: 'drift', halfHours: 60 * day, each: 1 });
    const [first, second] = [10, 40].map((at) => finding('ward', { at: at * day, halfHours: 9 * day }));
    const longer = finding('ward', { at: 40 * day, halfHours: 12 * day });
    expect(said(drift, first as Finding, second as Finding)).toHaveLength(2);
    const whole = causesOf([drift, first as Finding, longer], tree);
    expect(whole.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([['step', 'drift'], ['step']]);
    expect(whole[0]?.findings[0]?.from).toBe(longer.from);
    expect(said(drift)).toEqual(['drift ward 2880']);
  });

  test('is one where meters that do not hang together begin together', () => {
    const blocks = ['ward', 'kitchen'].map((meter) => finding(meter, { kind: 'left_on' }));
    expect(said(...blocks)).toEqual(['left_on kitchen+ward 192']);
    const apart = [finding('ward', { kind: 'left_on' }), finding('kitchen', { kind: 'left_on', at: 12 })];
    expect(said(...apart)).toEqual(['left_on ward 96', 'left_on kitchen 96']);
  });

  test('is never of two utilities, of two sites, or of a failure and a use', () => {
    expect(said(finding('ward'), finding('water'))).toHaveLength(2);
    expect(said(finding('ward'), finding('ward', { site: 'south' }))).toHaveLength(2);
    expect(said(finding('ward'), finding('ward', { kind: 'supply_lost' }))).toHaveLength(2);
  });

  test('of heating against cooling is one, of gas and of electricity', () => {
    const pair = ['boiler', 'chiller'].map((meter) =>
      finding(meter, { kind: 'heating_and_cooling', meters: ['boiler', 'chiller'] }),
    );
    expect(said(...pair)).toEqual(['heating_and_cooling boiler+chiller 192']);
  });

  test('goes on over a pause of a night, and not over one of a week', () => {
    const nights = [0, 1, 2].map((night) => finding('ward', { kind: 'left_on', at: night * day, halfHours: 24 }));
    expect(said(...nights)).toEqual(['left_on ward 144']);
    expect(said(finding('ward'), finding('ward', { at: 7 * day }))).toHaveLength(2);
  });

  test('counts no half-hour twice, and of two detectors what the one saw that saw more', () => {
    const found = [finding('ward', { each: 2 }), finding('ward', { kind: 'drift', at: day / 2, each: 3 })];
    expect(said(...found)).toEqual(['step ward 192']);
  });

  test('is there for no finding', () => expect(said()).toEqual([]));

  test('does not depend on the order of what was found', () => {
    const found = [finding('main', { each: 3 }), finding('ward'), finding('theatre'), finding('kitchen', { at: 100 })];
    expect(said(...found.toReversed()).toSorted()).toEqual(said(...found).toSorted());
  });
});

describe('what it costs', () => {
  const price: UnitWorth = { price: 0.25, kgco2e: 0.2 };

  test('is the excess by price and factor, of a week as it goes on', () => {
    const worth = worthOf(finding('ward', { open: true }), price);
    expect(worth).toMatchObject({ excess: 96, gbp: 24, gbpPerWeek: 168, unknown: [] });
    expect(worth.kgco2e).toBeCloseTo(19.2, 10);
    expect(worth.kgco2ePerWeek).toBeCloseTo(134.4, 10);
  });

  test('of what is over is what it was, and of an hour that goes on no more than a day at its rate', () => {
    expect(worthOf(finding('ward'), price).gbpPerWeek).toBe(24);
    expect(worthOf(finding('ward', { open: true, halfHours: 2 }), price).gbpPerWeek).toBe(7);
  });

  test('is reckoned by the price of each half-hour, and what is not known is as the rest', () => {
    const values = new Float64Array(day).map((_, i) => (i < 24 ? 0.1 : 0.3));
    const one = finding('ward');
    expect(worthOf(one, { price: { from: monday, values } }).gbp).toBeCloseTo(24 * 2 * 0.1 + 24 * 2 * 0.3, 10);
    values[0] = Number.NaN;
    expect(worthOf(one, { price: { from: monday, values } }).gbp).toBeCloseTo((48 / 47) * (23 * 0.2 + 24 * 0.6), 10);
  });

  test('is not known where no price is, where it holds for too little, or where there is no factor; never nothing', () => {
    expect(worthOf(finding('ward'), {})).toMatchObject({ gbp: null, kgco2e: null, unknown: ['no-price', 'no-factor'] });
    const values = new Float64Array(24).fill(0.2);
    const worth = worthOf(finding('ward'), { price: { from: monday, values }, kgco2e: 0.2 });
    expect(worth).toMatchObject({ gbp: null, gbpPerWeek: null, unknown: ['no-rate'] });
    const silent = { ...finding('ward'), excess: new Float64Array(48).fill(Number.NaN) };
    expect(worthOf(silent, price)).toMatchObject({
      gbp: null,
      gbpPerWeek: null,
      kgco2e: null,
      unknown: ['not-measured'],
    });
  });

  test('is not asked of a demand', () => {
    expect(worthOf(finding('main', { kind: 'peak_capacity' }), price)).toMatchObject({
      gbp: null,
      unknown: ['no-use'],
    });
  });

  test('of several is the sum, and not known where one is not', () => {
    const [known, unknown] = [worthOf(finding('ward'), price), worthOf(finding('ward'), { kgco2e: 0.2 })];
    expect(together([known, known]).gbp).toBe(48);
    expect(together([known, unknown])).toMatchObject({ gbp: null, unknown: ['no-price'] });
    expect(together([known, unknown]).kgco2e).toBeCloseTo(38.4, 10);
  });
});

describe('how much it matters', () => {
  const bounds = { notice_gbp_per_week: 20, urgent_gbp_per_week: 100 };
  const severity = (one: Finding, gbpPerWeek: number | null) => {
    const [cause] = causesOf([one], tree);
    if (!cause) throw new Error('no cause');
    return severityOf(cause, { gbpPerWeek }, bounds);
  };

  test('is at once for a burst main, a lost supply and a capacity about to be exceeded, whatever it costs', () => {
    expect(severity(finding('water', { kind: 'burst' }), 0)).toBe(1);
    expect(severity(finding('main', { kind: 'supply_lost' }), null)).toBe(1);
    expect(severity(finding('main', { kind: 'peak_capacity' }), null)).toBe(1);
  });

  test('follows the money', () => {
    expect([19.9, 20, 99, 100].map((gbp) => severity(finding('ward'), gbp))).toEqual(['digest', 3, 3, 2]);
  });

  test('is not little where nobody knows the price', () => expect(severity(finding('ward'), null)).toBe(3));

  test('is today where water harms the building', () => {
    expect(severity(finding('water', { kind: 'night_flow', measured: 0.7, expected: 0.1 }), 30)).toBe(2);
    expect(severity(finding('water', { kind: 'night_flow', measured: 0.3, expected: 0.1 }), 30)).toBe(3);
  });
});

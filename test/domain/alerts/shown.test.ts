import { describe, expect, test } from 'vitest';
import { type Alert, type AlertEvent, alertOf, type Saving, type Seen } from '../../../domain/alerts/life.ts';
import { alertEventPoints, alertPoint } from '../../../domain/shown/alert-points.ts';
import { dayAlertPoints, daySavingPoint, lineOf, savingDays } from '../../../domain/shown/alert-days.ts';
import { poundsShown } from '../../../domain/shown/shown-pounds.ts';
import { supplyPointSchema } from '../../../domain/tariffs/register.ts';
import { addDays, dateOf, daySeconds } from '../../../domain/time.ts';
import { estateOf } from '../small-estate.ts';
import { leftOn, monday } from './an-alert.ts';

const at = (days: number): number => monday + days * daySeconds;
const place = { name: 'Ward panel', siteName: 'North', pounds: true };
const alert = (what: Partial<Seen> = {}, ...events: AlertEvent[]): Alert =>
  alertOf('a-1', [{ event: 'opened', at: at(1) + 3600, seen: { ...leftOn, ...what } }, ...events]);
const closed: AlertEvent = { event: 'closed', at: at(4), who: 'Ada', as: 'mended', why: 'a private word' };
const saving: Saving = {
  claim: 'alert:a-1',
  from: at(4),
  until: at(369),
  rate: 4,
  perWeek: 672,
  gbpPerWeek: 168,
  kgco2ePerWeek: null,
};
const verified: AlertEvent = { event: 'verified', at: at(12), saving, why: 'the meter shows it gone on 7 days' };

describe('the point of an alert', () => {
  test('stands at the second at which it was raised, whatever becomes of it', () => {
    const owned = alert({}, { event: 'assigned', at: at(2), who: 'Ada', owner: 'Bea', due: '2026-03-20' });
    const points = [alert(), owned, alert({}, closed, verified)].map((one) => alertPoint(one, place, at(18)));
    expect(new Set(points.map(({ at: time }) => time))).toEqual(new Set([at(1) + 3600]));
    expect(points.map(({ fields }) => fields)).toMatchObject([
      { live: 1, taken_up: 0, severity: 3, weekly_cost_gbp: 168, weekly_cost_known: 1, weekly_excess_kwh: 672 },
      { live: 1, owner: 'Bea', due: '2026-03-20', place: 'Ward panel', says: 'something was left on after hours' },
      {
        live: 0,
        state: 'closed',
        booked: 1,
        booked_until_s: at(369),
        weekly_saving_gbp: 168,
        saved_gbp: 336,
        saved_kwh: 1344,
      },
    ]);
  });

  test('has no cost, and says why, where none is known or none may be seen', () => {
    const without = { ...leftOn.worth, gbp: null, gbpPerWeek: null, unknown: ['no-price', 'no-factor'] as const };
    const unpriced = alertPoint(alert({ worth: without }), place, at(2));
    expect(unpriced.fields).toMatchObject({
      weekly_cost_gbp: 0,
      weekly_cost_known: 0,
      because: 'no supply point prices this meter and the estate states no price',
    });
    const hidden = alertPoint(alert({}, closed, verified), { ...place, pounds: false }, at(18));
    expect(hidden.fields).toMatchObject({
      weekly_cost_known: 0,
      cost_gbp: 0,
      cost_known: 0,
      weekly_saving_known: 0,
      weekly_emissions_known: 1,
      because: 'its supply point does not say publish_costs',
    });
    expect(JSON.stringify(hidden.fields)).not.toContain('168');
  });

  test('has no use where it is of a failure', () => {
    const worth = { ...leftOn.worth, gbp: null, gbpPerWeek: null, unknown: ['no-use'] as const };
    expect(alertPoint(alert({ kind: 'supply_lost', worth }), place, at(2)).fields).toMatchObject({ energy_known: 0 });
  });
});

test('events are told without a word or a name of people', () => {
  const events = alert({}, { event: 'commented', at: at(2), who: 'Ada', says: 'a private word' }, closed, verified);
  const points = alertEventPoints(events, place);
  const told = points.map(({ tags, at: time, fields }) => [
    'event' in tags && tags.event,
    time,
    'says' in fields && fields.says,
  ]);
  expect(told).toEqual([
    ['began', at(0), 'it began (Ward panel, a-1)'],
    ['raised', at(1) + 3600, 'it was raised (Ward panel, a-1)'],
    [
      'closed',
      at(4),
      'closed as mended: it was mended: the meter is watched, and what is saved is booked (Ward panel, a-1)',
    ],
    ['verified', at(12), 'mended, and a saving is booked: the meter shows it gone on 7 days (Ward panel, a-1)'],
  ]);
  expect(points[0]?.fields).toMatchObject({ title: 'North: something was left on after hours', meters: ' ward main ' });
  expect(JSON.stringify(points)).not.toMatch(/Ada|private/);
});

describe('days', () => {
  const daysOf = (lines: Parameters<typeof dayAlertPoints>[0], count: number, now: number) =>
    Array.from({ length: count }, (_, i) => dayAlertPoints(lines, addDays('2026-03-16', i), now)).flat();
  const row = ({ at: time, tags, fields }: ReturnType<typeof daysOf>[number]) => {
    const { live, raised, over, weekly_cost_gbp: cost } = fields as Record<string, number>;
    return [(time - monday) / daySeconds, 'severity' in tags && tags.severity, live, raised, over, cost];
  };

  test('count what is open at their end, and what began and ended on them', () => {
    const worse = alert(
      {},
      { event: 'worsened', at: at(2) + 60, severity: 2 },
      { event: 'ended', at: at(3) + 60, why: 'the meter shows it over' },
    );
    const other = alertOf('a-2', [{ event: 'opened', at: at(2), seen: leftOn }]);
    const lines = [lineOf(worse, true), lineOf(other, false)];
    expect(daysOf(lines, 5, at(4) + 60).map(row)).toEqual([
      [1, '3', 1, 1, 0, 168],
      // The first is told as what it became; of the second no pounds may be seen.
      [2, '3', 1, 1, 0, 0],
      [2, '2', 1, 0, 0, 168],
      [3, '2', 0, 0, 1, 0],
      [3, '3', 1, 0, 0, 0],
      [4, '3', 1, 0, 0, 0],
    ]);
  });

  test('what ended and came again on a day is not over', () => {
    const again = alert(
      {},
      { event: 'ended', at: at(2), why: 'it is not seen any more' },
      { event: 'resumed', at: at(2) + 7200, why: 'it is there again' },
    );
    expect(daysOf([lineOf(again, true)], 3, at(2) + 7300).map(row)).toEqual([
      [1, '3', 1, 1, 0, 168],
      [2, '3', 1, 0, 0, 168],
    ]);
  });

  test('what has passed when it is seen was never open', () => {
    expect(daysOf([lineOf(alertOf('a-1', [{ event: 'passed', at: at(1), seen: leftOn }]), true)], 3, at(3))).toEqual(
      [],
    );
  });
});

describe('savings', () => {
  const days = (one: Alert, now: number) => savingDays(one, now).map((date) => daySavingPoint(one, true, date, now));
  const total = (points: ReturnType<typeof days>, field: string): number =>
    points.reduce((sum, { fields }) => sum + (fields as Record<string, number>)[field]!, 0);

  test('of days add up to what is saved so far', () => {
    const points = days(alert({}, closed, verified), at(18) + 43_200);
    expect(points.length).toBe(15);
    expect(total(points, 'saved_gbp')).toBeCloseTo((168 * 14.5) / 7, 9);
    expect(total(points, 'saved_kwh')).toBeCloseTo((672 * 14.5) / 7, 9);
    expect(points[0]?.fields).toMatchObject({ saved_gbp: 24, saved_gbp_known: 1, saved_kgco2e_known: 0 });
    // No clock change is lost, and twelve months are no more.
    expect(total(days(alert({}, closed, verified), at(800)), 'saved_gbp')).toBeCloseTo((168 * 365) / 7, 6);
  });

  test('are taken back from when it is opened again', () => {
    const reopened = alert({}, closed, verified, { event: 'reopened', at: at(14), why: 'Ada: it is there' });
    const points = days(reopened, at(18) + 3600);
    expect(points.length).toBe(15);
    expect(total(points, 'saved_gbp')).toBeCloseTo((168 * 10) / 7, 9);
    expect(points.at(-1)?.fields).toMatchObject({ saved_gbp: 0 });
    expect(dateOf(points.at(-1)?.at ?? 0)).toBe('2026-04-03');
  });
});

describe('pounds', () => {
  const meters = [
    { id: 'main' },
    { id: 'ward', role: 'sub', parent: 'main' },
    { id: 'stray', role: 'sub' },
    { id: 'gas', utility: 'gas' },
    { id: 'heat', utility: 'heat', role: 'sub' },
  ];
  const pointAt = (meter: string, publish_costs: boolean) =>
    supplyPointSchema.parse({
      id: `${meter}-point`,
      utility: meter === 'gas' ? 'gas' : 'electricity',
      meter,
      contracts: [],
      publish_costs,
      source: 'of our making',
    });
  const shown = (power: boolean, gas: boolean, ids: string[]): boolean =>
    poundsShown({
      ...estateOf([{ id: 'site', meters }]),
      lists: { supply_points: [pointAt('main', power), pointAt('gas', gas)] },
    })(ids);

  test('are seen where every supply point that pays for a meter says so', () => {
    expect(shown(true, false, ['ward', 'main'])).toBe(true);
    expect(shown(false, true, ['ward'])).toBe(false);
    expect(shown(false, true, ['stray'])).toBe(false);
    expect(shown(false, true, ['gas'])).toBe(true);
    expect(shown(true, false, ['ward', 'gas'])).toBe(false);
    expect(shown(true, true, ['ward', 'gone'])).toBe(false);
    // Heat is made of one of them.
    expect([shown(true, true, ['heat']), shown(true, false, ['heat'])]).toEqual([true, false]);
  });

  test('are seen where no supply point pays: nobody’s price is told', () => {
    expect(poundsShown(estateOf([{ id: 'site', meters }]))(['ward'])).toBe(true);
  });
});

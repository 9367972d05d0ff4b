import { describe, expect, test } from 'vitest';
import { alertKindNames } from '../../../domain/alerts/kinds.ts';
import { families } from '../../../domain/alerts/causes.ts';
import type { Seen } from '../../../domain/alerts/life.ts';
import { lookFirst } from '../../../domain/alerts/look-first.ts';
import { londonTime, messageOf, type MessageRequest } from '../../../domain/alerts/wording.ts';

const seen: Seen = {
  site: 'north',
  family: 'power',
  kind: 'left_on',
  subject: 'ward',
  meters: ['ward', 'main'],
  from: Date.parse('2026-03-20T19:00Z') / 1000,
  to: Date.parse('2026-03-21T07:00Z') / 1000,
  open: true,
  severity: 2,
  worth: {
    excess: 288.4,
    excessPerWeek: 2018.8,
    gbp: 72.1,
    gbpPerWeek: 504.7,
    kgco2e: 51.2,
    kgco2ePerWeek: 358,
    unknown: [],
  },
  rate: 24,
  evidence: { unit: 'kWh', measured: 34.02, expected: 10.01, score: 8.4, known: 1, detectors: 3, facts: {} },
};
const request: MessageRequest = {
  seen,
  siteName: 'Saltmere General',
  meter: { name: 'Ward block, ventilation', clinical: false },
  others: ['Main incomer'],
  earlier: [{ at: Date.parse('2026-01-10T12:00Z') / 1000, says: 'the time programme was put right' }],
};

describe('a message', () => {
  test('says what, where, since when, how sure, how unusual, what it costs, what was tried and what to look at', () => {
    expect(messageOf(request)).toEqual({
      title: 'Saltmere General: something was left on after hours (about £505 a week)',
      what: 'Something was left on after hours.',
      where: 'Ward block, ventilation, Saltmere General; Main incomer too',
      since: 'since 2026-03-20 19:00, and still on',
      sure: 'sure: seen in 3 ways',
      unusual: '34 kW where 10 kW is usual at that time, 8.4 times its usual ups and downs away',
      cost: '288 kWh so far: £72, 51.2 kgCO₂e; about £505 a week as it goes on',
      before: ['2026-01-10: the time programme was put right'],
      lookAt: [
        'the time programme of the building, and overrides of it',
        'who worked late, and what they used',
        'switch off what nobody uses',
      ],
    });
  });

  test('says what is not known, and not that it is nothing', () => {
    const worth = { ...seen.worth, gbp: null, gbpPerWeek: null, kgco2e: null, unknown: ['no-price' as const] };
    const evidence = { ...seen.evidence, known: 0.4, detectors: 1 };
    const message = messageOf({ ...request, seen: { ...seen, worth, evidence } });
    expect(message.title).toBe('Saltmere General: something was left on after hours');
    expect(message.cost).toBe('288 kWh so far: no price is known');
    expect(message.sure).toBe('not sure: seen in one way; 40 % of its half-hours are known');
  });

  test('of what is over says from when to when', () => {
    expect(messageOf({ ...request, seen: { ...seen, open: false } }).since).toBe(
      '2026-03-20 19:00 to 2026-03-21 07:00',
    );
  });

  test('of a demand is in kVA', () => {
    const evidence = { ...seen.evidence, measured: 144.2, expected: 150, score: null };
    const peak = { ...seen, kind: 'peak_capacity' as const, family: 'capacity' as const, evidence };
    const message = messageOf({ ...request, seen: peak });
    expect(message.unusual).toBe('144 kVA, of 150 kVA agreed');
  });

  test('goes by the clock in London', () => {
    expect(londonTime(Date.parse('2026-07-01T18:30Z') / 1000)).toBe('2026-07-01 19:30');
  });
});

describe('what to look at first', () => {
  test.each(alertKindNames)('is said of %s, and asks nobody to switch off what is clinical', (kind) => {
    for (const family of families) {
      expect(lookFirst(kind, family, false).length).toBeGreaterThan(1);
      const clinical = lookFirst(kind, family, true);
      expect(clinical[0]).toMatch(/clinical lead/);
      expect(clinical.join('; ')).not.toMatch(/switch|turn|shut|put (off|one)|isolate|stop the/i);
    }
  });
});

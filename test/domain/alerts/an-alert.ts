import { type Alert, type AlertEvent, alertOf, type Seen } from '../../../domain/alerts/life.ts';
import { messageOf, type Message } from '../../../domain/alerts/wording.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';

/** A leak at night, for tests of who is told of it and how. */
export const monday = startOfDay('2026-03-16');

export const leak: Seen = {
  site: 'north',
  family: 'water',
  kind: 'night_flow',
  subject: 'ward-water',
  meters: ['ward-water', 'main-water'],
  from: monday,
  to: monday + 86_400,
  open: true,
  severity: 2,
  worth: { excess: 96, excessPerWeek: 672, gbp: 24, gbpPerWeek: 168, kgco2e: 19.2, kgco2ePerWeek: 134.4, unknown: [] },
  rate: 0.4,
  evidence: {
    unit: 'm3',
    measured: 0.7,
    expected: 0.3,
    score: 5,
    known: 1,
    detectors: 1,
    facts: {},
    chart: {
      from: monday - 96 * halfHourSeconds,
      measured: Array.from({ length: 96 }, (_, i) => (i < 8 ? null : i < 48 ? 0.3 : 0.7)),
      expected: Array.from({ length: 96 }, () => 0.3),
    },
  },
};

/** A panel that was left on for a day, for tests of where what is seen of an alert goes. */
export const leftOn: Seen = {
  ...leak,
  family: 'power',
  kind: 'left_on',
  subject: 'ward',
  meters: ['ward', 'main'],
  severity: 3,
  rate: 4,
  evidence: { unit: 'kWh', measured: 7, expected: 3, score: 5, known: 1, detectors: 1, facts: {} },
};

export function anAlert(change: Partial<Seen> = {}, ...events: readonly AlertEvent[]): Alert {
  return alertOf('a-1', [{ event: 'opened', at: leak.to, seen: { ...leak, ...change } }, ...events]);
}

export function messageFor({ seen }: Pick<Alert, 'seen'>, clinical = false): Message {
  return messageOf({
    seen,
    siteName: 'North Hospital',
    meter: { name: 'Water of the wards', clinical },
    others: ['Main water'],
    earlier: [{ at: monday - 40 * 86_400, says: 'a cistern was mended' }],
  });
}

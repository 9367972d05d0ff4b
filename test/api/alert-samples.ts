import type { Seen } from '../../domain/alerts/life.ts';
import { noon } from './rig.ts';

const day = 86_400;
const halfHours = Array.from({ length: 96 }, (_, i) => i);
/** When a look first sees the leak. */
export const firstSeen = noon - 2 * day;
/** An alert of our making: water that runs at night in the hospital, of which a day is drawn. */
export const leak: Seen = {
  site: 'hospital',
  family: 'water',
  kind: 'night_flow',
  subject: 'hospital-water',
  meters: ['hospital-water'],
  from: noon - 3 * day,
  to: noon - 1800,
  open: true,
  severity: 2,
  worth: {
    excess: 36,
    excessPerWeek: 84,
    gbp: 120,
    gbpPerWeek: 280,
    kgco2e: 5.4,
    kgco2ePerWeek: 12.6,
    unknown: [],
  },
  rate: 0.5,
  evidence: {
    unit: 'm3',
    measured: 0.8,
    expected: 0.3,
    score: 9.4,
    known: 0.97,
    detectors: 2,
    facts: {},
    chart: {
      from: noon - 4 * day,
      measured: halfHours.map((i) => (i % 20 === 7 ? null : i < 48 ? 0.3 : 0.8)),
      expected: halfHours.map(() => 0.3),
    },
  },
};

import type { Finding } from './finding.ts';
import type { AlertKind, ParametersOf } from './kinds.ts';
import { afterHours } from './kinds/after-hours.ts';
import { alwaysAbove } from './kinds/always-above.ts';
import { burst } from './kinds/burst.ts';
import { continuousFlow } from './kinds/continuous-flow.ts';
import { drift } from './kinds/drift.ts';
import { heatPumpPerformance } from './kinds/heat-pump-performance.ts';
import { heatingAndCooling } from './kinds/heating-and-cooling.ts';
import { neverBelow } from './kinds/never-below.ts';
import { nightBase } from './kinds/night-base.ts';
import { nightFlow } from './kinds/night-flow.ts';
import { peakCapacity } from './kinds/peak-capacity.ts';
import { powerFactor } from './kinds/power-factor.ts';
import { pvNotProducing } from './kinds/pv-not-producing.ts';
import { step } from './kinds/step.ts';
import { summerHeating } from './kinds/summer-heating.ts';
import { supplyLost } from './kinds/supply-lost.ts';
import { unexplainedMain } from './kinds/unexplained-main.ts';
import type {
  WatchedBalance,
  WatchedCapacity,
  WatchedComfort,
  WatchedHeatPump,
  WatchedPanels,
  WatchedReactive,
} from './pairs.ts';
import type { Watched } from './watched.ts';

/** What each kind looks at: a meter, where nothing else stands here. */
const others = [
  'heating_and_cooling',
  'peak_capacity',
  'power_factor',
  'pv_not_producing',
  'heat_pump_performance',
  'unexplained_main',
] as const satisfies readonly AlertKind[];
interface Others extends Record<(typeof others)[number], object> {
  readonly heating_and_cooling: WatchedComfort;
  readonly peak_capacity: WatchedCapacity;
  readonly power_factor: WatchedReactive;
  readonly pv_not_producing: WatchedPanels;
  readonly heat_pump_performance: WatchedHeatPump;
  readonly unexplained_main: WatchedBalance;
}
export type SubjectOf<K extends AlertKind> = K extends keyof Others ? Others[K] : Watched;

type Detectors = { readonly [K in AlertKind]: (subject: SubjectOf<K>, rule: ParametersOf<K>) => Finding[] };

const detectors: Detectors = {
  night_base: nightBase,
  left_on: (watched, rule) => afterHours(watched, 'left_on', rule),
  out_of_hours: (watched, rule) => afterHours(watched, 'out_of_hours', rule),
  always_above: alwaysAbove,
  never_below: neverBelow,
  step,
  drift,
  summer_heating: summerHeating,
  heating_and_cooling: heatingAndCooling,
  peak_capacity: peakCapacity,
  power_factor: powerFactor,
  pv_not_producing: pvNotProducing,
  heat_pump_performance: heatPumpPerformance,
  night_flow: nightFlow,
  continuous_flow: continuousFlow,
  burst,
  unexplained_main: unexplainedMain,
  supply_lost: supplyLost,
};

/** Every span of a window in which a kind's condition held at a subject. */
export function detect<K extends AlertKind>(kind: K, subject: SubjectOf<K>, rule: ParametersOf<K>): Finding[] {
  return detectors[kind](subject, rule);
}

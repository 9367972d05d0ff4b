import type { Finding } from './finding.ts';
import type { AlertKind, ParametersOf } from './kinds.ts';
import { afterHours } from './kinds/after-hours.ts';
import { nightBase } from './kinds/night-base.ts';
import type { Watched } from './watched.ts';

type Detectors = { readonly [K in AlertKind]: (watched: Watched, rule: ParametersOf<K>) => Finding[] };

const detectors: Detectors = {
  night_base: nightBase,
  left_on: (watched, rule) => afterHours(watched, 'left_on', rule),
  out_of_hours: (watched, rule) => afterHours(watched, 'out_of_hours', rule),
};

/** Every span of a window in which a kind's condition held at a meter. */
export function detect<K extends AlertKind>(watched: Watched, kind: K, rule: ParametersOf<K>): Finding[] {
  return detectors[kind](watched, rule);
}

import type { Act } from '../domain/acts.ts';
import { limits } from '../domain/limits.ts';
import { rulingActKinds, rulingsOf, type Ruling } from '../domain/readings/rulings.ts';
import type { StateStore } from './state-store.ts';

type Acts = Pick<StateStore, 'acts'>;

/** What people did that rules on a meter, what they took back included. */
export function rulingActsOf(state: Acts, meter: string): readonly Act[] {
  return state.acts({ meter, kinds: rulingActKinds, limit: limits.rulingsOfMeter });
}

/** What people decided about a meter and that stands. */
export function rulingsFor(state: Acts, meter: string): Ruling[] {
  return rulingsOf(rulingActsOf(state, meter));
}

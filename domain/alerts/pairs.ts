import type { Clock } from './clock.ts';
import type { Watched, WatchedMeter } from './watched.ts';

/**
 * Panels, and how much the sun gave: a sister meter's yield, irradiance or an observed yield, in any unit; absent where
 * nothing tells it.
 */
export interface WatchedPanels {
  readonly meter: WatchedMeter;
  readonly clock: Clock;
  /** kWh in each half-hour; NaN where it is not known, of the yardstick too. */
  readonly made: Float64Array;
  readonly yardstick?: Float64Array | undefined;
}

/** A heat pump: its electricity, and the heat it gave, kWh. */
export interface WatchedHeatPump {
  readonly electricity: Watched;
  readonly heatMeter: WatchedMeter;
  readonly heat: Float64Array;
}

/** What heats a site and what cools it. */
export interface WatchedComfort {
  readonly heating: Watched;
  readonly cooling: Watched;
}

/** What a supply point demands, in kVA by half-hour: certain, or between two bounds where kvarh are not counted. */
export interface WatchedCapacity {
  readonly meter: WatchedMeter;
  readonly clock: Clock;
  readonly low: Float64Array;
  readonly best: Float64Array;
  readonly high: Float64Array;
  /** kVA agreed in each half-hour; NaN where none is. */
  readonly agreed: Float64Array;
}

/** Active and reactive energy of one supply, kWh and kvarh by half-hour. */
export interface WatchedReactive {
  readonly meter: WatchedMeter;
  readonly clock: Clock;
  readonly active: Float64Array;
  readonly reactive: Float64Array;
}

/** A meter and what its sub-meters do not see of it; see `reconciliation/`. */
export interface WatchedBalance {
  /** The meter at the top, with what was expected of it. */
  readonly main: Watched;
  /** Sub-meters right below. */
  readonly subs: readonly string[];
  /** kWh or m³ by half-hour; NaN where one of the meters is not measured. */
  readonly residual: Float64Array;
  /** How large the residual of a day may be by the accuracy of the meters, by day; NaN where that is not known. */
  readonly bound: Float64Array;
}

import type { Family } from './causes.ts';
import type { AlertKind } from './kinds.ts';

/**
 * What to look at first, by kind: what it mostly is, in the order in which it is soonest seen. What asks somebody to
 * switch something off is written apart, and never told of what is clinical.
 */
interface Looks {
  readonly look: readonly string[];
  readonly switchOff?: readonly string[];
}

const looks: Readonly<Record<AlertKind, Looks>> = {
  night_base: {
    look: ['the time programme of ventilation and pumps', 'what was put in or repaired on the day it began'],
    switchOff: ['switch off by day what nobody knows, and see whether the meter falls'],
  },
  left_on: {
    look: ['the time programme of the building, and overrides of it', 'who worked late, and what they used'],
    switchOff: ['switch off what nobody uses'],
  },
  out_of_hours: {
    look: ['clocks of controllers after a power cut or a change of the clocks', 'frost protection and its sensor'],
    switchOff: ['switch off what nobody uses'],
  },
  always_above: { look: ['what is on now that usually is not', 'whether an event or a trial run explains it'] },
  never_below: { look: ['ventilation, pumps and kitchens that ran through the night', 'the time programme'] },
  step: { look: ['what was put in, repaired or set otherwise on the day it began', 'set points and overrides'] },
  drift: { look: ['filters, strainers and heat exchangers that clog up', 'set points that were moved bit by bit'] },
  summer_heating: {
    look: ['whether the heating is on hand or on frost protection', 'the outdoor sensor, and valves that pass'],
    switchOff: ['switch the heating circuits off and leave hot water on'],
  },
  heating_and_cooling: {
    look: ['set points of heating and cooling that overlap', 'valves that pass, and sensors that read too low'],
    switchOff: ['put one of the two off and see whether the rooms stay as they are'],
  },
  peak_capacity: {
    look: ['what large plant runs at the same time', 'what can wait until the evening', 'standby plant'],
    switchOff: ['put off what can wait before the half-hour is over'],
  },
  power_factor: { look: ['fuses and contactors of the capacitor bank', 'its controller, and what was added to it'] },
  pv_not_producing: {
    look: ['faults on the display of the inverter', 'fuses and breakers of the strings', 'shade and dirt'],
  },
  heat_pump_performance: {
    look: ['flow temperature and set points', 'ice and dirt on the outdoor unit', 'refrigerant, by its engineer'],
  },
  night_flow: {
    look: ['cisterns and their overflows', 'cooling towers and their make-up', 'the meters further down, at night'],
  },
  continuous_flow: { look: ['overflows of cisterns and tanks', 'urinals and taps', 'outdoor taps and hoses'] },
  burst: {
    look: ['plant rooms, ducts and the ground along the main for water', 'the meters further down for where it goes'],
    switchOff: ['shut the stop valve of the part where it runs'],
  },
  unexplained_main: {
    look: ['pipes or cables between the main and its sub-meters', 'what was connected without a meter'],
  },
  supply_lost: {
    look: [
      'the incoming breaker or stop valve',
      'whether standby plant has taken over',
      "the network's page of outages",
    ],
  },
};

const clinicalAdvice = 'it feeds clinical care: speak to the clinical lead before anything is touched';

/** What to look at first; where it is clinical nothing that asks to switch anything off. */
export function lookFirst(kind: AlertKind, family: Family, clinical: boolean): readonly string[] {
  const { look, switchOff = [] } = looks[kind];
  const first = family === 'water' && (kind === 'step' || kind === 'drift' || kind === 'always_above');
  const seen = first ? ['cisterns, hoses and irrigation', ...look.slice(0, 1)] : look;
  return clinical ? [clinicalAdvice, ...seen] : [...seen, ...switchOff];
}

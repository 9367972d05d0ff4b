import type { FaultClass } from '../../../../domain/diagnosis/diagnosis.ts';

/** What to do about each fault, in a sentence, and where in the console. */
export interface Advice {
  readonly says: string;
  /** `none`: nothing, where the house is sure. */
  readonly go: 'exchange' | 'read' | 'site' | 'none';
}

export const faultAdvice: Readonly<Record<FaultClass, Advice>> = {
  rollover: { says: 'Nothing: the register began again at nought, and what passed is counted.', go: 'none' },
  exchange: { says: 'Record the exchange with the closing and opening register of its job sheet.', go: 'exchange' },
  reset: { says: 'Ask whether the meter was exchanged or reset, and record it.', go: 'exchange' },
  'false-zero': {
    says: 'Nothing for the figures: it is left out. If it comes again, look at the gateway.',
    go: 'none',
  },
  spike: {
    says: 'Nothing for the figures: it is left out. If it comes again, look at the cable and gateway.',
    go: 'none',
  },
  sentinel: {
    says: 'Nothing for the figures: it is left out. Look whether the gateway reaches the meter.',
    go: 'none',
  },
  'impossible-rate': { says: 'Hold its rating and pulse weight against the plate of the meter.', go: 'site' },
  stuck: { says: 'Go and look whether its face moves; enter what it shows.', go: 'read' },
  reversed: {
    says: 'Have an electrician turn the current transformer; until then what it counts is wrong.',
    go: 'site',
  },
  swapped: { says: 'Have an electrician check which current transformer is on which phase.', go: 'site' },
  'wrong-weight': { says: 'Read its face twice, some days apart: the two reads tell the true weight.', go: 'read' },
  negative: { says: 'Ask who set it up: a register does not go below nought.', go: 'site' },
  'wrong-clock': {
    says: 'Set the clock of the meter or gateway; what it sent is put in its place as far as that is known.',
    go: 'site',
  },
  contradiction: { says: 'Ask the collector of its data which of the two is right.', go: 'site' },
  unclear: { says: 'Go and read its face: one read tells which of the numbers is right.', go: 'read' },
};

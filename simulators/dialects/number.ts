import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** A building management system that publishes the bare number of a point: no name, no unit, no time. */
export const number: Dialect = {
  name: 'number',
  stamped: false,
  rates: 'none',
  messages(meter, say) {
    if (say.register === undefined || say.register === null) return [];
    const payload = bytes(String(say.register));
    const { at, register } = say;
    return [
      {
        meter: meter.id,
        topic: topicOf(meter),
        payload,
        at,
        stamp: undefined,
        register,
        rate: undefined,
        fate: 'decoded',
      },
    ];
  },
  chatter: () => undefined,
  malformed: (meter, at) => wordless(meter, at, topicOf(meter), 'Comm Fail', 'quarantined'),
};

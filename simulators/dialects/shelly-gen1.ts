import { bytes, type Dialect, type MeterMessage, topicOf, wordless } from './dialect.ts';

/**
 * Shelly's first generation, an EM with one clamp: each number has a topic of its own, `emeter/0/total` in Wh and
 * `emeter/0/power` in W below `shellies/<device>`, no unit and no time.
 */
export const shellyGen1: Dialect = {
  name: 'shelly-gen1',
  stamped: false,
  rates: 'optional',
  messages(meter, say) {
    const { at, register, rate } = say;
    const messages: MeterMessage[] = [];
    const tell = (leaf: string, text: string, found: Pick<MeterMessage, 'register' | 'rate'>): void => {
      const topic = `${emeterOf(topicOf(meter))}/${leaf}`;
      const payload = bytes(text);
      messages.push({ meter: meter.id, topic, payload, at, stamp: undefined, ...found, fate: 'decoded' });
    };
    if (rate !== undefined) {
      const watts = Math.round(rate * 100_000) / 100;
      tell('power', watts.toFixed(2), { register: undefined, rate: watts });
    }
    if (register !== undefined && register !== null) {
      tell('total', register.toFixed(1), { register, rate: undefined });
    }
    return messages;
  },
  chatter: (meter, at) => wordless(meter, at, `${emeterOf(topicOf(meter))}/voltage`, '236.71', 'ignored'),
  malformed: (meter, at) => wordless(meter, at, `${emeterOf(topicOf(meter))}/total`, 'nan', 'quarantined'),
};

/** `shellies/<device>/#` or `shellies/<device>/emeter/1/+`. */
function emeterOf(filter: string): string {
  const branch = filter.replace(/\/[#+]$/, '');
  return /\/emeter\/\d$/.test(branch) ? branch : `${branch}/emeter/0`;
}

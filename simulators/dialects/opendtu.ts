import type { Meter } from '../../domain/estate/estate.ts';
import { bytes, type Dialect, type MeterMessage, sentinelValue, topicOf, wordless } from './dialect.ts';

/**
 * OpenDTU: each number of an inverter under a topic of its own, `<base>/<serial>/0/yieldtotal` in kWh with three
 * decimals and `power` in W with one; channels above 0 are its strings. No time. It prints 0 while the inverter has not
 * been heard.
 */
export const opendtu: Dialect = {
  name: 'opendtu',
  stamped: false,
  rates: 'optional',
  messages(meter, { at, register, rate }) {
    const messages: MeterMessage[] = [];
    if (rate !== undefined) {
      const watts = Number((1000 * rate).toFixed(1));
      messages.push({ ...told(meter, at, '0/power', watts.toFixed(1)), rate: watts });
    }
    if (register !== undefined) {
      const text = register === null ? 'nan' : register === sentinelValue ? String(register) : register.toFixed(3);
      messages.push({ ...told(meter, at, '0/yieldtotal', text), register: register === 0 ? null : register });
    }
    return messages;
  },
  chatter: (meter, at) => ({ ...told(meter, at, '1/yieldtotal', '1.000'), fate: 'ignored' }),
  malformed: (meter, at) => ({ ...told(meter, at, '0/yieldtotal', ''), fate: 'quarantined' }),
};

function told(meter: Meter, at: number, leaf: string, text: string): MeterMessage {
  const topic = topicOf(meter).replace('#', leaf);
  return { ...wordless(meter, at, topic, '', 'ignored'), payload: bytes(text), fate: 'decoded' };
}

import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { seedOf } from '../chance.ts';
import { bytes, type Dialect, type MeterMessage, topicOf, wordless } from './dialect.ts';

/**
 * Shelly's second generation, a three-phase meter (Pro 3EM): power in `em:0`, energy in `emdata:0` in Wh. A device
 * tells either by notification on `<prefix>/events/rpc`, stamped, or by status topics, without a stamp.
 */
export const shellyGen2: Dialect = {
  name: 'shelly-gen2',
  stamped: true,
  rates: 'optional',
  messages(meter, say, status) {
    const prefix = prefixOf(meter);
    const byStatus = status && seedOf(0, meter.id) % 2 === 0;
    const messages: MeterMessage[] = [];
    const tell = (component: string, body: string, found: Pick<MeterMessage, 'register' | 'rate'>): void => {
      const topic = byStatus ? `${prefix}/status/${component}` : `${prefix}/events/rpc`;
      const text = byStatus ? body : notification(prefix, say.at, `"${component}":${body}`);
      const stamp = byStatus ? undefined : say.at;
      messages.push({ meter: meter.id, topic, payload: bytes(text), at: say.at, stamp, ...found, fate: 'decoded' });
    };
    if (say.rate !== undefined) {
      const watts = Math.round(say.rate * 1_000_000) / 1000;
      tell('em:0', power(watts), { register: undefined, rate: watts });
    }
    if (say.register !== undefined) tell('emdata:0', energy(say.register), { register: say.register, rate: undefined });
    return messages;
  },
  chatter(meter, at) {
    const text = notification(prefixOf(meter), at, '"wifi":{"sta_ip":"192.0.2.17","status":"got ip","rssi":-61}');
    return wordless(meter, at, `${prefixOf(meter)}/events/rpc`, text, 'ignored');
  },
  malformed(meter, at) {
    // Seen in the field on status topics; here where a meter's energy should be.
    return wordless(meter, at, `${prefixOf(meter)}/status/emdata:0`, '{"total_act"}', 'quarantined');
  },
};

function prefixOf(meter: Meter): string {
  return topicOf(meter).replace(/\/[#+].*$/, '');
}

function notification(prefix: string, at: EpochSeconds, params: string): string {
  const source = prefix.slice(prefix.lastIndexOf('/') + 1);
  return `{"src":"${source}","dst":"${prefix}/events","method":"NotifyStatus","params":{"ts":${at}.00,${params}}}`;
}

/** Each phase keeps its own count, so the three do not add up to the last digit: neither do the real ones. */
function energy(total: number | null): string {
  if (total === null) return '{"id":0,"total_act":null,"total_act_ret":0.00}';
  const phases = phaseShares.map(({ name, share }) => {
    return `"${name}_total_act_energy":${(total * share).toFixed(2)},"${name}_total_act_ret_energy":0.00`;
  });
  return `{"id":0,${phases.join(',')},"total_act":${total.toFixed(2)},"total_act_ret":0.00}`;
}

const phaseShares = [
  { name: 'a', share: 0.335, volts: 238.4 },
  { name: 'b', share: 0.352, volts: 237.1 },
  { name: 'c', share: 0.313, volts: 239.6 },
] as const;
const powerFactor = 0.94;

function power(watts: number): string {
  const phases = phaseShares.map(({ name, share, volts }) => {
    const active = watts * share;
    const apparent = active / powerFactor;
    const current = `"${name}_current":${(apparent / volts).toFixed(3)},"${name}_voltage":${volts.toFixed(1)}`;
    const powers = `"${name}_act_power":${active.toFixed(1)},"${name}_aprt_power":${apparent.toFixed(1)}`;
    return `${current},${powers},"${name}_pf":${powerFactor},"${name}_freq":50.0`;
  });
  const apparent = watts / powerFactor;
  const totals = `"total_current":${(apparent / 238.4).toFixed(3)},"total_act_power":${watts}`;
  const rest = `"total_aprt_power":${apparent.toFixed(3)},"user_calibrated_phase":[]`;
  return `{"id":0,${phases.join(',')},"n_current":null,${totals},${rest}}`;
}

import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, sentinelValue, topicOf, wordless } from './dialect.ts';

/**
 * The display of a GB smart meter, `glow/<id>/SENSOR/electricitymeter`: import in kWh with three decimals, the power in
 * kW, UTC. Until it has joined the meter's network it shows zeros, so its zero says nothing.
 */
export const hildebrandGlow: Dialect = {
  name: 'hildebrand-glow',
  stamped: true,
  rates: 'always',
  messages(meter, say) {
    if (say.register === undefined) return [];
    const { at, register } = say;
    const joined = register !== 0;
    const kilowatts = joined ? Number((say.rate ?? 0).toFixed(3)) : 0;
    const total = register === null ? 'null' : register === sentinelValue ? String(register) : register.toFixed(3);
    const imported =
      `{"cumulative":${total},"day":${(say.today ?? 0).toFixed(3)},"week":61.004,"month":288.951,"units":"kWh",` +
      `"mpan":"${meter.mpan ?? '---'}","supplier":"---","price":{"unitrate":0.24180,"standingcharge":0.53120}}`;
    const text =
      `{"electricitymeter":{"timestamp":"${isoStamp(at)}","energy":{"export":{"cumulative":0.000,"units":"kWh"},` +
      `"import":${imported}},"power":{"value":${kilowatts.toFixed(3)},"units":"kW"}}}`;
    const shows = joined ? { register, rate: kilowatts } : { register: null, rate: undefined };
    const topic = topicOf(meter).replace('#', 'SENSOR/electricitymeter');
    return [{ meter: meter.id, topic, payload: bytes(text), at, stamp: at, ...shows, fate: 'decoded' }];
  },
  chatter(meter, at) {
    const text =
      `{"software":"v1.8.12","timestamp":"${isoStamp(at)}","hardware":"GLOW-IHD-01-1v4-SMETS2","smetsversion":"SMETS2",` +
      `"zigbee":"1.2.5","han":{"rssi":-75,"status":"joined","lqi":100}}`;
    return wordless(meter, at, topicOf(meter).replace('#', 'STATE'), text, 'ignored');
  },
  malformed(meter, at) {
    const text = `{"electricitymeter":{"timestamp":"${isoStamp(at)}","energy":{"exp`;
    return wordless(meter, at, topicOf(meter).replace('#', 'SENSOR/electricitymeter'), text, 'quarantined');
  },
};

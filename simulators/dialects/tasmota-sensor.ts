import { wallStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/**
 * Tasmota telemetry of an energy meter: `tele/<device>/SENSOR`, total in kWh, power in W, local time without a
 * zone.
 */
export const tasmotaSensor: Dialect = {
  name: 'tasmota-sensor',
  stamped: true,
  rates: 'always',
  messages(meter, say) {
    if (say.register === undefined) return [];
    const watts = Math.round(1000 * (say.rate ?? 0));
    const volts = 236 + (Math.floor(say.at / 60) % 7);
    const apparent = Math.round(watts / 0.95);
    // The firmware writes a bare nan for what it does not know: no JSON, and yet seen on many brokers.
    const total = say.register === null ? 'nan' : say.register.toFixed(3);
    const days = `"Yesterday":${(say.yesterday ?? 0).toFixed(3)},"Today":${(say.today ?? 0).toFixed(3)}`;
    const powers = `"Power":${watts},"ApparentPower":${apparent},"ReactivePower":${Math.round(apparent * 0.31)}`;
    const rest = `"Factor":0.95,"Voltage":${volts},"Current":${(apparent / volts).toFixed(3)}`;
    const text =
      `{"Time":"${wallStamp(say.at)}","ENERGY":{"TotalStartTime":"2021-03-04T10:12:48","Total":${total},${days},` +
      `"Period":${Math.round(watts / 12)},${powers},${rest}}}`;
    const { at, register } = say;
    return [
      {
        meter: meter.id,
        topic: topicOf(meter),
        payload: bytes(text),
        at,
        stamp: at,
        register,
        rate: watts,
        fate: 'decoded',
      },
    ];
  },
  chatter(meter, at) {
    const text = `{"Time":"${wallStamp(at)}","DS18B20":{"Id":"0316A279C1FF","Temperature":24.6},"TempUnit":"C"}`;
    return wordless(meter, at, topicOf(meter), text, 'ignored');
  },
  malformed(meter, at) {
    const text = `{"Time":"${wallStamp(at)}","ENERGY":{"TotalStartTime":"2021-03-04T10:12:48","Total":12`;
    return wordless(meter, at, topicOf(meter), text, 'quarantined');
  },
};

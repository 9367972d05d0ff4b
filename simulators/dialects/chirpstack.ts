import type { Meter } from '../../domain/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Frame, pulseFrame } from '../lorawan-frame.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/**
 * ChirpStack, an EM300-DI counting pulses: version 4, or version 3, which writes EUIs in base64 and the object as a text,
 * and knows no time but the gateway's.
 */
export const chirpstack: Dialect = {
  name: 'chirpstack',
  stamped: true,
  rates: 'none',
  messages(meter, say) {
    const { at, register } = say;
    if (register === undefined) return [];
    const frame = pulseFrame('milesight', meter, at, register);
    const payload = bytes(uplink(meter, at, frame));
    const topic = topicFor(meter, frame);
    return [{ meter: meter.id, topic, payload, at, stamp: at, register, rate: undefined, fate: 'decoded' }];
  },
  chatter(meter, at) {
    const frame = pulseFrame('milesight', meter, at, undefined);
    return wordless(meter, at, topicFor(meter, frame), uplink(meter, at, frame), 'ignored');
  },
  malformed(meter, at) {
    // The device profile has lost its codec: binary data alone.
    const frame = { ...pulseFrame('milesight', meter, at, 17), object: '' };
    return wordless(meter, at, topicFor(meter, frame), uplink(meter, at, frame), 'quarantined');
  },
};

/** `+` stands for the device, `#` for the event. */
function topicFor(meter: Meter, { eui }: Frame): string {
  return topicOf(meter).replace('device/+', `device/${eui}`).replace(/#$/, 'up');
}

function uplink(meter: Meter, at: EpochSeconds, frame: Frame): string {
  const data = frame.data.toString('base64');
  // Version 3 numbers its applications; version 4 gives them long ids.
  return /^application\/\d+\//.test(topicOf(meter))
    ? version3(meter, at, frame, data)
    : version4(meter, at, frame, data);
}

function version4(meter: Meter, at: EpochSeconds, { eui, counter, port, object }: Frame, data: string): string {
  const time = isoStamp(at).replace('Z', '.404859127+00:00');
  const id = `${eui.slice(0, 8)}-${eui.slice(8, 12)}-4${eui.slice(13)}-8${counter.toString(16).padStart(3, '0').slice(-3)}-${eui.slice(4)}`;
  const device = `"deviceInfo":{"tenantName":"Estates","applicationName":"Meters","deviceProfileName":"EM300-DI","deviceName":"${meter.id}","devEui":"${eui}","deviceClassEnabled":"CLASS_A","tags":{}}`;
  const radio = `"rxInfo":[{"gatewayId":"0016c001f1000001","uplinkId":24022,"nsTime":"${time}","rssi":-97,"snr":6.5,"crcStatus":"CRC_OK"}]`;
  const decoded = object === '' ? '' : `"object":${object},`;
  return `{"deduplicationId":"${id}","time":"${time}",${device},"devAddr":"01189440","adr":true,"dr":5,"fCnt":${counter},"fPort":${port},"confirmed":false,"data":"${data}",${decoded}${radio}}`;
}

function version3(meter: Meter, at: EpochSeconds, { eui, counter, port, object }: Frame, data: string): string {
  const devEui = Buffer.from(eui, 'hex').toString('base64');
  const time = isoStamp(at).replace('Z', '.076490739Z');
  const radio = `"rxInfo":[{"gatewayID":"ABbAAfEAAAE=","time":"${time}","timeSinceGPSEpoch":null,"rssi":-114,"loRaSNR":0.8}]`;
  return `{"applicationID":"7","applicationName":"meters","deviceName":"${meter.id}","devEUI":"${devEui}",${radio},"adr":true,"dr":5,"fCnt":${counter},"fPort":${port},"data":"${data}","objectJSON":${JSON.stringify(object)},"tags":{},"confirmedUplink":false,"devAddr":"ARiUQA=="}`;
}

import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Frame, pulseFrame } from '../lorawan-frame.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/**
 * ChirpStack, an EM300-DI counting pulses: version 4, or version 3, which writes EUIs in base64 and the object as a
 * text, and knows no time but the gateway's.
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
    const frame = { ...pulseFrame('milesight', meter, at, 17), object: undefined };
    return wordless(meter, at, topicFor(meter, frame), uplink(meter, at, frame), 'quarantined');
  },
};

/** `+` stands for the device, `#` for the event. */
function topicFor(meter: Meter, { eui }: Frame): string {
  return topicOf(meter).replace('device/+', `device/${eui}`).replace(/#$/, 'up');
}

function uplink(meter: Meter, at: EpochSeconds, frame: Frame): string {
  // Version 3 numbers its applications; version 4 gives them long ids.
  const version = /^application\/\d+\//.test(topicOf(meter)) ? version3 : version4;
  return JSON.stringify(version(meter, isoStamp(at).slice(0, -1), frame));
}

function version4(meter: Meter, second: string, { eui, counter, port, data, object }: Frame): object {
  const time = `${second}.404859127+00:00`;
  const gateway = { gatewayId: '0016c001f1000001', uplinkId: 24_022, nsTime: time, rssi: -97, snr: 6.5 };
  return {
    deduplicationId: `5b0f4f0e-1f5e-4ed1-9a43-${eui.slice(8)}${counter.toString(16).padStart(4, '0')}`,
    time,
    deviceInfo: {
      tenantName: 'Estates',
      applicationName: 'Meters',
      deviceProfileName: 'EM300-DI',
      deviceName: meter.id,
      devEui: eui,
      deviceClassEnabled: 'CLASS_A',
      tags: {},
    },
    devAddr: '01189440',
    adr: true,
    dr: 5,
    fCnt: counter,
    fPort: port,
    confirmed: false,
    data: data.toString('base64'),
    ...(object && { object }),
    rxInfo: [{ ...gateway, crcStatus: 'CRC_OK' }],
  };
}

function version3(meter: Meter, second: string, { eui, counter, port, data, object }: Frame): object {
  const time = `${second}.076490739Z`;
  return {
    applicationID: '7',
    applicationName: 'meters',
    deviceName: meter.id,
    devEUI: Buffer.from(eui, 'hex').toString('base64'),
    rxInfo: [{ gatewayID: 'ABbAAfEAAAE=', time, timeSinceGPSEpoch: null, rssi: -114, loRaSNR: 0.8 }],
    adr: true,
    dr: 5,
    fCnt: counter,
    fPort: port,
    data: data.toString('base64'),
    objectJSON: object ? JSON.stringify(object) : '',
    tags: {},
    confirmedUplink: false,
    devAddr: 'ARiUQA==',
  };
}

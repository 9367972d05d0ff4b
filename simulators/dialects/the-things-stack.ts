import type { Meter } from '../../domain/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Frame, pulseFrame } from '../lorawan-frame.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** The Things Stack version 3, a DL-DLR2-002 counting pulses: two server clocks, and a gateway's that is seconds apart. */
export const theThingsStack: Dialect = {
  name: 'the-things-stack',
  stamped: true,
  rates: 'none',
  messages(meter, say) {
    const { at, register } = say;
    if (register === undefined) return [];
    const payload = bytes(uplink(meter, at, pulseFrame('decentlab', meter, at, register)));
    const topic = topicFor(meter, 'up');
    return [{ meter: meter.id, topic, payload, at, stamp: at, register, rate: undefined, fate: 'decoded' }];
  },
  chatter(meter, at) {
    const text = `{"end_device_ids":${idsOf(meter, pulseFrame('decentlab', meter, at, undefined))},"received_at":"${isoStamp(at)}","join_accept":{"session_key_id":"AYESTATE"}}`;
    return wordless(meter, at, topicFor(meter, 'join'), text, 'ignored');
  },
  malformed(meter, at) {
    // A port that the payload formatter does not know comes without what it decoded.
    const frame = { ...pulseFrame('decentlab', meter, at, 17), port: 42, object: '' };
    return wordless(meter, at, topicFor(meter, 'up'), uplink(meter, at, frame), 'quarantined');
  },
};

function topicFor(meter: Meter, event: string): string {
  return topicOf(meter).replace(/#$/, event);
}

/** The third level from `devices` on is the device's name. */
function idsOf(meter: Meter, { eui }: Frame): string {
  const name = /\/devices\/([^/]+)/.exec(topicOf(meter))?.[1] ?? meter.id;
  return `{"device_id":"${name}","application_ids":{"application_id":"estates"},"dev_eui":"${eui.toUpperCase()}","join_eui":"70B3D57ED00006B2","dev_addr":"27000020"}`;
}

function uplink(meter: Meter, at: EpochSeconds, frame: Frame): string {
  const { counter, port, data, object } = frame;
  const [server, gateway] = [isoStamp(at).replace('Z', '.234172599Z'), isoStamp(at - 2)];
  const radio = `"rx_metadata":[{"gateway_ids":{"gateway_id":"roof"},"time":"${gateway}","timestamp":436812492,"rssi":-16,"snr":8.5}],"settings":{"frequency":"867700000","timestamp":436812492}`;
  const decoded = object === '' ? '' : `"decoded_payload":${object},`;
  const message = `{"session_key_id":"AYESTATE","f_port":${port},"f_cnt":${counter},"frm_payload":"${data.toString('base64')}",${decoded}${radio},"received_at":"${server}"}`;
  return `{"end_device_ids":${idsOf(meter, frame)},"correlation_ids":["as:up:01HESTATES0000000000000001"],"received_at":"${server}","uplink_message":${message}}`;
}

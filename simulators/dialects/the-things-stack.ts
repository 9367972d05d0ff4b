import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Frame, pulseFrame } from '../lorawan-frame.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** The Things Stack version 3, a DL-DLR2-002 counting pulses, by the servers' clocks and a gateway's. */
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
    const ids = idsOf(meter, pulseFrame('decentlab', meter, at, undefined));
    const join = { end_device_ids: ids, received_at: isoStamp(at), join_accept: { session_key_id: 'AYESTATE' } };
    return wordless(meter, at, topicFor(meter, 'join'), JSON.stringify(join), 'ignored');
  },
  malformed(meter, at) {
    // A port that the payload formatter does not know comes without what it decoded.
    const frame = { ...pulseFrame('decentlab', meter, at, 17), port: 42, object: undefined };
    return wordless(meter, at, topicFor(meter, 'up'), uplink(meter, at, frame), 'quarantined');
  },
};

function topicFor(meter: Meter, event: string): string {
  return topicOf(meter).replace(/#$/, event);
}

/** The level after `devices` is the device's name. */
function idsOf(meter: Meter, { eui }: Frame): object {
  return {
    device_id: /\/devices\/([^/]+)/.exec(topicOf(meter))?.[1] ?? meter.id,
    application_ids: { application_id: 'estates' },
    dev_eui: eui.toUpperCase(),
    join_eui: '70B3D57ED0000001',
    dev_addr: '27000020',
  };
}

function uplink(meter: Meter, at: EpochSeconds, frame: Frame): string {
  const { counter, port, data, object } = frame;
  const received_at = isoStamp(at).replace('Z', '.234172599Z');
  const timestamp = (counter * 60_000_000) % 4_294_967_296;
  return JSON.stringify({
    end_device_ids: idsOf(meter, frame),
    correlation_ids: ['as:up:01HESTATES0000000000000001'],
    received_at,
    uplink_message: {
      session_key_id: 'AYESTATE',
      f_port: port,
      f_cnt: counter,
      frm_payload: data.toString('base64'),
      ...(object && { decoded_payload: object }),
      rx_metadata: [{ gateway_ids: { gateway_id: 'roof' }, time: isoStamp(at - 2), timestamp, rssi: -16, snr: 8.5 }],
      settings: { frequency: '867700000', timestamp },
      received_at,
    },
  });
}

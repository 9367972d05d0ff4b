import type { Meter } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { seedOf } from './chance.ts';

/** What a network server knows of one frame, before it wraps it in its own way. */
export interface Frame {
  /** 16 hexadecimal digits, small letters. */
  readonly eui: string;
  readonly counter: number;
  readonly port: number;
  readonly data: Buffer;
  /** What the maker's codec made of it; undefined where none was set up. */
  readonly object: object | undefined;
}

/** Makers whose pulse counters are simulated, each with its own frame and codec (their published documents). */
export type Maker = 'milesight' | 'decentlab' | 'adeunis';

/** Frame of a pulse counter; `null` is a register that it does not know, undefined a frame without one. */
export function pulseFrame(maker: Maker, meter: Meter, at: EpochSeconds, register: number | null | undefined): Frame {
  const counter = Math.floor(at / 60) % 65_536;
  return { eui: euiOf(meter), counter, ...written[maker](register, (seedOf(3, meter.id) % 30) + 70) };
}

type Written = (register: number | null | undefined, battery: number) => Pick<Frame, 'port' | 'data' | 'object'>;

const written: Readonly<Record<Maker, Written>> = {
  /** EM300-DI: channel, type and value one after the other, numbers from the small end. */
  milesight(register, battery) {
    const head = Buffer.from([0x01, 0x75, battery]);
    if (register === undefined) {
      const data = Buffer.concat([head, Buffer.from([0x03, 0x67, 0xa3, 0x00, 0x04, 0x68, 0x74])]);
      return { port: 85, data, object: { battery, temperature: 16.3, humidity: 58 } };
    }
    const pulse = Buffer.from([0x05, 0xc8, 0, 0, 0, 0]);
    pulse.writeUInt32LE(register ?? 0, 2);
    return { port: 85, data: Buffer.concat([head, pulse]), object: { battery, pulse: register } };
  },
  /** DL-DLR2-002: every value an object with its name for people; the pulses since the last frame stand beside all. */
  decentlab(register, battery) {
    const device = { protocol_version: 2, device_id: 6558 };
    const battery_voltage = { displayName: 'Battery voltage', unit: 'V', value: Math.round(battery * 36) / 1000 };
    if (register === undefined) return { port: 1, data: dlr2(2, []), object: { ...device, battery_voltage } };
    const count = register ?? 0;
    const object = {
      ...device,
      pulse_count: { displayName: 'Pulse count', value: count % 50 },
      pulse_interval: { displayName: 'Pulse interval', value: 600, unit: 's' },
      cumulative_pulse_count: { displayName: 'Cumulative pulse count', value: register },
      battery_voltage,
    };
    return { port: 1, data: dlr2(3, [count % 50, 600, count % 65_536, Math.floor(count / 65_536)]), object };
  },
  /** Pulse, frame 0x46: the registers of both inputs; the second one has nothing connected. */
  adeunis(register, battery) {
    const status = { frameCounter: 4, hardwareError: false, lowBattery: battery < 5, configurationDone: false };
    if (register === undefined) {
      return { port: 1, data: Buffer.from('2f8001', 'hex'), object: { type: '0x2f Downlink ack', status } };
    }
    const data = Buffer.from('46800000000000000002', 'hex');
    data.writeUInt32BE(register ?? 0, 2);
    const decodingInfo = 'counterValues: [Channel A, Channel B]';
    return { port: 1, data, object: { type: '0x46 Pulse data', status, decodingInfo, counterValues: [register, 2] } };
  },
};

/** Version, device, which sensors follow, and their words of 16 bits from the great end. */
function dlr2(sensors: number, words: readonly number[]): Buffer {
  const all = [0x199e, sensors, ...words, 3227];
  const data = Buffer.alloc(1 + 2 * all.length);
  data[0] = 2;
  for (const [i, word] of all.entries()) data.writeUInt16BE(word % 65_536, 1 + 2 * i);
  return data;
}

/** The EUI in the channel or the topic of a meter; one of its own where there is none. */
function euiOf({ id, channel = '', topic = '' }: Meter): string {
  const [known] = /[0-9a-f]{16}/i.exec(`${channel} ${topic}`) ?? [];
  return known?.toLowerCase() ?? `70b3d57b${seedOf(5, id).toString(16).padStart(8, '0')}`;
}

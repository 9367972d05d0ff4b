import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { seedOf } from '../chance.ts';
import { type Dialect, type MeterMessage, type Say, topicOf, wordless } from './dialect.ts';

/**
 * An edge node of Sparkplug B with one device, written from the Eclipse specification 3.0: births with names, numbers
 * (aliases), types and units; then data by number only. It is born again when it is told to; after its connection was
 * gone it says its death, which the broker would, and is born with other numbers.
 *
 * The topic of the meter is `spBv1.0/<group>/+/<edge>/#`, its channel `<device>/<metric>;<device>/<metric of power>`.
 */
export const sparkplugB: Dialect = {
  name: 'sparkplug-b',
  stamped: true,
  rates: 'optional',
  begin: (meter) => new EdgeNode(meter),
  messages: (meter, say) => new EdgeNode(meter).messages(meter, say),
  chatter: () => undefined,
  malformed: (meter, at) => new EdgeNode(meter).malformed(meter, at),
};

const int64 = 4;
const uint64 = 8;
const float = 9;
const double = 10;
const boolean = 11;

class EdgeNode implements Dialect {
  readonly name = 'sparkplug-b';
  readonly stamped = true;
  readonly rates = 'optional';
  /** The command topic of the node. */
  readonly hears: string;
  readonly #group: string;
  readonly #edge: string;
  readonly #device: string;
  readonly #register: string;
  readonly #rate: string | undefined;
  #isBorn = false;
  #seq = 0;
  #bdSeq = 0;
  #wasCut = false;

  constructor(meter: Meter) {
    const [, group = '', , edge = ''] = topicOf(meter).split('/');
    const [register = '', rate] = (meter.channel ?? '').split(';');
    const slash = register.indexOf('/');
    this.#group = group;
    this.#edge = edge;
    this.#device = register.slice(0, slash);
    this.#register = register.slice(slash + 1);
    this.#rate = rate?.slice(slash + 1);
    this.hears = `spBv1.0/${group}/NCMD/${edge}`;
  }

  messages(meter: Meter, say: Say): MeterMessage[] {
    if (this.#isBorn) return [this.#data(meter, say)];
    const messages: MeterMessage[] = [];
    if (this.#wasCut) {
      messages.push(this.#wordless(meter, say, 'NDEATH', [bdSeqMetric(say.at, this.#bdSeq)]));
      this.#bdSeq++;
    }
    this.#wasCut = false;
    this.#isBorn = true;
    this.#seq = 0;
    const rebirth = metric({ name: 'Node Control/Rebirth', at: say.at, type: boolean, value: false });
    messages.push(this.#wordless(meter, say, 'NBIRTH', [bdSeqMetric(say.at, this.#bdSeq), rebirth]));
    return [...messages, this.#birth(meter, say)];
  }

  hear(): void {
    this.#isBorn = false;
  }

  interrupted(): void {
    this.#isBorn = false;
    this.#wasCut = true;
  }

  chatter(meter: Meter, at: EpochSeconds): MeterMessage | undefined {
    // Before its birth a node says nothing.
    if (!this.#isBorn) return undefined;
    const volts = metric({ alias: this.#alias(2), at, type: float, value: 238.5 });
    return this.#wordless(meter, { at }, 'DDATA', [volts]);
  }

  malformed(meter: Meter, at: EpochSeconds): MeterMessage {
    const { topic } = this.#wordless(meter, { at }, 'DDATA', []);
    this.#seq = (this.#seq + 255) % 256;
    return wordless(meter, at, topic, '{"metrics":[]}', 'quarantined');
  }

  /** A restart gives the metrics other numbers. */
  #alias(place: number): number {
    return ((this.#bdSeq + seedOf(3, this.#edge)) % 5) * 10 + place;
  }

  #birth(meter: Meter, say: Say): MeterMessage {
    const { at } = say;
    const shows = this.#shown(meter, say, { name: this.#register, unit: meter.unit });
    const power = this.#power(say, this.#rate, 'kW');
    const volts = metric({ name: 'Voltage', alias: this.#alias(2), at, type: float, value: 238.5 });
    return this.#told(meter, say, 'DBIRTH', [shows, power, volts]);
  }

  #data(meter: Meter, say: Say): MeterMessage {
    return this.#told(meter, say, 'DDATA', [this.#shown(meter, say, {}), this.#power(say, undefined, undefined)]);
  }

  /** Pulses are whole numbers; a register with decimals is a double. */
  #shown(meter: Meter, { at, register }: Say, named: { name?: string; unit?: string }): Uint8Array | undefined {
    if (register === undefined) return undefined;
    const type = meter.unit === 'pulse' ? uint64 : double;
    return metric({ ...named, alias: this.#alias(0), at, type, value: register });
  }

  #power({ at, rate }: Say, name: string | undefined, unit: string | undefined): Uint8Array | undefined {
    if (this.#rate === undefined || rate === undefined) return undefined;
    return metric({ name, unit, alias: this.#alias(1), at, type: double, value: rounded(rate) });
  }

  #told(meter: Meter, say: Say, type: string, metrics: readonly (Uint8Array | undefined)[]): MeterMessage {
    const rate = this.#rate === undefined || say.rate === undefined ? undefined : rounded(say.rate);
    const message = this.#wordless(meter, say, type, metrics);
    const fate = say.register === undefined && rate === undefined ? 'ignored' : 'decoded';
    return { ...message, stamp: say.at, register: say.register, rate, fate };
  }

  #wordless(
    meter: Meter,
    { at }: Pick<Say, 'at'>,
    type: string,
    metrics: readonly (Uint8Array | undefined)[],
  ): MeterMessage {
    const device = type.startsWith('D') ? `/${this.#device}` : '';
    const topic = `spBv1.0/${this.#group}/${type}/${this.#edge}${device}`;
    const seq = type === 'NDEATH' ? [] : tag(3, 0, varint(this.#seq));
    if (type !== 'NDEATH') this.#seq = (this.#seq + 1) % 256;
    const body = metrics.flatMap((each) => (each ? tag(2, 2, sized(each)) : []));
    const payload = Uint8Array.from([...tag(1, 0, varint(at * 1000)), ...body, ...seq]);
    return { ...wordless(meter, at, topic, '', 'ignored'), payload };
  }
}

function rounded(rate: number): number {
  return Math.round(rate * 1000) / 1000;
}

function bdSeqMetric(at: EpochSeconds, bdSeq: number): Uint8Array {
  return metric({ name: 'bdSeq', at, type: int64, value: bdSeq });
}

/** A metric; after its birth without name, type and unit. */
function metric(what: {
  readonly name?: string | undefined;
  readonly alias?: number;
  readonly at: EpochSeconds;
  readonly type: number;
  readonly unit?: string | undefined;
  readonly value: number | boolean | null;
}): Uint8Array {
  const { name, alias, at, type, unit, value } = what;
  const isBirth = name !== undefined;
  return Uint8Array.from([
    ...(isBirth ? tag(1, 2, sized(Buffer.from(name))) : []),
    ...(alias === undefined ? [] : tag(2, 0, varint(alias))),
    ...tag(3, 0, varint(at * 1000)),
    ...(isBirth ? tag(4, 0, varint(type)) : []),
    ...(value === null ? tag(7, 0, [1]) : []),
    ...(unit === undefined ? [] : tag(9, 2, sized(engineeringUnit(unit)))),
    ...(value === null ? [] : valueField(type, value)),
  ]);
}

function valueField(type: number, value: number | boolean): readonly number[] {
  const bytes = new DataView(new ArrayBuffer(8));
  if (type === boolean) return tag(14, 0, [value === true ? 1 : 0]);
  if (type === float) {
    bytes.setFloat32(0, Number(value), true);
    return tag(12, 5, new Uint8Array(bytes.buffer, 0, 4));
  }
  if (type === double) {
    bytes.setFloat64(0, Number(value), true);
    return tag(13, 1, new Uint8Array(bytes.buffer));
  }
  return tag(11, 0, varint(Number(value)));
}

/** A property set of one: `engUnit`, a string (type 12). */
function engineeringUnit(unit: string): Uint8Array {
  const value = Uint8Array.from([...tag(1, 0, [12]), ...tag(8, 2, sized(Buffer.from(unit)))]);
  return Uint8Array.from([...tag(1, 2, sized(Buffer.from('engUnit'))), ...tag(2, 2, sized(value))]);
}

/** A field of protocol buffers: its number and wire type, then what it holds. */
function tag(field: number, wire: number, content: Iterable<number>): readonly number[] {
  return [...varint(field * 8 + wire), ...content];
}

function sized(bytes: Uint8Array): readonly number[] {
  return [...varint(bytes.length), ...bytes];
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

import type { Decoder } from '../decoder.ts';
import { chirpstack } from './chirpstack.ts';
import { gatewayJson } from './gateway-json.ts';
import { hildebrandGlow } from './hildebrand-glow.ts';
import { inverterJson } from './inverter-json.ts';
import { meterhouse } from './meterhouse.ts';
import { number } from './number.ts';
import { obisJson } from './obis-json.ts';
import { opendtu } from './opendtu.ts';
import { shellyGen1 } from './shelly-gen1.ts';
import { shellyGen2 } from './shelly-gen2.ts';
import { sparkplugB } from './sparkplug-b.ts';
import { tasmotaSensor } from './tasmota-sensor.ts';
import { theThingsStack } from './the-things-stack.ts';
import { thingpark } from './thingpark.ts';
import { wmbusmeters } from './wmbusmeters.ts';

/** Every decoder, by its name. A test holds this list and the folder to each other. */
export const decoders: ReadonlyMap<string, Decoder> = register([
  meterhouse,
  number,
  chirpstack,
  gatewayJson,
  hildebrandGlow,
  inverterJson,
  obisJson,
  opendtu,
  shellyGen1,
  shellyGen2,
  sparkplugB,
  tasmotaSensor,
  theThingsStack,
  thingpark,
  wmbusmeters,
]);

/** Decoders by name; throws when two have the same one. */
export function register(list: readonly Decoder[]): Map<string, Decoder> {
  const byName = new Map<string, Decoder>();
  for (const decoder of list) {
    if (byName.has(decoder.name)) throw new TypeError(`two decoders are called ${decoder.name}`);
    byName.set(decoder.name, decoder);
  }
  return byName;
}

/** The decoder of a name; throws a RangeError that lists the known ones. */
export function decoderNamed(name: string): Decoder {
  const found = decoders.get(name);
  if (found) return found;
  throw new RangeError(`no decoder is called ${JSON.stringify(name)}; known are ${[...decoders.keys()].join(', ')}`);
}

import type { Meter } from '../../domain/estate/estate.ts';
import { chirpstack } from './chirpstack.ts';
import type { Dialect } from './dialect.ts';
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

/** Every dialect the simulated meters speak, by the decoder's name in the estate register. */
export const dialects: ReadonlyMap<string, Dialect> = new Map(
  [
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
  ].map((dialect) => [dialect.name, dialect]),
);

/** The dialect of a meter; undefined for a meter that sends nothing, or in a way that is not simulated. */
export function dialectOf(meter: Meter): Dialect | undefined {
  if (meter.topic === undefined || meter.role === 'virtual') return undefined;
  return dialects.get(meter.decoder ?? '');
}

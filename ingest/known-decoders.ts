import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Estate } from '../domain/estate/estate.ts';
import type { KnownDecoder } from '../domain/estate/estate-rules.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { EstateOptions, FolderMappings, ReadMappings } from '../store/estate-folder.ts';
import type { Decoder } from './decoder.ts';
import { decoders, register } from './decoders/index.ts';
import { cannotHear } from './mapping/hearing.ts';
import { type MappedDecoder, mappedDecoder } from './mapping/mapped-decoder.ts';
import { readMapping } from './mapping/read-mapping.ts';

/**
 * Which decoders there are: those written as code, the mappings that Meterhouse brings (`ingest/mappings/`), and those
 * of an estate (`mappings/` in its folder).
 */

export const shippedFolder = join(import.meta.dirname, 'mappings');

/** The mappings that Meterhouse brings; a test holds each to its examples. */
export const shippedMappings: readonly MappedDecoder[] = readdirSync(shippedFolder)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((file) => readWhenNeeded(file.slice(0, -'.yaml'.length)));

/** Every decoder that is there without an estate. */
export const shippedDecoders: ReadonlyMap<string, Decoder> = register([...decoders.values(), ...shippedMappings]);

/** A shipped mapping that is read when something of it is asked: most commands need none, and start sooner. */
function readWhenNeeded(name: string): MappedDecoder {
  let read: MappedDecoder | undefined;
  const whole = (): MappedDecoder => {
    if (read) return read;
    const file = `${name}.yaml`;
    const { decoder, problems } = readMapping(file, readFileSync(join(shippedFolder, file), 'utf8'));
    if (!decoder) throw new ProblemError(problems);
    read = decoder;
    return read;
  };
  return {
    name,
    get title() {
      return whole().title;
    },
    get describes() {
      return whole().describes;
    },
    get mapping() {
      return whole().mapping;
    },
    get rules() {
      return whole().rules;
    },
    get joins() {
      return whole().joins;
    },
    examples: [],
    memoryKey: (topic) => whole().memoryKey?.(topic),
    reads: (topic) => whole().reads(topic),
    decode: (...message) => whole().decode(...message),
    explain: (...message) => whole().explain(...message),
    discover: (...message) => whole().discover(...message),
  };
}

const byMappings = new WeakMap<object, ReadonlyMap<string, Decoder>>();

/** Every decoder that the meters of an estate may name. */
export function decodersOf({ mappings }: Pick<Estate, 'mappings'>): ReadonlyMap<string, Decoder> {
  if (!mappings || mappings.size === 0) return shippedDecoders;
  const known = byMappings.get(mappings);
  if (known) return known;
  const own = [...mappings.values()].map((mapping) => mappedDecoder(mapping).decoder);
  const all = register([...shippedDecoders.values(), ...own]);
  byMappings.set(mappings, all);
  return all;
}

/** What the reading of an estate folder must know of decoders. */
export const estateOptions: EstateOptions & { readonly readMappings: ReadMappings } = {
  decoders: [...decoders.values(), ...shippedMappings.map(asKnown)],
  readMappings,
};

function asKnown(decoder: MappedDecoder): KnownDecoder {
  return { name: decoder.name, cannotHear: (meter) => cannotHear(decoder, meter) };
}

function readMappings(files: Parameters<ReadMappings>[0]): FolderMappings {
  const read = files.map(({ name, text }) => ({ file: name, ...readMapping(name, text) }));
  const problems: Problem[] = read.flatMap((each) => each.problems);
  const places = new Map<string, string>([...shippedDecoders.keys()].map((name) => [name, 'Meterhouse itself']));
  const sound: MappedDecoder[] = [];
  const broken: KnownDecoder[] = [];
  for (const { name, file, decoder, problemOf } of read) {
    const place = places.get(name ?? '');
    if (place !== undefined) {
      problems.push(problemOf({ path: ['mapping'], detail: `${place} has this name`, found: name }));
    } else if (name !== undefined) {
      places.set(name, file);
      // A name with problems is known all the same: a meter that gives it is not at fault.
      if (decoder) sound.push(decoder);
      else broken.push({ name });
    }
  }
  return {
    mappings: new Map(sound.map(({ name, mapping }) => [name, mapping])),
    decoders: [...sound.map(asKnown), ...broken],
    problems,
    warnings: [],
  };
}

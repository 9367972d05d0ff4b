import { type Meter, meterSchema, type Utility } from '../domain/estate/estate.ts';
import type { ProposedMeter } from '../domain/estate/inbox.ts';
import { isLevel } from '../domain/observed/register.ts';
import type { ReadingQuantity } from '../domain/readings/reading.ts';
import { baseUnitOf, quantityOf, type Unit } from '../domain/units.ts';
import { textOf } from './bounded-json.ts';
import type { Decoded, DecodedReading, Decoder, Heard } from './decoder.ts';
import type { MappedDecoder } from './mapping/mapped-decoder.ts';

/** What a topic of nobody's may be: the family that understands its message, and the meters in it. */
export interface Recognised {
  readonly decoder: string;
  readonly proposals: readonly ProposedMeter[];
}

/** Families that read nearly anything of their form: asked when no other one understands. */
const general: readonly string[] = ['obis-json', 'gateway-json', 'number'];
/** Meters proposed of one message: a gateway may have hundreds. */
const mostProposals = 50;
/** Kinds of meters that a family is asked with. */
const mostKinds = 20;
/** Words of a message that are tried as the id of a meter. */
const mostWords = 100;

/**
 * The families that understand a message, the likeliest first: each is asked with meters made up for it. Pure; costs
 * about a millisecond, so that it is no work for every message.
 */
export function recognise(message: Heard, decoders: Iterable<Decoder>): readonly Recognised[] {
  const found: Recognised[] = [];
  for (const decoder of decoders) {
    if (decoder.reads?.(message.topic) === false) continue;
    const proposals = proposalsOf(decoder, message).slice(0, mostProposals);
    if (proposals.length > 0) found.push({ decoder: decoder.name, proposals });
  }
  return found.sort((a, b) => rankOf(a) - rankOf(b));
}

/** A family of its own form before a general one; a register before a power, which may be of anything. */
function rankOf({ decoder, proposals }: Recognised): number {
  const place = 2 * (general.indexOf(decoder) + 1);
  return proposals.every(({ kind }) => kind === 'instant') ? place + 1 : place;
}

function proposalsOf(decoder: Decoder, message: Heard): ProposedMeter[] {
  const byChannel = new Map<string, ProposedMeter>();
  for (const { decoded, meters } of attempts(decoder, message)) {
    if (!('readings' in decoded)) continue;
    for (const reading of decoded.readings) {
      const meter = meters.find(({ id }) => id === reading.meter);
      // What is only observed is no meter.
      if (!meter || isLevel(reading.quantity)) continue;
      const key = meter.channel ?? (decoder.namesMeters === true ? meter.id : '');
      const known = byChannel.get(key);
      if (known && (known.kind !== 'instant' || reading.kind === 'instant')) continue;
      byChannel.set(key, proposalOf(decoder, meter, reading, message));
    }
  }
  const whole = byChannel.get('');
  return whole && whole.kind !== 'instant' ? [whole] : [...byChannel.values()];
}

interface Attempt {
  readonly decoded: Decoded;
  readonly meters: readonly Meter[];
}

/** A family asked with the meters of its own examples, and where the message names its meters, with its words. */
function* attempts(decoder: Decoder, message: Heard): Generator<Attempt> {
  if (isMapped(decoder)) {
    const made = new Map<string | undefined, Meter>();
    const decoded = decoder.discover(message, (channel) => {
      const known = made.get(channel) ?? madeUp({ id: `made-up-${made.size}`, channel });
      made.set(channel, known);
      return known;
    });
    yield { decoded, meters: [...made.values()] };
    return;
  }
  for (const [i, kind] of kindsOf(decoder).entries()) {
    const meters = [madeUp({ id: `made-up-${i}`, ...kind })];
    const decoded = asked(decoder, message, meters);
    yield { decoded, meters };
    // Once is enough: who is meant does not depend on what the meter counts.
    if (i > 0 || !('problem' in decoded) || decoded.problem !== 'message.unregistered') continue;
    const named = wordsOf(message).flatMap((word) => madeUpNamed(decoder, word, kind));
    yield { decoded: asked(decoder, message, named), meters: named };
  }
}

function asked(decoder: Decoder, message: Heard, meters: readonly Meter[]): Decoded {
  try {
    return decoder.decode(message, meters, undefined);
  } catch {
    // A mistake of ours is found where its meters are heard; here it only means that the family is not this one.
    return { ignored: 'the decoder failed' };
  }
}

function isMapped(decoder: Decoder): decoder is MappedDecoder {
  return 'discover' in decoder;
}

type Kind = Pick<Meter, 'unit' | 'utility'> & { readonly channel?: string | undefined };

const kinds = new WeakMap<Decoder, readonly Kind[]>();

/** The kinds of meters in a family's examples, each once; the one without a channel first. */
function kindsOf(decoder: Decoder): readonly Kind[] {
  const known = kinds.get(decoder);
  if (known) return known;
  const all = decoder.examples.flatMap(({ meters }) =>
    meters.flatMap(({ unit, utility, channel }) => (utility === undefined ? [] : [{ unit, utility, channel }])),
  );
  const unique = [...new Map(all.map((kind) => [JSON.stringify(kind), kind])).values()];
  // Without a channel first: a meter that is the whole device needs no other.
  const sorted = unique.sort((a, b) => Number(a.channel !== undefined) - Number(b.channel !== undefined));
  const few = sorted.slice(0, mostKinds);
  kinds.set(decoder, few);
  return few;
}

/** A meter called by a word of the message: by its channel, or by its id where the family names meters. */
function madeUpNamed(decoder: Decoder, word: string, { unit, utility }: Kind): Meter[] {
  if (decoder.namesMeters !== true) return [madeUp({ id: `word-${word}`, channel: word, unit, utility })];
  return /^[a-z0-9-]{1,64}$/.test(word) ? [madeUp({ id: word, unit, utility })] : [];
}

/** The short texts and numbers of a JSON payload: ids are among them. */
function wordsOf({ payload }: Heard): string[] {
  const words = new Set<string>();
  const gather = (value: unknown, depth: number): void => {
    if (words.size >= mostWords || depth > 6) return;
    if (typeof value === 'string' && value.length > 0 && value.length <= 60) words.add(value).add(value.toLowerCase());
    else if (typeof value === 'number') words.add(String(value));
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) gather(part, depth + 1);
  };
  try {
    gather(JSON.parse(textOf(payload)), 0);
  } catch {
    return [];
  }
  return [...words];
}

const template = meterSchema.parse({
  id: 'made-up',
  name: 'made up',
  utility: 'electricity',
  role: 'sub',
  unit: 'kWh',
});

function madeUp(entry: Partial<Meter> & { readonly id: string }): Meter {
  return { ...template, ...entry, site: 'made-up' };
}

function proposalOf(decoder: Decoder, meter: Meter, reading: DecodedReading, message: Heard): ProposedMeter {
  const guessed: ProposedMeter['guessed'][number][] = ['role'];
  const words = `${message.topic} ${textOf(message.payload.subarray(0, 1_000))}`.toLowerCase();
  const ofFamily = new Set(
    kindsOf(decoder)
      .filter(({ channel }) => channel === meter.channel)
      .map(({ utility }) => utility),
  );
  const quantity = reading.unit === undefined ? undefined : reading.quantity;
  const utility = ofFamily.size === 1 && quantity !== undefined ? meter.utility : guessUtility(quantity, words);
  if (ofFamily.size !== 1 || quantity === undefined) guessed.push('utility');
  // A bare number says neither what it counts nor whether it counts at all.
  if (reading.unit === undefined) guessed.push('unit', 'kind');
  const unit = reading.kind === 'instant' ? unitOf(utility) : (reading.unit ?? guessUnit(utility, words));
  if (reading.kind === 'instant' && !guessed.includes('unit')) guessed.push('unit');
  return {
    decoder: decoder.name,
    ...(decoder.namesMeters === true ? { id: meter.id } : {}),
    ...(meter.channel === undefined ? {} : { channel: meter.channel }),
    utility,
    unit,
    kind: reading.kind,
    value: reading.value,
    guessed,
  };
}

const utilityWords: readonly (readonly [RegExp, Utility])[] = [
  [/cool|chill|kälte|kaelte/, 'cooling'],
  [/heat|therm|warm|wärme|waerme|\blthw\b/, 'heat'],
  [/\bgas\b|gas[_-]|[_-]gas|gasmeter/, 'gas'],
  [/water|wasser|\bmains?[_-]?w/, 'water'],
];

/** From the quantity and the words around it; a guess, and said to be one. */
function guessUtility(quantity: ReadingQuantity | undefined, words: string): Utility {
  const isEnergy = quantity === 'energy' || quantity === 'power';
  for (const [word, utility] of utilityWords) {
    if (word.test(words) && !(isEnergy && utility === 'water') && !(quantity === 'volume' && utility === 'heat'))
      return utility;
  }
  return quantity === 'volume' || quantity === 'flow' ? 'water' : 'electricity';
}

function guessUnit(utility: Utility, words: string): Unit {
  return /puls|imp\b|count/.test(words) ? 'pulse' : unitOf(utility);
}

/** What the meters of a utility usually count. */
function unitOf(utility: Utility): Unit {
  return utility === 'water' || utility === 'gas' ? baseUnitOf('volume') : baseUnitOf(quantityOf('kWh'));
}

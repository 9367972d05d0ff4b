import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { Mapping } from '../../domain/estate/mapping.ts';
import type { Decoded, Decoder, Heard } from '../decoder.ts';
import { type CompiledJoin, type CompiledRule, compileJoins, compileRule } from './compiled-rule.ts';
import { Faults, type MappingFault } from './faults.ts';
import type { Gathered, MetersOf } from './output.ts';
import { PartMemory } from './part-memory.ts';
import type { Document } from './payload-form.ts';
import { type Note, type Scene, template, type Template } from './scene.ts';
import type { Captures } from './topic-pattern.ts';

/** A mapping as a decoder, with what the check and `decode --mapping` want to know of it. */
export interface MappedDecoder extends Decoder {
  readonly mapping: Mapping;
  readonly rules: readonly CompiledRule[];
  readonly joins: ReadonlyMap<string, CompiledJoin>;
  /** Whether some rule reads a topic. */
  reads(topic: string): boolean;
  /** `decode`, telling what was decided and why. */
  explain(message: Heard, meters: readonly Listener[], memory: Uint8Array | undefined, note: Note): Decoded;
  /** `decode` for whichever meters the message is of: each channel is answered with a meter made for it. */
  discover(message: Heard, made: (channel: string | undefined) => Listener, note?: Note): Decoded;
}

/** A rule that reads a topic, and what the topic gave to its names. */
interface Route {
  readonly rule: CompiledRule;
  readonly captures: Captures;
}

/** The meters of a topic. */
interface Hearers {
  readonly metersOf: MetersOf;
  readonly all: readonly Listener[];
}

/** Compiles a mapping; every fault that the compiler sees is told at once. */
export function mappedDecoder(mapping: Mapping): {
  readonly decoder: MappedDecoder;
  readonly faults: readonly MappingFault[];
} {
  const faults = new Faults();
  const joins = compileJoins(mapping, faults);
  const rules = mapping.rules.map((rule, i) => compileRule(rule, mapping, ['rules', i], faults));
  const memory =
    mapping.memory === undefined ? undefined : template(mapping.memory, sharedCaptures(rules), ['memory'], faults);
  const reading = new MappedReading(mapping, rules, joins, memory);
  const decoder: MappedDecoder = {
    name: mapping.mapping,
    title: mapping.title,
    describes: mapping.describes,
    mapping,
    rules,
    joins,
    // The examples of a mapping are in its file, in its own words.
    examples: [],
    ...(memory ? { memoryKey: (topic: string) => reading.memoryKey(topic) } : {}),
    reads: (topic) => rules.some((rule) => rule.match(topic) !== undefined),
    decode: (message, meters, known) => reading.read(message, reading.hearers(meters), known, undefined),
    explain: (message, meters, known, note) => reading.read(message, reading.hearers(meters), known, note),
    discover(message, made, note) {
      const metersOf: MetersOf = (channel, takesUnnamed) => [made(takesUnnamed ? undefined : channel)];
      return reading.read(message, { metersOf, all: [made(undefined)] }, undefined, note);
    },
  };
  return { decoder, faults: faults.list };
}

/** Names that every topic of every rule with a memory has. */
function sharedCaptures(rules: readonly CompiledRule[]): ReadonlySet<string> {
  const remembering = rules.filter((rule) => rule.remembers);
  const [first, ...others] = remembering;
  return others.reduce((shared, rule) => shared.intersection(rule.captures), first?.captures ?? new Set<string>());
}

class MappedReading {
  readonly #mapping: Mapping;
  readonly #rules: readonly CompiledRule[];
  readonly #joins: ReadonlyMap<string, CompiledJoin>;
  readonly #memory: Template | undefined;
  /** Topics already looked at: a device says the same few again and again. Emptied when full. */
  readonly #routes = new Map<string, readonly Route[]>();
  readonly #hearers = new WeakMap<readonly Listener[], Hearers>();

  constructor(
    mapping: Mapping,
    rules: readonly CompiledRule[],
    joins: ReadonlyMap<string, CompiledJoin>,
    memory: Template | undefined,
  ) {
    this.#mapping = mapping;
    this.#rules = rules;
    this.#joins = joins;
    this.#memory = memory;
  }

  memoryKey(topic: string): string | undefined {
    const route = this.#routesOf(topic).find(({ rule }) => rule.remembers);
    const key = route && this.#memory?.render(sceneOf(undefined, { topic, received: 0 }, route, undefined));
    return key === undefined ? undefined : `${this.#mapping.mapping}/${key}`;
  }

  read(message: Heard, hearers: Hearers, known: Uint8Array | undefined, note: Note | undefined): Decoded {
    const documents = new Map<string, Document>();
    let problem: Extract<Decoded, { problem: unknown }> | undefined;
    const routes = this.#routesOf(message.topic);
    for (const route of routes) {
      const { rule } = route;
      note?.(`rule ${rule.name}: reads this topic`);
      let document = documents.get(rule.form.key);
      if (!document) {
        document = rule.form.read(message.payload);
        documents.set(rule.form.key, document);
      }
      if ('problem' in document) {
        note?.(`rule ${rule.name}: ${document.detail}`);
        problem ??= document;
        continue;
      }
      const scene = sceneOf(document.value, message, route, note);
      if (rule.fits(scene)) return this.#apply(rule, scene, message, hearers, known);
    }
    if (problem) return problem;
    if (routes.length === 0) return { ignored: 'no rule reads this topic' };
    if (this.#mapping.otherwise === 'ignored') return { ignored: 'no rule of this topic fits the message' };
    return { problem: 'message.unparsable', detail: `no rule of ${this.#mapping.mapping} fits the message` };
  }

  #apply(
    rule: CompiledRule,
    scene: Scene,
    message: Heard,
    { metersOf, all }: Hearers,
    known: Uint8Array | undefined,
  ): Decoded {
    if (message.retained === true && rule.ignoresRetained) return { ignored: 'kept by the broker, of another time' };
    const memory = rule.remembers ? new PartMemory(known) : undefined;
    if (memory && rule.repeatKey) {
      const key = rule.repeatKey(scene);
      if (key !== undefined && memory.isRepeat(key, rule.repeatSeconds, message.received)) {
        return { ignored: `heard within ${rule.repeatSeconds} s already` };
      }
    }
    const into: Gathered = { readings: [], doubts: [], strangers: new Set() };
    if (rule.part && memory) this.#join(rule.part, scene, memory, { metersOf, all }, into);
    else for (const each of rule.elements(scene)) for (const output of rule.outputs) output.give(each, metersOf, into);
    return answer(rule, into, memory?.bytes);
  }

  /** Puts a part down and, when it was the last one wanted, gives what they are together. */
  #join(
    part: NonNullable<CompiledRule['part']>,
    scene: Scene,
    memory: PartMemory,
    { metersOf, all }: Hearers,
    into: Gathered,
  ): void {
    const join = this.#joins.get(part.join);
    const value = part.read(scene);
    if (!join || value === undefined) return;
    const isKept = join.join.parts[part.as] === 'kept';
    const replaced = memory.put(part.join, part.as, value, scene.received);
    const whole = memory.take(part.join, join.join, scene.received);
    scene.note?.(`${part.as} is ${JSON.stringify(value)}; ${whole ? 'all parts are there' : 'waits for the others'}`);
    if (whole) {
      const at = isKept ? whole.heard : undefined;
      const joined: Scene = { ...scene, document: whole.parts, stamp: () => ({ at }) };
      const timed = { ...joined, stamp: () => (join.join.time ? join.readTime(joined) : { at }) };
      for (const output of join.outputs) output.give(timed, metersOf, into);
    } else if (replaced && !isKept) {
      const detail = `${part.as} came again before the other parts of ${part.join} did`;
      for (const { id: meter } of all) into.doubts.push({ meter, code: 'message.incomplete', detail });
    }
  }

  #routesOf(topic: string): readonly Route[] {
    const known = this.#routes.get(topic);
    if (known) return known;
    const routes = this.#rules.flatMap((rule) => {
      const captures = rule.match(topic);
      return captures ? [{ rule, captures }] : [];
    });
    if (this.#routes.size >= limits.topicsRemembered) this.#routes.clear();
    this.#routes.set(topic, routes);
    return routes;
  }

  hearers(meters: readonly Listener[]): Hearers {
    const known = this.#hearers.get(meters);
    if (known) return known;
    const byChannel = Map.groupBy(meters, ({ channel }) => channel);
    const unnamed = byChannel.get(undefined) ?? [];
    const both = new Map(
      [...byChannel].map(([channel, list]) => [channel, channel === undefined ? list : [...list, ...unnamed]]),
    );
    const metersOf: MetersOf = (channel, takesUnnamed) =>
      channel === undefined || !takesUnnamed ? (byChannel.get(channel) ?? []) : (both.get(channel) ?? unnamed);
    const hearers = { metersOf, all: meters };
    this.#hearers.set(meters, hearers);
    return hearers;
  }
}

function sceneOf(
  document: unknown,
  { received }: Pick<Heard, 'topic' | 'received'>,
  { rule, captures }: Route,
  note: Note | undefined,
): Scene {
  let stamp: ReturnType<Scene['stamp']> | undefined;
  const scene: Scene = {
    document,
    captures,
    names: rule.names,
    received,
    note,
    // Read once, however many outputs ask.
    stamp: () => (stamp ??= rule.readTime(scene)),
  };
  return scene;
}

function answer({ name }: CompiledRule, into: Gathered, memory: Uint8Array | undefined): Decoded {
  const { readings, doubts, strangers } = into;
  const kept = memory ? { memory } : {};
  if (readings.length > 0 || doubts.length > 0) {
    return doubts.length > 0 ? { readings, doubts, ...kept } : { readings, ...kept };
  }
  if (strangers.size > 0) {
    const some = [...strangers].slice(0, 3).map((id) => JSON.stringify(id.slice(0, 60)));
    return { problem: 'message.unregistered', detail: `no meter of this topic has the channel ${some.join(' or ')}` };
  }
  return { ignored: `rule ${name} fits and gives nothing for these meters`, ...kept };
}

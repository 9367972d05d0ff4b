import { type Estate, type Listener, listenersOf } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { withoutGroup } from '../domain/estate/topic-filter.ts';
import type { Decoder } from './decoder.ts';
import { decodersOf } from './known-decoders.ts';

/** The meters of one decoder that listen to a topic. */
export interface Listeners {
  readonly decoder: Decoder;
  readonly meters: readonly Listener[];
}

/** A level of the filters that hold `+` or `#`. */
interface Branch {
  readonly children: Map<string, Branch>;
  /** Meters whose filter ends here, and those whose filter goes on with `#`. */
  readonly here: Listener[];
  readonly below: Listener[];
}

const nobody: readonly Listeners[] = [];

/**
 * Which meters a topic belongs to, by the MQTT filters of the estate (MQTT 5, section 4.7): `+` is one level, `#` is
 * the level it stands on and all below, neither matches a first level that begins with `$`. Filters without wildcards
 * are found first. A shared subscription's `$share/<group>/` is no part of the topic and is taken off.
 */
export class TopicIndex {
  /** The subscriptions that bring all of it, each once. */
  readonly filters: readonly string[];
  readonly #decoders: ReadonlyMap<string, Decoder>;
  readonly #exact = new Map<string, Listener[]>();
  readonly #root: Branch = branch();
  readonly #hasWildcards: boolean;
  /** Topics already looked up: a device says the same few again and again. Emptied when full. */
  readonly #known = new Map<string, readonly Listeners[]>();

  constructor(estate: Estate) {
    this.#decoders = decodersOf(estate);
    const filters = new Set<string>();
    for (const meter of listenersOf(estate)) {
      if (meter.topic === undefined || meter.decoder === undefined || !this.#decoders.has(meter.decoder)) continue;
      filters.add(meter.topic);
      const filter = withoutGroup(meter.topic);
      if (/[+#]/.test(filter)) this.#plant(filter.split('/'), meter);
      else append(this.#exact, filter, meter);
    }
    this.filters = [...filters];
    this.#hasWildcards = this.#root.children.size > 0 || this.#root.below.length > 0;
  }

  /** The meters that listen to a topic, by decoder; empty when none does. */
  match(topic: string): readonly Listeners[] {
    const known = this.#known.get(topic);
    if (known) return known;
    // Nobody is subscribed to these, and they would fill the memory of topics.
    if (topic.length > limits.topicBytes || topic.split('/').length > limits.topicLevels) return nobody;
    const meters = [...(this.#exact.get(topic) ?? [])];
    if (this.#hasWildcards) this.#gather(topic.split('/'), meters);
    const found = meters.length === 0 ? nobody : byDecoder(meters, this.#decoders);
    if (this.#known.size >= limits.topicsRemembered) this.#known.clear();
    this.#known.set(topic, found);
    return found;
  }

  #plant(levels: readonly string[], meter: Listener) {
    let at = this.#root;
    for (const level of levels) {
      // `#` has no levels after it: what a filter says behind it is not looked at.
      if (level === '#') {
        at.below.push(meter);
        return;
      }
      let child = at.children.get(level);
      if (!child) {
        child = branch();
        at.children.set(level, child);
      }
      at = child;
    }
    at.here.push(meter);
  }

  #gather(levels: readonly string[], into: Listener[]) {
    const reserved = levels[0]?.startsWith('$') === true;
    let front: Branch[] = [this.#root];
    for (const [depth, level] of levels.entries()) {
      const next: Branch[] = [];
      for (const at of front) {
        const wild = depth > 0 || !reserved;
        if (wild) into.push(...at.below);
        const named = at.children.get(level);
        if (named) next.push(named);
        const any = wild ? at.children.get('+') : undefined;
        if (any) next.push(any);
      }
      front = next;
      if (front.length === 0) return;
    }
    // `a/#` is also `a` itself.
    for (const at of front) into.push(...at.here, ...at.below);
  }
}

function branch(): Branch {
  return { children: new Map(), here: [], below: [] };
}

function append(map: Map<string, Listener[]>, key: string, meter: Listener) {
  const list = map.get(key);
  if (list) list.push(meter);
  else map.set(key, [meter]);
}

function byDecoder(meters: readonly Listener[], decoders: ReadonlyMap<string, Decoder>): readonly Listeners[] {
  const groups = new Map<string, Listener[]>();
  for (const meter of meters) if (meter.decoder !== undefined) append(groups, meter.decoder, meter);
  return [...groups].flatMap(([name, list]) => {
    const decoder = decoders.get(name);
    return decoder ? [{ decoder, meters: list }] : [];
  });
}

import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import type { MappingJoin } from '../../domain/estate/mapping.ts';
import type { EpochSeconds } from '../../domain/time.ts';

/**
 * What a mapping remembers of one device: parts of readings that wait for the others, and messages it may hear again.
 * Its size is bounded by the mapping: so many parts of so many characters, so many repeats.
 */
export type PartValue = string | number | boolean;

const part = z.tuple([z.union([z.string(), z.number(), z.boolean()]), z.number()]);
const form = z.object({
  parts: z.record(z.string(), z.record(z.string(), part)),
  heard: z.array(z.tuple([z.string(), z.number()])),
});

export class PartMemory {
  readonly #parts: Record<string, Record<string, [PartValue, EpochSeconds]>>;
  #heard: [string, EpochSeconds][];
  #changed = false;

  constructor(bytes: Uint8Array | undefined) {
    const known = bytes === undefined ? undefined : form.safeParse(parsed(bytes)).data;
    this.#parts = known?.parts ?? {};
    this.#heard = known?.heard ?? [];
  }

  /** What is to be remembered now; undefined when it is what it was. */
  get bytes(): Uint8Array | undefined {
    if (!this.#changed) return undefined;
    return Buffer.from(JSON.stringify({ parts: this.#parts, heard: this.#heard }));
  }

  /** Puts a part down; answers whether it took the place of one that still waited. */
  put(join: string, name: string, value: PartValue, at: EpochSeconds): boolean {
    const parts = (this.#parts[join] ??= {});
    const before = parts[name];
    parts[name] = [value, at];
    this.#changed ||= before?.[0] !== value || before[1] !== at;
    return before !== undefined;
  }

  /**
   * The parts of a join when all are there and none waited too long: then those that wait are taken out. `heard` is
   * when the last of them came.
   */
  take(
    name: string,
    join: MappingJoin,
    now: EpochSeconds,
  ): { readonly parts: Readonly<Record<string, PartValue>>; readonly heard: EpochSeconds } | undefined {
    const held = this.#parts[name] ?? {};
    const parts: Record<string, PartValue> = {};
    let heard = 0;
    let waiting = false;
    for (const [key, span] of Object.entries(join.parts)) {
      const found = held[key];
      if (!found || (span !== 'kept' && Math.abs(now - found[1]) > span)) return undefined;
      parts[key] = found[0];
      if (span === 'kept') continue;
      waiting = true;
      heard = Math.max(heard, found[1]);
    }
    if (!waiting) return undefined;
    for (const [key, span] of Object.entries(join.parts)) if (span !== 'kept') delete held[key];
    this.#changed = true;
    return { parts, heard };
  }

  /** Whether this was heard within the span; it is remembered either way. */
  isRepeat(key: string, within: number, now: EpochSeconds): boolean {
    const short = key.slice(0, limits.joinedPartCharacters);
    const isKnown = this.#heard.some(([known, at]) => known === short && Math.abs(now - at) <= within);
    if (isKnown) return true;
    this.#heard = [...this.#heard.filter(([known]) => known !== short), [short, now] as [string, EpochSeconds]].slice(
      -limits.repeatsRemembered,
    );
    this.#changed = true;
    return false;
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

import type { MappingName } from '../../domain/estate/mapping.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Evaluate, expression, isTruthy } from './expression.ts';
import type { Faults, MappingPath } from './faults.ts';
import type { Stamp } from './time-source.ts';
import type { Captures } from './topic-pattern.ts';

/** What an output, a name or a stamp is read from: one message, or one element of it. */
export interface Scene {
  /** Where expressions start. */
  readonly document: unknown;
  /** What the topic gave, and in an element its `index` from 0, `number` from 1 and `key`. */
  readonly captures: Captures;
  /** What the rule calls by a name. */
  readonly names: Names;
  /** The message's own scene, from within an element. */
  readonly message?: Scene;
  readonly received: EpochSeconds;
  /** The time by the sources of the rule. */
  readonly stamp: () => Stamp;
  /** Hears what was decided and why, when somebody wants to know. */
  readonly note: Note | undefined;
}

export type Note = (line: string) => void;
export type Read<T> = (scene: Scene) => T;
export type Names = ReadonlyMap<string, Read<string | undefined>>;

export interface Place {
  readonly of?: string | undefined;
  readonly capture?: string | undefined;
}

const nowhere: Evaluate = () => undefined;

/** An expression; a fault when it cannot be one. */
export function evaluator(text: string, path: MappingPath, faults: Faults): Evaluate {
  return faults.attempt(path, text, () => expression(text).evaluate, nowhere);
}

/** Where a value comes from: an expression into the payload, or a name of the topic. */
export function place(where: Place, captures: ReadonlySet<string>, path: MappingPath, faults: Faults): Read<unknown> {
  const { of, capture } = where;
  if ((of === undefined) === (capture === undefined)) faults.add(path, 'it needs `of` or `capture`, and not both');
  if (of !== undefined) {
    const evaluate = evaluator(of, [...path, 'of'], faults);
    return (scene) => evaluate(scene.document);
  }
  const name = capture ?? '';
  if (capture !== undefined && !captures.has(name)) {
    const known = captures.size > 0 ? `; there are ${[...captures].join(', ')}` : '';
    faults.add([...path, 'capture'], `no topic of the rule has it${known}`, name);
  }
  return (scene) => scene.captures[name];
}

export interface Template {
  readonly text: string;
  /** Names between its fixed parts, in order. */
  readonly words: readonly string[];
  /** Undefined when one of its names is nothing here. */
  readonly render: Read<string | undefined>;
}

const word = /\{([a-z][a-z0-9_]*)\}/g;

/** Text with names in braces; a fault for one that nothing gives. */
export function template(text: string, known: ReadonlySet<string>, path: MappingPath, faults: Faults): Template {
  const words = [...text.matchAll(word)].map((found) => found[1] ?? '');
  for (const name of words.filter((name) => !known.has(name))) {
    faults.add(path, `nothing here is called {${name}}; there are ${[...known].join(', ')}`, text);
  }
  if (/[{}]/.test(text.replaceAll(word, ''))) faults.add(path, 'braces hold a name such as {device}', text);
  const [first = ''] = words;
  if (words.length === 0) return { text, words, render: () => text };
  if (text === `{${first}}`) return { text, words, render: (scene) => wordOf(scene, first) };
  const fixed = text.split(word).filter((_, i) => i % 2 === 0);
  const render = (scene: Scene) => {
    let made = fixed[0] ?? '';
    for (const [i, name] of words.entries()) {
      const value = wordOf(scene, name);
      if (value === undefined) return undefined;
      made += value + (fixed[i + 1] ?? '');
    }
    return made;
  };
  return { text, words, render };
}

function wordOf(scene: Scene, name: string): string | undefined {
  const captured = scene.captures[name];
  if (captured !== undefined) return captured;
  const read = scene.names.get(name);
  if (read) return read(scene);
  return scene.message && wordOf(scene.message, name);
}

/** What a rule calls by a name: ids as devices write them, brought into the form that people write. */
export function nameReaders(
  names: Readonly<Record<string, MappingName>>,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Names {
  return new Map(
    Object.entries(names).map(([name, entry]) => {
      const read = place(entry, captures, [...path, name], faults);
      const ignored = new Set(entry.ignore);
      return [name, (scene: Scene) => idOf(read(scene), entry, ignored)] as const;
    }),
  );
}

function idOf(value: unknown, entry: MappingName, ignored: ReadonlySet<string>): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const raw = String(value);
  if (raw === '' || ignored.has(raw)) return undefined;
  let id = entry.form === 'base64-to-hex' ? Buffer.from(raw, 'base64').toString('hex') : raw;
  if (id === '') return undefined;
  if (entry.case === 'lower') id = id.toLowerCase();
  if (entry.case === 'upper') id = id.toUpperCase();
  return entry.pad === undefined ? id : id.padStart(entry.pad, '0');
}

export interface Condition {
  readonly text: string;
  readonly holds: Read<boolean>;
}

export function conditions(list: readonly string[], path: MappingPath, faults: Faults): readonly Condition[] {
  return list.map((text, i) => {
    const evaluate = evaluator(text, [...path, i], faults);
    return { text, holds: ({ document }) => isTruthy(evaluate(document)) };
  });
}

import { limits } from '../../domain/limits.ts';
import type { Mapping, MappingJoin, MappingRule } from '../../domain/estate/mapping.ts';
import type { Faults, MappingPath } from './faults.ts';
import { compileOutput, type Output } from './output.ts';
import type { PartValue } from './part-memory.ts';
import { type PayloadForm, payloadForm } from './payload-form.ts';
import { conditions, evaluator, nameReaders, type Names, type Read, type Scene } from './scene.ts';
import { type Stamp, timeReader } from './time-source.ts';
import { type Captures, topicPattern, type TopicPattern } from './topic-pattern.ts';

/** One rule, ready to read messages. */
export interface CompiledRule {
  readonly name: string;
  readonly topics: readonly TopicPattern[];
  readonly exclusions: readonly TopicPattern[];
  /** Names that each of its topics has. */
  readonly captures: ReadonlySet<string>;
  readonly form: PayloadForm;
  readonly names: Names;
  readonly readTime: Read<Stamp>;
  readonly ignoresRetained: boolean;
  readonly remembers: boolean;
  readonly repeatKey: Read<string | undefined> | undefined;
  readonly repeatSeconds: number;
  readonly outputs: readonly Output[];
  readonly part: { readonly join: string; readonly as: string; readonly read: Read<PartValue | undefined> } | undefined;
  /** What the topic gives its names; undefined when the rule does not read it. */
  match(topic: string): Captures | undefined;
  fits(scene: Scene): boolean;
  /** The scenes that outputs look at: the message, or each element of it. */
  elements(scene: Scene): readonly Scene[];
}

export interface CompiledJoin {
  readonly join: MappingJoin;
  readonly readTime: Read<Stamp>;
  readonly outputs: readonly Output[];
}

export function compileRule(rule: MappingRule, mapping: Mapping, path: MappingPath, faults: Faults): CompiledRule {
  const topics = patterns(rule.topic, [...path, 'topic'], faults);
  const exclusions = patterns(rule.not ?? [], [...path, 'not'], faults);
  const captures = sharedNames(topics);
  for (const name of Object.keys(rule.where)) {
    if (!captures.has(name)) faults.add([...path, 'where', name], 'not every topic of the rule has this name', name);
  }
  if ((rule.gives === undefined) === (rule.part === undefined)) {
    faults.add(path, 'a rule has `gives` or `part`, and not both', rule.name);
  }
  const remembers = rule.part !== undefined || rule.repeats !== undefined;
  if (remembers && mapping.memory === undefined) {
    faults.add(path, '`part` and `repeats` need `memory` at the top, which says what belongs together', rule.name);
  }
  judgeForm(rule, path, faults);
  const where = Object.entries(rule.where).map(([name, list]) => ({ name, allowed: new Set(list) }));
  const when = conditions(rule.when, [...path, 'when'], faults);
  const names = nameReaders(rule.names, captures, [...path, 'names'], faults);
  const each = eachReader(rule, captures, path, faults);
  const words = new Set([...captures, ...names.keys(), ...each.words]);
  return {
    name: rule.name,
    topics,
    exclusions,
    captures,
    form: payloadForm(rule),
    names,
    readTime: timeReader(rule.time, captures, [...path, 'time'], faults),
    ignoresRetained: rule.retained === 'ignored',
    remembers,
    repeatKey: rule.repeats && repeatKey(rule.repeats.key, [...path, 'repeats', 'key'], faults),
    repeatSeconds: rule.repeats?.within ?? 0,
    outputs: (rule.gives ?? []).map((output, i) =>
      compileOutput(output, { captures, words, time: rule.time }, [...path, 'gives', i], faults),
    ),
    part: partReader(rule, mapping, path, faults),
    match(topic) {
      if (exclusions.some((pattern) => pattern.match(topic))) return undefined;
      for (const pattern of topics) {
        const found = pattern.match(topic);
        if (found && where.every(({ name, allowed }) => allowed.has(found[name] ?? ''))) return found;
      }
      return undefined;
    },
    fits(scene) {
      const failed = when.find(({ holds }) => !holds(scene));
      if (failed) scene.note?.(`rule ${rule.name}: ${failed.text} does not hold`);
      return failed === undefined;
    },
    elements: each.elements,
  };
}

function patterns(texts: readonly string[], path: MappingPath, faults: Faults): TopicPattern[] {
  return texts.flatMap((text) => faults.attempt<TopicPattern[]>(path, text, () => [topicPattern(text)], []));
}

function sharedNames(topics: readonly TopicPattern[]): ReadonlySet<string> {
  const [first, ...others] = topics.map(({ captures }) => new Set(captures));
  return others.reduce((shared, names) => shared.intersection(names), first ?? new Set<string>());
}

function judgeForm({ as, csv, lenient, nested }: MappingRule, path: MappingPath, faults: Faults): void {
  if (csv !== undefined && as !== 'csv') faults.add([...path, 'csv'], 'it is only looked at with `as: csv`');
  if (lenient && as !== 'json') faults.add([...path, 'lenient'], 'it is only looked at with `as: json`');
  if (nested.length > 0 && as !== 'json') faults.add([...path, 'nested'], 'it is only looked at with `as: json`');
}

/** Several values of a message as one word; undefined when one of them is missing. */
function repeatKey(texts: readonly string[], path: MappingPath, faults: Faults): Read<string | undefined> {
  const parts = texts.map((text, i) => evaluator(text, [...path, i], faults));
  return ({ document }) => {
    const values = parts.map((evaluate) => evaluate(document));
    return values.some((value) => value === undefined) ? undefined : JSON.stringify(values);
  };
}

/** The elements of a message, and the names that only they have. */
function eachReader(
  rule: MappingRule,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): { readonly words: readonly string[]; readonly elements: CompiledRule['elements'] } {
  const { each } = rule;
  if (!each) return { words: [], elements: (scene) => [scene] };
  if (rule.part) faults.add([...path, 'each'], 'a part is one value');
  const evaluate = evaluator(each.of, [...path, 'each', 'of'], faults);
  const names = nameReaders(each.names, captures, [...path, 'each', 'names'], faults);
  return {
    words: ['index', 'number', 'key', ...names.keys()],
    elements(message) {
      const found = evaluate(message.document);
      const entries = entriesOf(found, each.wrap);
      if (entries.length === 0) message.note?.(`rule ${rule.name}: ${each.of} has no elements`);
      return entries.slice(0, limits.readingsPerMessage).map(([key, document], index): Scene => {
        const captures = Object.assign(Object.create(null) as Record<string, string>, message.captures, {
          key,
          index: String(index),
          number: String(index + 1),
        });
        return { ...message, document, captures, names, message };
      });
    },
  };
}

function entriesOf(found: unknown, wrap: boolean): readonly (readonly [string, unknown])[] {
  if (found === undefined || found === null) return [];
  if (Array.isArray(found)) return found.map((element, i) => [String(i), element as unknown] as const);
  if (wrap || typeof found !== 'object') return wrap ? [['0', found]] : [];
  return Object.entries(found);
}

function partReader(rule: MappingRule, mapping: Mapping, path: MappingPath, faults: Faults): CompiledRule['part'] {
  const { part } = rule;
  if (!part) return undefined;
  const join = Object.hasOwn(mapping.joins, part.join) ? mapping.joins[part.join] : undefined;
  if (!join) faults.add([...path, 'part', 'join'], 'no such join stands under `joins`', part.join);
  else if (!Object.hasOwn(join.parts, part.as)) {
    faults.add([...path, 'part', 'as'], `${part.join} has the parts ${Object.keys(join.parts).join(', ')}`, part.as);
  }
  const evaluate = evaluator(part.value, [...path, 'part', 'value'], faults);
  const read = ({ document }: Scene): PartValue | undefined => {
    const value = evaluate(document);
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    return typeof value === 'string' && value.length <= limits.joinedPartCharacters ? value : undefined;
  };
  return { join: part.join, as: part.as, read };
}

/** Joins by their names; a part that no rule brings is a fault. */
export function compileJoins(mapping: Mapping, faults: Faults): ReadonlyMap<string, CompiledJoin> {
  const entries = Object.entries(mapping.joins).map(([name, join]): [string, CompiledJoin] => {
    const path = ['joins', name];
    const bringing = mapping.rules.filter(({ part }) => part?.join === name);
    for (const part of Object.keys(join.parts)) {
      if (bringing.every((rule) => rule.part?.as !== part))
        faults.add([...path, 'parts', part], 'no rule brings this part');
    }
    if (Object.values(join.parts).every((span) => span === 'kept')) {
      faults.add([...path, 'parts'], 'one part at least waits for a span, or nothing ever completes it');
    }
    const captures = sharedNames(bringing.flatMap((rule) => quietPatterns(rule.topic)));
    const outputs = join.gives.map((output, i) =>
      compileOutput(output, { captures, words: captures, time: join.time }, [...path, 'gives', i], faults),
    );
    return [name, { join, readTime: timeReader(join.time, captures, [...path, 'time'], faults), outputs }];
  });
  return new Map(entries);
}

/** Topics whose faults are told where the rule is compiled. */
function quietPatterns(texts: readonly string[]): TopicPattern[] {
  return texts.flatMap((text) => {
    try {
      return [topicPattern(text)];
    } catch {
      return [];
    }
  });
}

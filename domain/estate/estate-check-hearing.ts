import { listed, type Listener } from './estate.ts';
import { type Checked, hearing, type PlacedListener } from './estate-rules.ts';
import { limits } from '../limits.ts';
import { nearest } from '../nearest.ts';
import { quantityOf } from '../units.ts';

/** How messages find their meter: topics, decoders, and no message for two meters at once. */
export function checkHearing(checked: Checked): void {
  const decoders = new Map(checked.decoders.map((decoder) => [decoder.name, decoder]));
  const names = [...decoders.keys()];
  const heard: PlacedListener[] = [];
  const observed = listed(checked, 'observed').map((meter, i): PlacedListener => ({ meter, path: ['observed', i] }));
  for (const placed of [...checked.placed, ...observed]) {
    const { meter, path } = placed;
    const { topic, decoder, channel } = meter;
    if (topic !== undefined && decoder === undefined) {
      const detail = 'a topic needs the decoder that reads its messages';
      checked.report({
        rule: 'topic-decoder',
        path: [...path, 'topic'],
        found: 'no decoder',
        expected: 'decoder',
        detail,
      });
    }
    for (const [key, value] of [
      ['decoder', decoder],
      ['channel', channel],
    ] as const) {
      if (value === undefined || topic !== undefined || meter.role === 'virtual') continue;
      const detail = `a ${key} needs the topic its messages come under`;
      checked.report({ rule: 'topic-decoder', path: [...path, key], found: 'no topic', expected: 'topic', detail });
    }
    if (decoder !== undefined && !decoders.has(decoder)) {
      const near = nearest(decoder, names);
      const detail =
        near === undefined ? 'there is no such decoder' : `there is no such decoder; did you mean ${near}?`;
      const expected = `one of ${names.join(', ')}`;
      checked.report({ rule: 'decoder-known', path: [...path, 'decoder'], found: decoder, expected, detail });
    }
    if (topic === undefined) continue;
    const fault = topicFault(topic);
    const known = decoder === undefined ? undefined : decoders.get(decoder);
    const unheard = fault === undefined ? known?.cannotHear?.(meter) : undefined;
    if (unheard) {
      const { key, detail, expected } = unheard;
      checked.report({
        rule: 'decoder-hears',
        path: [...path, key],
        found: meter[key] ?? `no ${key}`,
        expected,
        detail,
      });
    }
    if (fault !== undefined) {
      checked.report({ rule: 'topic-form', path: [...path, 'topic'], found: topic, detail: fault });
    } else if (decoder !== undefined && !decoders.get(decoder)?.namesMeters && !checked.isFaulty(path, hearing)) {
      heard.push(placed);
    }
  }
  checkOverlaps(checked, heard);
}

/** MQTT 5, section 4.7; a shared subscription is `$share/<group>/<filter>`. */
function topicFault(topic: string): string | undefined {
  const levels = levelsOf(topic);
  if (topic.startsWith('$share/') && levels.length === 0) return 'a shared subscription is $share/group/topic';
  if (topic.includes('\u0000')) return 'a topic holds no NUL';
  if (levels.length > limits.topicLevels) return `a topic has at most ${limits.topicLevels} levels`;
  if (levels.some((level) => level !== '+' && level.includes('+'))) return '+ stands for a whole level';
  if (levels.some((level) => level !== '#' && level.includes('#'))) return '# stands for whole levels';
  if (levels.slice(0, -1).includes('#')) return '# is the last level';
  return undefined;
}

/** The levels of a filter, without the group of a shared subscription. */
function levelsOf(topic: string): readonly string[] {
  const levels = topic.split('/');
  return levels[0] === '$share' ? levels.slice(2) : levels;
}

/** A level of the filters already seen. */
interface Branch {
  readonly children: Map<string, Branch>;
  readonly ends: PlacedListener[];
}

function newBranch(): Branch {
  return { children: new Map(), ends: [] };
}

/** Two meters meet when one message would be both: same decoder, channel and quantity, topics that meet, same dates. */
function checkOverlaps(checked: Checked, heard: readonly PlacedListener[]): void {
  const roots = new Map<string, Branch>();
  for (const placed of heard) {
    const { decoder, channel, unit, measures, topic = '' } = placed.meter;
    const key = JSON.stringify([decoder, channel ?? null, quantityOf(unit), measures]);
    const root = roots.get(key) ?? newBranch();
    roots.set(key, root);
    const levels = levelsOf(topic);
    const other = firstMeeting(root, levels, 0, ({ meter }) => areValidTogether(meter, placed.meter));
    if (other) reportOverlap(checked, placed, other);
    let branch = root;
    for (const level of levels) {
      const child = branch.children.get(level) ?? newBranch();
      branch.children.set(level, child);
      branch = child;
    }
    branch.ends.push(placed);
  }
}

/** The first meter below a branch whose filter and this one match some topic both. */
function firstMeeting(
  branch: Branch,
  levels: readonly string[],
  depth: number,
  counts: (placed: PlacedListener) => boolean,
): PlacedListener | undefined {
  // A last # goes on for all levels below.
  const level = depth >= levels.length && levels.at(-1) === '#' ? '#' : levels[depth];
  // A wildcard in the first level leaves out topics that begin with $.
  const isDollar = (name: string | undefined) => depth === 0 && name?.startsWith('$') === true;
  if (!isDollar(level)) {
    const found = branch.children.get('#')?.ends.find(counts);
    if (found) return found;
  }
  if (level === undefined || level === '#') {
    const found = branch.ends.find(counts);
    if (found || level === undefined) return found;
  }
  for (const [name, child] of level === '+' || level === '#' ? branch.children : literal(branch, level)) {
    if (name === '#' || (name !== level && (isDollar(name) || (name === '+' && isDollar(level))))) continue;
    const found = firstMeeting(child, levels, depth + 1, counts);
    if (found) return found;
  }
  return undefined;
}

/** The branches that a level without wildcard goes on in. */
function literal(branch: Branch, level: string): [string, Branch][] {
  return [level, '+'].flatMap((name): [string, Branch][] => {
    const child = branch.children.get(name);
    return child ? [[name, child]] : [];
  });
}

function areValidTogether(a: Listener, b: Listener): boolean {
  if (a.valid_to !== undefined && b.valid_from !== undefined && a.valid_to < b.valid_from) return false;
  return b.valid_to === undefined || a.valid_from === undefined || b.valid_to >= a.valid_from;
}

function reportOverlap(checked: Checked, { meter, path }: PlacedListener, { meter: other }: PlacedListener): void {
  const detail = `a message under this topic would be of ${other.id} (${other.topic}) as well`;
  const expected = 'a topic or a channel of its own';
  checked.report({ rule: 'topic-overlap', path: [...path, 'topic'], found: meter.topic, expected, detail });
}

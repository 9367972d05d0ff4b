import { type Checked, hearing, type PlacedMeter } from './estate-rules.ts';
import { limits } from './limits.ts';
import { nearest } from './nearest.ts';
import { quantityOf } from './units.ts';

/** How messages find their meter: topics, decoders, and no message for two meters at once. */
export function checkHearing(checked: Checked): void {
  const decoders = new Map(checked.decoders.map((decoder) => [decoder.name, decoder]));
  const names = [...decoders.keys()];
  const heard: PlacedMeter[] = [];
  for (const placed of checked.placed) {
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

/** Whether some topic is matched by both filters. */
function canMeet(a: readonly string[], b: readonly string[]): boolean {
  const isWild = (level: string | undefined) => level === '+' || level === '#';
  // A wildcard in the first level leaves out topics that begin with $.
  if ((isWild(a[0]) && b[0]?.startsWith('$')) || (isWild(b[0]) && a[0]?.startsWith('$'))) return false;
  for (let i = 0; ; i++) {
    if (a[i] === '#' || b[i] === '#') return true;
    if (a[i] === undefined || b[i] === undefined) return a[i] === b[i];
    if (a[i] !== b[i] && a[i] !== '+' && b[i] !== '+') return false;
  }
}

/** Two meters meet when one message would be both: same decoder, channel and quantity, topics that meet, same dates. */
function checkOverlaps(checked: Checked, heard: readonly PlacedMeter[]): void {
  const groups = new Map<string, PlacedMeter[]>();
  for (const placed of heard) {
    const { decoder, channel, unit, measures } = placed.meter;
    const key = JSON.stringify([decoder, channel ?? null, quantityOf(unit), measures]);
    groups.set(key, [...(groups.get(key) ?? []), placed]);
  }
  for (const group of groups.values()) {
    // Filters without wildcards meet only as equals; only those with wildcards are compared with all.
    const exact = new Map<string, PlacedMeter[]>();
    const wild: PlacedMeter[] = [];
    for (const placed of group) {
      const filter = levelsOf(placed.meter.topic ?? '').join('/');
      const others = /[+#]/.test(filter)
        ? [...wild, ...[...exact.values()].flat()]
        : [...wild, ...(exact.get(filter) ?? [])];
      const other = others.find((candidate) => meets(placed, candidate));
      if (other) reportOverlap(checked, placed, other);
      if (/[+#]/.test(filter)) wild.push(placed);
      else exact.set(filter, [...(exact.get(filter) ?? []), placed]);
    }
  }
}

function meets({ meter: a }: PlacedMeter, { meter: b }: PlacedMeter): boolean {
  if (a.valid_to !== undefined && b.valid_from !== undefined && a.valid_to < b.valid_from) return false;
  if (b.valid_to !== undefined && a.valid_from !== undefined && b.valid_to < a.valid_from) return false;
  return canMeet(levelsOf(a.topic ?? ''), levelsOf(b.topic ?? ''));
}

function reportOverlap(checked: Checked, { meter, path }: PlacedMeter, { meter: other }: PlacedMeter): void {
  const detail = `a message under this topic would be of ${other.id} (${other.topic}) as well`;
  const expected = 'a topic or a channel of its own';
  checked.report({ rule: 'topic-overlap', path: [...path, 'topic'], found: meter.topic, expected, detail });
}

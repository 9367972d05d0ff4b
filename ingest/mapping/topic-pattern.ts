/**
 * Topics with names for their levels: `{prefix*}/{device}/SENSOR`. `{x}` is one level or a part of one, `{x*}` one
 * level or more, `+` any level, a last `#` whatever follows (MQTT 5, section 4.7). Colons, spaces and `$` stand for
 * themselves. A first level that begins with `$` is only matched by one that is written so.
 */
export interface TopicPattern {
  readonly text: string;
  readonly captures: readonly string[];
  /** What the topic gives its names; undefined when it is another topic. */
  match(topic: string): Captures | undefined;
  readonly levels: readonly Level[];
}

export type Captures = Readonly<Record<string, string>>;

/** One step of a pattern or filter: a level that passes a test, or any number of levels. */
type Level = { readonly many: true } | { readonly many: false; readonly literal?: string; readonly test: RegExp };

const placeholder = /\{([a-z][a-z0-9_]*)(\*?)\}/g;
const any: Level = { many: false, test: /^/ };
const many: Level = { many: true };

/** Throws a SyntaxError that says what is wrong. */
export function topicPattern(text: string): TopicPattern {
  const written = text.split('/');
  const captures: string[] = [];
  const levels: Level[] = [];
  let source = '';
  for (const [i, level] of written.entries()) {
    const separator = i === 0 ? '' : '/';
    if (level === '#') {
      if (i < written.length - 1) throw new SyntaxError('# is the last level');
      source += i === 0 ? '.*' : '(?:/.*)?';
      levels.push(many);
      continue;
    }
    const { pattern, names, isLong } = levelOf(level);
    captures.push(...names);
    source += separator + pattern;
    const test = new RegExp(`^${pattern}$`, 's');
    if (isLong) levels.push(any, many);
    else levels.push(names.length > 0 || level === '+' ? { many: false, test } : { many: false, literal: level, test });
  }
  const twice = captures.find((name, i) => captures.indexOf(name) !== i);
  if (twice !== undefined) throw new SyntaxError(`{${twice}} stands here twice`);
  // Two of them could be cut in many ways, none of which is the right one.
  if (text.split('*}').length > 2) throw new SyntaxError('one {name*} is all a topic can have');
  const whole = new RegExp(`^${text.startsWith('$') ? '' : '(?!\\$)'}${source}$`, 's');
  return {
    text,
    captures,
    levels,
    match(topic) {
      const found = whole.exec(topic);
      if (!found) return undefined;
      // No name may find what every object has.
      const values = Object.create(null) as Record<string, string>;
      for (const [i, name] of captures.entries()) values[name] = found[i + 1] ?? '';
      return values;
    },
  };
}

/** One written level as a regular expression. */
function levelOf(level: string): { readonly pattern: string; readonly names: string[]; readonly isLong: boolean } {
  if (level === '+') return { pattern: '[^/]*', names: [], isLong: false };
  const long = /^\{([a-z][a-z0-9_]*)\*\}$/.exec(level);
  if (long?.[1] !== undefined) return { pattern: '([^/]+(?:/[^/]+)*)', names: [long[1]], isLong: true };
  const names: string[] = [];
  let pattern = '';
  let end = 0;
  for (const found of level.matchAll(placeholder)) {
    if (found[2] === '*') throw new SyntaxError(`{${found[1]}*} is whole levels and stands alone`);
    pattern += RegExp.escape(level.slice(end, found.index));
    pattern += '([^/]+)';
    names.push(found[1] ?? '');
    end = found.index + found[0].length;
  }
  const rest = level.slice(end);
  if (/[{}]/.test(level.replaceAll(placeholder, '')))
    throw new SyntaxError(`braces hold a name such as {device}: ${level}`);
  if (/[+#]/.test(rest)) throw new SyntaxError(`+ and # stand for whole levels: ${level}`);
  return { pattern: pattern + RegExp.escape(rest), names, isLong: false };
}

/** Whether some topic fits both a pattern and an MQTT filter without group. */
export function meetsFilter(pattern: TopicPattern, filter: string): boolean {
  const levels = filter.split('/').map((level): Level => {
    if (level === '#') return many;
    return level === '+' ? any : { many: false, literal: level, test: new RegExp(`^${RegExp.escape(level)}$`) };
  });
  const first = filter[0];
  // A wildcard in the first level leaves out topics that begin with $.
  const reserved = pattern.text.startsWith('$') ? first === '+' || first === '#' : first === '$';
  return !reserved && doMeet(pattern.levels, 0, levels, 0);
}

function doMeet(a: readonly Level[], i: number, b: readonly Level[], j: number): boolean {
  const left = a[i];
  const right = b[j];
  if (!left && !right) return true;
  if (left?.many) return doMeet(a, i + 1, b, j) || (right !== undefined && doMeet(a, right.many ? i + 1 : i, b, j + 1));
  if (right?.many) return doMeet(a, i, b, j + 1) || (left !== undefined && doMeet(a, i + 1, b, j));
  return left !== undefined && right !== undefined && levelsMeet(left, right) && doMeet(a, i + 1, b, j + 1);
}

type Single = Extract<Level, { many: false }>;

function levelsMeet(a: Single, b: Single): boolean {
  if (a.literal !== undefined) return b.test.test(a.literal);
  // Two levels of captures may meet; that they do is not worth proving.
  return b.literal === undefined || a.test.test(b.literal);
}

/** Whether every topic of `narrow` is one of `wide` too; false where that is not plain. */
export function covers(wide: TopicPattern, narrow: TopicPattern): boolean {
  if (wide.text.startsWith('$') !== narrow.text.startsWith('$')) return false;
  return doesCover(wide.levels, 0, narrow.levels, 0);
}

function doesCover(wide: readonly Level[], i: number, narrow: readonly Level[], j: number): boolean {
  const outer = wide[i];
  const inner = narrow[j];
  if (!outer) return !inner;
  if (outer.many)
    return doesCover(wide, i + 1, narrow, j) || (inner !== undefined && doesCover(wide, i, narrow, j + 1));
  if (!inner || inner.many || !coversLevel(outer, inner)) return false;
  return doesCover(wide, i + 1, narrow, j + 1);
}

function coversLevel(outer: Single, inner: Single): boolean {
  if (inner.literal !== undefined) return outer.test.test(inner.literal);
  // `any` and a level that is one capture take every level.
  return (
    outer.literal === undefined &&
    (outer === any || outer.test.source === '^([^/]+)$' || outer.test.source === inner.test.source)
  );
}

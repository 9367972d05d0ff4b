/**
 * Whether a topic matches a filter (MQTT 5, section 4.7): `+` is one level, a last `#` is any number of them, none
 * included; neither matches a first level that begins with `$`.
 */
export function matchesTopic(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [depth, level] of wanted.entries()) {
    if (level === '#') return true;
    const found = levels[depth];
    if (found === undefined || (level !== '+' && level !== found)) return false;
    // `a/#` is also `a` itself.
    if (depth + 1 === levels.length && wanted[depth + 1] === '#') return true;
  }
  return wanted.length === levels.length;
}

/** `$share/<group>/a/b` is `a/b`; any other filter is itself. */
export function withoutGroup(filter: string): string {
  return filter.startsWith('$share/') ? filter.slice(filter.indexOf('/', 7) + 1) : filter;
}

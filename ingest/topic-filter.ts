/** `$share/<group>/a/b` is `a/b`; any other filter is itself. */
export function withoutGroup(filter: string): string {
  return filter.startsWith('$share/') ? filter.slice(filter.indexOf('/', 7) + 1) : filter;
}

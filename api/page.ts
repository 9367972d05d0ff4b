/** One page of a list that is sorted by id: what comes after the cursor, which is the last id of the page before. */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  query: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly page: readonly T[]; readonly next_cursor: string | null } {
  const { limit, cursor } = query;
  const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id > cursor);
  const page = from < 0 ? [] : all.slice(from, from + limit);
  const more = from >= 0 && from + limit < all.length;
  return { page, next_cursor: more ? (page.at(-1)?.id ?? null) : null };
}

import type { z } from 'zod';
import { limits } from '../domain/limits.ts';
import type { HouseClient } from './house-client.ts';

/** The largest page of most lists; of the lists by meter, each with all its rows. */
export const largestPage = 1_000;
export const largestPageOfMeters = 200;

interface PageSchema extends z.ZodType<{ readonly next_cursor: string | null }> {}

/** A list page by page to its end, or as far as a command reads: then `more` is true. */
export async function everyPage<T extends PageSchema>(
  house: HouseClient,
  path: string,
  asked: URLSearchParams,
  schema: T,
): Promise<{ readonly first: z.output<T>; readonly pages: readonly z.output<T>[]; readonly more: boolean }> {
  const query = new URLSearchParams(asked);
  query.set('limit', String(largestPage));
  const page = async (): Promise<z.output<T>> => await house.get(`${path}?${query.toString()}`, schema);
  const first = await page();
  const pages = [first];
  let next = first.next_cursor;
  while (next !== null && pages.length < limits.commandPages) {
    query.set('cursor', next);
    const one = await page();
    pages.push(one);
    next = one.next_cursor;
  }
  return { first, pages, more: next !== null };
}

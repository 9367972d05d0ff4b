import type { FastifyRequest } from 'fastify';
import { roleReaches } from './auth.ts';

/** Whether the caller may see what a kWh costs. */
export function seesPrices(request: FastifyRequest): boolean {
  return roleReaches(request.caller?.role ?? 'read', 'procurement');
}

/** Pounds of something, and whether the house publishes the price that they tell. */
interface Priced {
  readonly gbpPerYear?: { readonly isPublic: boolean } | undefined;
}

/** Whether what it is worth may be told: to who sees prices, and where nothing of a price is in it. */
export function isPriceTold({ gbpPerYear }: Priced, sees: boolean): boolean {
  return sees || gbpPerYear === undefined || gbpPerYear.isPublic;
}

/** That pounds of some are left out, for the head of an answer: without it null looks like not known. */
export function poundsLeftOut(all: readonly Priced[], sees: boolean, what: string): string[] {
  return all.every((one) => isPriceTold(one, sees)) ? [] : [`pounds are for keys of procurement: ${what} left out`];
}

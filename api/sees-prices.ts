import type { FastifyRequest } from 'fastify';
import { roleReaches } from './auth.ts';

/** Whether the caller may see what a kWh costs. */
export function seesPrices(request: FastifyRequest): boolean {
  return roleReaches(request.caller?.role ?? 'read', 'procurement');
}

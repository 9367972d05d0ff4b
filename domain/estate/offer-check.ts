import type { ObservedSeries } from '../observed/register.ts';
import type { Tariff } from '../tariffs/register.ts';
import { checkEstate } from './estate-check.ts';
import type { Finding } from './estate-rules.ts';

/**
 * What is wrong with an offer that is in no folder, by the rules of the register, at the places below it. Whether the
 * series of prices that it names are there is judged where they are given.
 */
export function offerFindings(offer: Tariff, observed?: readonly ObservedSeries[]): Finding[] {
  const entries = { organisations: [], sites: [], lists: { tariffs: [offer], observed: observed ?? [] } };
  const context = { decoders: [], faulty: new Map(), brokenIds: new Set<string>(), complete: true };
  return checkEstate(entries, context)
    .filter(({ path, rule }) => path[0] === 'tariffs' && (observed || rule !== 'charge-series-exists'))
    .map((finding) => ({ ...finding, path: finding.path.slice(2) }));
}

import { above } from '../energy/counted-meters.ts';
import type { Estate, Meter } from '../estate/estate.ts';
import type { Seen } from './life.ts';

/**
 * Whether what an alert is about feeds clinical care: by any of its meters, or by any that hangs behind one of them:
 * what is switched off at a main is off in its wards. A meter that says nothing is what its site says.
 */
export function isClinical(
  estate: Estate,
  { site, subject, meters }: Pick<Seen, 'site' | 'subject' | 'meters'>,
): boolean {
  const ids = new Set([subject, ...meters]);
  const told = [...ids].flatMap((id) => estate.meters.get(id) ?? []);
  if (told.length === 0) return estate.sites.get(site)?.clinical === true;
  return [...estate.meters.values()].some(
    (meter) => saysClinical(estate, meter) && told.some((one) => one === meter || isBehind(estate, meter, one)),
  );
}

function saysClinical({ sites }: Estate, { clinical, site }: Meter): boolean {
  return clinical ?? sites.get(site)?.clinical === true;
}

/** What names nothing above it may hang behind any main of its site. */
function isBehind(estate: Estate, meter: Meter, upper: Meter): boolean {
  if (above(estate, meter).includes(upper)) return true;
  return upper.role === 'main' && upper.site === meter.site && upper.utility === meter.utility;
}

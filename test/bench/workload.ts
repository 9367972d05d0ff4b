import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The estate that the project's targets speak of: 1,140 meters, here on 20 sites. */
export const meterCount = 1_140;
const siteCount = 20;

export const meterId = (index: number): string => `bench-${String(index).padStart(4, '0')}`;

/** Writes an estate folder: electricity meters that speak Meterhouse JSON, one topic each below a prefix. */
export function writeEstate(folder: string, prefix: string): void {
  const meters = Array.from({ length: meterCount }, (_, index) => ({
    id: meterId(index),
    name: `Meter ${index}`,
    utility: 'electricity',
    role: 'sub',
    unit: 'kWh',
    rating: { value: 200, unit: 'kVA' },
    topic: `${prefix}/${meterId(index)}`,
    decoder: 'meterhouse',
  }));
  const sites = Array.from({ length: siteCount }, (_, site) => ({
    id: `site-${site}`,
    name: `Site ${site}`,
    organisation: 'bench-trust',
    type: 'office',
    gross_internal_area_m2: 1_000,
    postcode_area: 'CM',
    meters: meters.filter((_meter, index) => index % siteCount === site),
  }));
  mkdirSync(folder, { recursive: true });
  const organisations = [{ id: 'bench-trust', name: 'Bench Trust' }];
  writeFileSync(join(folder, 'estate.yaml'), stringify({ estate: 'Bench', organisations, sites }));
}

/** Whose message `n` of a run is, and its stamp. */
export function readingOf(n: number, from: number): { readonly meter: string; readonly at: number } {
  return { meter: meterId(n % meterCount), at: from + Math.floor(n / meterCount) };
}

/**
 * Message `n` of a run, two readings: the meters take turns, and each message of a meter is a second after its last.
 * `from` is the stamp of the first, epoch seconds.
 */
export function messageOf(n: number, prefix: string, from: number): { topic: string; payload: Buffer } {
  const { meter, at } = readingOf(n, from);
  const register = (10_000 + (at - from) * 0.25).toFixed(2);
  const power = (30 + (n % 97) / 10).toFixed(1);
  return {
    topic: `${prefix}/${meter}`,
    payload: Buffer.from(
      `{"v":1,"at":${at},"readings":[` +
        `{"quantity":"energy","kind":"register","value":${register}},` +
        `{"quantity":"power","kind":"instant","value":${power},"unit":"kW"}]}`,
    ),
  };
}

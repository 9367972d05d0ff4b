import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Estate, estateFileSchema, type Meter, type Organisation, type Site } from '../../domain/estate.ts';

const folder = new URL('../../estates/sample/', import.meta.url);

/** The sample estate, read with the schemas alone: no store is needed to simulate. */
export function sampleEstate(): Estate {
  const organisations = new Map<string, Organisation>();
  const sites = new Map<string, Site>();
  const meters = new Map<string, Meter>();
  let name = '';
  for (const file of readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()) {
    const entries = estateFileSchema.parse(parse(readFileSync(new URL(file, folder), 'utf8')));
    name = entries.estate ?? name;
    for (const organisation of entries.organisations ?? []) organisations.set(organisation.id, organisation);
    for (const { meters: list, ...site } of entries.sites ?? []) {
      sites.set(site.id, site);
      for (const meter of list) meters.set(meter.id, { ...meter, site: site.id });
    }
  }
  return { name, version: 1, organisations, sites, meters };
}

import { type Estate, type Meter, meterSchema } from '../../domain/estate/estate.ts';

/** A meter as the register reads it, from the few keys a test cares about. */
export function madeMeter(entry: Partial<Meter> & { readonly id: string }): Meter {
  const { site = 'a-site', multiplier, ...rest } = entry;
  const parsed = meterSchema.parse({ name: entry.id, utility: 'electricity', role: 'sub', unit: 'kWh', ...rest });
  return { ...parsed, ...(multiplier ? { multiplier } : {}), site };
}

/** An estate of one site and these meters. */
export function madeEstate(meters: readonly Meter[], version = 1): Estate {
  return {
    name: 'test',
    version,
    organisations: new Map(),
    sites: new Map(),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
  };
}

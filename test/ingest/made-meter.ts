import { type Estate, type Listener, type Meter, meterSchema } from '../../domain/estate/estate.ts';
import { type ObservedSeries, observedSchema } from '../../domain/observed/register.ts';

/** A meter as the register reads it, from the few keys a test cares about. */
export function madeMeter(entry: Partial<Meter> & { readonly id: string }): Meter {
  const { site = 'a-site', multiplier, ...rest } = entry;
  const parsed = meterSchema.parse({ name: entry.id, utility: 'electricity', role: 'sub', unit: 'kWh', ...rest });
  return { ...parsed, ...(multiplier ? { multiplier } : {}), site };
}

/** A series observed outside, the same way. */
export function madeSeries(entry: Partial<ObservedSeries> & { readonly id: string }): ObservedSeries {
  return observedSchema.parse({ name: entry.id, quantity: 'temperature', unit: 'degC', source: 'a test', ...entry });
}

/** Whichever of the two an entry is of. */
export function madeListener(entry: Partial<Listener> & { readonly id: string }): Listener {
  return entry.quantity ? madeSeries(entry) : madeMeter(entry);
}

/** An estate of one site and these meters. */
export function madeEstate(meters: readonly Meter[], version = 1, observed: readonly ObservedSeries[] = []): Estate {
  return {
    name: 'test',
    version,
    organisations: new Map(),
    sites: new Map(),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    observed: new Map(observed.map((series) => [series.id, series])),
  };
}

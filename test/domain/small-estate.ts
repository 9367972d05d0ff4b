import { type Estate, type Meter, organisationSchema, siteSchema } from '../../domain/estate/estate.ts';
import type { MeterSum } from '../../domain/energy/bucket-sums.ts';
import {
  boundariesOf,
  type Bucket,
  halfHourSeconds,
  type LocalDate,
  type Period,
  startOfDay,
} from '../../domain/time.ts';

/** Estates of a few meters, written as people write them, and sums of what the meters count. */

type MeterEntry = { readonly id: string } & Record<string, unknown>;
type SiteEntry = { readonly id: string; readonly meters: readonly MeterEntry[] } & Record<string, unknown>;

const units: Record<string, string> = { gas: 'm3', water: 'm3' };

/** An estate with the rules of the register applied; what a case does not care about is filled in. */
export function estateOf(sites: readonly SiteEntry[]): Estate {
  const parsed = sites.map(({ meters, ...site }) =>
    siteSchema.parse({
      name: site.id,
      organisation: 'mse',
      type: 'acute_hospital',
      gross_internal_area_m2: 1000,
      ...site,
      meters: meters.map((meter) => ({
        name: meter.id,
        role: 'main',
        utility: 'electricity',
        unit: units[String(meter['utility'])] ?? 'kWh',
        ...meter,
      })),
    }),
  );
  const organisations = [...new Set(parsed.map((site) => site.organisation))].map((id) =>
    organisationSchema.parse({ id, name: id }),
  );
  const meters = parsed.flatMap((site) => site.meters.map((meter): Meter => ({ ...meter, site: site.id })));
  return {
    name: 'A small estate',
    version: 7,
    organisations: new Map(organisations.map((organisation) => [organisation.id, organisation])),
    sites: new Map(parsed.map((site) => [site.id, site])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
  };
}

/** An estate of one site, `site`. */
export function siteOf(meters: readonly MeterEntry[], rest: Record<string, unknown> = {}): Estate {
  return estateOf([{ id: 'site', meters, ...rest }]);
}

/** A period from the beginning of one London date to the beginning of another. */
export function dates(from: LocalDate, to: LocalDate): Period {
  return { from: startOfDay(from), to: startOfDay(to) };
}

export function bucketsOf(from: LocalDate, to: LocalDate, bucket: Bucket): number[] {
  return boundariesOf(dates(from, to), bucket);
}

/** Sums of meters that count the same kWh in every bucket, all of it measured. */
export function measured(boundaries: readonly number[], energies: Readonly<Record<string, number>>): MeterSum[] {
  return Object.entries(energies).flatMap(([meter, energy]) =>
    boundaries.slice(0, -1).map((start, bucket): MeterSum => {
      const halfHours = ((boundaries[bucket + 1] ?? start) - start) / halfHourSeconds;
      return {
        meter,
        bucket,
        energy,
        volume: 0,
        measuredEnergy: energy,
        measuredVolume: 0,
        measuredHalfHours: halfHours,
        estimatedHalfHours: 0,
        missingHalfHours: 0,
      };
    }),
  );
}

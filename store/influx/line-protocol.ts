import type { Reading } from '../../domain/readings/reading.ts';
import { type SeriesId, series, type ShownPoint, wordsOf } from '../../domain/series.ts';
import { keptAmount } from '../keepable.ts';
import type { DayFigure, SiteDayFigure, SiteNow, StoredHalfHour } from '../reading-store.ts';

/**
 * Points as line protocol, times in seconds. Every field of a series is written every time: one left out would keep the
 * value an earlier write gave it. All numbers are floats. Names were checked before (`keepable.ts`).
 */

type Field<S extends SeriesId> = (typeof series)[S]['fields'][number];
type Tag<S extends SeriesId> = (typeof series)[S]['tags'][number];

/**
 * A series' tags, sorted as the database would sort them, and its fields: `,meter=` and the like, ready to be
 * joined.
 */
const order = Object.fromEntries(
  Object.entries(series).map(([name, { tags, fields }]) => [
    name,
    {
      tags: tags
        .map(String)
        .toSorted()
        .map((tag) => ({ tag, before: `,${tag}=` })),
      fields: [...fields, ...wordsOf(name as SeriesId)].map((field, i) => ({
        field,
        before: `${i === 0 ? ' ' : ','}${field}=`,
      })),
    },
  ]),
) as unknown as {
  readonly [S in SeriesId]: {
    readonly tags: readonly { readonly tag: Tag<S>; readonly before: string }[];
    readonly fields: readonly { readonly field: Field<S>; readonly before: string }[];
  };
};

function line<S extends SeriesId>(
  name: S,
  tags: Readonly<Record<Tag<S>, string>>,
  fields: Readonly<Record<Field<S>, number | string>>,
  at: number,
): string {
  let text: string = name;
  for (const { tag, before } of order[name].tags) text += before + tagText(tags[tag]);
  for (const { field, before } of order[name].fields) text += before + fieldText(fields[field]);
  return `${text} ${at}`;
}

function fieldText(value: number | string): string {
  return typeof value === 'number' ? String(value) : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A backslash stands for itself; only comma, equals sign and space are escaped. */
function tagText(value: string): string {
  return /[, =]/.test(value) ? value.replace(/[, =]/g, '\\$&') : value;
}

const flag = (known: boolean): number => (known ? 1 : 0);

export function readingLine(reading: Reading): string {
  const { meter, quantity, kind, value, period, received, at } = reading;
  return line('reading', { meter, quantity, kind }, { value, period_s: period, received_s: received }, at);
}

export function halfHourLine(row: StoredHalfHour): string {
  const { meter, site, utility, quality } = row;
  // A missing half-hour has no numbers, whatever it had before.
  const energy = quality === 'missing' ? undefined : row.energy;
  const volume = quality === 'missing' ? undefined : row.volume;
  const fields = {
    energy_kwh: keptAmount(energy ?? 0),
    volume_m3: keptAmount(volume ?? 0),
    energy_known: flag(energy !== undefined),
    volume_known: flag(volume !== undefined),
    measured: flag(quality === 'measured'),
    estimated: flag(quality === 'estimated'),
    missing: flag(quality === 'missing'),
    rule: row.rule,
    register_version: row.registerVersion,
  };
  return line('half_hour', { meter, site, utility }, fields, row.start);
}

export function dayMeterLine(day: DayFigure): string {
  const { meter, site, utility } = day;
  const fields = {
    energy_kwh: day.energy,
    volume_m3: day.volume,
    measured_energy_kwh: day.measuredEnergy,
    measured_volume_m3: day.measuredVolume,
    measured_half_hours: day.measuredHalfHours,
    estimated_half_hours: day.estimatedHalfHours,
    missing_half_hours: day.missingHalfHours,
    measured_share: day.measuredShare,
    emissions_location_kgco2e: day.emissionsLocation ?? 0,
    emissions_location_known: flag(day.emissionsLocation !== undefined),
  };
  return line('day_meter', { meter, site, utility }, fields, day.day);
}

export function daySiteLine(day: SiteDayFigure): string {
  const { site, utility } = day;
  const fields = {
    energy_kwh: day.energy,
    volume_m3: day.volume,
    measured_share: day.measuredShare,
    emissions_location_kgco2e: day.emissionsLocation ?? 0,
    emissions_location_known: flag(day.emissionsLocation !== undefined),
    gross_internal_area_m2: day.area ?? 0,
  };
  return line('day_site', { site, utility }, fields, day.day);
}

export function siteNowLine(row: SiteNow): string {
  const { site, utility } = row;
  const flows = isCountedByVolume(utility);
  const fields = {
    power_kw: flows ? 0 : (row.rate ?? 0),
    flow_m3_per_h: flows ? (row.rate ?? 0) : 0,
    known: flag(row.rate !== undefined),
    usual_power_kw: flows ? 0 : (row.usual ?? 0),
    usual_flow_m3_per_h: flows ? (row.usual ?? 0) : 0,
    usual_known: flag(row.usual !== undefined),
    heard_meters: row.heardMeters,
    silent_meters: row.silentMeters,
  };
  return line('site_now', { site, utility }, fields, row.at);
}

export function shownLine({ series: name, tags, fields, at }: ShownPoint): string {
  return line(
    name,
    tags as Parameters<typeof line<typeof name>>[1],
    fields as Parameters<typeof line<typeof name>>[2],
    at,
  );
}

/** Water has a flow; all else has a power. */
export function isCountedByVolume(utility: string): boolean {
  return utility === 'water';
}

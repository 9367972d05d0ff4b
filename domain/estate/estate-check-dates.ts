import { listed, type SiteEntry, validOn } from './estate.ts';
import type { Checked, EstatePath, PlacedMeter } from './estate-rules.ts';
import { dateOf } from '../time.ts';

/** Rounding of areas and shares that people add up by hand. */
const tolerance = 1e-9;

/** Dated lists have one entry a date, ends come after beginnings, exchanges are in order and within validity. */
export function checkDates(checked: Checked): void {
  for (const [i, site] of checked.sites.entries()) {
    const path: EstatePath = ['sites', i];
    checkValidity(checked, site, path);
    checkOnce(checked, path, site, [
      'gross_internal_area_m2',
      'occupied_area_m2',
      'heated_volume_m3',
      'share_returned_to_sewer',
    ]);
    checkModelled(checked, site, path);
    for (const [j, building] of site.buildings.entries()) {
      checkOnce(checked, [...path, 'buildings', j], building, ['gross_internal_area_m2', 'heated_volume_m3']);
    }
  }
  for (const [i, series] of listed(checked, 'observed').entries()) checkValidity(checked, series, ['observed', i]);
  for (const placed of checked.placed) {
    const { meter, path } = placed;
    checkValidity(checked, meter, path);
    checkOnce(checked, path, meter, [
      'multiplier',
      'calorific_value',
      'energy_content',
      'formula',
      'precedence',
      'reporter',
    ]);
    checkOccupiers(checked, placed);
    checkExchanges(checked, placed);
  }
}

/** Its end is not before its beginning. */
export function checkValidity(
  checked: Checked,
  { valid_from, valid_to }: { readonly valid_from?: string | undefined; readonly valid_to?: string | undefined },
  path: EstatePath,
): void {
  if (valid_from === undefined || valid_to === undefined || valid_from <= valid_to) return;
  const detail = `it ends before it begins on ${valid_from}`;
  checked.report({ rule: 'valid-dates', path: [...path, 'valid_to'], found: valid_to, detail });
}

function checkOnce<Key extends string>(
  checked: Checked,
  path: EstatePath,
  entry: { readonly [K in Key]?: readonly { readonly from: string }[] | undefined },
  keys: readonly Key[],
): void {
  for (const key of keys) {
    const dates = (entry[key] ?? []).map(({ from }) => from);
    for (const [i, date] of dates.entries()) {
      if (dates.indexOf(date) === i) continue;
      const detail = 'this date has an entry already';
      checked.report({ rule: 'dated-once', path: [...path, key, i, 'from'], found: date, detail });
    }
  }
}

function checkOccupiers(checked: Checked, { meter, path }: PlacedMeter): void {
  const occupiers = meter.occupiers ?? [];
  const at = [...path, 'occupiers'];
  const organisations = [...new Set(occupiers.map(({ organisation }) => organisation))];
  for (const [i, entry] of occupiers.entries()) {
    const first = occupiers.findIndex((o) => o.from === entry.from && o.organisation === entry.organisation);
    if (first === i) continue;
    const detail = `${entry.organisation} has an entry of this date already`;
    checked.report({ rule: 'dated-once', path: [...at, i, 'from'], found: entry.from, detail });
  }
  for (const date of [...new Set(occupiers.map(({ from }) => from))].sort()) {
    const shares = organisations.map(
      (organisation) =>
        validOn(
          occupiers.filter((o) => o.organisation === organisation),
          date,
        )?.share ?? 0,
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    if (sum <= 1 + tolerance) continue;
    const found = `${Number(sum.toFixed(6))} on ${date}`;
    const detail = 'each share holds until the next entry of its organisation; one that leaves gets share 0';
    checked.report({ rule: 'occupiers-share', path: at, found, expected: 'at most 1 in all', detail });
    return;
  }
}

/** One way of modelling a utility at a time. */
function checkModelled(checked: Checked, { modelled = [] }: SiteEntry, path: EstatePath): void {
  for (const [i, entry] of modelled.entries()) {
    checkValidity(checked, entry, [...path, 'modelled', i]);
    const overlaps = modelled.slice(0, i).some((other) => {
      const begins = [entry.valid_from ?? '', other.valid_from ?? ''].sort()[1] ?? '';
      const ends = [entry.valid_to ?? '9999', other.valid_to ?? '9999'].sort()[0] ?? '';
      return other.utility === entry.utility && begins <= ends;
    });
    if (!overlaps) continue;
    const detail = 'an entry above models it on some of the same dates';
    checked.report({ rule: 'modelled-once', path: [...path, 'modelled', i], found: entry.utility, detail });
  }
}

function checkExchanges(checked: Checked, { meter, path }: PlacedMeter): void {
  let before = Number.NEGATIVE_INFINITY;
  for (const [i, { at }] of meter.exchanges.entries()) {
    const instant = Date.parse(at);
    const where = [...path, 'exchanges', i, 'at'];
    if (instant <= before) {
      const detail = 'exchanges stand in order of time, and this one is not after the one before it';
      checked.report({ rule: 'exchange-order', path: where, found: at, detail });
    }
    before = instant;
    const date = dateOf(Math.floor(instant / 1000));
    if ((meter.valid_from ?? date) <= date && date <= (meter.valid_to ?? date)) continue;
    const expected = `a date from ${meter.valid_from ?? 'the beginning'} to ${meter.valid_to ?? 'now'}`;
    const detail = 'the meter is not valid on that day';
    checked.report({ rule: 'exchange-valid', path: where, found: at, expected, detail });
  }
}

/** Parts are not larger than the whole, on any date. */
export function checkAreas(checked: Checked): void {
  for (const [i, site] of checked.sites.entries()) {
    const path: EstatePath = ['sites', i];
    const gross = site.gross_internal_area_m2;
    const parts = site.buildings.flatMap(({ gross_internal_area_m2: area }) => (area ? [area] : []));
    const occupied = site.occupied_area_m2 ?? [];
    const dates = new Set([...gross, ...parts.flat(), ...occupied].map(({ from }) => from));
    let saidSum = false;
    let saidOccupied = false;
    for (const date of [...dates].sort()) {
      const whole = validOn(gross, date)?.value;
      if (whole === undefined) continue;
      const sum = parts.reduce((total, area) => total + (validOn(area, date)?.value ?? 0), 0);
      if (!saidSum && sum > whole * (1 + tolerance)) {
        saidSum = true;
        const detail = `the buildings are larger than the site, which has ${whole} m²`;
        const found = `${Number(sum.toFixed(3))} m² on ${date}`;
        checked.report({ rule: 'building-area', path: [...path, 'buildings'], found, detail });
      }
      const used = validOn(occupied, date)?.value ?? 0;
      if (!saidOccupied && used > whole) {
        saidOccupied = true;
        const found = `${used} m² on ${date}`;
        const detail = `the occupied area is larger than the site, which has ${whole} m²`;
        checked.report({ rule: 'occupied-area', path: [...path, 'occupied_area_m2'], found, detail });
      }
    }
  }
}

import { describe, expect, test } from 'vitest';
import { units } from '../../domain/units.ts';
import { bacnetUnit, dlmsUnit, readQuantity, timesOf, writtenUnit } from '../../ingest/written-units.ts';

describe('units as devices write them', () => {
  test.each([
    ['kWh', 'kWh', 1],
    ['KWH', 'kWh', 1],
    ['kW·h', 'kWh', 1],
    ['kilowatt-hours', 'kWh', 1],
    ['kilowattHours', 'kWh', 1],
    ['MeasureUnit.WH', 'Wh', 1],
    ['MWh', 'MWh', 1],
    ['GJ', 'GJ', 1],
    ['m³', 'm3', 1],
    ['m^3', 'm3', 1],
    ['cubic-meters', 'm3', 1],
    ['L', 'l', 1],
    ['m3/h', 'm3/h', 1],
    ['cubic-meters-per-hour', 'm3/h', 1],
    ['°C', 'degC', 1],
    ['imp', 'pulse', 1],
    // As libmbus prints them: mbus_unit_prefix and mbus_vib_unit_lookup.
    ['Energy (kWh)', 'kWh', 1],
    ['Energy (10 Wh)', 'Wh', 10],
    ['Energy (100 kWh)', 'kWh', 100],
    ['Volume (m m^3)', 'm3', 0.001],
    ['Volume (my m^3)', 'm3', 0.000_001],
    ['Volume (1e-2  m^3)', 'm3', 0.01],
    ['Volume flow (m m^3/h)', 'm3/h', 0.001],
    ['Power (W)', 'W', 1],
    ['0.01 m3', 'm3', 0.01],
  ])('%s is %s, times %d', (text, unit, times) => {
    expect(writtenUnit(text)).toMatchObject({ unit, times });
  });

  test.each(['mWh', 'mW', 'mW·h ', '', 'V', 'A', '%', 'hours', 'Fabrication number', 'kWhh', '0 kWh', 30, null, {}])(
    '%j names no unit that a meter counts',
    (text) => expect(writtenUnit(text)).toBeUndefined(),
  );

  test('every unit that a meter is read in has a spelling of its own name', () => {
    // Series from outside say their unit in the register: a device's % is its battery or the air's damp.
    const outside = new Set<string | undefined>([undefined, 'carbon_intensity', 'share', 'price']);
    const read = (Object.keys(units) as (keyof typeof units)[]).filter((unit) => !outside.has(readQuantity(unit)));
    expect(read.length).toBeGreaterThan(20);
    expect(read.filter((unit) => writtenUnit(unit)?.unit !== unit)).toEqual([]);
  });

  test('DLMS codes of IEC 62056-6-2, BACnet codes of ASHRAE 135', () => {
    expect([27, 30, 32, 13, 14, 15, 19].map((code) => dlmsUnit(code)?.unit)).toEqual(
      'W Wh varh m3 m3 m3/h l'.split(' '),
    );
    expect([18, 19, 146, 47, 48, 80, 82, 135].map((code) => bacnetUnit(code)?.unit)).toEqual(
      'Wh kWh MWh W kW m3 l m3/h'.split(' '),
    );
    const none = [dlmsUnit(33), dlmsUnit('30'), bacnetUnit(95), bacnetUnit(undefined)];
    expect(none.filter((unit) => unit !== undefined)).toEqual([]);
  });

  test('no unit is counted in nothing, or in money', () => {
    const none = [timesOf('kWh', 0), timesOf('kWh', Number.NaN), timesOf('kWh', -1), timesOf('GBP')];
    expect(none.filter((unit) => unit !== undefined)).toEqual([]);
  });
});

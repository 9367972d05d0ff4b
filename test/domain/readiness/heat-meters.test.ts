import { expect, test } from 'vitest';
import { heatMeters } from '../../../domain/readiness/heat-meters.ts';
import { siteOf } from '../small-estate.ts';

const at = '2026-01-15';
const terms = (list: readonly { readonly meter: { readonly id: string }; readonly times: number }[]): string[] =>
  list.map(({ meter, times }) => `${times < 0 ? '-' : ''}${meter.id}`);

test('gas of boilers that is metered by itself is the heat’s; what cooks and drives an engine is left out by name', () => {
  const estate = siteOf([
    { id: 'gas', utility: 'gas' },
    { id: 'boilers', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'boilers' },
    { id: 'engine', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'chp' },
    { id: 'kitchen', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'catering' },
    { id: 'engine-heat', utility: 'heat', role: 'sub', end_use: 'chp' },
    { id: 'boiler-heat', utility: 'heat', role: 'sub', end_use: 'boilers' },
  ]);
  const found = heatMeters(estate, { site: 'site' }, at);
  expect(terms(found.fuel)).toEqual(['boilers']);
  expect(terms(found.heat)).toEqual(['boiler-heat']);
  expect(found.leftOut).toEqual([
    { meter: 'engine-heat', why: 'heat of an engine, which goes on' },
    { meter: 'engine', why: 'it drives an engine, whose heat goes on' },
    { meter: 'kitchen', why: 'it cooks' },
  ]);
});

test('without a meter of its own it is the main less what is known not to heat, and tanks beside it', () => {
  const estate = siteOf([
    { id: 'gas', utility: 'gas' },
    { id: 'kitchens', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'catering' },
    { id: 'one-kitchen', utility: 'gas', role: 'sub', parent: 'kitchens', end_use: 'catering' },
    { id: 'oil', utility: 'gas_oil', unit: 'l' },
    { id: 'old-gas', utility: 'gas', valid_to: '2025-12-31' },
  ]);
  const found = heatMeters(estate, { site: 'site' }, at);
  expect(terms(found.fuel)).toEqual(['gas', '-kitchens', 'oil']);
  expect(found.heat).toEqual([]);
});

test('heat that is bought stands for itself, and a building has only its own', () => {
  const buildings = [{ id: 'tower', name: 'Tower' }];
  const estate = siteOf(
    [
      { id: 'network', utility: 'heat' },
      { id: 'tower-heat', utility: 'heat', role: 'sub', parent: 'network', building: 'tower' },
    ],
    { buildings },
  );
  const whole = heatMeters(estate, { site: 'site' }, at);
  expect([terms(whole.heat), terms(whole.fuel)]).toEqual([['network'], ['network']]);
  const tower = heatMeters(estate, { site: 'site', building: 'tower' }, at);
  expect([terms(tower.heat), terms(tower.fuel)]).toEqual([['tower-heat'], ['tower-heat']]);
});

test('a main without a meter of what heats is kept beside one that has it; a sub-meter without a place is named', () => {
  const estate = siteOf([
    { id: 'main-a', utility: 'gas' },
    { id: 'kitchen', utility: 'gas', role: 'sub', parent: 'main-a', end_use: 'catering' },
    { id: 'main-b', utility: 'gas' },
    { id: 'boil-b', utility: 'gas', role: 'sub', parent: 'main-b', end_use: 'boilers' },
    { id: 'network', utility: 'heat' },
    { id: 'boilers', utility: 'heat', role: 'sub', end_use: 'boilers' },
    { id: 'somewhere', utility: 'heat', role: 'sub' },
  ]);
  const found = heatMeters(estate, { site: 'site' }, at);
  expect(terms(found.fuel)).toEqual(['boil-b', 'main-a', '-kitchen']);
  expect(terms(found.heat)).toEqual(['boilers', 'network']);
  expect(found.leftOut.map(({ meter }) => meter)).toEqual(['somewhere', 'kitchen']);
});

test('steam that becomes heat is counted once', () => {
  const estate = siteOf([
    { id: 'steam', utility: 'steam' },
    { id: 'calorifier', utility: 'heat', role: 'sub', parent: 'steam' },
  ]);
  expect(terms(heatMeters(estate, { site: 'site' }, at).heat)).toEqual(['steam']);
});

import { describe, expect, test } from 'vitest';
import { alertMessage } from '../../api/alert-message.ts';
import type { Seen } from '../../domain/alerts/life.ts';
import { anAlert } from '../domain/alerts/an-alert.ts';
import { estateOf } from '../domain/small-estate.ts';

const sub = { role: 'sub', utility: 'water' };
const ward = (clinical: boolean | undefined) => ({ id: 'ward-water', parent: 'main-water', ...sub, clinical });
const north = (site: object, ...meters: readonly ({ readonly id: string } & Record<string, unknown>)[]) =>
  estateOf([{ id: 'north', ...site, meters: [{ id: 'main-water', utility: 'water' }, ...meters] }]);
const advises = (estate: ReturnType<typeof north>, seen: Partial<Seen>): boolean => {
  const alert = anAlert({ kind: 'burst', ...seen });
  return alertMessage(estate, { alerts: () => [] }, alert).lookAt.some((line) => line.startsWith('shut'));
};
const at = (subject: string, ...meters: readonly string[]) => ({ subject, meters: [subject, ...meters] });

describe('what an alert says of clinical care', () => {
  test('asks to shut a valve where nothing is clinical', () => {
    expect(advises(north({}, ward(undefined)), at('main-water'))).toBe(true);
  });

  test('never asks it where its meter, another of its meters, or one that hangs behind it is clinical', () => {
    const estate = north({}, ward(true), { id: 'kitchen', parent: 'ward-water', ...sub }, { id: 'loose', ...sub });
    expect(advises(estate, at('ward-water'))).toBe(false);
    expect(advises(estate, at('kitchen', 'ward-water'))).toBe(false);
    expect(advises(estate, at('main-water'))).toBe(false);
    expect(advises(estate, at('loose'))).toBe(true);
  });

  test('and of a main where one that names nothing above it is', () => {
    expect(advises(north({}, { id: 'loose', ...sub, clinical: true }), at('main-water'))).toBe(false);
  });

  test('goes by the site where no meter says otherwise, and where the meter has left the register', () => {
    expect(advises(north({ clinical: true }, ward(undefined)), at('ward-water'))).toBe(false);
    expect(advises(north({ clinical: true }, ward(false)), at('ward-water'))).toBe(true);
    expect(advises(north({ clinical: true }), at('gone'))).toBe(false);
  });
});

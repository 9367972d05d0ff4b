import { expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { readBaselineModels } from '../../store/baseline-models.ts';
import type { Stores } from '../../store/energy.ts';
import { aMeter } from '../domain/a-meter.ts';
import { testEstate } from '../api/estate.ts';

/** Whoever asks these for anything fails. */
const unread = {} as Stores;

const days = { first: '2025-01-01', last: '2025-12-31' };
const codes = (...list: readonly string[]) => ({ problems: list.map((code) => expect.objectContaining({ code })) });

test('more meters than one answer models, and more days than it adds up, are refused before anything is read', async () => {
  const ask = (count: number, last: string) =>
    readBaselineModels(unread, testEstate(), {
      meters: Array.from({ length: count }, (_, i) => aMeter({ id: `m${i}` })),
      days: { ...days, last },
      method: 'day_types',
    });
  const most = limits.modelledMeters;
  // The estate that is to be asked for at once.
  expect(most).toBeGreaterThan(1_140);
  await expect(ask(most + 1, days.first)).rejects.toMatchObject(codes('request.range-too-long'));
  await expect(ask(most, '2034-12-31')).rejects.toMatchObject(codes('request.range-too-long'));
  // None of them is in the register.
  await expect(ask(most, days.last)).resolves.toEqual([]);
});

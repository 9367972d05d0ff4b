import { expect, test } from 'vitest';
import { type ProblemCode, ProblemError } from '../../../domain/problems.ts';
import { eachCosted } from '../../../domain/tariffs/not-costed.ts';

/** A cost for what is a number, and a problem for the rest. */
const cost = (point: number | ProblemCode): Promise<number> =>
  typeof point === 'number'
    ? Promise.resolve(point)
    : Promise.reject(new ProblemError([{ code: point, where: 'a supply point' }]));

test('the others are costed, and what is not is listed with its problems', async () => {
  const { costed, notCosted } = await eachCosted([1, 'tariff.no-load', 2, 'tariff.no-rate'], false, cost);
  expect(costed).toEqual([1, 2]);
  expect(notCosted.map(({ point, problems }) => [point, problems.length])).toEqual([
    ['tariff.no-load', 1],
    ['tariff.no-rate', 1],
  ]);
});

test('named, or where nothing is costed at all, it is a problem; a store that is away always is', async () => {
  await expect(eachCosted([1, 'tariff.no-load'], true, cost)).rejects.toThrow('tariff.no-load');
  await expect(eachCosted(['tariff.no-load', 'tariff.no-rate'], false, cost)).rejects.toThrow(/no-load[^]*no-rate/);
  await expect(eachCosted([1, 'store.unreachable'], false, cost)).rejects.toThrow('store.unreachable');
  expect(await eachCosted([], true, cost)).toEqual({ costed: [], notCosted: [] });
});

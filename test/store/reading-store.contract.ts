import { afterAll, beforeAll, describe } from 'vitest';
import type { ReadingStore } from '../../store/reading-store.ts';
import { dayTests, nowTests } from './contract/days.ts';
import { halfHourTests, sumTests } from './contract/half-hours.ts';
import { nameTests } from './contract/names.ts';
import { lookUpTests, meanTests, readingBatchTests, readingTests, removalTests } from './contract/readings.ts';

/** What every ReadingStore does. Each test uses meters of its own, so that one store serves them all. */
export function readingStoreContract(title: string, open: () => Promise<ReadingStore>): void {
  describe(`${title} keeps the contract of ReadingStore`, () => {
    let store: ReadingStore;
    beforeAll(async () => {
      store = await open();
      await store.ready();
    });
    afterAll(async () => await store.close());

    describe('readings', () => readingTests(() => store));
    describe('neighbours and look-ups', () => lookUpTests(() => store));
    describe('means by half-hour', () => meanTests(() => store));
    describe('batches of readings', () => readingBatchTests(() => store));
    describe('removal of readings', () => removalTests(() => store));
    describe('names', () => nameTests(() => store));
    describe('half-hours', () => halfHourTests(() => store));
    describe('sums of half-hours', () => sumTests(() => store));
    describe('day figures', () => dayTests(() => store));
    describe('live minutes', () => nowTests(() => store));
  });
}

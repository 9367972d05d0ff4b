/**
 * Offers against supply points, one after the other as a comparison does it, and by turns the floor: a bare multiply
 * and add of the same half-hours by the same number of price columns.
 */
import { compareOffers, type ComparedPoint } from '../../domain/tariffs/comparison.ts';
import type { Load } from '../../domain/tariffs/load.ts';
import { PriceSeries } from '../../domain/tariffs/price-series.ts';
import { certain } from '../../domain/tariffs/range.ts';
import { supplyPointSchema, type Tariff, tariffSchema } from '../../domain/tariffs/register.ts';
import { termsOf } from '../../domain/tariffs/supply-point.ts';
import { halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { cpuMs, say } from './child.ts';

export interface TariffsOptions {
  readonly points: number;
  readonly offers: number;
  readonly rounds: number;
  /** Says after every tenth supply point what is still held in memory; the child then has --expose-gc. */
  readonly tellsMemory: boolean;
}

const { points, offers: offerCount, rounds, tellsMemory }: TariffsOptions = JSON.parse(process.argv[2] ?? '');
const year = { from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') };
const count = (year.to - year.from) / halfHourSeconds;
const source = 'made up';

const open = (value: unknown) => [{ valid_from: '2025-04-01', value }];
const clock = { clock: 'local', bank_holidays: 'as_sunday' };
const night = { ...clock, windows: [{ band: 'night', from: '00:00', to: '07:00' }], otherwise: 'day' };
const seasonal = {
  ...clock,
  windows: [
    { band: 'peak', days: ['weekdays'], months: [11, 12, 1, 2], from: '16:00', to: '19:00' },
    { band: 'weekend', days: ['weekends'], from: '00:00', to: '24:00' },
  ],
  otherwise: 'standard',
};

/** Every kind of contract in turn: flat, day and night, seasonal, at half-hourly prices, a basket of trades. */
function offer(i: number): Tariff {
  const energy = { id: 'energy', name: 'Energy', kind: 'energy' };
  const trades = [
    { from: '2025-04-01', to: '2026-03-31', share: 0.5, price: 80 + i, on: '2025-01-10', reference: 'A' },
    { from: '2025-10-01', to: '2026-03-31', share: 0.25, price: 95, on: '2025-06-10', reference: 'B' },
  ];
  const kinds = [
    { unit: 'p/kWh', base: 'meter', rates: open(22 + i / 10) },
    { unit: 'p/kWh', base: 'meter', times: night, rates: open({ day: 24 + i / 10, night: 16 }) },
    { unit: 'p/kWh', base: 'nbp', times: seasonal, rates: open({ peak: 40, weekend: 18, standard: 21 + i / 10 }) },
    { unit: 'GBP/MWh', base: 'nbp', rates: open({ series: 'spot' }) },
    { unit: 'GBP/MWh', base: 'nbp', basket: { trades, rest: { series: 'spot' } } },
  ];
  return tariffSchema.parse({
    id: `offer-${i}`,
    name: `Offer ${i}`,
    supplier: 'S',
    utility: 'electricity',
    contract: 'pass_through',
    valid_from: '2025-04-01',
    valid_to: '2026-03-31',
    pass_through: ['duos', 'bsuos', 'ro', 'aahedc', 'ccl'],
    charges: [
      { ...energy, ...kinds[i % kinds.length] },
      { id: 'standing', name: 'Standing', kind: 'supplier', unit: 'p/day', rates: open(40 + i) },
      { id: 'metering', name: 'Metering', kind: 'metering', unit: 'GBP/year', rates: open(420) },
    ],
    source,
  });
}

/** Line losses as a network publishes them, by time and season. */
const losses = ['LV', 'LV_substation', 'HV'].map((_, i) => ({
  times: {
    clock: 'local',
    bank_holidays: 'as_weekday',
    windows: [
      { band: 'winter_peak', days: ['weekdays'], months: [11, 12, 1, 2], from: '16:00', to: '20:00' },
      { band: 'summer_peak', days: ['weekdays'], months: [6, 7, 8], from: '07:00', to: '20:00' },
      { band: 'night', from: '00:00', to: '07:00' },
    ],
    otherwise: 'other',
  },
  rates: [
    {
      valid_from: '2025-04-01',
      value: { winter_peak: 1.134 - i / 30, summer_peak: 1.096 - i / 30, night: 1.088 - i / 30, other: 1.103 - i / 30 },
      source,
    },
  ],
}));
const duosTariffs = ['71', '72', '73', '74', '81', '82', '83', '84', '91', '92', '93', '94'];

const offers = Array.from({ length: offerCount }, (_, i) => offer(i));
const spot = Float64Array.from({ length: count }, (_, i) => 75 + 45 * Math.sin(i / 24) - (i % 700 === 0 ? 150 : 0));
const prices = new Map([['spot', new PriceSeries('spot', 'GBP/MWh', year.from, spot)]]);
const columns = offers.map((_, i) => Float64Array.from({ length: count }, (__, j) => 0.2 + i / 100 + (j % 48) / 1000));

function loadOf(i: number): Load {
  const use = Float64Array.from(
    { length: count },
    (_, j) => 30 + (i % 40) + 20 * Math.sin(j / 7.6) + ((j * 7919) % 11),
  );
  return { unit: 'kWh', from: year.from, use: certain(use), reactive: certain(use.map((kwh) => kwh * 0.34)) };
}

const parsed = Array.from({ length: points }, (_, i) => {
  const voltage = Math.floor((i % duosTariffs.length) / 4);
  return termsOf(
    supplyPointSchema.parse({
      id: `point-${i}`,
      utility: 'electricity',
      meter: `m-${i}`,
      mpan: '1012345678903',
      agreed_capacity_kva: [{ from: '2020-01-01', value: 100 + i }],
      duos_tariff: [{ from: '2020-01-01', value: duosTariffs[i % duosTariffs.length] }],
      line_losses: losses[voltage],
      transmission_losses: { rates: [{ valid_from: '2025-04-01', value: 1.01, source }] },
      source,
    }),
  );
});

function sayMemory(): void {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  say({ held_mb: (heapUsed + arrayBuffers) / 2 ** 20 });
}

for (let round = 0; round < rounds; round++) {
  const bare = { ms: 0, cpu: 0 };
  const ours = { ms: 0, cpu: 0 };
  const now = () => ({ ms: performance.now(), cpu: cpuMs() });
  let since = now();
  const book = (to: typeof bare) => {
    const at = now();
    to.ms += at.ms - since.ms;
    to.cpu += at.cpu - since.cpu;
    since = now();
  };
  let sum = 0;
  // The clock of a comparison stands still while a load is made and while the floor is measured.
  function* each(): Generator<ComparedPoint> {
    for (const [i, terms] of parsed.entries()) {
      book(ours);
      if (tellsMemory && i % 10 === 9) sayMemory();
      const load = loadOf(i);
      const use = load.use.best;
      since = now();
      for (const column of columns) {
        for (let j = 0; j < count; j++) sum += (use[j] as number) * (column[j] as number);
      }
      book(bare);
      yield { terms, load };
    }
  }
  since = now();
  const { offers: ranked } = compareOffers({ offers, period: year, prices }, each());
  book(ours);
  if (ranked.length !== offerCount || !(sum > 0)) throw new Error('nothing was compared');
  say({ bare_ms: bare.ms, ours_ms: ours.ms, bare_cpu_ms: bare.cpu, ours_cpu_ms: ours.cpu });
}

import { expect, test } from 'vitest';
import { historyOf } from '../../simulators/history.ts';
import { shippedDecoders } from '../../ingest/known-decoders.ts';
import { modelOf } from '../../simulators/model.ts';
import { plantOutputAt } from '../../simulators/outside.ts';
import { truthKeeper } from '../../simulators/truth.ts';
import { weatherOf } from '../../simulators/weather.ts';
import { sampleEstate } from './sample-estate.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const day = { from: start, to: start + 86_400 };
const model = modelOf({ estate: sampleEstate(), seed: 7, start });

interface Said {
  readonly v: number;
  readonly readings: readonly { kind: string; at: string; value: number; unit: string; period_s?: number }[];
}

function saidBy(id: string) {
  const messages = [...historyOf(model, day, { meters: [id] })].flat();
  return messages.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as Said);
}

test('the sensor says the temperature that the heating follows', () => {
  const said = saidBy('outside-temperature');
  expect(said).toHaveLength(49);
  const { temperature } = weatherOf(7, start, 49);
  expect(said.map(({ readings: [one] }) => one?.value)).toEqual([...temperature].map((t) => Math.round(t * 10) / 10));
  expect(said[3]?.readings).toMatchObject([{ kind: 'instant', at: '2026-01-05T01:30:00Z', unit: 'degC' }]);
});

test('the grid says how a half-hour was and how the next one is forecast, and never of what is not over', () => {
  const said = saidBy('grid-intensity');
  expect(said).toHaveLength(49);
  expect(said[0]?.readings).toHaveLength(1);
  for (const [i, { readings }] of said.entries()) {
    const now = start + i * 1800;
    const spans = readings.map(({ kind, at }) => [kind, Date.parse(at) / 1000]);
    expect(spans.slice(0, -1)).toEqual(i === 0 ? [] : [['interval', now - 1800]]);
    expect(spans.at(-1)).toEqual(['estimate', now]);
    for (const { value, period_s } of readings) {
      expect(period_s).toBe(1800);
      expect(value).toBeGreaterThanOrEqual(15);
      expect(value).toBeLessThan(400);
    }
  }
});

test('what the grid is made of adds up, is forwarded as the service answers, and is read as its carbon-free share', () => {
  const { decoder } = model.estate.observed?.get('grid-carbon-free') ?? {};
  const listener = [model.estate.observed?.get('grid-carbon-free')].flatMap((one) => one ?? []);
  const messages = [...historyOf(model, day, { meters: ['grid-carbon-free'] })].flat();
  expect(messages).toHaveLength(49);
  for (const [i, { topic, payload, at, outside = [] }] of messages.entries()) {
    const { data } = JSON.parse(Buffer.from(payload).toString()) as {
      data: { from: string; generationmix: { fuel: string; perc: number }[] };
    };
    expect(data.generationmix).toHaveLength(9);
    expect(data.generationmix.every(({ perc }) => perc >= 0 && perc <= 100)).toBe(true);
    expect(data.generationmix.reduce((sum, { perc }) => sum + perc, 0)).toBeCloseTo(100, 6);
    expect(Date.parse(data.from) / 1000).toBe(start + (i - 1) * 1800);
    const decoded = shippedDecoders
      .get(decoder ?? '')
      ?.decode({ topic, payload, received: at, retained: false }, listener, undefined);
    expect(decoded).toMatchObject({ readings: [{ quantity: 'share', kind: 'interval', value: outside[0]?.value }] });
  }
});

test('the wind farm makes two fifths of its power on the whole, and now and then nothing or all of it', () => {
  const halfHours = Array.from({ length: 2 * 365 * 48 }, (_, i) => plantOutputAt(model, start + i * 1800));
  const mean = halfHours.reduce((sum, kWh) => sum + kWh, 0) / halfHours.length;
  expect(mean / 2_000).toBeGreaterThan(0.35);
  expect(mean / 2_000).toBeLessThan(0.45);
  expect([Math.min(...halfHours), Math.max(...halfHours)]).toEqual([0, 2_000]);
});

test('the ledgers know what outside series say', () => {
  const keeper = truthKeeper();
  for (const batch of historyOf(model, day, { meters: ['grid-intensity'] })) for (const one of batch) keeper.sent(one);
  const [line] = keeper.lines();
  expect(line).toMatchObject({ messages: { received: 48, decoded: 48 }, readings: { decoded: 95, stored: 95 } });
});

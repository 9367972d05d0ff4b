import { daySeconds, type EpochSeconds, halfHourOf, halfHourSeconds, wallClock } from '../domain/time.ts';
import type { ObservedSeries } from '../domain/observed/register.ts';
import { glidingAt, seedOf } from './chance.ts';
import { bytes, type MeterMessage } from './dialects/dialect.ts';
import type { Model } from './model.ts';
import type { Speaker } from './speaker.ts';
import { isoStamp } from './stamps.ts';

/**
 * What the sample estate observes outside: the temperature that its heating follows, from a sensor on a roof; how much
 * carbon the grid's electricity is made with; what it is made of; what a wind farm under contract makes; and what a MWh
 * costs at an auction. They speak
 * Meterhouse's own JSON, but for what the grid is made of, which is forwarded as carbonintensity.org.uk answers.
 */

/** A sensor on a roof says no more than this often, seconds. */
const sensorSeconds = 300;

/** Those of the estate's series, or of some of its ids, that the simulator can speak for. */
export function observersOf(model: Model, ids?: readonly string[]): Speaker[] {
  const all = [...(model.estate.observed?.values() ?? [])];
  return all.flatMap((series) => {
    if (series.topic === undefined || (ids && !ids.includes(series.id))) return [];
    const key = `${series.decoder} ${series.quantity}`;
    return speakers[key]?.(model, series) ?? [];
  });
}

/** By decoder and quantity. */
const speakers: Readonly<Record<string, (model: Model, series: ObservedSeries) => Speaker>> = {
  'meterhouse temperature': sensor,
  'meterhouse carbon_intensity': forwarder,
  'meterhouse energy': plant,
  'meterhouse price': auction,
  'carbon-intensity share': mixForwarder,
};

/** The temperature of the half-hour, to the tenth of a degree that a sensor shows. */
function sensor(model: Model, series: ObservedSeries): Speaker {
  let last = Number.NEGATIVE_INFINITY;
  return {
    speak(at) {
      if (at < last + sensorSeconds) return [];
      last = at;
      const value = Math.round(model.weatherAt(at).temperature * 10) / 10;
      return [messageOf(series, at, [{ kind: 'instant', at, value, unit: 'degC' }])];
    },
    rest: () => [],
  };
}

/** At the beginning of each half-hour: how the one before was, and how this one is forecast. */
function forwarder(model: Model, series: ObservedSeries): Speaker {
  return eachHalfHour((at, start) => {
    const said = { unit: 'gCO2/kWh', period_s: halfHourSeconds };
    const before = start - halfHourSeconds;
    const was: Said[] =
      before < model.start ? [] : [{ kind: 'interval', at: before, value: gridIntensityAt(model, before), ...said }];
    const is = Math.max(model.start, start);
    return messageOf(series, at, [...was, { kind: 'estimate', at: is, value: gridForecastAt(model, is), ...said }]);
  });
}

/** What a wind farm made in the half-hour before. */
function plant(model: Model, series: ObservedSeries): Speaker {
  return eachHalfHour((at, start) => {
    const before = start - halfHourSeconds;
    const value = plantOutputAt(model, before);
    return messageOf(series, at, [{ kind: 'interval', at: before, value, unit: 'kWh', period_s: halfHourSeconds }]);
  });
}

/** The price of the half-hour that begins: an auction settles it before. */
function auction(model: Model, series: ObservedSeries): Speaker {
  return eachHalfHour((at, start) => {
    const value = marketPriceAt(model, start);
    return messageOf(series, at, [{ kind: 'interval', at: start, value, unit: 'GBP/MWh', period_s: halfHourSeconds }]);
  });
}

/** What the grid was made of in the half-hour before, in the words of the service's `/generation`. */
function mixForwarder(model: Model, series: ObservedSeries): Speaker {
  return eachHalfHour((at, start) => {
    const before = start - halfHourSeconds;
    const mix = gridMixAt(model, before);
    const [from, to] = [before, before + halfHourSeconds].map((instant) => `${isoStamp(instant).slice(0, 16)}Z`);
    const payload = { data: { from, to, generationmix: mix.map(({ fuel, perc }) => ({ fuel, perc })) } };
    const free = mix.filter(({ fuel }) => carbonFree.has(fuel)).map(({ perc }) => perc);
    const value = tenth(free.reduce((sum, perc) => sum + perc, 0));
    return { ...messageOf(series, at, [{ kind: 'interval', at: before, value, unit: '%' }]), payload: json(payload) };
  });
}

/** One message at the beginning of each half-hour. */
function eachHalfHour(message: (at: EpochSeconds, start: EpochSeconds) => MeterMessage): Speaker {
  let last = Number.NEGATIVE_INFINITY;
  return {
    speak(at) {
      const start = halfHourOf(at);
      if (start === last) return [];
      last = start;
      return [message(at, start)];
    },
    rest: () => [],
  };
}

interface Said {
  readonly kind: 'instant' | 'interval' | 'estimate';
  readonly at: EpochSeconds;
  readonly value: number;
  readonly unit: string;
  readonly period_s?: number;
}

function messageOf(
  { id, quantity, topic = '' }: ObservedSeries,
  at: EpochSeconds,
  said: readonly Said[],
): MeterMessage {
  const readings = said.map((reading) => ({ quantity, ...reading, at: isoStamp(reading.at) }));
  const payload = json({ v: 1, readings });
  const first = said[0]?.at;
  return {
    meter: id,
    topic,
    payload,
    at,
    stamp: first,
    register: undefined,
    rate: undefined,
    outside: said,
    fate: 'decoded',
  };
}

/**
 * gCO2/kWh of an invented grid in a half-hour: most in the evening and in winter, least when the sun shines or the wind
 * blows. No grid's own numbers.
 */
export function gridIntensityAt(model: Model, at: EpochSeconds): number {
  const { minuteOfDay } = wallClock(at);
  const evening = Math.exp(-(((minuteOfDay - 1080) / 150) ** 2));
  const yearPart = (at / daySeconds / 365.25) % 1;
  const grams =
    125 + 25 * Math.cos(2 * Math.PI * yearPart) + 45 * evening + 40 * calmAt(model, at) - 70 * sunshineAt(model, at);
  return Math.round(Math.max(18, grams));
}

/** Before the life of the model begins the sun shines as in its first half-hour. */
function sunshineAt(model: Model, at: EpochSeconds): number {
  return model.weatherAt(Math.max(model.start, at)).sunshine;
}

/** £/MWh of an invented market, to the penny: dear when gas makes the power, below nothing when wind and sun do. */
function marketPriceAt(model: Model, at: EpochSeconds): number {
  return Math.round(62 * gridIntensityAt(model, at) - 3_000) / 100;
}

/** How still the air is: above 0 there is less wind than usual. */
function calmAt(model: Model, at: EpochSeconds): number {
  return glidingAt(seedOf(model.seed, 'wind'), at / daySeconds / 1.5);
}

/** A wind farm of 4 MW, which makes two fifths of that on the whole. */
const plantKw = 4_000;

/** kWh of an invented wind farm in a half-hour, to a tenth. */
export function plantOutputAt(model: Model, at: EpochSeconds): number {
  const part = Math.min(1, Math.max(0, 0.4 - 0.35 * calmAt(model, at)));
  return Math.round(part * plantKw * (halfHourSeconds / 3600) * 10) / 10;
}

/** As the service tells shares. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

interface FuelShare {
  readonly fuel: string;
  /** %, to a tenth, as the service tells it. */
  readonly perc: number;
}

/** What of a mix emits nothing where it is made. */
const carbonFree: ReadonlySet<string> = new Set(['nuclear', 'hydro', 'wind', 'solar']);

/** The invented grid's mix: as much gas as its intensity asks for (394 g per kWh of it), the wind makes up the rest. */
export function gridMixAt(model: Model, at: EpochSeconds): FuelShare[] {
  const gas = tenth(Math.min(75, Math.max(0, (gridIntensityAt(model, at) - 12) / 3.94)));
  const solar = tenth(Math.min(10, 10 * sunshineAt(model, at)));
  const others = {
    biomass: 6,
    coal: 0,
    imports: 8,
    gas,
    nuclear: Math.min(12, tenth(84 - gas - solar)),
    other: 0,
    hydro: 1,
    solar,
  };
  const wind = tenth(100 - Object.values(others).reduce((sum, perc) => sum + perc, 0));
  return Object.entries({ ...others, wind: Math.max(0, wind) }).map(([fuel, perc]) => ({ fuel, perc }));
}

function json(value: unknown): Uint8Array {
  return bytes(JSON.stringify(value));
}

function gridForecastAt(model: Model, at: EpochSeconds): number {
  const error = glidingAt(seedOf(model.seed, 'forecast'), at / daySeconds);
  return Math.round(Math.max(15, gridIntensityAt(model, at) + 8 * error));
}

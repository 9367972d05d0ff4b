import { daySeconds, type EpochSeconds, halfHourOf, halfHourSeconds, wallClock } from '../domain/time.ts';
import type { ObservedSeries } from '../domain/observed/register.ts';
import { glidingAt, seedOf } from './chance.ts';
import { bytes, type MeterMessage } from './dialects/dialect.ts';
import type { Model } from './model.ts';
import type { Speaker } from './speaker.ts';
import { isoStamp } from './stamps.ts';

/**
 * What the sample estate observes outside: the temperature that its heating follows, from a sensor on a roof, and how
 * much carbon the grid's electricity is made with, from whoever forwards it. Both speak Meterhouse's own JSON.
 */

/** A sensor on a roof says no more than this often, seconds. */
const sensorSeconds = 300;

/** Those of the estate's series, or of some of its ids, that the simulator can speak for. */
export function observersOf(model: Model, ids?: readonly string[]): Speaker[] {
  const all = [...(model.estate.observed?.values() ?? [])];
  return all.flatMap((series) => {
    if (series.topic === undefined || series.decoder !== 'meterhouse') return [];
    if (ids && !ids.includes(series.id)) return [];
    if (series.quantity === 'temperature') return sensor(model, series);
    return series.quantity === 'carbon_intensity' ? forwarder(model, series) : [];
  });
}

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
  let last = Number.NEGATIVE_INFINITY;
  return {
    speak(at) {
      const start = halfHourOf(at);
      if (start === last) return [];
      last = start;
      const said = { unit: 'gCO2/kWh', period_s: halfHourSeconds };
      const before = start - halfHourSeconds;
      const was: Said[] =
        before < model.start ? [] : [{ kind: 'interval', at: before, value: gridIntensityAt(model, before), ...said }];
      const is = Math.max(model.start, start);
      return [messageOf(series, at, [...was, { kind: 'estimate', at: is, value: gridForecastAt(model, is), ...said }])];
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
  const payload = bytes(JSON.stringify({ v: 1, readings }));
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
  const wind = glidingAt(seedOf(model.seed, 'wind'), at / daySeconds / 1.5);
  const grams =
    125 + 25 * Math.cos(2 * Math.PI * yearPart) + 45 * evening + 40 * wind - 70 * model.weatherAt(at).sunshine;
  return Math.round(Math.max(18, grams));
}

function gridForecastAt(model: Model, at: EpochSeconds): number {
  const error = glidingAt(seedOf(model.seed, 'forecast'), at / daySeconds);
  return Math.round(Math.max(15, gridIntensityAt(model, at) + 8 * error));
}

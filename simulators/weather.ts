import { readFileSync } from 'node:fs';
import { chanceAt, glidingAt, seedOf } from './chance.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, utcDateOf } from '../domain/time.ts';

/**
 * Outdoor temperature and sunshine by half-hour: two real years of Bath (data/SOURCE.md), taken in turn and shifted a
 * little by the seed, so that no two years of a simulation are the same.
 */
export interface Weather {
  /** °C in each half-hour. */
  readonly temperature: Float32Array;
  /** °C as heavy walls feel it: an exponential mean over about six hours. */
  readonly felt: Float32Array;
  /** Mean kW of one kWp of panels in each half-hour. */
  readonly sunshine: Float32Array;
}

interface WeatherDay {
  readonly temperature: readonly number[];
  readonly sunshine: readonly number[];
}

const feltShare = 1 / 12;
const warmUp = 96;

let years: ReadonlyMap<string, WeatherDay> | undefined;

function recordedDays(): ReadonlyMap<string, WeatherDay> {
  if (years) return years;
  const days = new Map<string, WeatherDay>();
  const lines = readFileSync(new URL('./data/weather.csv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
  for (const line of lines) {
    const [date = '', temperature = '', sunshine = ''] = line.split(',');
    days.set(date, {
      temperature: temperature.split(' ').map((tenths) => Number(tenths) / 10),
      sunshine: sunshine.split(' ').map((thousandths) => Number(thousandths) / 1000),
    });
  }
  years = days;
  return days;
}

/** The recorded day that stands for a UTC date: even years are 2014, odd ones 2015; 29 February is the 28th again. */
function recordedDay(date: string): WeatherDay {
  const year = Number(date.slice(0, 4)) % 2 === 0 ? '2014' : '2015';
  const monthDay = date.slice(4) === '-02-29' ? '-02-28' : date.slice(4);
  const day = recordedDays().get(year + monthDay);
  if (!day) throw new RangeError(`no recorded weather for ${date}`);
  return day;
}

/** Weather of `count` half-hours from a half-hour on. */
export function weatherOf(seed: number, start: EpochSeconds, count: number): Weather {
  const temperature = new Float32Array(count);
  const felt = new Float32Array(count);
  const sunshine = new Float32Array(count);
  const mild = seedOf(seed, 'mild');
  const haze = seedOf(seed, 'haze');
  let mean: number | undefined;
  let day: WeatherDay | undefined;
  let dayNumber = Number.NaN;
  for (let i = -warmUp; i < count; i++) {
    const at = start + i * halfHourSeconds;
    const number = Math.floor(at / daySeconds);
    if (number !== dayNumber || !day) {
      day = recordedDay(utcDateOf(at));
      dayNumber = number;
    }
    const slot = Math.floor((at - number * daySeconds) / halfHourSeconds);
    const degrees = (day.temperature[slot] ?? 0) + 1.2 * glidingAt(mild, at / daySeconds / 3);
    mean = mean === undefined ? degrees : mean + (degrees - mean) * feltShare;
    if (i < 0) continue;
    temperature[i] = degrees;
    felt[i] = mean;
    sunshine[i] = Math.min(0.86, (day.sunshine[slot] ?? 0) * (0.92 + 0.16 * chanceAt(haze, number)));
  }
  return { temperature, felt, sunshine };
}

import { isKnownBankHoliday } from '../../../domain/bank-holidays.ts';
import type { DailyTemperature, DailyUse, Days } from '../../../domain/savings/daily.ts';
import { addDays, daysBetween, type LocalDate, startOfDay, halfHourSeconds } from '../../../domain/time.ts';
import { chanceAt, deviationAt, seedOf } from '../../../simulators/chance.ts';
import { type Weather, weatherOf } from '../../../simulators/weather.ts';

/**
 * Buildings of known heat loss, base and saving, made by physics and not by a model of days: half-hour by half-hour
 * heat flows through walls that are slow, the room keeps heat, a thermostat follows the hours, wind comes and goes over
 * days, hot water follows who is there, and some days are lost. The weather is that of Bath.
 */

/** The first day of the baseline year, and that of the year after the works. */
export const baseline: Days = { first: '2023-01-09', last: '2024-01-08' };
export const reporting: Days = { first: '2024-01-09', last: '2025-01-07' };
const from: LocalDate = addDays(baseline.first, -30);
const dayCount = daysBetween(from, reporting.last) + 1;
const starts = Array.from({ length: dayCount + 1 }, (_, day) => startOfDay(addDays(from, day)));
const start = starts[0] as number;
const closed = Uint8Array.from({ length: dayCount }, (_, day) => Number(isClosed(addDays(from, day))));
const worksAt = daysBetween(from, reporting.first);

function isClosed(date: LocalDate): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6 || isKnownBankHoliday(date);
}

/** What the intervals do not know of, and by how much: the buildings that are judged have none. */
export interface Twist {
  /** m² of windows for each kW/K of heat loss; half of the sun on them comes in. */
  readonly sun?: number;
  /** K by which heating is set back at night. */
  readonly nightSetback?: number;
}

export interface Building {
  readonly use: DailyUse;
  readonly temperature: DailyTemperature;
  readonly efficiency: number;
  readonly truth: {
    /** W/K. */
    readonly heatLoss: number;
    /** kWh a day. */
    readonly base: number;
    /** Which of the reporting days are known, beside what was expected of them. */
    readonly knownOf: (expected: Float64Array) => (place: number) => boolean;
    /** kWh of the reporting days that are known. */
    readonly saving: (known: (place: number) => boolean) => number;
  };
}

interface Drawn {
  readonly heatLoss: number;
  readonly ventilated: number;
  readonly wallHours: number;
  readonly roomHours: number;
  readonly setpoint: number;
  readonly weekendLower: number;
  readonly gains: number;
  readonly weekendGains: number;
  readonly base: number;
  readonly weekendBase: number;
  readonly efficiency: number;
  readonly wind: number;
  readonly baseNoise: number;
  readonly memory: number;
  readonly savesHeat: number;
  readonly savesBase: number;
}

function drawOf(seed: number): Drawn {
  let index = 0;
  const own = seedOf(seed, 'building');
  const between = (low: number, high: number): number => low + (high - low) * chanceAt(own, index++);
  const heatLoss = 0.8 * 12 ** between(0, 1);
  const closes = between(0, 1) < 0.6;
  const saves = between(0, 1) < 0.85;
  return {
    heatLoss,
    ventilated: between(0.2, 0.45),
    wallHours: between(6, 30),
    // Light to heavy buildings of ISO 13790 (80 to 260 kJ/K for each m²) that lose 2 to 2.5 W/K for each m² (quoted).
    roomHours: between(10, 45),
    setpoint: between(20, 22),
    weekendLower: closes ? between(0, 3) : 0,
    gains: heatLoss * between(3, 6),
    weekendGains: closes ? between(0.4, 0.9) : 1,
    base: heatLoss * between(20, 80),
    weekendBase: closes ? between(0.2, 0.8) : 1,
    efficiency: between(0.78, 0.93),
    wind: between(0.1, 0.35),
    baseNoise: between(0.08, 0.2),
    memory: between(0.3, 0.75),
    savesHeat: saves ? between(0, 0.35) : 0,
    savesBase: saves ? between(0, 0.25) : 0,
  };
}

/** What comes and goes over days: the part of each day's deviation that stays is the memory. */
function noiseOf(seed: number, memory: number): Float64Array {
  const noise = new Float64Array(dayCount);
  let last = deviationAt(seed, -1);
  for (let day = 0; day < dayCount; day++) {
    last = memory * last + Math.sqrt(1 - memory ** 2) * deviationAt(seed, day);
    noise[day] = last;
  }
  return noise;
}

export function buildingOf(seed: number, twist: Twist = {}): Building {
  const drawn = drawOf(seed);
  const weather = weatherOf(seedOf(seed, 'weather'), start, ((starts[dayCount] as number) - start) / halfHourSeconds);
  const wind = noiseOf(seedOf(seed, 'wind'), drawn.memory);
  const people = noiseOf(seedOf(seed, 'people'), drawn.memory);
  const made = { drawn, weather, wind, people, twist };
  const before = useOf(made, 1, 1);
  const after = useOf(made, 1 - drawn.savesHeat, 1 - drawn.savesBase);
  const values = before.map((one, day) => (day < worksAt ? one : (after[day] as number)));
  loseDays(seed, values);
  const temperature = meansOf(weather.temperature);
  for (let day = 0; day < dayCount; day++)
    if (chanceAt(seedOf(seed, 'probe'), day) < 0.01) temperature[day] = Number.NaN;
  return {
    use: { from, values },
    temperature: { from, values: temperature },
    efficiency: drawn.efficiency,
    ...({ drawn } as object),
    truth: {
      heatLoss: 1000 * drawn.heatLoss,
      base: meanBase(drawn),
      knownOf: (expected) => (place) => !Number.isNaN(values[worksAt + place]) && !Number.isNaN(expected[place]),
      saving: (known) => {
        let all = 0;
        for (let day = worksAt; day < dayCount; day++) {
          if (known(day - worksAt)) all += (before[day] as number) - (after[day] as number);
        }
        return all;
      },
    },
  };
}

/** kWh a day of hot water, the mean over the baseline's days. */
function meanBase({ base, weekendBase }: Drawn): number {
  const first = daysBetween(from, baseline.first);
  const days = closed.slice(first, worksAt);
  return days.reduce((sum, one) => sum + base * (one === 1 ? weekendBase : 1), 0) / days.length;
}

interface Made {
  readonly drawn: Drawn;
  readonly weather: Weather;
  readonly wind: Float64Array;
  readonly people: Float64Array;
  readonly twist: Twist;
}

/** kWh of fuel each day, where so much of the heat loss and of the base is left. */
function useOf({ drawn, weather, wind, people, twist }: Made, heat: number, base: number): Float64Array {
  const use = new Float64Array(dayCount);
  const { heatLoss, ventilated, wallHours, roomHours, setpoint, weekendLower } = drawn;
  const [walls, air] = [heat * heatLoss * (1 - ventilated), heatLoss * ventilated * heat];
  const slow = 0.5 / wallHours;
  const capacity = roomHours * heatLoss;
  let [felt, room] = [weather.temperature[0] as number, setpoint];
  let i = 0;
  for (let day = 0; day < dayCount; day++) {
    const rest = closed[day] === 1;
    const gains = drawn.gains * (rest ? drawn.weekendGains : 1) * (1 + 0.1 * (people[day] as number));
    const gusts = air * Math.max(0.1, 1 + drawn.wind * (wind[day] as number));
    const count = ((starts[day + 1] as number) - (starts[day] as number)) / halfHourSeconds;
    let heated = 0;
    for (let slot = 0; slot < count; slot++, i++) {
      const outside = weather.temperature[i] as number;
      felt += slow * (outside - felt);
      const night = slot < 12 || slot >= 42 ? (twist.nightSetback ?? 0) : 0;
      const wanted = setpoint - (rest ? weekendLower : 0) - night;
      const sun = (twist.sun ?? 0) * heatLoss * (weather.sunshine[i] as number) * 0.5;
      // Where it is warm, people open windows.
      const open = room > setpoint + 1.5 ? 4 : 1;
      const loss = walls * (room - felt) + open * gusts * (room - outside) - gains - sun;
      const needed = Math.min(40 * heatLoss, Math.max(0, 2 * capacity * (wanted - room) + loss));
      room += (needed - loss) / (2 * capacity);
      heated += needed / 2;
    }
    const water = drawn.base * (rest ? drawn.weekendBase : 1) * (1 + drawn.baseNoise * (people[day] as number));
    use[day] = heated / drawn.efficiency + base * Math.max(0, water);
  }
  return use;
}

function meansOf(temperature: Float32Array): Float64Array {
  return Float64Array.from({ length: dayCount }, (_, day) => {
    const [first, last] = [starts[day], starts[day + 1]].map((at) => ((at as number) - start) / halfHourSeconds);
    const slots = temperature.slice(first, last);
    return slots.reduce((sum, one) => sum + one, 0) / slots.length;
  });
}

/** One day in fifty, and now and then a week. */
function loseDays(seed: number, values: Float64Array): void {
  const lost = seedOf(seed, 'lost');
  for (let day = 0; day < values.length; day++) {
    if (chanceAt(lost, day) < 0.02) values[day] = Number.NaN;
    if (chanceAt(lost, -1 - day) < 0.002) values.fill(Number.NaN, day, day + 7);
  }
}

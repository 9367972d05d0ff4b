import { halfHourSeconds } from '../domain/time.ts';
import { deviationAt, glidingAt, seedOf } from './chance.ts';
import { changeOf, placesOf } from './effects.ts';
import { type Happening, isOfRooms } from './happenings.ts';
import { chp, coefficientOfPerformance } from './loads.ts';
import { add, halfHoursPerYear, livingIn, type Place, ratedPower, zeros } from './place.ts';
import { roomHeatPerYear } from './room-heat.ts';
import { type ShapeName, shapes } from './shapes.ts';

export interface HeatFlows {
  readonly demand: Float64Array;
  readonly chpHeat: Float64Array;
  readonly chpElectricity: Float64Array;
  readonly chpFuel: Float64Array;
  readonly heatPumpHeat: Float64Array;
  readonly heatPumpElectricity: Float64Array;
  readonly boilerHeat: Float64Array;
  readonly boilerFuel: Float64Array;
}

/** Heat wanted, and who gives it: the CHP engine first, then a heat pump where there is one, else boilers. kWh. */
export function heatFlows(place: Place): HeatFlows {
  const { stretch, load, meters } = place;
  const { weather } = stretch;
  const engine = meters.find((meter) => meter.role === 'generation' && meter.technology === 'chp');
  // The meter is sized a little above the engine, as meters are.
  const engineElectricity = engine ? (0.88 * ratedPower(engine, place.area * 0.004)) / 2 : 0;
  const heatPump = heatPumpIn(place);
  const demand = heatDemand(place, heatPump);
  const lost = shareLost(place, 'refrigerant-lost');
  const flows = {
    demand,
    chpHeat: zeros(place),
    chpElectricity: zeros(place),
    chpFuel: zeros(place),
    heatPumpHeat: zeros(place),
    heatPumpElectricity: zeros(place),
    boilerHeat: zeros(place),
    boilerFuel: zeros(place),
  };
  for (let i = 0; i < stretch.count; i++) {
    let wanted = demand[i] ?? 0;
    if (engineElectricity > 0) {
      const most = (engineElectricity * chp.heat) / chp.electricity;
      const part = engineRuns(place, i) ? Math.min(1, wanted / most) : 0;
      const running = part >= chp.leastLoad ? part : 0;
      flows.chpElectricity[i] = engineElectricity * running;
      flows.chpHeat[i] = most * running;
      flows.chpFuel[i] = (engineElectricity * running) / chp.electricity;
      wanted -= most * running;
    }
    if (heatPump[i] === 1) {
      flows.heatPumpHeat[i] = wanted;
      const performance = coefficientOfPerformance(weather.temperature[i] ?? 10) * (1 - (lost[i] ?? 0));
      flows.heatPumpElectricity[i] = wanted / performance;
    } else {
      flows.boilerHeat[i] = wanted;
      flows.boilerFuel[i] = wanted / load.boilerEfficiency;
    }
  }
  return flows;
}

/** The engine rests from midnight to five, when electricity is cheap, and about one day in thirty for its keepers. */
function engineRuns(place: Place, i: number): boolean {
  const day = place.stretch.calendar.day[i] ?? 0;
  return (place.stretch.calendar.slot[i] ?? 0) >= 10 && deviationAt(seedOf(place.seed, 'engine'), day) < 1.75;
}

/** 1 in the half-hours in which a heat pump heats the site: as long as its meters are there. */
function heatPumpIn(place: Place): Uint8Array {
  const running = new Uint8Array(place.stretch.count);
  for (const meter of place.meters) {
    if (meter.end_use !== 'heat_pump') continue;
    for (const [i, lives] of livingIn(place, meter).entries()) if (lives === 1) running[i] = 1;
  }
  return running;
}

function heatDemand(place: Place, heatPump: Uint8Array): Float64Array {
  const { stretch, load, area } = place;
  const heating = (shape: ShapeName) => ({
    room: shapes[shape],
    perDegree: (area * load.roomHeat) / roomHeatPerYear(shape, load.balancePoint),
  });
  const boilers = heating(load.heatShape);
  // A heat pump is small and runs round the clock.
  const pumped = heatPump.includes(1) ? heating('even') : boilers;
  const hot = shapes[load.hotWaterShape];
  const hotWater = (area * load.hotWater) / halfHoursPerYear;
  const seed = seedOf(place.seed, `${place.site.id}/heat`);
  const restless = lastingIn(place, 'heating-all-hours');
  const rooms = zeros(place);
  const taps = zeros(place);
  for (let i = 0; i < stretch.count; i++) {
    const where = (stretch.calendar.kind[i] ?? 0) * 48 + (stretch.calendar.slot[i] ?? 0);
    const cold = Math.max(0, load.balancePoint - (stretch.weather.felt[i] ?? 0));
    const at = stretch.start + i * halfHourSeconds;
    const wiggle = 1 + 0.05 * glidingAt(seed, at / 43_200);
    const { room, perDegree } = heatPump[i] === 1 ? pumped : boilers;
    const hours = room[where] ?? 0;
    rooms[i] = perDegree * cold * (restless[i] === 1 ? Math.max(hours, room[noon] ?? 0) : hours) * wiggle;
    taps[i] = hotWater * (hot[where] ?? 0) * wiggle;
  }
  add(taps, heatedRooms(place, rooms));
  return taps;
}

/** A half-hour of a weekday. */
const noon = 24;

/** What rooms get of heat, by what happens to it. */
function heatedRooms(place: Place, rooms: Float64Array): Float64Array {
  const { happenings, meters, stretch } = place;
  const isHeat = (one: Happening): boolean =>
    isOfRooms(one) || meters.some((meter) => meter.id === one.meter && meter.utility === 'heat');
  add(rooms, changeOf(happenings.filter(isHeat), rooms, stretch));
  for (const one of happenings) {
    if (one.kind !== 'heating-on' && one.kind !== 'heating-against-cooling') continue;
    const [first, end] = placesOf(one, stretch);
    for (let i = first; i < end; i++) {
      const before = rooms[i] ?? 0;
      rooms[i] = one.kind === 'heating-on' ? Math.max(before, one.power / 2) : before + one.power / 2;
    }
  }
  return rooms;
}

/** 1 in the half-hours in which something of a kind lasts. */
function lastingIn({ happenings, stretch }: Place, kind: Happening['kind']): Uint8Array {
  const lasting = new Uint8Array(stretch.count);
  for (const one of happenings) if (one.kind === kind) lasting.fill(1, ...placesOf(one, stretch));
  return lasting;
}

/** The share by which something of a kind takes away of what a meter counts, or of what the site's heat pump gives. */
export function shareLost(
  { happenings, stretch }: Place,
  kind: 'panels-out' | 'refrigerant-lost',
  meter?: string,
): Float64Array {
  const lost = new Float64Array(stretch.count);
  for (const one of happenings) {
    if (one.kind !== kind || (meter !== undefined && one.meter !== meter)) continue;
    lost.fill(one.share, ...placesOf(one, stretch));
  }
  return lost;
}

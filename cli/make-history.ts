import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import { addDays, dateOf, halfHourOf, type Period, startOfDay } from '../domain/time.ts';
import { isHistoryMade, makeHistory } from '../ingest/history.ts';
import type { HistoryRequest } from './history-maker.ts';
import type { House } from './house.ts';
import type { Terminal } from './terminal.ts';

const lifeKey = 'simulated life';
const madeKey = 'simulated life made to';
const lifeSchema = z.strictObject({ from: z.number(), to: z.number() });

/**
 * Gives the simulated meters of an estate their past: at the first start the months of the configuration, later what
 * has passed since, as if the meters had spoken all the time. Answers the life that the live simulator goes on from.
 */
export async function makeSimulatedHistory(house: House, terminal: Terminal, stopped: Promise<void>): Promise<Period> {
  const { state } = house;
  const now = halfHourOf(house.now());
  const kept = state.recall(lifeKey);
  const life =
    kept === undefined ? newLife(house.config.simulator.history_months, now) : lifeSchema.parse(JSON.parse(kept));
  if (kept === undefined) state.remember(lifeKey, JSON.stringify(life));
  // A stretch that was begun is finished under its own name before the next one begins.
  const stretches: Period[] = [life];
  const madeTo = Number(state.recall(madeKey) ?? life.to);
  if (madeTo < now) stretches.push({ from: madeTo, to: now });
  for (const stretch of stretches) {
    if (!(await makeStretch(house, terminal, stopped, life, stretch))) break;
    state.remember(madeKey, String(stretch.to));
  }
  return life;
}

/** From a local midnight some months ago to the half-hour that has just ended. */
function newLife(months: number, now: number): Period {
  return { from: startOfDay(addDays(dateOf(now), -Math.round(months * 30.44))), to: now };
}

/** Makes one stretch; false when it was stopped half-way. The next start goes on with it. */
async function makeStretch(
  house: House,
  terminal: Terminal,
  stopped: Promise<void>,
  life: Period,
  made: Period,
): Promise<boolean> {
  const { state, store, config } = house;
  const name = `${made.from}-${made.to}`;
  if (made.from >= made.to || isHistoryMade(state, name)) return true;
  const estate = house.estate();
  const request: HistoryRequest = { estate, seed: config.simulator.seed, life, made };
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  const title = `Making ${spanOf(made)} of history`;
  const result = await makeHistory({
    store,
    state,
    estate,
    meters: [...estate.meters.keys()],
    period: made,
    module: pathToFileURL(join(import.meta.dirname, 'history-maker.ts')).href,
    request,
    name,
    signal: stop.signal,
    onProgress: ({ meters, ofMeters, readings }) =>
      terminal.progress(
        title,
        meters / ofMeters,
        `${meters} of ${ofMeters} meters, ${readings.toLocaleString('en-GB')} readings`,
      ),
  });
  return result.complete;
}

function spanOf({ from, to }: Period): string {
  const days = (to - from) / 86_400;
  if (days >= 60) return `${Math.round(days / 30.44)} months`;
  return days >= 2 ? `${Math.round(days)} days` : `${Math.round(days * 24)} hours`;
}

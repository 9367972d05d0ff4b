import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import { addDays, dateOf, type EpochSeconds, halfHourOf, type Period, startOfDay } from '../domain/time.ts';
import { isHistoryMade, makeHistory } from '../ingest/history.ts';
import type { FaultPlan } from '../simulators/faults.ts';
import type { StateStore } from '../store/state-store.ts';
import type { HistoryRequest } from './history-maker.ts';
import type { House } from './house.ts';
import type { Terminal } from './terminal.ts';

const lifeKey = 'simulated life';
const stretchKey = 'simulated stretch';
const periodSchema = z.strictObject({ from: z.number(), to: z.number() });

/**
 * Gives the simulated meters of an estate their past: at the first start the months of the configuration, later what
 * has passed since they last spoke. Answers the life that the live simulator goes on from; undefined when it was
 * stopped half-way, and the next start goes on with it. What goes wrong and happens in it is the plan's.
 */
export async function makeSimulatedHistory(
  house: House,
  terminal: Terminal,
  stopped: Promise<void>,
  plan: FaultPlan = [],
): Promise<Period | undefined> {
  const { state } = house;
  const now = halfHourOf(house.now());
  const life = recalled(state, lifeKey) ?? newLife(house.config.simulator.history_months, now);
  state.remember(lifeKey, JSON.stringify(life));
  const make = (stretch: Period): Promise<boolean> => makeStretch({ house, terminal, stopped, life, plan }, stretch);
  // A stretch that was begun is finished as it was begun, so that none of its meters speaks twice.
  const begun = recalled(state, stretchKey) ?? life;
  if (!(await make(begun))) return undefined;
  const since = { from: Math.max(begun.to, lastHeard(state)) + 1, to: now };
  if (since.from >= since.to) return life;
  state.remember(stretchKey, JSON.stringify(since));
  return (await make(since)) ? life : undefined;
}

/** A history's name in the state. */
export const historyName = ({ from, to }: Period): string => `${from}-${to}`;

function recalled(state: StateStore, key: string): Period | undefined {
  const text = state.recall(key);
  return text === undefined ? undefined : periodSchema.parse(JSON.parse(text));
}

/** When any meter last spoke; 0 when none ever did. */
function lastHeard(state: StateStore): EpochSeconds {
  const { list } = state.heardSince(0, Number.MAX_SAFE_INTEGER);
  return list.reduce((latest, { received }) => Math.max(latest, received), 0);
}

/** From a local midnight some months ago to the half-hour that has just ended. */
function newLife(months: number, now: EpochSeconds): Period {
  return { from: startOfDay(addDays(dateOf(now), -Math.round(months * 30.44))), to: now };
}

interface Past {
  readonly house: House;
  readonly terminal: Terminal;
  readonly stopped: Promise<void>;
  readonly life: Period;
  readonly plan: FaultPlan;
}

/** Makes one stretch; false when it was stopped half-way. */
async function makeStretch({ house, terminal, stopped, life, plan }: Past, made: Period): Promise<boolean> {
  const { state, store, config } = house;
  const name = historyName(made);
  if (made.from >= made.to || isHistoryMade(state, name)) return true;
  const estate = house.estate();
  const request: HistoryRequest = { estate, seed: config.simulator.seed, life, made, plan };
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  const title = `Making ${spanOf(made)} of history`;
  const result = await makeHistory({
    store,
    state,
    estate,
    // What is observed outside first: it is little, and the meters' figures are read beside it.
    meters: [...(estate.observed?.keys() ?? []), ...estate.meters.keys()],
    period: made,
    module: pathToFileURL(join(import.meta.dirname, 'history-maker.ts')).href,
    request,
    name,
    signal: stop.signal,
    onProgress: ({ meters, ofMeters, readings }) =>
      terminal.progress(
        title,
        meters / ofMeters,
        `${meters} of ${ofMeters} meters and outside series, ${readings.toLocaleString('en-GB')} readings`,
      ),
  });
  return result.complete;
}

function spanOf({ from, to }: Period): string {
  const days = (to - from) / 86_400;
  if (days >= 60) return `${Math.round(days / 30.44)} months`;
  if (days >= 2) return `${Math.round(days)} days`;
  const halfHours = Math.ceil((to - from) / 1800);
  return halfHours === 1 ? 'half an hour' : `${halfHours / 2} hours`;
}

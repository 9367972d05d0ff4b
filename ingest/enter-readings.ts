import type { ActKind } from '../domain/acts.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { type Reading, readingQuantities } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { quantityOf } from '../domain/units.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Booked } from './booking.ts';
import { columnsOf, type ReadingColumns } from '../domain/readings/reading-columns.ts';

/** What a person read or was billed: the request of a job `enter`. */
export interface EnterRequest {
  readonly meter: string;
  readonly act: Extract<ActKind, 'manual-read' | 'enter-invoice'>;
  readonly readings: readonly Pick<Reading, 'kind' | 'at' | 'value' | 'period'>[];
  readonly who: string;
  readonly reason: string;
  /** Doubts that the person knew of. */
  readonly despite: readonly string[];
}

export interface EnterResult {
  readonly meter: string;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

export interface EnterParts {
  readonly state: Pick<StateStore, 'recordAct'>;
  readonly estate: Estate;
  readonly now: EpochSeconds;
  readonly book: (columns: ReadingColumns) => Promise<Booked>;
}

/** Books what a person entered, like any reading, and records that they did. */
export async function enterReadings(request: EnterRequest, parts: EnterParts): Promise<EnterResult> {
  const { meter: id, act, who, reason, despite } = request;
  const meter = parts.estate.meters.get(id);
  const quantity = meter && readingQuantities.find((name) => name === quantityOf(meter.unit));
  if (quantity === undefined) throw new ProblemError([{ code: 'import.unknown-meter', where: 'meter', found: id }]);
  const readings = request.readings.map((each): Reading => ({ ...each, meter: id, quantity, received: parts.now }));
  const { sheet } = await parts.book(columnsOf(readings));
  const { stored = 0, revised = 0, repeated = 0, refused = 0 } = sheet.totals();
  const detail = { readings: request.readings, despite, inserted: stored, changed: revised };
  parts.state.recordAct({ at: parts.now, who, kind: act, meter: id, reason, detail });
  return { meter: id, inserted: stored, changed: revised, unchanged: repeated, refused };
}

import { describe, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { halfHoursOf } from '../../domain/time.ts';
import { rescale } from '../../domain/units.ts';
import { decoderNamed } from '../../ingest/decoders/index.ts';
import { type MeterMessage, sentinelValue } from '../../simulators/dialects/dialect.ts';
import { happeningsOf, randomPlan } from '../../simulators/faults.ts';
import { historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { amountUnit } from '../../simulators/registers.ts';
import { score, type ToldDay, type ToldHalfHour } from '../../simulators/score.ts';
import { truthOf } from '../../simulators/truth.ts';
import { sampleEstate } from './sample-estate.ts';

/**
 * Encoders and decoders were written apart, from the same descriptions; so were the faults and the rules that judge
 * registers.
 * Here they meet without broker and store.
 */

const estate = sampleEstate();
const from = Date.parse('2025-10-06T00:00:00Z') / 1000;
const to = Date.parse('2025-11-03T00:00:00Z') / 1000;

/** One message as a decoder reads it: what becomes of it, and its register readings that are numbers. */
function decoded(
  meter: Meter,
  message: MeterMessage,
  memory: Uint8Array | undefined,
): { fate: string; readings: Reading[]; stamps: unknown[]; memory: Uint8Array | undefined } {
  const { topic, payload, at: received } = message;
  const answer = decoderNamed(meter.decoder ?? '').decode({ topic, payload, received }, [meter], memory);
  const fate = 'problem' in answer ? 'quarantined' : 'ignored' in answer ? 'ignored' : 'decoded';
  const registers = 'readings' in answer ? answer.readings.filter((one) => one.kind === 'register') : [];
  const readings = registers
    .filter((one) => one.value !== sentinelValue)
    .map(({ quantity, kind, value, unit, at }) => ({
      meter: meter.id,
      quantity,
      kind,
      at: at ?? received,
      value: rescale(value, unit ?? meter.unit, meter.unit),
      period: 0,
      received,
    }));
  return { fate, readings, stamps: registers.map((one) => one.at), memory: answer.memory ?? memory };
}

describe.each([0, 1, 2])('a month of every meter, faults by chance with seed %i (0: none)', (seed) => {
  const plan = seed === 0 ? [] : randomPlan({ estate, seed, period: { from, to }, each: 2 });
  const model = modelOf({ estate, seed: 5, start: from, happenings: happeningsOf(plan) });
  const days: ToldDay[] = [];
  const halfHours: ToldHalfHour[] = [];
  const surprises: string[] = [];
  for (const meter of estate.meters.values()) {
    const readings: Reading[] = [];
    let memory: Uint8Array | undefined;
    for (const batch of historyOf(model, { from, to }, { meters: [meter.id], plan, chatter: true })) {
      for (const message of batch) {
        const { fate, readings: found, stamps, ...left } = decoded(meter, message, memory);
        ({ memory } = left);
        if (fate !== message.fate) surprises.push(`${meter.id}: ${fate}, meant ${message.fate}`);
        if (stamps.some((stamp) => stamp !== message.stamp)) surprises.push(`${meter.id}: stamp ${stamps.join()}`);
        if (found.some((one) => one.value !== message.register)) surprises.push(`${meter.id}: ${found[0]?.value}`);
        readings.push(...found);
      }
    }
    if (readings.length === 0) continue;
    const rows = deriveHalfHours({ meter, readings, window: { from, to }, now: to }).halfHours.map((row) => ({
      meter: meter.id,
      start: row.start,
      amount: amountUnit(meter) === 'kWh' ? row.energy : row.volume,
      quality: row.quality,
    }));
    halfHours.push(...rows);
    const byStart = new Map(rows.map((row) => [row.start, row]));
    for (let day = from; day < to; day += 86_400) {
      const period = { from: day, to: day + 86_400 };
      const told = halfHoursOf(period).flatMap((start) => byStart.get(start) ?? []);
      const amount = told.reduce((sum, row) => sum + (row.amount ?? 0), 0);
      days.push({
        meter: meter.id,
        period,
        amount,
        notMeasured: 48 - told.filter((row) => row.quality === 'measured').length,
      });
    }
  }
  const scored = score(truthOf(model, plan), { days, halfHours });

  test('each message is decoded, ignored or quarantined as it was meant, number and stamp unchanged', () => {
    expect(surprises).toEqual([]);
    expect(plan).toHaveLength(seed === 0 ? 0 : 32);
  });

  test('no day and no half-hour called measured is silently wrong', () => {
    expect(days).toHaveLength(59 * 28);
    expect(scored.days.wrong).toEqual([]);
    expect(scored.halfHours.wrong).toEqual([]);
    expect(scored.days.right).toBeGreaterThan(59 * 28 * 0.95);
    expect(scored.halfHours.notMeasured).toBeLessThan(halfHours.length * 0.02);
  });
});

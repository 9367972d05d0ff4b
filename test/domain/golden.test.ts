import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { figureOfHalfHours } from '../../domain/half-hours/day-figures.ts';
import type { Finding } from '../../domain/diagnosis/diagnosis.ts';
import type { Relatives } from '../../domain/diagnosis/diagnosis-levels.ts';
import type { Meter, Role } from '../../domain/estate/estate.ts';
import { meterSchema } from '../../domain/estate/estate.ts';
import { deriveHalfHours, type HalfHour } from '../../domain/half-hours/half-hours.ts';
import { countMeaningOn } from '../../domain/half-hours/meter-conversion.ts';
import type { Reading, ReadingKind, ReadingQuantity } from '../../domain/readings/reading.ts';
import { diagnose } from '../../domain/half-hours/register-doctor.ts';
import { dayPeriod, toIso } from '../../domain/time.ts';

/**
 * Every folder of test/golden is a case: meter.json (an entry of the estate register), readings.csv (as stored) and
 * expected.csv (a line for each London day: the true totals, empty where they cannot be known, how many half-hours are
 * measured, estimated and missing, and by which rules). The truth was computed from the load curve, not by this code.
 * diagnosis.csv is what the doctor must name, in order of time, and whether a person is asked; without it nothing is
 * wrong. relatives.csv holds half-hours of the meters around it.
 */
const folder = join(import.meta.dirname, '..', 'golden');
const cases = readdirSync(folder).sort();
const ran = new Set<string>();

function rowsOf(name: string, file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(folder, name, file), 'utf8')
    .trim()
    .split('\n');
  const keys = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [keys[i] as string, cell])));
}

const seconds = (iso: string | undefined): number => Date.parse(iso ?? '') / 1000;

function readingsOf(name: string): Reading[] {
  return rowsOf(name, 'readings.csv').map((row) => ({
    meter: name,
    quantity: row['quantity'] as ReadingQuantity,
    kind: row['kind'] as ReadingKind,
    at: seconds(row['at']),
    value: Number(row['value']),
    period: Number(row['period_s']),
    received: seconds(row['received']),
  }));
}

function meterOf(name: string): Meter {
  const entry = meterSchema.parse(JSON.parse(readFileSync(join(folder, name, 'meter.json'), 'utf8')));
  return { ...entry, site: 'golden' };
}

function relativesOf(name: string): Relatives {
  if (!existsSync(join(folder, name, 'relatives.csv'))) return { siblings: [], children: [] };
  const groups = Map.groupBy(rowsOf(name, 'relatives.csv'), ({ id, relation, role }) => `${relation} ${id} ${role}`);
  const list = [...groups].map(([key, rows]) => {
    const [relation, id = '', role] = key.split(' ');
    const halfHours = rows.map((row): HalfHour => {
      const [start, energy] = [seconds(row['start']), Number(row['energy_kwh'])];
      return { meter: id, start, energy, volume: undefined, quality: 'measured', rule: 'register' };
    });
    return { relation, relative: { id, role: role as Role, halfHours } };
  });
  const of = (wanted: string) => list.filter(({ relation }) => relation === wanted).map(({ relative }) => relative);
  return { parent: of('parent')[0], siblings: of('sibling'), children: of('child') };
}

/** A level is looked for in blocks of three hours. */
const blockSlack = 6 * 3600;

function checkDiagnosis(name: string, meter: Meter, readings: readonly Reading[], now: number): void {
  const wanted = existsSync(join(folder, name, 'diagnosis.csv')) ? rowsOf(name, 'diagnosis.csv') : [];
  const relatives = relativesOf(name);
  const found = diagnose({ meter, readings, period: { from: 0, to: now }, now, relatives });
  expect(found.map((each) => `${each.class} ${each.confidence}`)).toEqual(
    wanted.map((row) => `${row['class']} ${row['confidence']}`),
  );
  for (const [i, row] of wanted.entries()) {
    const { from, to, factor, evidence, questions } = found[i] as Finding;
    const slack = row['factor'] === '' ? 0 : blockSlack;
    expect(Math.abs(from - seconds(row['from'])), `from ${toIso(from)}`).toBeLessThanOrEqual(slack);
    expect(Math.abs(to - seconds(row['to'])), `to ${toIso(to)}`).toBeLessThanOrEqual(slack);
    const ratio = row['factor'] === '' ? 1 : (factor ?? 0) / Number(row['factor']);
    expect(ratio).toBeCloseTo(1, 0);
    expect(evidence.length).toBeGreaterThan(0);
    expect(questions.length > 0).toBe(row['asks'] === '1');
  }
}

/** ±0.1 % or one step of the register, whichever is larger. */
function near(found: number | undefined, truth: string | undefined, step: number | undefined): void {
  if (truth === '' || truth === undefined) return;
  const tolerance = Math.max(Number(truth) * 0.001, step ?? 0) + 1e-9;
  expect(found, `true ${truth}, tolerance ${tolerance}`).toBeGreaterThanOrEqual(Number(truth) - tolerance);
  expect(found, `true ${truth}, tolerance ${tolerance}`).toBeLessThanOrEqual(Number(truth) + tolerance);
}

describe('golden cases', () => {
  test('there are cases', () => expect(cases.length).toBeGreaterThan(60));

  test.each(cases)('%s', (name) => {
    ran.add(name);
    const meter = meterOf(name);
    const readings = readingsOf(name);
    const days = rowsOf(name, 'expected.csv');
    expect(readings.length).toBeGreaterThan(0);
    expect(days.length).toBeGreaterThan(0);
    const now = Math.max(...readings.map((reading) => reading.received)) + 1;
    checkDiagnosis(name, meter, readings, now);
    for (const day of days) {
      const date = day['date'] ?? '';
      const period = dayPeriod(date);
      const { halfHours, gaps } = deriveHalfHours({ meter, readings, window: period, now });
      const figure = figureOfHalfHours(halfHours, gaps, period, period);
      const meaning = countMeaningOn(meter, date);
      const step = meter.register?.step;
      near(figure.energy, day['energy_kwh'], step && meaning.energy && step * meaning.energy);
      near(figure.volume, day['volume_m3'], step && meaning.volume && step * meaning.volume);
      const counts = Object.groupBy(halfHours, (row) => row.rule);
      const said = Object.entries(counts).map(([rule, rows]) => `${rule}:${rows.length}`);
      expect({
        measured: figure.measuredHalfHours,
        estimated: figure.estimatedHalfHours,
        missing: figure.missingHalfHours,
        rules: said.sort().join(' '),
      }).toEqual({
        measured: Number(day['measured']),
        estimated: Number(day['estimated']),
        missing: Number(day['missing']),
        rules: day['rules'],
      });
    }
  });

  test('what is on disk is what was run', () => expect([...ran].sort()).toEqual(readdirSync(folder).sort()));
});

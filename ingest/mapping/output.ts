import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { MappingOutput, MappingTimeSource } from '../../domain/estate/mapping.ts';
import { type ReadingQuantity, readingQuantities } from '../../domain/readings/reading.ts';
import { type Quantity, quantityOf, type Unit } from '../../domain/units.ts';
import type { DecodeDoubt, DecodedReading } from '../decoder.ts';
import { strictNumber } from '../strict-number.ts';
import { amountReader, unitReader, unitsOf } from './amount.ts';
import type { Faults, MappingPath } from './faults.ts';
import { type Condition, conditions, evaluator, type Read, type Scene, template, type Template } from './scene.ts';
import { type Refusal, timeReader } from './time-source.ts';

/** What one message gave so far. */
export interface Gathered {
  readonly readings: DecodedReading[];
  readonly doubts: DecodeDoubt[];
  /** Ids of the message that no meter of the topic has. */
  readonly strangers: Set<string>;
}

/** Which meters take a channel. */
export type MetersOf = (channel: string | undefined, unnamed: boolean) => readonly Listener[];

export interface Output {
  readonly channel: Template | undefined;
  readonly unnamed: boolean;
  readonly give: (scene: Scene, metersOf: MetersOf, into: Gathered) => void;
}

/** What is so now and only now, and what is so now or, as a mean, in a period; the rest are amounts. */
const rates: ReadonlySet<Quantity> = new Set(['power', 'flow']);
const levels: ReadonlySet<Quantity> = new Set(['temperature', 'carbon_intensity', 'share', 'price']);
const kept: ReadonlySet<string> = new Set(readingQuantities);

export interface OutputContext {
  readonly captures: ReadonlySet<string>;
  /** All names a template may use. */
  readonly words: ReadonlySet<string>;
  /** The times of the rule, for outputs without their own. */
  readonly time: readonly MappingTimeSource[] | undefined;
}

export function compileOutput(
  output: MappingOutput,
  { captures, words, time }: OutputContext,
  path: MappingPath,
  faults: Faults,
): Output {
  judge(output, time, path, faults);
  const channel =
    output.channel === undefined ? undefined : template(output.channel, words, [...path, 'channel'], faults);
  const when = conditions(output.when, [...path, 'when'], faults);
  const measure = measurer(output, captures, path, faults);
  const readTime = timeReader(output.time, captures, [...path, 'time'], faults);
  const { unnamed, kind, required } = output;
  const isOfMessage = (channel?.words.length ?? 0) > 0;
  const label = typeof output.value === 'string' ? output.value : output.value.sum.join(' + ');
  return {
    channel,
    unnamed,
    give(scene, metersOf, into) {
      if (!allHold(when, scene)) return;
      const id = channel?.render(scene);
      if (channel && id === undefined) return scene.note?.(`${label}: its channel ${channel.text} has no name here`);
      const meters = metersOf(id, unnamed);
      if (meters.length === 0) {
        if (id !== undefined && isOfMessage && measure(scene) !== undefined) into.strangers.add(id);
        return scene.note?.(
          `${label}: no meter of this topic has ${id === undefined ? 'no channel' : `channel ${id}`}`,
        );
      }
      const measured = measure(scene);
      if (measured === undefined) {
        scene.note?.(`${label}: not in the message`);
        if (required) for (const { id: meter } of meters) into.doubts.push({ meter, ...missing(label) });
        return;
      }
      const stamp = 'code' in measured ? measured : output.time ? readTime(scene) : scene.stamp();
      if ('code' in stamp || 'code' in measured) {
        const refusal = 'code' in stamp ? stamp : (measured as Refusal);
        scene.note?.(`${label}: refused, ${refusal.detail}`);
        for (const { id: meter } of meters) into.doubts.push({ meter, ...refusal });
        return;
      }
      const { value, unit, period } = measured;
      const at = stamp.at !== undefined && output.stamped === 'end' ? stamp.at - (period ?? 0) : stamp.at;
      scene.note?.(`${label}: ${value} ${unit ?? '(unit of the meter)'}`);
      for (const meter of meters) {
        const quantity = quantityOf(unit ?? meter.unit);
        if (!kept.has(quantity)) {
          into.doubts.push({ meter: meter.id, code: 'reading.wrong-unit', detail: `no register counts ${meter.unit}` });
          continue;
        }
        const reading = { meter: meter.id, quantity: quantity as ReadingQuantity, kind, value, unit, at };
        into.readings.push(period === undefined ? reading : { ...reading, period });
      }
    },
  };
}

function allHold(when: readonly Condition[], scene: Scene): boolean {
  for (const { text, holds } of when) {
    if (holds(scene)) continue;
    scene.note?.(`passed over: ${text} does not hold`);
    return false;
  }
  return true;
}

function missing(label: string): Refusal {
  return { code: 'reading.not-a-number', detail: `${label} is not in the message` };
}

interface Measured {
  readonly value: number;
  readonly unit: Unit | undefined;
  readonly period: number | undefined;
}

function measurer(
  output: MappingOutput,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<Measured | undefined | Refusal> {
  const readAmount = amountReader(output, captures, path, faults);
  const readUnit = unitReader(output.unit, captures, [...path, 'unit'], faults);
  const readPeriod = periodReader(output, path, faults);
  return (scene) => {
    const value = readAmount(scene);
    if (typeof value !== 'number') return value;
    const unit = readUnit(scene);
    if (typeof unit === 'object') return unit;
    const period = readPeriod(scene);
    return typeof period === 'object' ? period : { value, unit, period };
  };
}

function periodReader(output: MappingOutput, path: MappingPath, faults: Faults): Read<number | undefined | Refusal> {
  const { period } = output;
  if (typeof period !== 'object') return () => period;
  const evaluate = evaluator(period.seconds, [...path, 'period', 'seconds'], faults);
  return ({ document }) => {
    const seconds = strictNumber(evaluate(document));
    if (seconds !== undefined && seconds >= 1 && seconds <= limits.intervalSeconds) return Math.round(seconds);
    return { code: 'message.unparsable', detail: `${period.seconds} is no length of an interval` };
  };
}

/** What an output contradicts itself in. */
function judge(
  output: MappingOutput,
  ruleTime: readonly MappingTimeSource[] | undefined,
  path: MappingPath,
  faults: Faults,
): void {
  const { kind, unit, period } = output;
  for (const each of unitsOf(output)) {
    const quantity = quantityOf(each);
    if (!kept.has(quantity)) faults.add([...path, 'unit'], `nothing is kept in ${each}`, each);
    else if (kind === 'instant' && !rates.has(quantity) && !levels.has(quantity)) {
      faults.add([...path, 'unit'], 'an instant is a power, a flow, a temperature or another level', each);
    } else if (kind !== 'instant' && (rates.has(quantity) || (kind === 'register' && levels.has(quantity)))) {
      faults.add([...path, 'unit'], `a ${kind} counts an amount`, each);
    }
  }
  if (kind === 'instant' && unit === 'meter') {
    faults.add([...path, 'unit'], 'a meter says in which unit it counts; an instant has another', unit);
  }
  const isOfPeriod = kind === 'interval' || kind === 'estimate';
  if (isOfPeriod !== (period !== undefined)) {
    faults.add(
      [...path, period === undefined ? 'kind' : 'period'],
      'an interval or estimate, and no other kind, has a period',
      kind,
    );
  }
  const time = output.time ?? ruleTime;
  // Redelivered, it would be another interval and count twice.
  if (isOfPeriod && (time === undefined || time.includes('receipt'))) {
    faults.add([...path, 'kind'], 'an interval needs a time of its own, without receipt among its sources', kind);
  }
}

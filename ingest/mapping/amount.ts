import type { MappingOutput, MappingScale } from '../../domain/estate/mapping.ts';
import { type Unit, unitNames } from '../../domain/units.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import type { Faults, MappingPath } from './faults.ts';
import { evaluator, place, type Read } from './scene.ts';
import type { Refusal } from './time-source.ts';

/** A number of the message, undefined when the message does not have it, or why it is not believed. */
export type Amount = number | undefined | Refusal;

/** The value of an output: strict, summed all or nothing, scaled, within its bounds. */
export function amountReader(
  output: MappingOutput,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<Amount> {
  const read = rawReader(output, path, faults);
  const scale =
    output.scale === undefined ? undefined : scaleReader(output.scale, captures, [...path, 'scale'], faults);
  const sentinels = new Set(output.sentinels);
  const { min, max } = output;
  if (min !== undefined && max !== undefined && min > max) faults.add([...path, 'min'], `it is above max, ${max}`);
  return (scene) => {
    const raw = read(scene);
    if (typeof raw !== 'number') return raw;
    if (sentinels.has(raw)) return refused('reading.sentinel', `${raw} says that the device does not know`);
    const factor = scale === undefined ? 1 : scale(scene);
    if (typeof factor !== 'number') return factor;
    const value = factor === 1 ? raw : scaled(raw, factor);
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      return refused('reading.out-of-bounds', `${value}; from ${min ?? 'any'} to ${max ?? 'any'} is allowed`);
    }
    return value;
  };
}

function refused(code: Refusal['code'], detail: string): Refusal {
  return { code, detail };
}

function rawReader(output: MappingOutput, path: MappingPath, faults: Faults): Read<Amount> {
  const { value, decimal } = output;
  const number = decimal === 'comma' ? withComma : strictNumber;
  if (typeof value === 'string') {
    const evaluate = evaluator(value, [...path, 'value'], faults);
    return ({ document }) => {
      const raw = evaluate(document);
      if (raw === undefined) return undefined;
      return number(raw) ?? refused('reading.not-a-number', `${value} is ${sayValue(raw)}`);
    };
  }
  const parts = value.sum.map((text, i) => ({ text, evaluate: evaluator(text, [...path, 'value', 'sum', i], faults) }));
  return ({ document }) => {
    const raws = parts.map(({ evaluate }) => evaluate(document));
    if (raws.every((raw) => raw === undefined)) return undefined;
    const numbers = raws.map(number);
    const missing = numbers.indexOf(undefined);
    // Part of a sum is a register that runs backwards at the next whole one.
    if (missing === -1) return plainSum(numbers as number[]);
    return refused('reading.not-a-number', `${parts[missing]?.text} of the sum is ${sayValue(raws[missing])}`);
  };
}

/** `12,5` as much of Europe writes it; a point would then be a mark of thousands and is refused. */
function withComma(raw: unknown): number | undefined {
  if (typeof raw !== 'string') return strictNumber(raw);
  return raw.includes('.') ? undefined : strictNumber(raw.replace(',', '.'));
}

/** A sum without the stray last digits of binary fractions: no more decimals than its parts have. */
function plainSum(numbers: readonly number[]): number {
  const decimals = Math.max(...numbers.map((each) => (/\.(\d+)$/.exec(String(each))?.[1] ?? '').length));
  return Number(numbers.reduce((sum, each) => sum + each, 0).toFixed(decimals));
}

/** Division by ten is exact to the last digit where multiplication by 0.1 is not. */
function scaled(value: number, factor: number): number {
  const inverse = 1 / factor;
  const whole = Math.round(inverse);
  return factor < 1 && Math.abs(inverse - whole) < 1e-9 * whole ? value / whole : value * factor;
}

function scaleReader(
  scale: MappingScale,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<number | Refusal> {
  if (typeof scale === 'number') return () => scale;
  if ('power_of_ten' in scale) {
    const evaluate = evaluator(scale.power_of_ten, [...path, 'power_of_ten'], faults);
    return ({ document }) => {
      const raw = evaluate(document);
      const power = strictNumber(raw);
      if (power !== undefined && Number.isInteger(power) && Math.abs(power) <= 12) return Number(`1e${power}`);
      return refused('reading.not-a-number', `the power ${scale.power_of_ten} is ${sayValue(raw)}`);
    };
  }
  const { of, capture, table } = scale;
  const read = place({ of, capture }, captures, path, faults);
  const known = table && new Map(Object.entries(table));
  return (scene) => {
    const raw = read(scene);
    const factor = known ? known.get(wordFor(raw)) : strictNumber(raw);
    return factor ?? refused('reading.not-a-number', `the scale ${of ?? capture} is ${sayValue(raw)}`);
  };
}

/** A value as a table of a mapping writes it. */
function wordFor(raw: unknown): string {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : '';
}

/** The unit of an output; undefined when only the register of the estate knows it. */
export function unitReader(
  unit: MappingOutput['unit'],
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<Unit | undefined | Refusal> {
  if (unit === 'meter') return () => undefined;
  if (typeof unit === 'string') return () => unit;
  const { of, capture, table } = unit;
  const read = place({ of, capture }, captures, path, faults);
  const known = new Map(Object.entries(table));
  return (scene) => {
    const raw = read(scene);
    return known.get(wordFor(raw)) ?? refused('reading.wrong-unit', `${of ?? capture} is ${sayValue(raw)}`);
  };
}

/** Every unit an output can have. */
export function unitsOf({ unit }: MappingOutput): readonly Unit[] {
  if (unit === 'meter') return [];
  return typeof unit === 'string' ? [unit] : unitNames.filter((name) => Object.values(unit.table).includes(name));
}

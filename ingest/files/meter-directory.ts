import type { Listener } from '../../domain/estate/estate.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { type ReadingQuantity, readingQuantities } from '../../domain/readings/reading.ts';
import { quantityOf, rescale, type Unit, units } from '../../domain/units.ts';
import type { Channel } from './format.ts';

/** Which meter or outside series a row is of, and what turns its number into one of the meter's own. */
export interface Target {
  readonly meter: Listener;
  readonly quantity: ReadingQuantity;
  readonly factor: number;
}

/** Why a row has no meter. `leftOut`: nobody wants it, which is no fault. */
export interface NoTarget {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly leftOut: boolean;
}

/** What a row says of itself. */
export interface RowIdentity {
  readonly point: string;
  readonly serial: string;
  /** Undefined where the file does not say what it counts. */
  readonly channel: Channel | undefined;
  /** `meter`: the unit of the meter's own register. */
  readonly unit: Unit | 'meter';
  readonly kind: 'interval' | 'register';
  readonly seconds: number;
}

/**
 * The meters of the register by what files call them: MPAN (the thirteen digits of its core, or all twenty-one), MPRN,
 * the meter's id, or the serial number. Two meters of one name are told apart by what the row counts; where that does
 * not do, the row is refused, never guessed.
 */
export class MeterDirectory {
  readonly #byPoint = new Map<string, Listener[]>();
  readonly #bySerial = new Map<string, Listener[]>();

  constructor(meters: Iterable<Listener>) {
    for (const meter of meters) {
      for (const name of [meter.mpan, meter.mprn, meter.id]) add(this.#byPoint, pointKey(name ?? ''), meter);
      const serials = [meter.serial, ...(meter.exchanges ?? []).map((exchange) => exchange.serial)];
      for (const serial of serials) add(this.#bySerial, serialKey(serial ?? ''), meter);
    }
  }

  find(row: RowIdentity): Target | NoTarget {
    const { point, serial } = row;
    const named = this.#byPoint.get(pointKey(point)) ?? this.#bySerial.get(serialKey(serial)) ?? [];
    const name = point === '' ? `serial number ${serial}` : point;
    if (named.length === 0) {
      const detail = /^\d(\.\d+)?e\+\d+$/i.test(point.trim())
        ? `${point}: a spreadsheet has cut the number short; export the file again with that column as text`
        : `no meter of the register has ${name === 'serial number ' ? 'the empty name of this row' : name}`;
      return { code: 'import.unknown-meter', detail, leftOut: false };
    }
    const fitting = named.filter((meter) => counts(meter, row.channel));
    // What is heard over MQTT fills itself; the file is of the source beside it.
    const unheard = fitting.filter((meter) => meter.topic === undefined);
    const [meter, ...others] = unheard.length === 1 ? unheard : fitting;
    if (meter === undefined) {
      const what = row.channel?.replace('_', ' ') ?? 'energy';
      return { code: 'import.unknown-meter', detail: `${name} has no meter for ${what}`, leftOut: true };
    }
    if (others.length > 0) {
      const ids = fitting.map(({ id }) => id).join(', ');
      return { code: 'import.ambiguous-meter', detail: `${name} is ${ids}`, leftOut: false };
    }
    return targetOf(meter, row);
  }
}

function add(index: Map<string, Listener[]>, key: string, meter: Listener): void {
  if (key === '') return;
  const list = index.get(key);
  if (list?.includes(meter)) return;
  if (list) list.push(meter);
  else index.set(key, [meter]);
}

/** MPANs by their core, MPRNs by their digits, ids as they are. */
function pointKey(text: string): string {
  const key = text.replaceAll(/[\s'"]/g, '').toLowerCase();
  return /^\d{21}$/.test(key) ? key.slice(8) : key;
}

function serialKey(text: string): string {
  return text.replaceAll(/\s/g, '').toLowerCase();
}

function counts(meter: Listener, channel: Channel | undefined): boolean {
  const { measures = 'active' } = meter;
  if (channel === undefined) return measures === 'active';
  const isReactive = channel.startsWith('reactive');
  if ((measures === 'reactive') !== isReactive) return false;
  return channel.endsWith('export') === (meter.role === 'export') || meter.role === 'generation';
}

/**
 * The number that turns what a file says into counts of the meter. Refused where they measure different things, and
 * where a multiplier stands between: a register is multiplied, the kWh of a data collector are not.
 */
export function targetOf(meter: Listener, { unit: said, kind, seconds }: RowIdentity): Target | NoTarget {
  const refuse = (code: ProblemCode, detail: string): NoTarget => ({ code, detail, leftOut: false });
  const unit = said === 'meter' ? meter.unit : said;
  const quantity = readingQuantities.find((name) => name === quantityOf(meter.unit));
  if (quantity === undefined) return refuse('reading.wrong-unit', `${meter.id} counts ${meter.unit}`);
  if (meter.quantity && kind === 'register') return refuse('reading.wrong-unit', `${meter.id} has no register`);
  const isPlain = (meter.multiplier ?? []).every(
    ({ times, unit }) => times === 1 && (unit ?? meter.unit) === meter.unit,
  );
  if (kind === 'interval' && !isPlain) {
    return refuse('import.multiplied', `the register of ${meter.id} is multiplied; amounts of a file are finished`);
  }
  const { quantity: saidQuantity } = units[unit];
  if (saidQuantity === quantity) return { meter, quantity, factor: rescale(1, unit, meter.unit) };
  const hours = seconds / 3600;
  if (kind === 'interval' && saidQuantity === 'power' && quantity === 'energy') {
    return { meter, quantity, factor: rescale(rescale(1, unit, 'kW') * hours, 'kWh', meter.unit) };
  }
  if (kind === 'interval' && saidQuantity === 'flow' && quantity === 'volume') {
    return { meter, quantity, factor: rescale(rescale(1, unit, 'm3/h') * hours, 'm3', meter.unit) };
  }
  return refuse('reading.wrong-unit', `the file says ${unit}; ${meter.id} counts ${meter.unit}`);
}

const unitWords: ReadonlyMap<string, Unit> = new Map([
  ...(['kWh', 'Wh', 'MWh', 'MJ', 'GJ', 'm3', 'l', 'hcf', 'ft3', 'kW', 'MW', 'W', 'm3/h', 'l/s', 'kvarh'] as const).map(
    (unit): [string, Unit] => [unit.toLowerCase(), unit],
  ),
  ['m³', 'm3'],
  ['cubic metres', 'm3'],
  ['cubic meters', 'm3'],
  ['litres', 'l'],
  ['kwhs', 'kWh'],
  ['kilowatt hours', 'kWh'],
  ['kw/h', 'kWh'],
  ['degc', 'degC'],
  ['°c', 'degC'],
  ['celsius', 'degC'],
  ['gco2/kwh', 'gCO2/kWh'],
  ['g/kwh', 'gCO2/kWh'],
  ['%', '%'],
  ['percent', '%'],
  ['gbp/mwh', 'GBP/MWh'],
  ['£/mwh', 'GBP/MWh'],
  ['p/kwh', 'p/kWh'],
]);

/** Units as files call them. kvarh may come with its direction: what lags is taken in, what leads is given out. */
export function unitNamed(text: string): { readonly unit: Unit; readonly channel?: Channel } | undefined {
  const word = text.trim().toLowerCase();
  if (/\blag/.test(word)) return { unit: 'kvarh', channel: 'reactive_import' };
  if (/\blead/.test(word)) return { unit: 'kvarh', channel: 'reactive_export' };
  const unit = unitWords.get(word);
  if (unit === undefined) return undefined;
  return unit === 'kvarh' ? { unit, channel: 'reactive_import' } : { unit };
}

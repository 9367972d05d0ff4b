import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { secondsAhead } from '../../domain/observed/register.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, startOfDay, utcDateOf } from '../../domain/time.ts';
import { quantityOf, type Unit } from '../../domain/units.ts';
import type { Columns } from './columns.ts';
import { spanOfDay, stampReader, timeOfDay, type WrittenStamp } from './date-style.ts';
import { type DaySlots, noPlace, placeStamp, slotsOfDay, type Walk } from './day-slots.ts';
import { decimalOf } from './decimal.ts';
import { type Channel, channels, type SettledFormat } from './format.ts';
import { MeterDirectory, type NoTarget, type Target, targetOf, unitNamed } from './meter-directory.ts';
import type { ReadingSink } from './reading-sink.ts';
import type { Refusals } from './refusals.ts';

/** Words that stand where there is no value. */
const noValueWords: ReadonlySet<string> = new Set(['', '-', '--', 'null', 'n/a', '#n/a', 'nan', 'none', 'na']);
/** What an integer field says that does not know, beyond doubt. */
const fullFields: ReadonlySet<number> = new Set([2 ** 32 - 1, 2 ** 31 - 1]);

export interface RowCounts {
  rows: number;
  /** Rows that are of no interest by the format, or of a series that no meter of the register has. */
  leftOut: number;
  readings: number;
  /** Values that the file says it does not have. */
  blank: number;
}

export interface RowReaderOptions {
  readonly format: SettledFormat;
  readonly columns: Columns;
  readonly directory: MeterDirectory;
  /** All rows are of this one, whatever they call it; then they must all call it the same. */
  readonly meter: Listener | undefined;
  readonly now: EpochSeconds;
  readonly sink: ReadingSink;
  readonly refusals: Refusals;
}

/** Reads the rows of one file, each by itself: what is wrong with one is said of it, and the next one is read. */
export class RowReader {
  readonly counts: RowCounts = { rows: 0, leftOut: 0, readings: 0, blank: 0 };
  readonly #options: RowReaderOptions;
  readonly #stampOf: (text: string) => WrittenStamp | undefined;
  readonly #stamps = new Memory<WrittenStamp | undefined>();
  readonly #days = new Map<number, DaySlots>();
  readonly #targets = new Memory<Target | NoTarget>();
  readonly #walks = new Map<string, Walk>();
  readonly #channelPatterns: readonly (readonly [Channel | 'left_out', RegExp])[];
  readonly #leftOut: readonly RegExp[];
  readonly #estimated: ReadonlySet<string>;
  readonly #missing: ReadonlySet<string>;
  readonly #period: number;
  /** Said by marks between the rows. */
  #markedPoint = '';
  #markedChannel = '';
  /** What the rows of a file of one meter call it. */
  #onlyName: string | undefined;

  constructor(options: RowReaderOptions) {
    this.#options = options;
    const { format } = options;
    this.#stampOf = stampReader(format.date.style);
    this.#leftOut = format.left_out.map(({ when }) => new RegExp(when, 'iu'));
    const order = ['left_out', 'reactive_import', 'reactive_export', 'active_export', 'active_import'] as const;
    this.#channelPatterns = order.flatMap((channel) => {
      const pattern = format.channel?.[channel];
      return pattern === undefined ? [] : [[channel, new RegExp(pattern, 'iu')] as const];
    });
    this.#estimated = new Set(format.status?.estimated.map((word) => word.toLowerCase()));
    this.#missing = new Set(format.status?.missing.map((word) => word.toLowerCase()));
    this.#period = format.minutes * 60;
  }

  /** A line that says of what the next rows are. */
  mark(text: string): boolean {
    const { marks } = this.#options.format;
    const point = marks?.meter_point && new RegExp(marks.meter_point, 'iu').exec(text);
    const channel = marks?.channel && new RegExp(marks.channel, 'iu').exec(text);
    if (point) [this.#markedPoint, this.#markedChannel] = [point[1] ?? '', ''];
    if (channel) this.#markedChannel = channel[1] ?? '';
    return Boolean(point ?? channel);
  }

  /** One row. */
  read(cells: readonly string[], line: number): void {
    this.counts.rows++;
    const { format, columns, refusals } = this.#options;
    if (this.#isLeftOut(cells)) {
      this.counts.leftOut++;
      return;
    }
    if (cells.length < columns.least) {
      const detail = `${cells.length} cells where the first value is the ${columns.least}th`;
      refusals.add(line, 'import.malformed-row', detail);
      return;
    }
    const dateText = cells[columns.date] as string;
    const stamp = this.#stamps.of(dateText, this.#stampOf);
    if (!stamp) {
      const style = [format.date.style].flat().join(' or ');
      refusals.add(line, 'import.bad-date', `'${clip(dateText)}' is not ${style}`);
      return;
    }
    const target = this.#target(cells);
    if ('code' in target) {
      if (target.leftOut) this.counts.leftOut++;
      else refusals.add(line, target.code, target.detail);
      return;
    }
    const day = stamp.day - format.days_late;
    if (format.wide) this.#readDay(cells, line, day, target);
    else if (format.reads === 'total') this.#readTotal(cells, line, day, target);
    else if (format.reads === 'day') this.#readWholeDay(cells, line, day, target);
    else this.#readValue(cells, line, { day, second: stamp.second }, target);
  }

  #isLeftOut(cells: readonly string[]): boolean {
    const { leftOut } = this.#options.columns;
    return leftOut.some((column, i) => this.#leftOut[i]?.test((cells[column] ?? '').trim()));
  }

  #target(cells: readonly string[]): Target | NoTarget {
    const { point, serial, unit, channel } = this.#options.columns;
    const pointText = point < 0 ? this.#markedPoint : (cells[point] ?? '').trim();
    const serialText = serial < 0 ? '' : (cells[serial] ?? '').trim();
    const unitText = unit < 0 ? '' : (cells[unit] ?? '').trim();
    const channelText = channel < 0 ? this.#markedChannel : (cells[channel] ?? '').trim();
    const key = `${pointText}\u0000${serialText}\u0000${unitText}\u0000${channelText}`;
    return this.#targets.of(key, () => this.#resolve(pointText, serialText, unitText, channelText));
  }

  #resolve(point: string, serial: string, unitText: string, channelText: string): Target | NoTarget {
    const { format, directory, meter } = this.#options;
    const refuse = (code: NoTarget['code'], detail: string): NoTarget => ({ code, detail, leftOut: false });
    const said = typeof format.unit === 'object' ? unitNamed(unitText) : { unit: format.unit };
    if (!said) return refuse('reading.wrong-unit', `the unit is '${clip(unitText)}'`);
    const named = this.#channelPatterns.find(([, pattern]) => pattern.test(channelText))?.[0];
    if (named === undefined && this.#channelPatterns.length > 0) {
      return refuse('reading.wrong-unit', `what it counts is '${clip(channelText)}'`);
    }
    if (named === 'left_out') return { ...refuse('reading.wrong-unit', channelText), leftOut: true };
    const channel = named === undefined || named === 'active_import' ? (channelOf(said) ?? named) : named;
    const unit = reactiveUnit(said.unit, channel);
    const kind = format.reads === 'register' ? 'register' : 'interval';
    const row = { point, serial, channel, unit, kind, seconds: this.#period } as const;
    if (!meter) return directory.find(row);
    const name = point === '' ? serial : point;
    this.#onlyName ??= name;
    if (name === this.#onlyName) return targetOf(meter, row);
    return refuse('import.ambiguous-meter', `the file holds ${this.#onlyName} and ${name}; --meter is for one`);
  }

  #readDay(cells: readonly string[], line: number, day: number, target: Target): void {
    const { format, columns, sink, refusals } = this.#options;
    const isRegister = format.reads === 'register';
    const period = isRegister ? 0 : halfHourSeconds;
    const slots = this.#slots(day);
    const { starts } = slots;
    const { values, statuses } = columns;
    const rowKind = statuses.length === 1 ? this.#kindOf(cells[statuses[0] as number]) : undefined;
    const row = { meter: target.meter.id, quantity: target.quantity };
    const refused = refusals.count;
    const summed = { value: 0, count: 0, kind: 'interval' as 'interval' | 'estimate' };
    let any = false;
    for (let i = 0; i < values.length; i++) {
      const text = cells[values[i] as number] ?? '';
      const value = text === '' ? Number.NaN : this.#number(text);
      const kind = rowKind ?? (statuses.length > 1 ? this.#kindOf(cells[statuses[i] as number]) : 'interval');
      if (Number.isNaN(value) || kind === 'missing') {
        this.#noValue(text, kind, line, slots.why[i] === undefined);
        continue;
      }
      any = true;
      const start = starts[i] as number;
      if (Number.isNaN(start)) {
        if (slots.summed.includes(i)) {
          summed.value += value;
          summed.count++;
          if (kind === 'estimate') summed.kind = kind;
        } else if (value !== 0)
          refusals.add(line, 'import.no-such-half-hour', noPlace[slots.why[i] ?? 'no-such-period']);
      } else if (isRegister && kind === 'estimate') this.counts.leftOut++;
      else if (this.#isSound(start + period, value, line, target, kind)) {
        sink.push(row, isRegister ? 'register' : kind, start, value * target.factor, period);
        this.counts.readings++;
      }
    }
    if (summed.count === 2) {
      sink.push(row, summed.kind, slots.summedFrom, summed.value * target.factor, 4 * halfHourSeconds);
      this.counts.readings++;
    }
    if (!any && refusals.count === refused) refusals.add(line, 'import.no-value', 'the row holds no value');
  }

  #number(text: string): number {
    return decimalOf(this.#options.format.thousands ? text.replaceAll(/,(?=\d{3}(\D|$))/g, '') : text);
  }

  #slots(day: number): DaySlots {
    let slots = this.#days.get(day);
    if (!slots) {
      const { format, columns } = this.#options;
      // Registers do not add up.
      const isSum = format.october_hour === 'sum' && format.reads === 'register';
      slots = slotsOfDay(isSum ? { ...format, october_hour: 'unknown' } : format, columns.slots, day);
      if (this.#days.size >= limits.importRemembered) this.#days.clear();
      this.#days.set(day, slots);
    }
    return slots;
  }

  /** A cell without a number: empty, said to be missing, or wrong. */
  #noValue(text: string, kind: Kind, line: number, expected: boolean): void {
    if (kind === 'missing' || noValueWords.has(text.trim().toLowerCase())) {
      if (expected) this.counts.blank++;
      return;
    }
    this.#options.refusals.add(line, 'import.bad-value', `'${clip(text)}'`);
  }

  #kindOf(status: string | undefined): Kind {
    if (status === undefined) return 'interval';
    const word = status.trim().toLowerCase();
    return this.#missing.has(word) ? 'missing' : this.#estimated.has(word) ? 'estimate' : 'interval';
  }

  #readValue(cells: readonly string[], line: number, stamp: WrittenStamp, target: Target): void {
    const { format, columns, sink, refusals } = this.#options;
    const found = this.#instantOf(cells, stamp, target);
    if (typeof found === 'string') {
      refusals.add(line, 'import.bad-date', found);
      return;
    }
    const text = (cells[columns.values[0] as number] ?? '').trim();
    const kind = this.#kindOf(columns.statuses.length > 0 ? cells[columns.statuses[0] as number] : undefined);
    const value = this.#number(text);
    if (Number.isNaN(value) || kind === 'missing') {
      this.#noValue(text, kind, line, true);
      return;
    }
    const isRegister = format.reads === 'register';
    const start = !isRegister && format.stamped === 'end' ? found - this.#period : found;
    if (!this.#isSound(start + (isRegister ? 0 : this.#period), value, line, target, kind)) return;
    const row = { meter: target.meter.id, quantity: target.quantity };
    // A register that was estimated is no reading of it.
    if (isRegister && kind === 'estimate') this.counts.leftOut++;
    else {
      sink.push(row, isRegister ? 'register' : kind, start, value * target.factor, isRegister ? 0 : this.#period);
      this.counts.readings++;
    }
  }

  /** One value of a whole day: 23, 24 or 25 hours on the clock of London, 24 in UTC. */
  #readWholeDay(cells: readonly string[], line: number, day: number, target: Target): void {
    const { format, columns, sink } = this.#options;
    const text = (cells[columns.values[0] as number] ?? '').trim();
    const kind = this.#kindOf(columns.statuses.length > 0 ? cells[columns.statuses[0] as number] : undefined);
    const value = this.#number(text);
    if (Number.isNaN(value) || kind === 'missing') {
      this.#noValue(text, kind, line, true);
      return;
    }
    const begin = (of: number): number =>
      format.clock === 'utc' ? of * daySeconds : startOfDay(utcDateOf(of * daySeconds));
    const start = begin(day);
    const period = begin(day + 1) - start;
    if (!this.#isSound(start + period, value, line, target, kind)) return;
    sink.push({ meter: target.meter.id, quantity: target.quantity }, kind, start, value * target.factor, period);
    this.counts.readings++;
  }

  /** An amount from one day to another. */
  #readTotal(cells: readonly string[], line: number, day: number, target: Target): void {
    const { columns, sink, refusals } = this.#options;
    const untilText = cells[columns.until] ?? '';
    const until = this.#stamps.of(untilText, this.#stampOf)?.day;
    const text = (cells[columns.values[0] as number] ?? '').trim();
    const value = this.#number(text);
    if (until === undefined || until < day || until - day > limits.totalSeconds / daySeconds) {
      refusals.add(line, 'import.bad-date', `'${clip(untilText)}' is no last day`);
    } else if (Number.isNaN(value)) this.#noValue(text, 'interval', line, true);
    else {
      const start = startOfDay(utcDateOf(day * daySeconds));
      const period = startOfDay(utcDateOf((until + 1) * daySeconds)) - start;
      if (!this.#isSound(start + period, value, line, target, 'total')) return;
      sink.push({ meter: target.meter.id, quantity: target.quantity }, 'total', start, value * target.factor, period);
      this.counts.readings++;
    }
  }

  /** The instant of a row's stamp, or what is wrong with it. */
  #instantOf(cells: readonly string[], { day, second }: WrittenStamp, { meter }: Target): EpochSeconds | string {
    const { format, columns } = this.#options;
    if (columns.period >= 0) {
      const text = (cells[columns.period] ?? '').trim();
      const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
      const slot = { second: undefined, number: number - 1, secondPass: false };
      const start = number < 1 ? Number.NaN : (slotsOfDay(format, [slot], day).starts[0] as number);
      return Number.isNaN(start) ? `the day has no half-hour number '${clip(text)}'` : start;
    }
    const ends = format.stamped === 'end';
    const timeText = columns.time < 0 ? '' : (cells[columns.time] ?? '');
    const time = columns.time < 0 ? second : timeWritten(timeText, ends);
    if (time === undefined) return columns.time < 0 ? 'the date has no time' : `'${clip(timeText)}' is no time of day`;
    if (time === 86_400 && !ends) return 'no half-hour begins at 24:00';
    let walk = this.#walks.get(meter.id);
    if (!walk) {
      walk = { at: undefined, direction: 1 };
      this.#walks.set(meter.id, walk);
    }
    const at = placeStamp({ clock: format.clock, ends }, { day, second: time }, this.#period, walk);
    return at ?? 'the clocks go forward over this time, so it does not exist; is the file in UTC?';
  }

  #isSound(end: EpochSeconds, value: number, line: number, { meter }: Target, kind: Kind | 'total'): boolean {
    const { now, refusals } = this.#options;
    const ahead = kind === 'missing' ? 0 : secondsAhead(meter.quantity, kind);
    if (end > now + ahead) refusals.add(line, 'reading.future', 'it is not over yet');
    else if (end <= limits.earliestStamp) refusals.add(line, 'reading.too-old', 'it lies before 2004');
    else if (fullFields.has(value)) refusals.add(line, 'reading.sentinel', String(value));
    else return true;
    return false;
  }
}

type Kind = 'interval' | 'estimate' | 'missing';

function timeWritten(text: string, ends: boolean): number | undefined {
  const span = spanOfDay(text);
  if (!span) return timeOfDay(text);
  return ends ? span.end : span.start;
}

function channelOf(said: { readonly channel?: Channel } | { readonly unit: Unit | 'meter' }): Channel | undefined {
  return 'channel' in said ? said.channel : undefined;
}

/** Rows of reactive energy beside rows of kWh say the one unit for both. */
function reactiveUnit(unit: Unit | 'meter', channel: Channel | undefined): Unit | 'meter' {
  const isReactive = channel === channels[2] || channel === channels[3];
  return isReactive && unit !== 'meter' && quantityOf(unit) === 'energy' ? 'kvarh' : unit;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** Remembers what texts were found to mean. */
class Memory<T> {
  readonly #known = new Map<string, T>();

  of(key: string, find: (key: string) => T): T {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known as T;
    const found = find(key);
    if (this.#known.size >= limits.importRemembered) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}

import type { Exchange, Meter } from '../estate/estate.ts';
import { countMeaningOn, ratedCountsPerSecond } from '../half-hours/meter-conversion.ts';
import type { Problem } from '../problems.ts';
import type { Reading } from './reading.ts';
import { ratingTolerance } from '../half-hours/register-steps.ts';
import { dateOf, type EpochSeconds, toIso } from '../time.ts';

/** What a person read from the face of a meter. */
export interface ManualRead {
  readonly at: EpochSeconds;
  readonly value: number;
}

/** The nearest register readings of a meter on both sides of an instant. */
export interface RegisterNeighbours {
  readonly before: Reading | undefined;
  readonly after: Reading | undefined;
}

/**
 * What speaks against an exchange: the closing register does not follow from the reading before it, or the reading
 * after it not from the opening one. Nothing of a meter that was not heard on that side.
 */
export function doubtsOfExchange(
  meter: Meter,
  { at, closing, opening, digits }: Pick<Exchange, 'closing' | 'opening' | 'digits'> & { readonly at: EpochSeconds },
  { before, after }: RegisterNeighbours,
): Problem[] {
  const fitted =
    digits === undefined || !meter.register ? meter : { ...meter, register: { ...meter.register, digits } };
  return [
    ...doubtsOfRead(meter, { at, value: closing }, { before, after: undefined }),
    ...doubtsOfRead(fitted, { at, value: opening }, { before: undefined, after }),
  ];
}

/**
 * What speaks against a read, by the readings next to it and the rating of the meter; nothing when it is plausible.
 * A register that went through its highest number, or a meter
 * that was exchanged between two readings, explains a lower number.
 */
export function doubtsOfRead(meter: Meter, read: ManualRead, { before, after }: RegisterNeighbours): Problem[] {
  const where = `meter ${meter.id}`;
  const doubts: Problem[] = [];
  const say = (found: string, expected: string, detail: string): void => {
    doubts.push({ code: 'read.implausible', where, found, expected, detail });
  };
  const highest = meter.register === undefined ? undefined : 10 ** meter.register.digits;
  if (highest !== undefined && read.value >= highest) {
    say(String(read.value), `below ${highest}`, `its register has ${meter.register?.digits} digits`);
  }
  for (const [earlier, later] of [
    [before, read],
    [read, after],
  ] as const) {
    if (earlier === undefined || later === undefined || isExchangedBetween(meter, earlier.at, later.at)) continue;
    const most = mostBetween(meter, earlier.at, later.at);
    let rise = later.value - earlier.value;
    if (rise < 0 && highest !== undefined && most !== undefined && rise + highest <= most) rise += highest;
    const [other, side] = later === read ? [earlier, 'before'] : [later, 'after'];
    const said = `the reading ${side} it is ${other.value} at ${toIso(other.at)}`;
    if (rise < 0) say(String(read.value), `${side === 'before' ? 'at least' : 'at most'} ${other.value}`, said);
    else if (most !== undefined && rise > most) {
      say(`${rise} in between`, `at most ${Math.round(most)}`, `${said}; its rating lets no more pass`);
    }
  }
  return doubts;
}

function isExchangedBetween(meter: Meter, from: EpochSeconds, to: EpochSeconds): boolean {
  return meter.exchanges.some(({ at }) => {
    const instant = Date.parse(at) / 1000;
    return instant > from && instant <= to;
  });
}

/** The most that can have passed; undefined without a rating. */
function mostBetween(meter: Meter, from: EpochSeconds, to: EpochSeconds): number | undefined {
  const rate = ratedCountsPerSecond(meter, countMeaningOn(meter, dateOf(to)));
  return rate === undefined ? undefined : rate * (to - from) * ratingTolerance;
}

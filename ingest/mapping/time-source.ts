import { limits } from '../../domain/limits.ts';
import type { MappingTimeSource } from '../../domain/estate/mapping.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { type EpochSeconds, toIso } from '../../domain/time.ts';
import { sayValue } from '../strict-number.ts';
import type { Faults, MappingPath } from './faults.ts';
import { place, type Read, type Scene } from './scene.ts';
import { stampReader } from './stamp-format.ts';

/** The time of a reading: a stamp, undefined for that of receipt, or why there is none. */
export type Stamp = { readonly at: EpochSeconds | undefined } | Refusal;
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
}

const ofReceipt: Stamp = { at: undefined };

/** The first source of a list that gives a believable stamp; without a list the time of receipt. */
export function timeReader(
  sources: readonly MappingTimeSource[] | undefined,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<Stamp> {
  if (!sources) return () => ofReceipt;
  const readers = sources.map((source, i) => sourceReader(source, captures, [...path, i], faults));
  if (sources.slice(0, -1).includes('receipt')) faults.add(path, 'receipt always has a time: it is the last source');
  return (scene) => {
    let refusal: Refusal | undefined;
    for (const read of readers) {
      const stamp = read(scene);
      if ('at' in stamp) {
        scene.note?.(`time: ${stamp.at === undefined ? 'of receipt' : toIso(stamp.at)}`);
        return stamp;
      }
      scene.note?.(`time: passed over, ${stamp.detail}`);
      refusal ??= stamp;
    }
    return refusal ?? ofReceipt;
  };
}

function sourceReader(
  source: MappingTimeSource,
  captures: ReadonlySet<string>,
  path: MappingPath,
  faults: Faults,
): Read<Stamp> {
  if (source === 'receipt') return () => ofReceipt;
  const { of, capture, zone, offset, within, earliest } = source;
  if (zone !== undefined && offset !== undefined) faults.add([...path, 'zone'], 'a zone or an offset, not both');
  const value = place({ of, capture }, captures, path, faults);
  const read = faults.attempt(
    [...path, 'zone'],
    zone ?? '',
    () => stampReader(source),
    () => undefined,
  );
  const what = of ?? `{${capture}}`;
  const first = Math.max(limits.earliestStamp, earliest === undefined ? 0 : Date.parse(earliest) / 1000);
  return (scene: Scene) => {
    const raw = value(scene);
    if (raw === undefined || raw === null) return refusal('message.no-stamp', `${what} is not there`);
    const at = read(raw, scene.received);
    if (at === undefined) return refusal('message.unparsable', `${what} is ${sayValue(raw)}, which is no such stamp`);
    if (at < first) return refusal('reading.too-old', `${what} is ${toIso(at)}, before ${toIso(first)}`);
    const late = at - scene.received;
    if (within?.ahead !== undefined && late > within.ahead) {
      return refusal('reading.future', `${what} is ${late} s after receipt`);
    }
    if (within?.behind !== undefined && -late > within.behind) {
      return refusal('reading.too-old', `${what} is ${-late} s before receipt`);
    }
    return { at };
  };
}

function refusal(code: ProblemCode, detail: string): Refusal {
  return { code, detail };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Meter } from '../../domain/estate/estate.ts';
import { deviceOf } from '../../simulators/device.ts';
import { dialectOf } from '../../simulators/dialects/all.ts';
import { modelOf } from '../../simulators/model.ts';
import { estateTimes } from '../../simulators/scale.ts';
import { speakerOf } from '../../simulators/speaker.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { meterCount } from './workload.ts';

/** Seconds between two messages of a meter. */
const every = 10;

/**
 * Meters of the sample estate that say the time themselves: at full speed those that do not would say many numbers in
 * one second. Those that must be greeted and answered are left out too.
 */
function speaking(): Meter[] {
  return [...sampleEstate().meters.values()].filter((meter) => {
    const dialect = dialectOf(meter);
    return dialect?.stamped === true && dialect.begin === undefined;
  });
}

const copiesOf = (meters: readonly unknown[]): number => Math.ceil(meterCount / meters.length);
/** Copy `n` speaks as the first does, on topics below its number. */
const below = (prefix: string, n: number, topic: string): string => `${prefix}/${n}/${topic}`;

/** The dialects there are in it, by their decoders. */
export function mixedDialects(): string[] {
  return [...new Set(speaking().map(({ decoder }) => decoder ?? ''))].sort();
}

/** Writes an estate folder of those meters, so often that there are as many as in the plain workload. */
export function writeMixedEstate(folder: string, prefix: string): void {
  const meters = speaking();
  const sample = sampleEstate();
  const { sites, organisations, meters: all } = estateTimes(sample, copiesOf(meters));
  // The outside temperature a site names is an entry of another file, which is not copied.
  const list = [...sites.values()].map((site) => ({ ...site, weather: undefined, meters: [] as object[] }));
  const siteOf = new Map(list.map((site) => [site.id, site]));
  for (let n = 1; n <= copiesOf(meters); n++) {
    for (const { id, topic = '', channel } of meters) {
      const copied = all.get(n === 1 ? id : `${id}-${n}`);
      if (!copied) throw new Error(`no copy ${n} of ${id}`);
      const { site, parent: _parent, ...meter } = copied;
      // A payload names its meter as in the first copy.
      const named = channel === undefined && meter.decoder === 'meterhouse' && n > 1 ? { channel: id } : {};
      const heard = { ...named, role: 'sub', technology: undefined, topic: below(prefix, n, topic) };
      siteOf.get(site)?.meters.push({ ...meter, ...spansOf(copied), ...heard });
    }
  }
  mkdirSync(folder, { recursive: true });
  const file = { estate: 'Mixed bench', organisations: [...organisations.values()], sites: list };
  writeFileSync(join(folder, 'estate.yaml'), stringify(file, { aliasDuplicateObjects: false }));
}

/** Spans as a person writes them. */
function spansOf(meter: Meter): Record<string, string> {
  const spans = (['expected_interval', 'maximum_gap', 'stuck_after'] as const).flatMap((key) => {
    const seconds = meter[key];
    return seconds === undefined ? [] : [[key, `${seconds}s`]];
  });
  return Object.fromEntries(spans) as Record<string, string>;
}

/** So many messages of those meters, in the order of time, all copies by turns. */
export function mixedMessages(count: number, prefix: string, from: number): { topic: string; payload: Buffer }[] {
  const meters = speaking();
  const model = modelOf({ estate: sampleEstate(), seed: 1, start: from - 86_400 });
  const speakers = meters.flatMap((meter) => {
    const device = deviceOf(model, meter);
    return device ? [speakerOf(device, [], { rates: true })] : [];
  });
  const messages: { topic: string; payload: Buffer }[] = [];
  for (let at = from; messages.length < count; at += every) {
    const said = speakers.flatMap((speaker) => speaker.speak(at));
    for (let n = 1; n <= copiesOf(meters); n++) {
      for (const { topic, payload } of said)
        messages.push({ topic: below(prefix, n, topic), payload: Buffer.from(payload) });
    }
  }
  return messages.slice(0, count);
}

import type { InboxEntry, ProposedMeter } from '../domain/estate/inbox.ts';
import { dateOf } from '../domain/time.ts';

/** An id made from the end of a topic and the channel, not taken yet; a person chooses a better one. */
export function proposedId(
  topic: string,
  { id, channel }: Pick<ProposedMeter, 'id' | 'channel'>,
  taken: { has(id: string): boolean },
): string {
  if (id !== undefined) return id;
  const words = [...topic.split('/').slice(-3), channel ?? ''].join('-').toLowerCase();
  const slug = words.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const base = slug.slice(-50).replace(/^-+/, '') || 'meter';
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/**
 * The entry as a person would write it below the meters of a site; what is guessed says so. The meter is valid from the
 * day it was first heard: of the time before nothing is missing.
 */
export function proposedYaml(
  { topic, first }: Pick<InboxEntry, 'topic' | 'first'>,
  proposal: ProposedMeter,
  id: string,
): string {
  const { utility, unit, decoder, channel, guessed, kind, value } = proposal;
  const mark = (key: (typeof guessed)[number]): string => (guessed.includes(key) ? '  # guessed' : '');
  // A JSON text is a YAML text, whatever a device put into its topic.
  const quoted = (text: string): string => JSON.stringify(text);
  return [
    `- id: ${id}`,
    `  name: ${quoted(topic)}`,
    `  utility: ${utility}${mark('utility')}`,
    `  role: sub${mark('role')}`,
    `  unit: ${unit}${mark('unit')}`,
    ...(unit === 'pulse'
      ? ['  # multiplier: [{ from: "2026-01-01", times: 0.01, unit: m3 }]  # what one pulse is']
      : []),
    ...(utility === 'gas' && unit !== 'kWh'
      ? [
          '  # volume_correction: { metering_pressure_mbar: 21 }  # needed; or corrected, or site_factor',
          '  # calorific_value: [{ from: "2026-01-01", value_mj_per_m3: 39.5, source: gas bill }]  # needed',
        ]
      : []),
    `  valid_from: "${dateOf(first)}"  # first heard`,
    '  # rating: { value: 100, unit: kW }  # breaker, CT or pipe: the limit beyond which a rate is impossible',
    `  topic: ${quoted(topic)}`,
    `  decoder: ${decoder}`,
    ...(channel === undefined ? [] : [`  channel: ${quoted(channel)}`]),
    `  # its last message says ${value} (${kind}${guessed.includes('kind') ? ', guessed' : ''})`,
    '',
  ].join('\n');
}

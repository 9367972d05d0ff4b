import type { Unheard } from '../../domain/estate/estate-rules.ts';
import type { MappingRule } from '../../domain/estate/mapping.ts';
import { withoutGroup } from '../../domain/estate/topic-filter.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { MappedDecoder } from './mapped-decoder.ts';
import type { Output } from './output.ts';
import { meetsFilter } from './topic-pattern.ts';

/** Why no message of a mapping could ever be of a meter: its topic meets no rule, or no output gives its channel. */
export function cannotHear(
  decoder: MappedDecoder,
  meter: { readonly topic?: string | undefined; readonly channel?: string | undefined },
): Unheard | undefined {
  const { topic, channel } = meter;
  if (topic === undefined) return undefined;
  const filter = withoutGroup(topic);
  const met = decoder.rules.flatMap((rule, i) =>
    meets(rule, filter) ? [{ rule, entry: decoder.mapping.rules[i] }] : [],
  );
  if (met.length === 0) {
    const topics = [...new Set(decoder.rules.flatMap((rule) => rule.topics.map(({ text }) => text)))];
    const detail = `no rule of ${decoder.name} reads a topic under it`;
    return { key: 'topic', detail, expected: topics.slice(0, 6).join(' or ') };
  }
  const outputs = met.flatMap(({ rule, entry }) => {
    const own = rule.part ? (decoder.joins.get(rule.part.join)?.outputs ?? []) : rule.outputs;
    return own.map((output) => ({ output, entry }));
  });
  if (outputs.some(({ output, entry }) => gives(output, channel, entry))) return undefined;
  const known = [...new Set(outputs.map(({ output }) => output.channel?.text ?? 'no channel'))];
  const detail =
    channel === undefined ? 'every reading of this topic has a channel' : 'no reading of this topic has this channel';
  return { key: 'channel', detail, expected: known.slice(0, 20).join(', ') };
}

function meets(rule: CompiledRule, filter: string): boolean {
  const isPlain = !/[+#]/.test(filter);
  if (isPlain) return rule.match(filter) !== undefined;
  return rule.topics.some((pattern) => meetsFilter(pattern, filter));
}

function gives(output: Output, channel: string | undefined, rule: MappingRule | undefined): boolean {
  if (channel === undefined) return output.channel === undefined || output.unnamed;
  if (!output.channel) return false;
  const shape = output.channel.text.replaceAll(
    /\{([a-z][a-z0-9_]*)\}|[^{}]+|[{}]/g,
    (part, name: string | undefined) => (name === undefined ? RegExp.escape(part) : shapeOf(name, rule)),
  );
  return new RegExp(`^${shape}$`, 's').test(channel);
}

/** What can stand where a template has a name. */
function shapeOf(name: string, rule: MappingRule | undefined): string {
  if (name === 'index' || name === 'number') return '\\d+';
  const allowed = rule?.where[name];
  if (allowed) return `(?:${allowed.map((value) => RegExp.escape(value)).join('|')})`;
  const entry = rule?.names[name] ?? rule?.each?.names[name];
  const least = entry?.pad ?? 1;
  if (entry?.form === 'base64-to-hex')
    return `[0-9a-f]{${least},}`.replace('a-f', entry.case === 'upper' ? 'A-F' : 'a-f');
  if (entry?.case === 'lower') return `[^A-Z]{${least},}`;
  return entry?.case === 'upper' ? `[^a-z]{${least},}` : `.{${least},}`;
}

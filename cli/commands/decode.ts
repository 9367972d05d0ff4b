import { readFileSync } from 'node:fs';
import { type Listener, type Meter, meterSchema } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import { type Unit, unitLabel } from '../../domain/units.ts';
import type { Decoded, DecodedReading, Decoder, Heard } from '../../ingest/decoder.ts';
import { decodersOf, shippedDecoders } from '../../ingest/known-decoders.ts';
import type { MappedDecoder } from '../../ingest/mapping/mapped-decoder.ts';
import { readMapping } from '../../ingest/mapping/read-mapping.ts';
import { TopicIndex } from '../../ingest/topic-index.ts';
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { loadEstate } from '../load-estate.ts';
import { countOf } from '../terminal.ts';

interface Attempt {
  readonly decoder: Decoder;
  readonly meters: readonly Listener[];
  readonly decoded: Decoded;
}

export const decodeCommand: Command = {
  name: 'decode',
  summary: 'show what one message means, without a broker',
  words: '[MESSAGE-FILE]',
  details: `
Reads one message from a file, or from standard input. The meters of the estate that listen to its topic say which
decoder reads it; with --decoder, a meter made up from --utility and --unit is taken instead. Where nobody listens to
the topic, every decoder is tried and those that understand the message are shown.

With --mapping, the mapping of that file reads it: for meters made up for every channel of the message, or for the one
of --channel. It says which rule was taken, which condition failed, what each output gave and which time was used.

  echo 12345.6 | meterhouse decode --decoder number --unit m3 --utility gas
  meterhouse decode --topic meterhouse/sal-e-main message.json
  meterhouse decode --mapping my-estate/mappings/gateway.yaml --topic gw/7/all message.json`,
  options: {
    ...configOptions,
    topic: { type: 'string', value: 'TOPIC', describes: 'topic the message came on (default: meter)' },
    decoder: { type: 'string', value: 'NAME', describes: 'meter family, as docs/decoders.md names them' },
    utility: {
      type: 'string',
      value: 'UTILITY',
      describes: 'with --decoder: electricity, gas, water, heat … (electricity)',
    },
    unit: {
      type: 'string',
      value: 'UNIT',
      describes: 'with --decoder: unit of the register: kWh, m3, l, pulse … (kWh)',
    },
    channel: { type: 'string', value: 'TEXT', describes: 'with --decoder: which of several meters in the message' },
    mapping: { type: 'string', value: 'FILE', describes: 'read the message by the mapping of this file, and say how' },
    json: { type: 'boolean', describes: 'print the decoded message as JSON' },
  },
  async run(invocation) {
    const [file] = invocation.words;
    const payload = file === undefined ? await invocation.terminal.input() : readMessage(file);
    const topic = text(invocation, 'topic') ?? 'meter';
    const message = { topic, payload, received: Math.floor(invocation.clock() / 1000) };
    const mapping = text(invocation, 'mapping');
    if (mapping !== undefined) return report(invocation, [byMapping(invocation, mapping, message)]);
    const attempts = listenersOf(invocation, topic).map(
      ({ decoder, meters }): Attempt => ({
        decoder,
        meters,
        decoded: decoder.decode(message, meters, undefined),
      }),
    );
    return report(invocation, attempts);
  },
};

function readMessage(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new ProblemError([{ code: 'message.unparsable', where: file, expected: 'a file that can be read' }]);
  }
}

function text(invocation: Invocation, flag: string): string | undefined {
  const value = invocation.flags[flag];
  return typeof value === 'string' ? value : undefined;
}

/** Who reads the message: the named decoder, the meters of the estate on this topic, or everybody. */
function listenersOf(invocation: Invocation, topic: string): { decoder: Decoder; meters: readonly Listener[] }[] {
  const named = text(invocation, 'decoder');
  if (named !== undefined)
    return [{ decoder: knownDecoder(invocation, named), meters: [madeUpMeter(invocation, topic)] }];
  const { estate } = loadEstate(invocation.config().estate);
  const listening = new TopicIndex(estate).match(topic);
  if (listening.length > 0) return [...listening];
  invocation.terminal.warn(`No meter of the estate listens to '${topic}': every decoder is tried.`);
  const trying = [...decodersOf(estate).values()].filter((decoder) => decoder.reads?.(topic) !== false);
  return trying.map((decoder) => ({ decoder, meters: [madeUpMeter(invocation, topic)] }));
}

/** Shipped, or a mapping of the estate; the estate is only read for a name that is not shipped. */
function knownDecoder(invocation: Invocation, name: string): Decoder {
  const shipped = shippedDecoders.get(name);
  if (shipped) return shipped;
  const all = decodersOf(loadEstate(invocation.config().estate).estate);
  const own = all.get(name);
  if (own) return own;
  const expected = [...all.keys()].join(', ');
  throw new ProblemError([
    { code: 'command.invalid', where: '--decoder', found: name, expected: `one of ${expected}` },
  ]);
}

/** What a mapping makes of a message, its decisions said as they are made. */
function byMapping(invocation: Invocation, file: string, message: Heard): Attempt {
  const decoder = mappingOf(file);
  const note = (line: string) => invocation.flags['json'] === true || invocation.terminal.say(`  ${line}`);
  if (text(invocation, 'channel') !== undefined) {
    const meters = [madeUpMeter(invocation, message.topic)];
    return { decoder, meters, decoded: decoder.explain(message, meters, undefined, note) };
  }
  const made = new Map<string | undefined, Meter>();
  const meterOf = (channel: string | undefined): Meter => {
    const known = made.get(channel);
    if (known) return known;
    const id = channel === undefined ? 'meter' : `channel ${channel}`;
    const meter = { ...madeUpMeter(invocation, message.topic), id, channel };
    made.set(channel, meter);
    return meter;
  };
  const decoded = decoder.discover(message, meterOf, note);
  return { decoder, meters: [...made.values()], decoded };
}

function mappingOf(file: string): MappedDecoder {
  const { decoder, problems } = readMapping(file, readMessage(file).toString('utf8'), { isDraft: true });
  // Neither missing nor failing examples stop it: they are what one is looking for.
  if (!decoder) throw new ProblemError(problems);
  return decoder;
}

function madeUpMeter(invocation: Invocation, topic: string): Meter {
  const entry = meterSchema.safeParse({
    id: 'meter',
    name: 'made up for this message',
    role: 'sub',
    utility: text(invocation, 'utility') ?? 'electricity',
    unit: text(invocation, 'unit') ?? 'kWh',
    topic,
    channel: text(invocation, 'channel'),
  });
  if (entry.success) return { ...entry.data, site: 'site' };
  const problems = entry.error.issues.map((issue) => ({
    code: 'command.invalid' as const,
    where: `--${issue.path.join('.')}`,
    expected: issue.message,
  }));
  throw new ProblemError(problems);
}

function report({ flags, terminal }: Invocation, attempts: readonly Attempt[]): Exit {
  const understood = attempts.filter(({ decoded }) => !('problem' in decoded));
  const withReadings = understood.filter(({ decoded }) => 'readings' in decoded);
  const shown = [withReadings, understood].find((list) => list.length > 0) ?? attempts;
  if (flags['json'] === true) {
    terminal.say(
      JSON.stringify(
        shown.map(({ decoder, decoded }) => ({ decoder: decoder.name, ...decoded })),
        null,
        2,
      ),
    );
  } else for (const attempt of shown) sayDecoded(terminal.say.bind(terminal), attempt);
  return understood.length > 0 ? 'ok' : 'message';
}

function sayDecoded(say: (line: string) => void, { decoder, meters, decoded }: Attempt): void {
  if ('problem' in decoded) return say(`${decoder.name}: cannot read it: ${decoded.detail} [${decoded.problem}]`);
  if ('ignored' in decoded) return say(`${decoder.name}: understood, nothing to keep: ${decoded.ignored}`);
  say(`${decoder.name}: ${countOf(decoded.readings.length, 'reading')}`);
  for (const reading of decoded.readings) {
    const unit = meters.find(({ id }) => id === reading.meter)?.unit;
    say(`  ${sayReading(reading, unit)}`);
  }
  for (const doubt of decoded.doubts ?? []) say(`  not believed, ${doubt.meter}: ${doubt.detail} [${doubt.code}]`);
}

function sayReading(reading: DecodedReading, ofMeter: Unit | undefined): string {
  const own = ofMeter === undefined ? 'in the unit of the meter' : `${unitLabel(ofMeter)}, the unit of the meter`;
  const unit = reading.unit === undefined ? `(${own})` : unitLabel(reading.unit);
  const at = reading.at === undefined ? 'no time of its own' : toIso(reading.at);
  const period = reading.period === undefined ? '' : ` for ${reading.period} s from`;
  return `${reading.meter}  ${reading.quantity} ${reading.kind}  ${reading.value} ${unit} ${period} ${at}`.replaceAll(
    / {3,}/g,
    '  ',
  );
}

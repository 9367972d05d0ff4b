import { readFileSync } from 'node:fs';
import { type Meter, meterSchema } from '../../domain/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import { type Unit, unitLabel } from '../../domain/units.ts';
import type { Decoded, DecodedReading, Decoder } from '../../ingest/decoder.ts';
import { decoderNamed, decoders } from '../../ingest/decoders/index.ts';
import { TopicIndex } from '../../ingest/topic-index.ts';
import { type Command, configOptions, type Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { loadEstate } from '../load-estate.ts';
import { countOf } from '../terminal.ts';

interface Attempt {
  readonly decoder: Decoder;
  readonly meters: readonly Meter[];
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

  echo 12345.6 | meterhouse decode --decoder number --unit m3 --utility gas
  meterhouse decode --topic meterhouse/sal-e-main message.json`,
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
    json: { type: 'boolean', describes: 'print the decoded message as JSON' },
  },
  async run(invocation) {
    const [file] = invocation.words;
    const payload = file === undefined ? await invocation.terminal.input() : readMessage(file);
    const topic = text(invocation, 'topic') ?? 'meter';
    const message = { topic, payload, received: Math.floor(invocation.clock() / 1000) };
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
function listenersOf(invocation: Invocation, topic: string): { decoder: Decoder; meters: readonly Meter[] }[] {
  const named = text(invocation, 'decoder');
  if (named !== undefined) return [{ decoder: knownDecoder(named), meters: [madeUpMeter(invocation, topic)] }];
  const listening = new TopicIndex(loadEstate(invocation.config().estate).estate).match(topic);
  if (listening.length > 0) return [...listening];
  invocation.terminal.warn(`No meter of the estate listens to '${topic}': every decoder is tried.`);
  return Array.from(decoders.values(), (decoder) => ({ decoder, meters: [madeUpMeter(invocation, topic)] }));
}

function knownDecoder(name: string): Decoder {
  if (decoders.has(name)) return decoderNamed(name);
  const expected = [...decoders.keys()].join(', ');
  throw new ProblemError([{ code: 'config.invalid', where: '--decoder', found: name, expected: `one of ${expected}` }]);
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
    code: 'config.invalid' as const,
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

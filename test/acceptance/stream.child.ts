/**
 * Speaks for the meters of a stream, from a process of its own. Started with one JSON argument, `StreamOptions` and the
 * port; writes what `publishAll` reports, a JSON object a line.
 */
import { publishAll } from '../servers/publisher.ts';
import { messageOfStream, type StreamOptions } from './stream.ts';

const { port, ...options }: StreamOptions & { readonly port: number } = JSON.parse(process.argv[2] ?? '');
const { messages, rate, name } = options;
await publishAll(
  { port, messages, prefix: name, topics: options.meters, clientId: name, ...(rate === undefined ? {} : { rate }) },
  (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  messageOfStream(options),
);

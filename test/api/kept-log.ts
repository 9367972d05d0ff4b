import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

/** A log of every level, and everything it said. */
export function keptLog(): { readonly log: Logger; readonly said: () => string } {
  let said = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString();
      done();
    },
  });
  return { log: pino({ level: 'trace' }, sink), said: () => said };
}

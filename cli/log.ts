import { type Logger, pino } from 'pino';
import type { Terminal } from './terminal.ts';

/** Names whose values are never in a log line, however deep. */
const hidden = ['password', 'token', 'authorization', 'secret', '*.password', '*.token', '*.authorization', '*.secret'];

/** The log of a service: a JSON object a line on standard output, for whatever collects logs. */
export function serviceLog(level: string): Logger {
  return pino({ level, redact: hidden, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/** The log of `start`, for the person who watches: warnings and worse, a sentence a line. */
export function personLog(level: string, terminal: Terminal): Logger {
  // Everything ordinary is said by `start` itself; `info` would scroll it away.
  const quiet = level === 'info' ? 'warn' : level;
  return pino({ level: quiet, redact: hidden, base: null }, { write: (line) => terminal.warn(asSentence(line)) });
}

function asSentence(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
    err?: { message?: string };
  } & Record<string, unknown>;
  const clock = new Date(time).toISOString().slice(11, 19);
  const more = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const parts = [clock, pino.levels.labels[level], msg, err?.message, ...more];
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}

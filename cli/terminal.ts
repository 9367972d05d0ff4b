import type { Readable, Writable } from 'node:stream';

/** The person at the other end: lines out, progress on one line that is rewritten, a pipe or file in. */
export interface Terminal {
  say(line: string): void;
  warn(line: string): void;
  /** Rewrites one line on a terminal; elsewhere (a log file) a line at every tenth part. */
  progress(title: string, part: number, detail?: string): void;
  input(): Promise<Buffer>;
}

export function openTerminal(streams: { out: Writable; err: Writable; in: Readable; interactive: boolean }): Terminal {
  let lastTenth = -1;
  let shown = false;
  const clear = (): void => {
    if (shown) streams.err.write('\r\u001b[2K');
    shown = false;
  };
  return {
    say(line) {
      clear();
      streams.out.write(`${line}\n`);
    },
    warn(line) {
      clear();
      streams.err.write(`${line}\n`);
    },
    progress(title, part, detail = '') {
      const percent = `${Math.floor(part * 100)} %`.padStart(5);
      if (streams.interactive) {
        const bar = '█'.repeat(Math.round(part * 24)).padEnd(24, '░');
        streams.err.write(`\r\u001b[2K${title} ${bar} ${percent} ${detail}`);
        shown = part < 1;
        if (part >= 1) streams.err.write('\n');
        return;
      }
      const tenth = Math.floor(part * 10);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      streams.err.write(`${title} ${percent} ${detail}\n`);
    },
    async input() {
      const chunks: Buffer[] = [];
      for await (const chunk of streams.in) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks);
    },
  };
}

/** `1 meter`, `2 meters`. */
export const countOf = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

/** A device's own words must not move the cursor of a terminal or begin a line. */
export function printable(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}

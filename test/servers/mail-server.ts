import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it came over the wire. */
export interface Arrived {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers by their names in small letters, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly source: string;
  readonly secure: boolean;
  readonly user: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Arrived[];
  /** What the server answers to the next mails, each once; undefined takes it. */
  answers: (Error | undefined)[];
  close(): Promise<void>;
}

/** An error that SMTP says with this code. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** A real SMTP server on a free port of loopback, without TLS and passwords unless it is told. */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const mails: Arrived[] = [];
  const house: Pick<MailServer, 'answers'> = { answers: [] };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    ...options,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const answer = house.answers.shift();
        if (answer) return done(answer);
        const source = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        const user = typeof session.user === 'string' ? session.user : '';
        mails.push({ from, to, headers: headersOf(source), source, secure: session.secure, user });
        return done(null, 'taken');
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  return Object.assign(house, {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise<void>((done) => server.close(done)),
  });
}

function headersOf(source: string): Map<string, string> {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  return new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decoded(line.slice(colon + 1).trim())];
    }),
  );
}

/** Encoded words (RFC 2047), those that follow one another put together. */
function decoded(header: string): string {
  return header
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_all, form: string, text: string) =>
      form.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(text.replaceAll('%', '%25').replaceAll('_', ' ').replaceAll('=', '%')),
    );
}

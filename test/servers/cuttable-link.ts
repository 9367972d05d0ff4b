import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CuttableLink {
  readonly port: number;
  /** Connections taken so far. */
  readonly count: () => number;
  /** Cuts what is connected now; the next connection is let through. */
  cut(): void;
  /** From now on nothing that the clients of now say goes through; what the broker says does. */
  hold(): void;
  /** Answers the next connections with a CONNACK of MQTT 5 that refuses with this code, until set back to undefined. */
  refuse(code: number | undefined): void;
  /** Puts this code in place of the last one in every SUBACK. */
  grant(code: number): void;
  /** Says these bytes to every client as if the broker had. */
  say(bytes: readonly number[]): void;
  stop(): Promise<void>;
}

/** A network link to a broker that a test can cut, or have refuse. */
export async function startCuttableLink(broker: number): Promise<CuttableLink> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let count = 0;
  let granted: number | undefined;
  let refusal: number | undefined;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const server: Server = createServer((client) => {
    count += 1;
    keep(client);
    if (refusal !== undefined) {
      const code = refusal;
      client.once('data', () => client.end(Buffer.from([0x20, 3, 0, code, 0])));
      return;
    }
    const there = connect({ port: broker, host: '127.0.0.1' });
    keep(there);
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.pipe(there);
    there.on('data', (chunk: Buffer) => {
      if (chunk[0] === 0x90 && granted !== undefined) chunk[chunk.length - 1] = granted;
      if (!client.write(chunk)) there.pause();
    });
    client.on('drain', () => there.resume());
    client.on('close', () => there.destroy());
    // Not before what the broker said last has gone through.
    there.on('close', () => client.destroySoon());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    count: () => count,
    cut,
    hold: () => {
      for (const client of clients) client.unpipe();
    },
    refuse: (code) => {
      refusal = code;
    },
    grant: (code) => {
      granted = code;
    },
    say: (bytes) => {
      for (const client of clients) client.write(Buffer.from(bytes));
    },
    async stop() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      cut();
      await closed;
    },
  };
}

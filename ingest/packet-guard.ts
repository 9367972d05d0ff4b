import type { Socket } from 'node:net';
import { limits } from '../domain/limits.ts';

/** Decides on the bytes that a socket hands to the broker. */
export interface Gate {
  /** False while there is no room for more: the socket is then not read, and the publisher waits. */
  hasRoom(): boolean;
  /** The socket may be read again when `resume` is called; a socket always gives the same one. */
  wait(resume: () => void): void;
  /** A packet of so many bytes, or of a length that is no length, was announced. The socket is closed. */
  refuse(length: number | undefined): void;
}

/**
 * Follows the packets in a stream of bytes by their fixed headers (MQTT 3.1.1, section 2.2), and keeps none of them.
 */
export class PacketLengths {
  #limit: number = limits.connectBytes;
  #left = 0;
  #inHeader = false;
  #length = 0;
  #unit = 1;

  /** Undefined when all announced packets are within the limit; otherwise the length, NaN for a malformed one. */
  tooLong(chunk: Uint8Array): number | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      const problem = this.#inHeader ? this.#takeLength(byte) : this.#begin();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #begin(): undefined {
    this.#inHeader = true;
    this.#length = 0;
    this.#unit = 1;
  }

  #takeLength(byte: number): number | undefined {
    this.#length += (byte & 127) * this.#unit;
    this.#unit *= 128;
    if (byte > 127) return this.#unit > 128 ** 3 ? Number.NaN : undefined;
    if (this.#length > this.#limit) return this.#length;
    this.#inHeader = false;
    this.#left = this.#length;
    // Only the first packet comes from somebody who has not shown a password.
    this.#limit = limits.packetBytes;
    return undefined;
  }
}

/**
 * Stands between a socket and aedes, which reads with `read()` and has no limit of its own: a packet is refused by its
 * announced length, before its bytes are gathered, and nothing is read while the gate has no room.
 */
export function guardPackets(socket: Socket, gate: Gate): void {
  const lengths = new PacketLengths();
  const read = socket.read.bind(socket);
  const resume = (): void => void socket.emit('readable');
  socket.read = (size?: number): unknown => {
    if (!gate.hasRoom()) {
      gate.wait(resume);
      return null;
    }
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    const length = lengths.tooLong(chunk);
    if (length === undefined) return chunk;
    gate.refuse(Number.isNaN(length) ? undefined : length);
    socket.destroy();
    return null;
  };
}

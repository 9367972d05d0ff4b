import { hash } from 'node:crypto';

/**
 * What a redelivered message is recognised by after a restart: who sent it, the packet id it bears, and a digest of
 * topic and payload (SHA-1, half a microsecond for a meter's message; nobody gains by forging it, as only their own
 * message would be dropped).
 *
 * MQTT keeps the packet id when a message is sent again, and gives the id to another message only after the
 * acknowledgement has arrived. So the same id with other bytes is another message, and the digest tells them apart.
 * What cannot be told apart: the acknowledgement of message A arrived, its id went to message B of exactly the same
 * topic and bytes, and this process was killed between receiving B and booking it, while the fingerprint of A was still
 * kept. B is then taken for A. The count of messages is one short; no reading is lost where the payload has a stamp (it
 * is the same reading) or is a register (it has the same value). Mosquitto counts its ids up to 65,535 before it uses
 * one again, which is more than are kept; a broker that gives the lowest free id makes it possible.
 * Only what bears the `dup` flag may be compared: a meter that repeats itself with a fresh message is heard each time.
 */
export function fingerprintOf(sender: string, packetId: number, topic: string, payload: Buffer): string {
  return hash('sha1', `${sender}\0${packetId}\0${topic}\0${payload.toString('latin1')}`, 'base64');
}

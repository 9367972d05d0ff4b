import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { halfHourLayouts, tenderPackAnswerSchema } from '../api/contract/tender-pack.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { type HouseClient, houseClient } from './house-client.ts';

/** A tender pack as a folder: what to know first, the supply list, and the half-hours of each supply point. */
export async function saveTenderFolder(invocation: Invocation, query: URLSearchParams, folder: string): Promise<Exit> {
  const client = houseClient(invocation);
  const pack = await client.get(`/v1/tender-pack?${query.toString()}`, tenderPackAnswerSchema);
  const list = await client.send('GET', `/v1/tender-pack?${withFormat(query, 'csv')}`);
  const before = query.get('before');
  try {
    mkdirSync(folder, { recursive: true });
    const says = pack.read_me.map((line) => `${line.about}: ${line.says}`);
    writeFileSync(join(folder, 'read-me.txt'), `${says.join('\r\n')}\r\n`);
    writeFileSync(join(folder, 'supply-list.csv'), Buffer.from(await list.arrayBuffer()));
    const known = pack.supply_list.filter((row) => row.measured_half_hours !== null);
    for (const { supply_point: id } of known) {
      for (const layout of Object.keys(halfHourLayouts)) {
        const asked = new URLSearchParams({ supply_point: id, layout, format: 'csv' });
        if (before !== null) asked.set('before', before);
        await saveStream(
          client,
          `/v1/tender-pack/half-hours?${asked.toString()}`,
          join(folder, `half-hours-${id}-${layout}.csv`),
        );
      }
    }
    const count = 2 + 2 * known.length;
    invocation.terminal.say(`${folder}: ${count} files of ${pack.supply_list.length} supply points.`);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: '--out', found: folder, detail }], { cause: error });
  }
  return 'ok';
}

function withFormat(query: URLSearchParams, format: string): string {
  return new URLSearchParams([...query, ['format', format]]).toString();
}

async function saveStream(client: HouseClient, path: string, file: string): Promise<void> {
  const { body } = await client.send('GET', path);
  await pipeline(body === null ? [] : Readable.fromWeb(body), createWriteStream(file));
}

import type { ApiParts } from '../../api/parts.ts';
import { testEstate } from '../api/estate.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { writeSample } from '../api/sample-days.ts';
import { scratch } from './running.ts';
import { typed } from './typed.ts';

/** The real API, and commands typed against it. */
export interface TypingHouse {
  readonly rig: Rig;
  /** A folder for files of the test. */
  readonly path: string;
  readonly type: (...words: readonly string[]) => ReturnType<typeof typed>;
  readonly close: () => Promise<void>;
}

export async function typingHouse(change: Partial<ApiParts> = {}): Promise<TypingHouse> {
  const ground = scratch();
  const rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' }, ...change });
  const url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    rig,
    path: ground.path,
    type: (...words) => typed([...words, '--api', url, '--config', ground.config]),
    close: async () => {
      await rig.close();
      ground.remove();
    },
  };
}

/** The same over some days of a hospital that uses 480 kWh a day. */
export async function measuredHospital(): Promise<TypingHouse> {
  const house = await typingHouse();
  await writeSample(house.rig, testEstate(), { from: '2026-01-01', to: '2026-01-16', until: noon, energy: () => 10 });
  return house;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { type FactorSet, factorSets } from '../../domain/carbon/factors.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { startOfDay } from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { type CertificatesRequest, recordCertificates } from '../../ingest/record-certificates.ts';
import { readFiles } from '../../store/estate/files.ts';
import { keepFactorSets, registerVersions } from '../../store/register-versions.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';

/** A house of two sites whose readings come late and whose register changes: what is known of it changes too. */

/** The register, as people write it, with what the tests change of it. */
export function lateRegister({ area = 1000, multiplier = 1, ofHospital = '', more = '' } = {}): string {
  const meter = (id: string, utility: string, rest: string): string =>
    `{ id: ${id}, name: ${id}, utility: ${utility}, role: main, unit: kWh${rest} }`;
  return `estate: Late
organisations: [{ id: north, name: North }, { id: south, name: South }]
sites:
  - id: hospital
    name: Hospital
    organisation: north
    type: acute_hospital
    gross_internal_area_m2: ${area}${ofHospital}
    meters:
      - ${meter('hospital-e', 'electricity', `, multiplier: ${multiplier}`)}
      - ${meter('hospital-g', 'gas', '')}
  - id: practice
    name: Practice
    organisation: south
    type: gp_practice
    gross_internal_area_m2: 200
    meters:
      - ${meter('practice-e', 'electricity', '')}
${more}`;
}

/** The factor sets as an earlier Meterhouse had them: every factor of gas was a tenth higher. */
export function factorsBefore(): FactorSet[] {
  return factorSets().map((set) => ({
    ...set,
    factors: set.factors.map((one) => (one.utility === 'gas' ? { ...one, value: one.value * 1.1 } : one)),
  }));
}

export interface LateHouse {
  readonly registers: ReturnType<typeof registerVersions>;
  readonly estate: () => Estate;
  /** Half-hours of a meter on some London dates, `energy` kWh each; `but` names the hours (UTC) that are silent. */
  hear(meter: string, dates: readonly string[], energy: number, but?: (hour: number) => boolean): Promise<void>;
  /** Takes another register up; with a folder it is that folder's `estate.yaml`, beside its other files. */
  register(text: string): void;
  derive(): Promise<void>;
}

/** With a folder, what people do with certificates is written into it, as the process that derives does. */
export function lateHouse(store: ReadingStore, state: StateStore, clock: () => number, folder?: string): LateHouse {
  const options = { decoders: [] };
  const registers = registerVersions(state, options);
  const take = (text: string): Estate => {
    if (folder !== undefined) writeFileSync(join(folder, 'estate.yaml'), text);
    const { files, hash } =
      folder === undefined ? { files: [{ name: 'estate.yaml', text }], hash: text } : readFiles(folder);
    const version = state.keepVersion('estate', { hash, files });
    const estate = registers.of({ register: version, factors: 0 });
    if (!estate) throw new Error(`no register ${version}`);
    return estate;
  };
  keepFactorSets(state, factorsBefore());
  let text = lateRegister();
  let estate = take(text);
  const certifying = (request: unknown): Promise<unknown> => {
    const done = recordCertificates(request as CertificatesRequest, folder ?? '', options, state, clock());
    register(text);
    return Promise.resolve(done);
  };
  const workers = new Map([['certificates', certifying]]);
  const log = pino({ level: 'silent' });
  const deriver = new Deriver({ store, state, estate, clock: () => clock() * 1000, log, holder: 'test', workers });
  function register(written: string): void {
    text = written;
    estate = take(text);
    deriver.setEstate(estate);
  }
  return {
    registers,
    estate: () => estate,
    async hear(meter, dates, energy, but = () => false) {
      const readings = dates.flatMap((date) =>
        Array.from({ length: 48 }, (_, slot) => startOfDay(date) + slot * 1800)
          .filter((at) => !but(Math.floor((at % 86_400) / 3600)))
          .map((at): Reading => {
            const series = { meter, quantity: 'energy', kind: 'interval' } as const;
            return { ...series, at, value: energy, period: 1800, received: clock() };
          }),
      );
      await store.write(readings);
      const times = readings.map(({ at }) => at);
      state.touch([{ meter, from: Math.min(...times), to: Math.max(...times) }]);
    },
    register,
    derive: () => deriver.look(),
  };
}

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificateSchema } from '../../domain/certificates/register.ts';
import { readCertificateList } from '../../ingest/files/certificate-list.ts';
import { type CertificatesRequest, recordCertificates } from '../../ingest/record-certificates.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { retirement, wind, withdrawal } from '../store/fixtures/wind-certificate.ts';

const options = { decoders: [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }] };
const now = 1_780_000_000;
let folder: string;
let state: StateStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-certificates-'));
  cpSync(join(import.meta.dirname, '../store/fixtures/estate'), join(folder, 'estate'), { recursive: true });
  state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'test' });
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

const by = { reason: 'a test', who: 'Ada' };

function record(request: CertificatesRequest): number {
  return recordCertificates(request, join(folder, 'estate'), options, state, now).act;
}

function batches() {
  const reading = readEstateFolder(join(folder, 'estate'), options);
  return 'estate' in reading ? reading.estate.lists?.certificates : undefined;
}

describe('what people do with certificates', () => {
  test('stands in the register, and each is an act of somebody', () => {
    record({ ...by, list: 'certificates', entries: [wind] });
    record({ ...by, list: 'retirements', entries: [retirement] });
    record({ ...by, list: 'allocations', entries: [{ certificate: 'wind-may', meter: 'cot-e-main', mwh: 4 }] });
    record({ ...by, list: 'withdrawals', entries: [withdrawal] });
    expect(batches()).toMatchObject([
      { ...wind, retired: { for: 'harrow-trust' }, withdrawn: { as: 'sold' }, allocations: [{ mwh: 4 }] },
    ]);
    expect(state.acts({ limit: 10 }).map(({ kind, who }) => [kind, who])).toEqual([
      ['add-certificates', 'Ada'],
      ['retire-certificates', 'Ada'],
      ['allocate-certificates', 'Ada'],
      ['withdraw-certificates', 'Ada'],
    ]);
  });

  test('done twice, as after a crash, is there once', () => {
    const requests: CertificatesRequest[] = [
      { ...by, list: 'certificates', entries: [wind] },
      { ...by, list: 'retirements', entries: [retirement] },
      { ...by, list: 'allocations', entries: [{ certificate: 'wind-may', meter: 'cot-e-main', mwh: 4 }] },
      { ...by, list: 'withdrawals', entries: [withdrawal] },
    ];
    for (const [i, request] of requests.entries()) {
      const act = record(request);
      // What a batch is may have changed since; the same job comes again before anything else.
      expect(record(request)).toBe(act);
      expect(state.acts({ limit: 10 })).toHaveLength(i + 1);
    }
  });

  test('a number said again holds, and the act is another', () => {
    record({ ...by, list: 'certificates', entries: [wind] });
    for (const mwh of [4, 6, 4]) {
      record({ ...by, list: 'allocations', entries: [{ certificate: 'wind-may', meter: 'cot-e-main', mwh }] });
    }
    expect(batches()?.[0]?.allocations).toEqual([{ meter: 'cot-e-main', mwh: 4 }]);
    expect(state.acts({ limit: 10, kinds: ['allocate-certificates'] })).toHaveLength(3);
  });

  test('that the register would not be sound with is refused, and is no act', () => {
    const unknown: CertificatesRequest = { ...by, list: 'retirements', entries: [retirement] };
    expect(() => record(unknown)).toThrow(/there is no such certificate/);
    expect(() => record({ ...by, list: 'certificates', entries: [{ ...wind, organisation: 'nobody' }] })).toThrow(
      /there is no such organisation/,
    );
    expect(state.acts({ limit: 10 })).toEqual([]);
  });
});

describe('a list of certificates as CSV', () => {
  const header =
    'id,organisation,station,technology,output_month,mwh,market,acquired,source,retired_for,retired_on,retired_evidence';

  test('is what the register takes', () => {
    const rows = [
      'wind-may,trust,"A ""big"", farm",onshore_wind,2025-05,10,GB,ppa,inv 1,,,',
      'b,trust,S,,2025-06,1,GB,ppa,inv 2,trust,2025-09-01,letter',
    ];
    const list = readCertificateList(`\uFEFF${header}\r\n${rows.join('\r\n')}\r\n`, 'list.csv');
    const parsed = list.map((one) => certificateSchema.parse(one));
    expect(parsed).toMatchObject([
      { id: 'wind-may', station: 'A "big", farm', mwh: 10, allocations: [] },
      { id: 'b', retired: { for: 'trust', on: '2025-09-01', evidence: 'letter' } },
    ]);
    expect(parsed[0]?.retired).toBeUndefined();
    expect(parsed[1]?.technology).toBeUndefined();
  });

  test('says everything that is wrong with it, with its line', () => {
    const text = 'id,organisaton,mwh\na,trust\n"b,trust,1\n';
    expect(() => readCertificateList(text, 'list.csv')).toThrow(
      /list\.csv:1: .*did you mean organisation\?[^]*list\.csv:2: .*2 cells[^]*list\.csv:3: .*quote/,
    );
  });

  test('of which a number is none is refused by the register', () => {
    const [batch] = readCertificateList('id,mwh\na,ten\n', 'list.csv');
    expect(certificateSchema.safeParse(batch).error?.issues.map(({ path }) => path[0])).toContain('mwh');
  });
});

test('amendments.yaml reads well', () => {
  record({ ...by, list: 'certificates', entries: [wind] });
  expect(readFileSync(join(folder, 'estate/amendments.yaml'), 'utf8')).toContain('\ncertificates:\n  - id: wind-may\n');
});

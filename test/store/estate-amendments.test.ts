import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AcceptedMeter, appendCertificates, appendExchange, appendMeter } from '../../store/estate-amendments.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { retirement, wind } from './fixtures/wind-certificate.ts';

const options = { decoders: [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }] };
const water: AcceptedMeter = {
  site: 'cottage',
  id: 'cot-w-sub',
  name: 'Laundry: "hot" & cold # water',
  utility: 'water',
  role: 'sub',
  parent: 'cot-w-main',
  unit: 'm3',
  serial: '0012',
};
const exchange = { meter: 'cot-e-main', at: '2026-03-02T10:15:00Z', closing: 991_234.5, opening: 0.1 };

let folder: string;
const amendments = () => readFileSync(join(folder, 'amendments.yaml'), 'utf8');
const meterOf = (id: string) => {
  const reading = readEstateFolder(folder, options);
  return 'estate' in reading ? reading.estate.meters.get(id) : undefined;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-amend-'));
  cpSync(join(import.meta.dirname, 'fixtures/estate'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what people recorded', () => {
  test('an exchange is added, and what was there stays as it was', () => {
    const before = amendments();
    appendExchange(folder, exchange, options);
    const { meter: _meter, ...rest } = exchange;
    expect(meterOf('cot-e-main')?.exchanges).toEqual([rest]);
    expect(meterOf('cot-g-main')?.exchanges).toHaveLength(2);
    for (const line of before.split('\n')) expect(amendments()).toContain(line);
    appendExchange(folder, { ...exchange, at: '2026-03-01T00:00:00Z' }, options);
    expect(meterOf('cot-e-main')?.exchanges.map(({ at }) => at)).toEqual(['2026-03-01T00:00:00Z', exchange.at]);
  });

  test('a meter is added, its texts as they were given', () => {
    appendMeter(folder, water, options);
    expect(meterOf('cot-w-sub')).toMatchObject({ ...water, expected_interval: 1800 });
    appendExchange(folder, { ...exchange, meter: 'cot-w-sub' }, options);
    expect(meterOf('cot-w-sub')?.exchanges).toHaveLength(1);
  });

  test('a batch of certificates is added, retired and allocated', () => {
    appendCertificates(folder, 'certificates', [wind, { ...wind, id: 'wind-june', output_month: '2025-06' }], options);
    appendCertificates(folder, 'allocations', [{ certificate: 'wind-june', meter: 'cot-e-main', mwh: 4 }], options);
    appendCertificates(folder, 'allocations', [{ certificate: 'wind-june', meter: 'cot-e-main', mwh: 5 }], options);
    appendCertificates(folder, 'retirements', [retirement], options);
    const reading = readEstateFolder(folder, options);
    expect(reading.problems).toBeUndefined();
    const { certificate: _, ...retired } = retirement;
    expect('estate' in reading && reading.estate.lists?.certificates).toMatchObject([
      { ...wind, retired, allocations: [] },
      { id: 'wind-june', allocations: [{ meter: 'cot-e-main', mwh: 5 }] },
    ]);
    appendCertificates(folder, 'allocations', [{ certificate: 'wind-june', meter: 'cot-e-main', mwh: 0 }], options);
    const after = readEstateFolder(folder, options);
    expect('estate' in after && after.estate.lists?.certificates?.[1]?.allocations).toEqual([]);
  });

  test('begins the file where there is none, and leaves no other behind', () => {
    rmSync(join(folder, 'amendments.yaml'));
    appendMeter(folder, { ...water, parent: undefined }, options);
    expect(amendments()).toMatch(/^# Written by Meterhouse/);
    expect(meterOf('cot-w-sub')).toBeDefined();
    expect(readdirSync(folder).sort()).toEqual(['amendments.yaml', 'estate.yaml', 'sites']);
  });
});

describe('what would not be sound is refused with every problem, and nothing is written', () => {
  const cases: readonly [string, () => void, RegExp][] = [
    [
      'an exchange of nothing',
      () => appendExchange(folder, { ...exchange, meter: 'cot-e-mian' }, options),
      /cot-e-main\?/,
    ],
    [
      'an exchange of the wrong form',
      () => appendExchange(folder, { ...exchange, at: 'today', closing: -1 }, options),
      /exchange\.at: .*found "today".*\n.*exchange\.closing: .*at least 0/,
    ],
    [
      'an exchange at the moment of another',
      () => appendExchange(folder, { ...exchange, meter: 'cot-g-main', at: '2026-02-03T09:30:00Z' }, options),
      /in order of time/,
    ],
    [
      'a meter with an id that is taken',
      () => appendMeter(folder, { ...water, id: 'cot-e-main' }, options),
      /used twice/,
    ],
    ['a meter on no site', () => appendMeter(folder, { ...water, site: 'cotage' }, options), /did you mean cottage\?/],
    [
      'a batch whose neighbour is of the wrong form',
      () => appendCertificates(folder, 'certificates', [wind, { ...wind, id: 'b', mwh: 1.5 }], options),
      /certificate\.2\.mwh: .*whole number/,
    ],
    [
      'a retirement of nothing',
      () => appendCertificates(folder, 'retirements', [{ ...retirement, certificate: 'wind' }], options),
      /retirement 1: certificate: there is no such certificate/,
    ],
    [
      'a batch that is retired again',
      () => {
        const twice = [retirement, { ...retirement, on: '2025-10-01' }];
        writeFileSync(join(folder, 'wind.yaml'), JSON.stringify({ certificates: [wind] }));
        appendCertificates(folder, 'retirements', twice, options);
      },
      /retired on 2025-09-01 already/,
    ],
    [
      'more than is left of a batch, at the line of the allocation',
      () => {
        const allocations = [7, 11].map((mwh) => ({ certificate: 'wind-may', meter: 'cot-e-main', mwh }));
        writeFileSync(join(folder, 'wind.yaml'), JSON.stringify({ certificates: [wind] }));
        appendCertificates(folder, 'allocations', allocations, options);
      },
      /^amendments\.yaml:\d+: .*certificate wind-may: allocations\.0\.mwh: the batch has 10 MWh, of which 0/m,
    ],
    [
      'a folder with problems already',
      () => {
        writeFileSync(join(folder, 'broken.yaml'), 'estate: [\n');
        appendMeter(folder, water, options);
      },
      /broken\.yaml:/,
    ],
    [
      'an amendments.yaml that somebody broke',
      () => {
        writeFileSync(join(folder, 'amendments.yaml'), 'exchanges: {\n');
        appendMeter(folder, water, options);
      },
      /amendments\.yaml:/,
    ],
  ];

  test('in eleven ways', () => expect(cases).toHaveLength(11));

  test.each(cases)('%s', (_, attempt, says) => {
    const names = () => readdirSync(folder).filter((name) => name !== 'broken.yaml' && name !== 'wind.yaml');
    const before = [amendments(), ...names()];
    expect(attempt).toThrow(says);
    expect([amendments().replace('exchanges: {\n', before[0] ?? ''), ...names()]).toEqual(before);
  });
});

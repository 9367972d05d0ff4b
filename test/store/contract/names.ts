import { expect, test } from 'vitest';
import { identityKey } from '../../../domain/readings/reading.ts';
import { startOfDay } from '../../../domain/time.ts';
import type { ReadingStore } from '../../../store/reading-store.ts';
import { always, day, halfHour, noon, reading, register } from './samples.ts';

/** Names that are awkward in line protocol, InfluxQL, SQL or a shell. All can be kept. */
const awkwardNames = [
  'ward 7, east=west',
  `the "old" house's`,
  'back\\slash inside',
  'trailing\\"',
  'höhe-µ-Ω-日本-🏥',
  '#not a comment',
  `x'; DROP DATABASE "meterhouse_readings"; --`,
  `x" OR 1=1 --`,
  `') or true --`,
  '$meter ${meter} %s {{7*7}}',
  '.*|(a|b)$^[c]+/',
  ' leading and trailing ',
  '-1',
  'null',
  'time',
];

/** Names that line protocol cannot hold. */
const impossibleNames = ['', 'line\nbreak', 'carriage\rreturn', 'nul\u0000', 'tab\there', 'ends in \\', 'lone \ud800'];

export function nameTests(store: () => ReadingStore): void {
  test.each(awkwardNames)('%s is kept as it is', async (name) => {
    const one = reading(name, noon, 4.5);
    const row = halfHour(name, noon, { site: `site ${name}`, utility: `use ${name}`, rule: name as never });
    const figure = day(name, startOfDay('2026-03-02'), { site: `site ${name}`, utility: `use ${name}` });
    expect((await store().write([one])).refused).toEqual([]);
    await store().writeHalfHours([row]);
    await store().writeDays([figure], []);
    expect(await store().readings(one, always, 10)).toEqual([one]);
    expect(await store().seriesOf(name)).toEqual([register(name)]);
    expect(await store().find([one])).toEqual(new Map([[identityKey(one), 4.5]]));
    expect(await store().before(one, noon + 1, 1)).toEqual([one]);
    expect(await store().halfHours([name], always)).toEqual([row]);
    expect(await store().days([name], always)).toEqual([figure]);
    const [sum] = await store().sumHalfHours([name], [noon, noon + 1800]);
    expect(sum).toMatchObject({ meter: name, energy: 1.5 });
  });

  test('a name that is asked for is never a pattern or a statement', async () => {
    await store().write([reading('pattern', noon, 1)]);
    await store().writeHalfHours([halfHour('pattern', noon)]);
    for (const name of ['.*', 'p.*n', `' OR meter != '`, '" or 1=1', `pattern' OR 'a'='a`, 'pattern|x', '\\', `\\'`]) {
      expect(await store().readings(register(name), always, 10)).toEqual([]);
      expect(await store().seriesOf(name)).toEqual([]);
      expect(await store().halfHours([name], always)).toEqual([]);
      expect([...(await store().sumHalfHours([name], [noon, noon + 1800]))]).toEqual([]);
      expect(await store().days([name], always)).toEqual([]);
    }
    // Nothing was dropped by what was asked.
    expect((await store().readings(register('pattern'), always, 10)).length).toBe(1);
  });

  test.each(impossibleNames)('the name %j is refused', async (name) => {
    const { refused } = await store().write([reading(name, noon, 1), reading('beside-impossible', noon, 1)]);
    expect(refused.map((entry) => entry.reading.meter)).toEqual([name]);
    expect(refused[0]?.reason).toContain('cannot be kept as a name');
    await expect(store().writeHalfHours([halfHour(name, noon)])).rejects.toThrow(/reading.refused-by-store/);
    await expect(store().writeDays([day('fine', noon, { site: name })], [])).rejects.toThrow(
      /reading.refused-by-store/,
    );
    expect(await store().readings(register(name), always, 10)).toEqual([]);
    expect((await store().readings(register('beside-impossible'), always, 10)).length).toBe(1);
  });
}

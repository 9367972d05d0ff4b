import { createServer, type Server } from 'node:net';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, test } from 'vitest';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import { readingsAnswerSchema } from '../../api/contract/readings.ts';
import { inboxCommand } from '../../cli/commands/inbox.ts';
import { addDays, dateOf, halfHourOf, type Period, toIso, utcDateOf } from '../../domain/time.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { LedgerLine } from '../../store/state-store.ts';
import { freePort, until } from '../servers/process.ts';
import { invoke } from './invoke.ts';
import { answerOf, finished, root, run, type Running, scratch } from './running.ts';

const ground = scratch();
afterAll(() => ground.remove());
const anyPort = ['--port', '0', '--broker-port', '0'];
const startOn = (data: string, ...flags: readonly string[]): readonly string[] => [
  'start',
  '--config',
  ground.config,
  '--data',
  join(ground.path, data),
  ...anyPort,
  ...flags,
];
const address = async (house: Running): Promise<string> => (await house.said(/(http:\S+)\/docs/))[1] ?? '';
const now = (): number => Math.floor(Date.now() / 1000);

/** What the state file says after the process has ended. */
function ledgerOf(data: string, to: string): { lines: readonly LedgerLine[]; life: Period } {
  const state = openStateStore(join(ground.path, data, 'state.sqlite'), { clock: now, holder: 'test' });
  const lines = state.ledger({ from: '2020-01-01', to });
  const life = JSON.parse(state.recall('simulated life') ?? '') as Period;
  state.close();
  return { lines, life };
}

async function readingsOf(api: string, meter: string, period: Period) {
  const query = new URLSearchParams({ meter, kind: 'register', from: toIso(period.from), to: toIso(period.to) });
  return readingsAnswerSchema.parse(await answerOf(`${api}/v1/readings?${query.toString()}`)).readings;
}

async function halfHoursOf(api: string, meter: string, period: Period) {
  const query = new URLSearchParams({
    by: 'meter',
    meter,
    bucket: 'half_hour',
    from: toIso(period.from),
    to: toIso(period.to),
  });
  return consumptionAnswerSchema.parse(await answerOf(`${api}/v1/consumption?${query.toString()}`)).figures;
}

describe('a first and a second start', () => {
  const quick = { env: { METERHOUSE_SIMULATOR_INTERVAL: '2s' } };
  const first = run(startOn('twice', '--months', '1'), quick);
  let api = '';

  test('shows progress, makes the history, and says where to look and what to do next', async () => {
    await first.said(/Making 3\d days of history\s+\d+ %/);
    api = await address(first);
    expect(first.output()).toContain('69 of 69 meters and outside series');
    expect(first.output()).toMatch(/Ready after [\d.]+ s/);
    for (const part of ['figures', 'API docs', 'metrics', 'broker', 'What to do next', 'docs/first-meter.md']) {
      expect(first.output()).toContain(part);
    }
    await first.said(/First live reading [\d.]+ s after the start: [a-z-]+ [\d.]+ (kWh|Wh|m³|l|ft³|[a-z]+)\n/);
  });

  test('has figures for every site, a page to read at the bare address, and readings from now', async () => {
    const today = dateOf(now());
    const query = `by=site&bucket=whole&from=${addDays(today, -30)}&to=${today}`;
    const { figures } = intensityAnswerSchema.parse(await answerOf(`${api}/v1/intensity?${query}`));
    expect(figures.length).toBe(11);
    expect(figures.filter(({ intensity_kwh_per_m2: kwh }) => !(kwh !== null && kwh > 1 && kwh < 100))).toEqual([]);
    // Wendmoor burns oil from a tank that is dipped a few times a year.
    const metered = figures.filter(({ place }) => place !== 'wendmoor');
    expect(metered.filter(({ measured_share: share }) => !(share !== null && share > 0.99))).toEqual([]);
    const page = await fetch(api);
    expect([page.status, page.url, page.headers.get('content-type')]).toEqual([
      200,
      `${api}/`,
      expect.stringContaining('text/html'),
    ]);
    expect(await page.text()).toContain('src="/assets/console.js"');
    await until('a live reading', async () => {
      return (await readingsOf(api, 'qui-e-main', { from: now() - 60, to: now() + 60 })).length > 0;
    });
  });

  test('a second start on the same data is refused with a sentence', async () => {
    const { exit, output } = await finished(startOn('twice', '--no-simulate'));
    expect(exit).toBe(6);
    expect(output).toMatch(/another process holds the embedded store.*To mend it:.*\[store\.in-use\]/);
    expect(output).not.toMatch(/^ {4}at /m);
  });

  test('Ctrl-C stops it, with nothing half-written and no process left', async () => {
    expect(await first.ended('SIGINT')).toBe(0);
    expect(first.output()).toMatch(/Stopping.*\n+Stopped\. Nothing was lost/);
    expect(readdirSync(join(ground.path, 'twice')).sort()).toEqual(['readings.duckdb', 'state.sqlite']);
  });

  test('started again it is up in seconds and goes on without a seam', async () => {
    const second = run(startOn('twice', '--months', '1'), quick);
    const again = await address(second);
    const [, seconds] = await second.said(/Ready after ([\d.]+) s/);
    expect(Number(seconds)).toBeLessThan(5);
    await second.said(/First live reading/);
    const began = halfHourOf(now());
    const span = { from: began - 7200, to: began + 1800 };
    for (const meter of ['qui-e-main', 'qui-g-main', 'qui-w-main', 'sal-e-main']) {
      const values = (await readingsOf(again, meter, span)).map(({ value }) => value);
      expect(values.length).toBeGreaterThan(4);
      expect({ meter, values }).toEqual({ meter, values: [...values].sort((a, b) => a - b) });
      const rules = (await halfHoursOf(again, meter, span)).map(({ rule }) => rule);
      expect(rules.length).toBeGreaterThan(2);
      const doubts = rules.filter((rule) => rule !== 'register' && rule !== null);
      expect({ meter, doubts }).toEqual({ meter, doubts: [] });
    }
    expect(await second.ended('SIGTERM')).toBe(0);
  });
});

test('killed while history is made, it goes on with whole meters and doubles nothing', async () => {
  const midnight = Math.floor(now() / 86_400) * 86_400;
  const first = run(startOn('killed', '--months', '1'));
  await first.said(/history\s+[345]\d %/);
  await first.ended('SIGKILL');
  expect(first.output()).not.toContain('100 %');
  const second = run(startOn('killed', '--months', '1'));
  await second.said(/Ready after/);
  const [, made = ''] = await second.said(/history\s+\d+ % (\d+) of 69 meters/);
  expect(Number(made)).toBeGreaterThan(18);
  expect(await second.ended('SIGINT')).toBe(0);

  const { lines, life } = ledgerOf('killed', utcDateOf(midnight - 1));
  const days = Math.floor((midnight - life.from) / 86_400);
  const byMeter = Map.groupBy(lines, ({ meter }) => meter);
  // All but the meter that is dipped by hand; the weather and the grid are among them.
  expect(byMeter.size).toBe(68);
  for (const [meter, own] of byMeter) {
    const whole = own.slice(-days);
    // One register message each half-hour, each day of receipt counted once; a Sparkplug node is born besides.
    const decoded = new Set(whole.map(({ messages }) => messages.decoded));
    const odd = own.filter(({ messages, readings }) => {
      return messages.received !== messages.decoded + messages.ignored || readings.decoded !== readings.stored;
    });
    expect({ meter, days: whole.length, decoded, odd }).toEqual({ meter, days, decoded: new Set([48]), odd: [] });
  }
});

test('stopped while history is made, it says so and leaves nothing open', async () => {
  const house = run(startOn('stopped', '--months', '3'));
  await house.said(/history\s+1\d %/);
  expect(await house.ended('SIGINT')).toBe(0);
  expect(house.output()).toContain('Stopped while history was being made. The next start goes on with it.');
  expect(house.output()).not.toContain('Ready');
});

test('taken ports are told before any history is made, both at once', async () => {
  const listen = async (): Promise<Server> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const servers = [await listen(), await listen()];
  const [api = 0, broker = 0] = servers.map((server) => {
    const at = server.address();
    return typeof at === 'object' && at !== null ? at.port : 0;
  });
  const taken = ['--port', String(api), '--broker-port', String(broker)];
  const { exit, output } = await finished(startOn('taken', ...taken));
  for (const server of servers) server.close();
  expect(exit).toBe(3);
  expect(output).toMatch(new RegExp(`127.0.0.1:${api}: the API cannot listen.*EADDRINUSE.*--port.*To mend it:`));
  expect(output).toMatch(new RegExp(`127.0.0.1:${broker}: the embedded broker cannot listen.*--broker-port`));
  expect(output).not.toContain('history');
  expect(output).not.toContain('Stopped');
});

describe('docs/first-meter.md, followed word by word', () => {
  const page = readFileSync(join(root, 'docs/first-meter.md'), 'utf8');
  const [estate = '', config = ''] = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, text]) => text ?? '');
  const folder = join(ground.path, 'first-meter');
  const inside = { cwd: folder };
  mkdirSync(join(folder, 'my-estate'), { recursive: true });
  writeFileSync(join(folder, 'my-estate/estate.yaml'), estate);
  writeFileSync(join(folder, 'meterhouse.yaml'), config);

  test('the estate on it is sound', async () => {
    const { exit, output } = await finished(['check'], inside);
    expect([exit, output.trim()]).toEqual([0, 'my-estate: sound. 1 organisation, 1 site, 1 meter, 0 warnings.']);
    expect(page).toContain(output.trim());
  });

  test('its meter arrives, and doctor tells a silent meter from one that speaks', async () => {
    const port = String(await freePort());
    const broker = String(await freePort());
    const house = run(['start', '--port', port, '--broker-port', broker], inside);
    const api = await address(house);
    expect(house.output()).not.toContain('history');
    const env = { METERHOUSE_API_PORT: port, METERHOUSE_BROKER_PORT: broker };
    const silent = await finished(['doctor'], { ...inside, env });
    expect(silent.exit).toBe(8);
    expect(silent.output).toContain('boiler-house-gas         never heard; expected every 30 min on boiler-house/gas');

    const device = await connectAsync(`mqtt://127.0.0.1:${broker}`);
    await device.publishAsync('boiler-house/gas', '48211.7', { qos: 1 });
    await device.publishAsync('boiler-house/water', '11', { qos: 1 });
    await device.endAsync();
    const readings = await readingsOf(api, 'boiler-house-gas', { from: now() - 60, to: now() + 60 });
    expect(readings.map(({ value, unit }) => [value, unit])).toEqual([[48211.7, 'm3']]);
    const quarantine = await answerOf(`${api}/v1/quarantine?code=message.unregistered`);
    expect(quarantine).toMatchObject({ messages: [{ topic: 'boiler-house/water', payload_text: '11' }] });

    // The inbox proposes the meter; accepted, what was heard before is its first reading.
    const inbox = async (words: readonly string[], flags = {}) =>
      await invoke(inboxCommand, { api, ...flags }, { words });
    await until('the inbox lists it', async () => (await inbox(['list'])).said.includes('boiler-house/water'));
    expect((await inbox(['list'])).said).toMatch(
      /^1 {2}boiler-house\/water {2}number, 1 meter\n {4}1 message, last .*: 11\n/,
    );
    expect((await inbox(['show', '1'])).said).toContain('unit: m3  # guessed');
    const wish = { site: 'my-hospital', id: 'boiler-house-w', name: 'Water to the boiler house' };
    const accepted = await inbox(['accept', '1'], wish);
    expect(accepted.said).toContain('boiler-house-w is in the register. 1 message decoded that had waited.');
    const water = await readingsOf(api, 'boiler-house-w', { from: now() - 600, to: now() + 60 });
    expect(water.map(({ value, unit }) => [value, unit])).toEqual([[11, 'm3']]);
    await expect(inbox(['accept', '1'], { ...wish, id: 'again' })).rejects.toThrow(/would be of boiler-house-w/);

    const well = await finished(['doctor'], { ...inside, env });
    expect(well.output).toMatch(/broker: answers at .*\nstore: is ready/);
    expect(well.output).toMatch(
      / {2}boiler-house-gas +heard .* s ago\n {2}boiler-house-w +heard .* ago\nmeters: 2 of 2/,
    );
    expect(well.exit).toBe(0);
    const quiet = await finished(['doctor', '--parts', '--quiet'], { ...inside, env });
    expect([quiet.exit, quiet.output]).toEqual([0, '']);

    // A change of the folder is taken up; one with a problem is refused whole, and said.
    writeFileSync(join(folder, 'my-estate/estate.yaml'), estate.replace('name: My Hospital', 'naem: My Hospital'));
    await house.said(/the estate folder has problems; the register before them stays in use/);
    writeFileSync(join(folder, 'my-estate/estate.yaml'), estate.replace('My Hospital', 'Our Hospital'));
    await house.said(/The changed estate folder is in use: My estate, 1 site, 2 meters\./);
    expect(await house.ended('SIGINT')).toBe(0);
    const gone = await finished(['doctor'], { ...inside, env });
    expect(gone.exit).toBe(5);
    expect(gone.output).toMatch(/the MQTT broker does not answer.*To mend it/);
    expect(gone.output).toMatch(/the store of readings does not answer \(`meterhouse start` does not run/);
  });

  test('a folder with problems is refused with all of them', async () => {
    const mistaken = join(ground.path, 'ten-mistakes');
    cpSync(join(root, 'test/store/fixtures/ten-mistakes'), mistaken, { recursive: true });
    const { exit, output } = await finished(startOn('never', '--estate', mistaken));
    expect(exit).toBe(4);
    expect(output.trim().split('\n').length).toBe(10);
    expect(output.match(/To mend it: .* \[estate\.[a-z-]+\]$/gm)?.length).toBe(10);
  });
});

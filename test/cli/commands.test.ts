import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { apiCommand } from '../../cli/commands/api.ts';
import { checkCommand } from '../../cli/commands/check.ts';
import { decodeCommand } from '../../cli/commands/decode.ts';
import { ingestCommand } from '../../cli/commands/ingest.ts';
import { commandNames, everyCommand } from '../../cli/commands.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { decoders } from '../../ingest/decoders/index.ts';
import { invoke } from './invoke.ts';
import { answerOf, finished, program, root, run, scratch } from './running.ts';
import { typed } from './typed.ts';

const commands = await everyCommand();
const ground = scratch();
afterAll(() => ground.remove());
const fixture = (name: string): string => join(root, 'test/store/fixtures', name);
/** As `typed`, with the code that a shell gets. */
async function answered(words: readonly string[]): Promise<{ exit: number; output: string }> {
  const said = await typed(words);
  return { exit: exitCodes[said.exit].code, output: `${said.output}\n` };
}
const sample = { estate: join(root, 'estates/sample') };

describe('help', () => {
  test('there are more than ten commands, each under its own name', () => {
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.map(({ name }) => name)).toEqual(commandNames);
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    '%s --help needs no manual',
    async (name, command) => {
      const { exit, output } = await answered([name, '--help']);
      expect(exit).toBe(0);
      expect(output).toContain(command.summary);
      // An example that can be typed, and a sentence for each option.
      expect(output).toMatch(new RegExp(`^ {2}meterhouse ${name}`, 'm'));
      const options = Object.entries(command.options);
      expect(options.length).toBeGreaterThan(0);
      for (const [flag, { describes }] of options) {
        expect(output).toContain(`--${flag}`);
        expect({ flag, isSaid: describes.length > 9 }).toEqual({ flag, isSaid: true });
      }
    },
  );

  test.each([[[]], [['help']], [['--help']], [['-h']]])(
    'meterhouse %j lists commands and exit codes',
    async (words) => {
      const { exit, output } = await answered(words);
      expect(exit).toBe(0);
      for (const { name, summary } of commands)
        expect(output).toMatch(new RegExp(`^ {2}${name} +${summary.slice(0, 20)}`, 'm'));
      for (const { code, says } of Object.values(exitCodes)) expect(output).toContain(`  ${code}  ${says}`);
    },
  );

  test('help COMMAND is COMMAND --help; --version says both versions', async () => {
    const both = await Promise.all([answered(['help', 'decode']), answered(['decode', '--help'])]);
    expect(both[0]).toEqual(both[1]);
    const version = await finished(['--version']);
    expect(version.output).toMatch(/^meterhouse \d+\.\d+\.\d+, Node\.js v26\./);
  });
});

describe('what is not understood', () => {
  test.each([
    [['strat'], "There is no command 'strat'; did you mean 'start'?"],
    [['frobnicate'], "There is no command 'frobnicate'; there are start, check,"],
    [['help', 'chekc'], "did you mean 'check'?"],
    [['start', '--prot', '1'], "There is no option '--prot'; did you mean '--port'?"],
    [['check', '--frobnicate'], "There is no option '--frobnicate'; there are --config,"],
    [['start', '--port'], "'--port <value>' argument missing"],
    [['start', 'now'], 'now'],
    [
      ['plan', '--step', '2'],
      'meterhouse plan page takes no --step; it takes --organisation, --site, --out, --format.',
    ],
    [['plan', 'savings', '--step', '2'], 'meterhouse plan savings takes no --step; it takes --organisation, --site,'],
    [['plan', 'trajectory', '--site', 'one'], 'takes no --site; it takes --organisation,'],
    [['alerts', 'acknowledge', 'a-1', '--reason', 'none'], 'takes no --reason; it takes --version.'],
    [['key', '--data', join(ground.path, 'unused')], 'meterhouse key make NAME | list | revoke ID'],
  ])('%j ends with 2 and what was meant', async (words, said) => {
    const { exit, output } = await answered(words);
    expect(output).toContain(said);
    expect(output).not.toMatch(/^ {4}at /m);
    expect(exit).toBe(exitCodes.usage.code);
  });

  test('a process whose output nobody reads on ends without a word', async () => {
    const piped = 'node "$0" help | true; echo "ended with ${PIPESTATUS[0]}"';
    const { output } = await finished([piped, program], { node: 'bash', program: '-c' });
    expect(output).toBe('ended with 0\n');
  });

  test('a real process ends with the same code, without a stack trace', async () => {
    const { exit, output } = await finished(['strat']);
    expect([exit, output]).toEqual([2, "There is no command 'strat'; did you mean 'start'?\n"]);
  });
});

describe('what cannot begin', () => {
  test('a configuration with mistakes ends with 3 and all of them', async () => {
    const file = join(ground.path, 'bad.yaml');
    writeFileSync(file, 'api:\n  port: eighty\nstore:\n  kind: influxdb\n');
    const { exit, output } = await finished(['start', '--config', file]);
    expect(exit).toBe(exitCodes.config.code);
    expect(output.trim().split('\n').length).toBe(3);
  });

  test('a configuration file that is not there is told', async () => {
    const { exit, output } = await answered(['check', '--config', join(ground.path, 'none.yaml')]);
    expect(exit).toBe(exitCodes.config.code);
    expect(output).toContain('none.yaml');
  });

  test('a data folder that cannot be made is a sentence and 6', async () => {
    const { exit, output } = await finished(['start', '--data', join(ground.config, 'below-a-file')]);
    expect(exit).toBe(exitCodes.store.code);
    expect(output).toMatch(/below-a-file: the state file cannot be read or written.*To mend it:/);
    expect(output).not.toMatch(/^ {4}at /m);
  });

  test.each([ingestCommand, apiCommand])(
    '$name with the embedded store is refused: it lives inside start',
    async (command) => {
      await expect(invoke(command, { ...sample, data: ground.path })).rejects.toThrow(
        /the embedded store works inside `meterhouse start` only.*found duckdb; expected influxdb/,
      );
    },
  );

  test('certificates that cannot be read are all named', async () => {
    const env = {
      METERHOUSE_BROKER_TLS_CA: '/nowhere/ca.pem',
      METERHOUSE_BROKER_TLS_KEY: '/nowhere/key.pem',
    };
    const { exit, output } = await finished(['simulate'], { env });
    expect(exit).toBe(exitCodes.config.code);
    expect(output).toMatch(/broker\.tls_ca.*found \/nowhere\/ca\.pem.*\n.*broker\.tls_key/);
  });
});

describe('check', () => {
  test('a sound folder is counted', async () => {
    const { exit, output } = await answered(['check', join(root, 'estates/sample')]);
    expect(exit).toBe(0);
    expect(output).toMatch(/sound\. 4 organisations, 11 sites, 64 meters, 0 warnings\./);
  });

  test('ten mistakes are ten problems in one run, each with file, line and how to mend it', async () => {
    const { exit, output } = await finished(['check', fixture('ten-mistakes')]);
    expect(exit).toBe(exitCodes.estate.code);
    const said = output.split('\n').filter((line) => line.includes('[estate.'));
    const problems = said.filter((line) => !line.includes('[estate.doubt]'));
    expect(problems.length).toBe(10);
    expect(problems.filter((line) => !/^\S+:\d+: .*To mend it: /.test(line))).toEqual([]);
    expect(output).toContain('10 problems. Nothing of the folder is used until they are mended.');
  });

  test('a missing folder is a sentence and 4', async () => {
    const { exit, said } = await invoke(checkCommand, {}, { words: [join(ground.path, 'nowhere')] });
    expect(exit).toBe('estate');
    expect(said).toMatch(/nowhere.*cannot be read.*To mend it: check that the path exists/);
  });

  test('says what it does not check', async () => {
    expect(checkCommand.details).toMatch(/does not check: .*broker.*decode.*/s);
    await Promise.resolve();
  });
});

describe('decode', () => {
  const examples: Readonly<
    Record<string, { payload: string; flags?: Readonly<Record<string, string>>; says: string }>
  > = {
    meterhouse: {
      payload:
        '{"v":1,"at":"2026-11-23T18:00:00Z","readings":[{"quantity":"energy","kind":"register","value":5,"unit":"kWh"}]}',
      says: 'meter  energy register  5 kWh  2026-11-23T18:00:00Z',
    },
    number: {
      payload: '12345.6\n',
      flags: { unit: 'm3', utility: 'gas' },
      says: 'meter  volume register  12345.6 (m³, the unit',
    },
    'shelly-gen2': {
      payload:
        '{"src":"shellypro3em-1","dst":"x","method":"NotifyStatus","params":{"ts":1795457600.0,"emdata:0":{"id":0,"total_act":5000.5,"total_act_ret":0}}}',
      says: 'meter  energy register  5000.5 Wh',
    },
    'tasmota-sensor': {
      payload: '{"Time":"2026-11-23T18:00:00","ENERGY":{"Total":12.5,"Power":100}}',
      says: 'meter  energy register  12.5 kWh',
    },
    wmbusmeters: {
      payload:
        '{"media":"water","meter":"iperl","name":"w","id":"12345678","total_m3":7.25,"timestamp":"2026-11-23T18:00:00Z"}',
      flags: { unit: 'm3', utility: 'water' },
      says: 'meter  volume register  7.25 m³',
    },
  };

  const forgetful = [...decoders.values()].filter((decoder) => decoder.memoryKey === undefined);
  test('most decoders need no memory', () => expect(forgetful.length).toBeGreaterThanOrEqual(10));

  test.each(forgetful)('$name reads one of its own field messages', async (decoder) => {
    const example = decoder.examples.find(({ gives }) => 'readings' in gives && gives.readings.length > 0);
    const { unit = 'kWh', utility = 'electricity', channel } = example?.meters[0] ?? {};
    const flags = { decoder: decoder.name, topic: example?.topic ?? '', unit, utility };
    const { exit, said } = await invoke(decodeCommand, channel === undefined ? flags : { ...flags, channel }, {
      input: example?.payload ?? '',
    });
    expect(said).toMatch(new RegExp(`^${decoder.name}: \\d reading`));
    expect(exit).toBe('ok');
  });

  test.each(Object.entries(examples))('%s reads this message', async (decoder, { payload, flags = {}, says }) => {
    const { exit, said } = await invoke(decodeCommand, { decoder, ...flags }, { input: payload });
    expect(said).toContain(says);
    expect(exit).toBe('ok');
  });

  test('from a file, on a topic of the estate, and as JSON', async () => {
    const file = join(ground.path, 'message.json');
    writeFileSync(file, examples['meterhouse']?.payload ?? '');
    const flags = { ...sample, topic: 'meterhouse/sal-e-main' };
    const plain = await invoke(decodeCommand, flags, { words: [file] });
    expect(plain).toEqual({
      exit: 'ok',
      said: 'meterhouse: 1 reading\n  sal-e-main  energy register  5 kWh  2026-11-23T18:00:00Z',
    });
    const { said } = await invoke(decodeCommand, { ...flags, json: true }, { words: [file] });
    expect(JSON.parse(said)).toMatchObject([{ decoder: 'meterhouse', readings: [{ meter: 'sal-e-main', value: 5 }] }]);
  });

  test('on an unknown topic all are tried, and those that find a reading are shown', async () => {
    const { exit, said } = await invoke(decodeCommand, { ...sample, topic: 'nobody/here' }, { input: '48211.7' });
    expect(exit).toBe('ok');
    expect(said.split('\n')).toEqual([
      "No meter of the estate listens to 'nobody/here': every decoder is tried.",
      'number: 1 reading',
      '  meter  energy register  48211.7 (kWh, the unit of the meter)  no time of its own',
    ]);
  });

  test('a message with nothing to keep is understood', async () => {
    const input = '{"src":"shellypro3em-1","dst":"x","method":"NotifyEvent","params":{"ts":1795457600,"events":[]}}';
    const { exit, said } = await invoke(decodeCommand, { decoder: 'shelly-gen2' }, { input });
    expect([exit, said]).toEqual(['ok', expect.stringContaining('shelly-gen2: understood, nothing to keep')]);
  });

  test.each([
    ['nothing', ''],
    ['words', 'on\n'],
    ['binary', Buffer.from([0, 255, 1, 254])],
    ['NaN', 'NaN'],
    ['deep nesting', '['.repeat(5000)],
    ['a string for a number', '"48211.7"'],
  ])('%s cannot be read by the number decoder: 7 and why', async (_name, input) => {
    const { exit, said } = await invoke(decodeCommand, { decoder: 'number' }, { input });
    expect(exit).toBe('message');
    expect(said).toMatch(/^number: cannot read it: .+ \[[a-z]+\.[a-z-]+\]$/);
  });

  describe('--mapping', () => {
    const file = join(root, 'ingest/mappings/zigbee2mqtt.yaml');
    const input = '{"energy":10.48,"power":"x","energy_l1":4,"last_seen":"2026-11-23T19:00:12+01:00"}';
    const decode = (flags: Record<string, string>, payload = input) =>
      invoke(decodeCommand, { topic: 'zigbee2mqtt/kitchen/plug', ...flags }, { input: payload });

    test('says which rule was taken, what each output gave, and which time was used', async () => {
      const { exit, said } = await decode({ mapping: file });
      expect(exit).toBe('ok');
      expect(said).toContain('  rule device: reads this topic\n  time: 2026-11-23T18:00:12Z\n  energy: 10.48 kWh\n');
      expect(said).toContain(
        '  power: refused, power is "x"\n  produced_energy || energy_produced: not in the message\n',
      );
      expect(said).toContain('zigbee2mqtt: 2 readings\n  meter  energy register  10.48 kWh  2026-11-23T18:00:12Z\n');
      expect(said).toContain('  channel l1  energy register  4 kWh');
    });

    test('says why nothing was read', async () => {
      expect((await decode({ mapping: file, channel: 'l3' })).said).toContain('energy_l3: not in the message');
      expect((await decode({ mapping: file }, 'online')).exit).toBe('message');
      expect((await decode({ mapping: file, topic: 'other/topic' })).said).toContain('no rule reads this topic');
    });

    test('needs no examples yet', async () => {
      const draft = join(ground.path, 'draft.yaml');
      writeFileSync(draft, readFileSync(file, 'utf8').replace(/^examples:[^]*/m, ''));
      expect((await decode({ mapping: draft })).said).toContain('zigbee2mqtt: 2 readings\n');
    });

    test('says everything that is wrong with the file', async () => {
      const bad = join(ground.path, 'bad.yaml');
      writeFileSync(
        bad,
        readFileSync(file, 'utf8').replace('value: energy }', 'value: "energy(" }').replace('unit: W,', 'unit: V,'),
      );
      await expect(decode({ mapping: bad })).rejects.toThrow(/bad.yaml:\d+: .*unit.*\n?.*/);
    });
  });

  test('as a process it reads a file, and ends with 7 where nobody can read it', async () => {
    const file = join(ground.path, 'words.txt');
    writeFileSync(file, 'nothing of use');
    expect((await finished(['decode', file])).exit).toBe(exitCodes.message.code);
    const none = await finished(['decode', join(ground.path, 'no-file')]);
    expect([none.exit, none.output]).toEqual([
      exitCodes.message.code,
      expect.stringContaining('a file that can be read'),
    ]);
  });

  test.each([
    [{ decoder: 'shelly' }, /--decoder.*found shelly; expected one of meterhouse/],
    [{ decoder: 'number', unit: 'kwhs' }, /--unit/],
  ])('%j is refused', async (flags, sentence) => {
    await expect(invoke(decodeCommand, flags, { input: '1' })).rejects.toThrow(sentence);
  });
});

describe('key', () => {
  test('made once, listed without its secret, taken by a running API, and refused after revoke', async () => {
    const data = join(ground.path, 'keys');
    mkdirSync(data);
    const on = ['--config', ground.config, '--data', data];
    const empty = await answered(['key', 'list', ...on]);
    expect(empty.output).toContain('There are no keys. Make one: meterhouse key make NAME');
    const house = run(['start', ...on, '--no-simulate', '--port', '0', '--broker-port', '0'], {
      env: { METERHOUSE_API_AUTH: 'keys' },
    });
    const [, api = ''] = await house.said(/(http:\S+)\/docs/);
    const made = await answered(['key', 'make', 'Facilities', '--role', 'read', '--site', 'quillby', ...on]);
    const [secret = ''] = /^mh_\S+$/m.exec(made.output) ?? [];
    expect(made.output).toContain('the only time the key is shown');
    const list = await answered(['key', 'list', ...on]);
    expect(list.output).toMatch(/^[0-9a-f]{1,12} {2}read {2}Facilities {2}sees quillby {2}made 20/);
    // The secret part may itself hold underscores.
    const [, hidden = ''] = /^mh_[0-9a-f]+_(.{20,})$/.exec(secret) ?? [];
    expect(hidden).not.toBe('');
    expect(list.output).not.toContain(hidden);

    const headers = { authorization: `Bearer ${secret}` };
    const status = async (with_: Readonly<Record<string, string>>): Promise<number> =>
      (await fetch(`${api}/v1/sites`, { headers: with_ })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer mh_0_wrong' })).toBe(401);
    expect(await answerOf(`${api}/v1/sites`, headers)).toMatchObject({ sites: [{ id: 'quillby' }] });
    const [id = ''] = list.output.split(' ');
    expect((await answered(['key', 'revoke', id, ...on])).output).toContain(`Key ${id} is revoked.`);
    expect(await status(headers)).toBe(401);
    expect((await answered(['key', 'revoke', '000000', ...on])).exit).toBe(exitCodes.usage.code);
    const role = await answered(['key', 'make', 'x', '--role', 'king', ...on]);
    expect([role.exit, role.output]).toEqual([2, expect.stringContaining('found king; expected one of read, operate')]);
    expect(await house.ended('SIGINT')).toBe(0);
    for (const name of readdirSync(data)) expect(readFileSync(join(data, name)).includes(secret)).toBe(false);
  });
});

test('nothing of all this was written into the clone', () => {
  expect(['data', 'meterhouse.yaml'].filter((name) => existsSync(join(root, name)))).toEqual([]);
});

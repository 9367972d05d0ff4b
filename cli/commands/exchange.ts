import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Command } from '../command.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { reasonOption, wordOf } from '../said.ts';

export const exchangeCommand: Command = {
  name: 'exchange',
  summary: 'record that a meter was exchanged, also afterwards',
  words: 'METER',
  details: `
The closing register is the last number on the face of the old meter, the opening register the first on that of the new
one. Both are checked against the readings next to them. The exchange is written to amendments.yaml of the estate
folder, and the whole life of the meter is worked out again. When the two faces were read apart in time, say the moment
the old meter stopped. One that should not be there is taken out of amendments.yaml by hand.

  meterhouse exchange ward-3 --at 2026-03-03T10:40Z --closing 449966.2 --opening 12 --reason 'certification ran out'`,
  options: {
    ...clientOptions,
    at: { type: 'string', value: 'WHEN', describes: 'the moment: an instant with its offset, 2026-03-03T10:40Z' },
    closing: { type: 'string', value: 'NUMBER', describes: 'last register of the old meter, as its face shows it' },
    opening: { type: 'string', value: 'NUMBER', describes: 'first register of the new meter' },
    serial: { type: 'string', value: 'TEXT', describes: 'serial number of the new meter' },
    digits: { type: 'string', value: 'NUMBER', describes: 'whole digits of the new register, where they differ' },
    reason: reasonOption,
    anyway: { type: 'boolean', describes: 'take it although a register does not fit the readings' },
  },
  async run(invocation) {
    const { flags, words, terminal } = invocation;
    const [meter] = words;
    if (meter === undefined || words.length > 1) {
      terminal.warn(`meterhouse exchange ${exchangeCommand.words}`);
      return 'usage';
    }
    const number = (flag: string): number => {
      const said = wordOf(flags, flag);
      const value = Number(said);
      if (said.trim() !== '' && Number.isFinite(value)) return value;
      throw new ProblemError([{ code: 'command.invalid', where: `--${flag}`, found: said, expected: 'a number' }]);
    };
    // Without seconds, as people write it.
    const at = wordOf(flags, 'at').replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?=Z|[+-])/, '$1:00');
    const body = {
      at,
      closing: number('closing'),
      opening: number('opening'),
      ...(flags['serial'] === undefined ? {} : { serial: flags['serial'] }),
      ...(flags['digits'] === undefined ? {} : { digits: number('digits') }),
      reason: wordOf(flags, 'reason'),
      anyway: flags['anyway'] === true,
    };
    const house = houseClient(invocation);
    const { job } = await house.post(`/v1/meters/${encodeURIComponent(meter)}/exchanges`, body, jobAnswerSchema);
    await house.awaitJob(job, `the exchange of ${meter}`);
    terminal.say(`The exchange of ${meter} at ${at} is recorded; its half-hours are worked out again.`);
    return 'ok';
  },
};

import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { purgeAnswerSchema } from '../../api/contract/purges.ts';
import type { Command } from '../command.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { reasonOption, wordOf } from '../said.ts';

export const purgeCommand: Command = {
  name: 'purge',
  summary: 'remove readings that have had their time; first it only says what would go',
  words: 'readings',
  details: `
Without --yes nothing is removed: it says how many readings of which meters would go. Half-hours, days and all that
people did stay. Of each series the last reading before the date stays, so that what follows has something to count
from. It is refused, with the sign-off named, where a signed figure rests on the readings; such a figure holds them for
seven years.

  meterhouse purge readings --before 2019-04-01
  meterhouse purge readings --before 2019-04-01 --yes --reason 'retention of seven years'`,
  options: {
    ...clientOptions,
    before: { type: 'string', value: 'DATE', describes: 'readings before this London date' },
    yes: { type: 'boolean', describes: 'remove them; without it nothing is removed' },
    reason: reasonOption,
  },
  async run(invocation) {
    const { words, flags, terminal } = invocation;
    if (words.length !== 1 || words[0] !== 'readings') {
      terminal.warn(`meterhouse purge ${purgeCommand.words}`);
      return 'usage';
    }
    const before = wordOf(flags, 'before');
    const house = houseClient(invocation);
    if (flags['yes'] !== true) {
      const path = `/v1/purges/readings?before=${encodeURIComponent(before)}`;
      const { readings, meters, sign_offs } = await house.get(path, purgeAnswerSchema);
      for (const { meter, readings: own } of meters) terminal.say(`${meter}  ${own}`);
      terminal.say(`${readings} readings before ${before} would go. Nothing was removed.`);
      if (sign_offs.length > 0) terminal.say(`It would be refused: sign-offs ${sign_offs.join(', ')} rest on them.`);
      return 'ok';
    }
    const body = { before, reason: wordOf(flags, 'reason') };
    const { job } = await house.post('/v1/purges/readings', body, jobAnswerSchema);
    const result = (await house.awaitJob(job, `purge of readings before ${before}`)) as { readonly readings: number };
    terminal.say(`${result.readings} readings before ${before} were removed.`);
    return 'ok';
  },
};

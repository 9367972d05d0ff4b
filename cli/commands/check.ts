import { routeFaults } from '../../api/delivery/route-faults.ts';
import { type Problem, sayProblem } from '../../domain/problems.ts';
import { type Command, configOptions } from '../command.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { readChannels } from '../read-channels.ts';
import { countOf } from '../terminal.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'report every problem of the configuration and the estate folder at once',
  words: '[FOLDER]',
  details: `
Each problem with its file and line, what was found, what is allowed and the nearest known name. Warnings do not fail.

It does not check: whether the broker and the store can be reached (\`doctor\` does), whether a topic is really spoken
on, whether a message fits its decoder (\`decode\` does), nor whether areas, ratings and factors are true.

  meterhouse check estates/sample`,
  options: configOptions,
  async run(invocation) {
    const config = invocation.config();
    const folder = invocation.words[0] ?? config.estate;
    const channels = readChannels(config.delivery.channels);
    const reading = readEstateFolder(folder, estateOptions);
    const say = (problem: Problem): void => invocation.terminal.say(sayProblem(problem));
    for (const warning of reading.warnings) say(warning);
    if (reading.problems) {
      for (const problem of reading.problems) say(problem);
      const count = countOf(reading.problems.length, 'problem');
      invocation.terminal.warn(`${folder}: ${count}. Nothing of the folder is used until they are mended.`);
      return 'estate';
    }
    const { organisations, sites, meters } = reading.estate;
    const faults = channels.size === 0 ? [] : routeFaults(reading.estate, channels);
    for (const fault of faults) invocation.terminal.warn(`${fault}.`);
    const counts = [
      countOf(organisations.size, 'organisation'),
      countOf(sites.size, 'site'),
      countOf(meters.size, 'meter'),
      countOf(reading.warnings.length, 'warning'),
    ];
    invocation.terminal.say(`${folder}: sound. ${counts.join(', ')}.`);
    return 'ok';
  },
};

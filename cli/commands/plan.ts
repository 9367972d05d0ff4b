import type { Command } from '../command.ts';
import { clientOptions } from '../house-client.ts';
import { measureVerbs, savingVerbs } from '../plan-measures.ts';
import { modelVerbs } from '../plan-model.ts';
import { pageVerbs } from '../plan-page.ts';
import { readinessVerbs } from '../plan-readiness.ts';
import { standingVerbs } from '../plan-standing.ts';
import type { PlanVerbs } from '../plan-verb.ts';
import { optionsOfVerbs, runVerb, wordsOfVerbs } from '../verb.ts';

/** What can be asked of the plan and done with it, in the order of the help. */
const verbs: PlanVerbs = {
  ...pageVerbs,
  ...measureVerbs,
  ...standingVerbs,
  ...savingVerbs,
  ...modelVerbs,
  ...readinessVerbs,
};

const everyVerb = Object.values(verbs);

export const planCommand: Command = {
  name: 'plan',
  summary: 'the four-step plan: where sites stand, measures and what they saved, and the way to the targets',
  words: wordsOfVerbs(verbs),
  details: `
${wrapped(['Without a verb, page.', ...everyVerb.map(({ says }) => says)].join(' '))}

${everyVerb.flatMap(({ examples }) => examples.map((example) => `  meterhouse plan ${example}`)).join('\n')}`,
  options: { ...clientOptions, ...optionsOfVerbs(verbs) },
  run: async (invocation) => await runVerb('plan', verbs, 'page', invocation),
};

/** Text in lines of at most 116 characters. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length < 116) lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

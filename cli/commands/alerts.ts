import { actingVerbs } from '../alert-acts.ts';
import { tellingVerbs } from '../alert-deliveries.ts';
import { readingVerbs } from '../alert-list.ts';
import { tryingVerbs } from '../alert-trial.ts';
import type { Command } from '../command.ts';
import { clientOptions } from '../house-client.ts';
import { optionsOfVerbs, runVerb, type Verbs, wordsOfVerbs } from '../verb.ts';

/** What can be done with alerts, in the order of the help. */
const verbs: Verbs = { ...readingVerbs, ...actingVerbs, ...tryingVerbs, ...tellingVerbs };

export const alertsCommand: Command = {
  name: 'alerts',
  summary: 'see what is abnormal and what it costs, take it up, close it, and see what mending saved',
  words: wordsOfVerbs(verbs),
  details: `
An alert is one cause of abnormal use, from its first half-hour to its last: what, where, since when, how sure, what it
costs a week, and what to look at first. Without a verb, those that somebody may have to do something about are listed,
those that matter most and cost most first. Who takes one up acknowledges it; shelve puts it away until a date, but
what matters at once is told nevertheless. What is closed as mended is watched at its meter, which books the saving or
opens the alert again; usual is how it is to be, and learned; none counts as a nuisance. All of it is kept for ever.
rules are the numbers by which something is looked for at each meter, watched how small a change would be found; try
says what a rule would have raised, beside what the rule that holds does.
channels are the ways by which people are told, test-send tries one, deliveries says what was told to whom and what
could not be, and load how much each is told.

  meterhouse alerts --site saltmere-general --overdue
  meterhouse alerts show a-17
  meterhouse alerts show a-17 --out a-17.svg
  meterhouse alerts assign a-17 --owner 'M. Okafor' --due 2026-04-02
  meterhouse alerts shelve a-17 --until 2026-04-13 --reason 'the pump comes after Easter'
  meterhouse alerts close a-17 --as mended --reason 'ball valve of the roof cistern'
  meterhouse alerts savings --out savings.xlsx
  meterhouse alerts rules --meter ward-3 --kind left_on
  meterhouse alerts try --rule left_on --set hours=6 --site saltmere-general --from 2026-01-01 --to 2026-04-01
  meterhouse alerts test-send duty-mail
  meterhouse alerts deliveries --state undelivered,waiting
  meterhouse alerts load --from 2026-03-01 --to 2026-04-01`,
  options: { ...clientOptions, ...optionsOfVerbs(verbs) },
  run: async (invocation) => await runVerb('alerts', verbs, 'list', invocation),
};

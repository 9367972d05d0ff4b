import { toIso } from '../../domain/time.ts';
import { type FaultKind, faultKinds } from '../../simulators/faults.ts';
import { type FaultScore, rightNames } from '../../simulators/score-faults.ts';

/** The page of a score, as measured. */
export function scorePage(score: FaultScore, seeds: number, meters: number): string {
  const scored = faultKinds.filter((kind) => rightNames[kind].length > 0);
  const harmless = faultKinds.filter((kind) => rightNames[kind].length === 0);
  const rows = scored.map((kind) => rowOf(kind, score.kinds[kind]));
  const total = scored.reduce(
    (sum, kind) => {
      const one = score.kinds[kind];
      return {
        injected: sum.injected + one.injected,
        found: sum.found + one.found,
        named: sum.named + one.named,
        asked: sum.asked + one.asked,
        misnamed: sum.misnamed + one.misnamed,
      };
    },
    { injected: 0, found: 0, named: 0, asked: 0, misnamed: 0 },
  );
  const share = (part: number): string => `${((100 * part) / total.injected).toFixed(1)} %`;
  return [
    '# How well faults are named',
    '',
    `Written by \`npm run score -- --write\`; the figures are as measured, over ${seeds} seeds. Each is six weeks of the sample estate`,
    `(${meters} meters, each in its own dialect), with one fault of each kind at a meter and time of chance. Messages are received, derived and`,
    'diagnosed as in the product, without broker and store.',
    '',
    `Of ${total.injected} faults **${share(total.found)} were found, ${share(total.named)} named rightly without doubt**, and of ${share(total.asked)} a person was asked, with`,
    `the right name among the answers. ${share(total.misnamed)} got a wrong name too. ${score.falselyRaised.length} time(s) something was said of a meter of which nothing was`,
    `wrong, in ${Math.round((seeds * meters * 6) / 52)} years of meters.`,
    '',
    '| fault | injected | found | named | asked about | wrong name too |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    rowOf('all', total),
    '',
    `No fault of the data, and rightly without a name: ${harmless.map((kind) => `\`${kind}\``).join(', ')}.`,
    '',
    '## What was missed',
    '',
    ...score.missed.map(({ fault, told }) => {
      const said =
        told.length === 0 ? 'nothing was said' : `said: ${[...new Set(told.map(({ name }) => name))].join(', ')}`;
      return `- \`${fault.kind}\` at \`${fault.meter}\` on ${toIso(fault.from).slice(0, 10)}: ${said}`;
    }),
    '',
    '## What was raised falsely',
    '',
    ...score.falselyRaised.map(({ meter, name, from, asks }) => {
      return `- \`${name}\` at \`${meter}\` on ${toIso(from).slice(0, 10)}${asks ? ', as a question' : ''}`;
    }),
    '',
  ].join('\n');
}

function rowOf(name: FaultKind | 'all', one: FaultScore['kinds'][FaultKind]): string {
  return `| ${name} | ${one.injected} | ${one.found} | ${one.named} | ${one.asked} | ${one.misnamed} |`;
}

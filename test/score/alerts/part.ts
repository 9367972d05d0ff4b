import { utcDateOf } from '../../../domain/time.ts';
import { resultOfSeed } from './seed.ts';

/** What is found of every cause at two practices of one of the seeds kept out, as lines of the page. */
export function partLines(): string[] {
  const { causes, alerts } = resultOfSeed(101, ['larkhollow', 'thistlecombe']).by.meterhouse;
  const rows = causes.map(({ kind, meter, from, gbpPerWeek, isStated, found }) => {
    const raised = found
      ? `\`${found.kind}\` after ${(found.after / 3_600).toFixed(1)} h${found.told ? '' : ', in the digest'}`
      : '';
    return `| ${utcDateOf(from)} | ${kind} at \`${meter}\` | £${gbpPerWeek.toFixed(0)} | ${isStated ? 'yes' : 'no'} | ${raised} |`;
  });
  const ofNone = alerts
    .filter(({ of }) => !of)
    .map(({ kind, subject, from }) => `\`${kind}\` at \`${subject}\` on ${utcDateOf(from)}`);
  return [
    '| from | cause | a week | stated | found |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Of no cause: ${ofNone.join(', ') || 'none'}.`,
  ];
}

import type { Part } from './page.ts';
import { readinessRows } from './readiness.ts';

/** What the four-step plan takes: studies of one site. */
export async function planPart(folder: string, progress: (line: string) => void): Promise<Part> {
  const studies = await readinessRows(folder, progress);
  return {
    title: 'The four-step plan',
    about: `A study reads a year of half-hours of a site's supply, of the gas and the heat of its boilers and of the weather, and
reckons the heat pump, what would make it fit, each flow, and the costs by every tariff that can hold. Bare is to read
the half-hours of the same meters and do nothing with them, by turns. Milliseconds on the clock.`,
    head: ['what', 'ms', 'bare, ms', 'times bare'],
    rows: studies.rows,
    verdicts: studies.verdicts,
  };
}

import { measureOn, type MeasureState } from '../../../domain/plan/measure-standing.ts';
import { type MeasureEntry, measureSchema } from '../../../domain/plan/register.ts';

/** A measure as the register would hold it: LED lighting at the only site, proposed long ago, and what is said else. */
export function aMeasure(entry: object = {}): MeasureEntry {
  return measureSchema.parse({
    id: 'led',
    name: 'LED lighting',
    kind: 'led_lighting',
    site: 'hospital',
    status: [{ from: '2024-01-01', is: 'proposed' }],
    source: 'the estates team',
    ...entry,
  });
}

/** How far it has come at the end of November 2026. */
export function aState(entry: object = {}): MeasureState {
  const state = measureOn(aMeasure(entry), '2026-11-26');
  if (!state) throw new Error('it is not there yet');
  return state;
}

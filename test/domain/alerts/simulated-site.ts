import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import { columnsAskedFor, type SiteSubjects, subjectsOf } from '../../../domain/alerts/subjects.ts';
import { dateOf, halfHourSeconds, type Period } from '../../../domain/time.ts';
import { type Model, modelOf } from '../../../simulators/model.ts';
import { sampleEstate } from '../../simulators/sample-estate.ts';

/** The sample estate's model from a date on; the same for all tests of a file. */
export function sampleModel(start: string, seed = 5): Model {
  return modelOf({ estate: sampleEstate(), seed, start: Date.parse(`${start}T00:00:00Z`) / 1000 });
}

export function subjectsAt({ estate }: Pick<Model, 'estate'>, site: string, at: number): SiteSubjects {
  const found = subjectsOf(estate, dateOf(at)).find((one) => one.site === site);
  if (!found) throw new Error(`no site ${site}`);
  return found;
}

/** What passes the meters of a site in a window, in kWh or m³, as a look takes it. */
export function columnsOf(model: Model, site: string, period: Period, until: number = period.to): SiteColumns {
  const count = (period.to - period.from) / halfHourSeconds;
  const subjects = subjectsAt(model, site, until - 1);
  const known = (until - period.from) / halfHourSeconds;
  const column = (at: (start: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => (i < known ? at(period.from + i * halfHourSeconds) : Number.NaN));
  return {
    subjects,
    from: period.from,
    count,
    columns: new Map(
      columnsAskedFor(subjects).map((meter) => [meter, column((start) => passed(model, meter, start))] as const),
    ),
    temperature: column((start) => model.weatherAt(start).temperature),
    worth: new Map(),
  };
}

/** Fuels that are counted in m³ are taken for gas of 11 kWh. */
function passed(model: Model, id: string, start: number): number {
  const meter = model.estate.meters.get(id);
  const amount = model.halfHour(id, start);
  return meter?.utility === 'gas' && meter.unit === 'm3' ? 11 * amount : amount;
}

import { z } from 'zod';
import type { Meter } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { countMeaningOn } from '../../domain/half-hours/meter-conversion.ts';
import { keptName, sourcesOf } from '../../domain/half-hours/source-precedence.ts';
import { dateOf } from '../../domain/time.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { callerView } from '../caller-view.ts';
import { sourcesAnswerSchema } from '../contract/entries.ts';
import { meterParamsSchema } from '../contract/meters.ts';
import { always, answersOf, checkRange, rangeShape } from '../contract/vocabulary.ts';
import { known, share } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

const querySchema = z
  .strictObject(rangeShape)
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.half_hour), always);

/** `/v1/meters/:meter/sources`: what each source of a meter point says, day by day, beside what was taken. */
export function addSourceRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/meters/:meter/sources',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'What each source of a meter says, and how it differs from what was taken',
      params: meterParamsSchema,
      querystring: querySchema,
      response: answersOf(sourcesAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const meter = seen(view.meters, request.params.meter, 'path meter');
      const sources = sourcesOf(view, meter);
      const nameOf = (source: string): string => (meter.precedence ? keptName(meter.id, source) : source);
      const names = [meter.id, ...sources.map(nameOf)];
      const figures = await parts.store.days([...new Set(names)], request.query);
      const days = [...Map.groupBy(figures, ({ day }) => day)].sort(([a], [b]) => a - b);
      return {
        meter: meter.id,
        precedence: [...(meter.precedence ?? [])],
        days: days.map(([day, list]) => {
          const of = (name: string): DayFigure | undefined => list.find((figure) => figure.meter === name);
          const taken = amountsOf(meter, of(meter.id));
          return {
            local_date: dateOf(day),
            energy_kwh: known(taken.energy),
            volume_m3: known(taken.volume),
            measured_share: share(of(meter.id)?.measuredShare),
            sources: sources.map((source) => rowOf(source, meter, of(nameOf(source)), taken)),
          };
        }),
      };
    },
  });
}

interface Amounts {
  readonly energy: number | undefined;
  readonly volume: number | undefined;
}

/** Amounts of a day; nothing where nothing is known, and of nothing that the meter does not count. */
function amountsOf(meter: Meter, figure: DayFigure | undefined): Amounts {
  const isKnown = figure && (halfHoursOf(figure) > 0 || figure.energy > 0 || figure.volume > 0);
  if (!isKnown) return { energy: undefined, volume: undefined };
  const counts = countMeaningOn(meter, dateOf(figure.day));
  return {
    energy: counts.energy === undefined ? undefined : figure.energy,
    volume: counts.volume === undefined ? undefined : figure.volume,
  };
}

function halfHoursOf({ measuredHalfHours, estimatedHalfHours }: DayFigure): number {
  return measuredHalfHours + estimatedHalfHours;
}

function rowOf(source: string, meter: Meter, figure: DayFigure | undefined, taken: Amounts) {
  const own = amountsOf(meter, figure);
  const less = (a: number | undefined, b: number | undefined) =>
    known(a === undefined || b === undefined ? undefined : a - b);
  return {
    source,
    energy_kwh: known(own.energy),
    volume_m3: known(own.volume),
    measured_share: share(figure?.measuredShare),
    half_hours_known: figure ? halfHoursOf(figure) : 0,
    difference_energy_kwh: less(own.energy, taken.energy),
    difference_volume_m3: less(own.volume, taken.volume),
  };
}

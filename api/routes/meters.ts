import type { z } from 'zod';
import type { Meter } from '../../domain/estate/estate.ts';
import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { meterAnswerSchema, meterParamsSchema, metersAnswerSchema, metersQuerySchema } from '../contract/meters.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { type Heard, type HeardBook, unitOfReading } from '../heard.ts';
import { pageOf } from '../page.ts';
import type { Api, ApiParts } from '../parts.ts';
import { metersOf, organisationOf, seen, type View } from '../view.ts';

/** `/v1/meters` and `/v1/meters/:meter` */
export function addMeterRoutes(app: Api, parts: ApiParts, heard: HeardBook): void {
  app.route({
    method: 'GET',
    url: '/v1/meters',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'Meters, and when each was last heard',
      querystring: metersQuerySchema,
      response: answersOf(metersAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const { page, next_cursor } = pageOf(metersOf(view, request.query), request.query);
      heard.refresh();
      return { meters: page.map((meter) => meterAnswer(view, meter, heard.of(meter.id))), next_cursor };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/meters/:meter',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'One meter, and when it was last heard',
      params: meterParamsSchema,
      response: answersOf(meterAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const meter = seen(view.meters, request.params.meter, 'path meter');
      heard.refresh();
      return meterAnswer(view, meter, heard.of(meter.id));
    },
  });
}

function meterAnswer(view: View, meter: Meter, heard: readonly Heard[]): z.output<typeof meterAnswerSchema> {
  const { id, name, site, utility, measures, role, unit } = meter;
  return {
    id,
    name,
    site,
    organisation: organisationOf(view, meter),
    building: meter.building ?? null,
    utility,
    measures,
    role,
    technology: meter.technology ?? null,
    parent: meter.parent ?? null,
    end_use: meter.end_use ?? null,
    unit,
    serial: meter.serial ?? null,
    mpan: meter.mpan ?? null,
    mprn: meter.mprn ?? null,
    expected_interval_s: meter.expected_interval,
    maximum_gap_s: meter.maximum_gap,
    valid_from: meter.valid_from ?? null,
    valid_to: meter.valid_to ?? null,
    last_heard: heard.length === 0 ? null : toIso(Math.max(...heard.map(({ at }) => at))),
    newest: heard.map((reading) => ({
      quantity: reading.quantity,
      kind: reading.kind,
      at: toIso(reading.at),
      value: reading.value,
      unit: unitOfReading(meter, reading),
    })),
  };
}

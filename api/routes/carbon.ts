import type { z } from 'zod';
import type { Factor } from '../../domain/carbon/factors.ts';
import { toIso } from '../../domain/time.ts';
import { accountingAsked, accountingSaid } from '../accounting.ts';
import { callerView } from '../caller-view.ts';
import { carbonRows } from '../carbon-rows.ts';
import { carbonAnswerSchema, carbonQuerySchema, carbonRowSchema } from '../contract/carbon.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { readCovers } from '../../store/supply-years.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { readPlaces } from '../place-figures.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type FactorRow = z.output<typeof carbonAnswerSchema>['factors'][number];

/** `/v1/carbon` */
export function addCarbonRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/carbon',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Emissions, location-based, with the market-based figure beside them',
      description:
        'Of the fuel, electricity, heat and water that was bought, within a named boundary and by a named way of ' +
        'choosing factor sets: as the register says, unless the query does. A factor that is not known leaves the ' +
        'figure null; one carried forward is named. An organisation has what it reports, each kWh in exactly one.',
      querystring: carbonQuerySchema,
      response: tableAnswersOf(carbonAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const { from, to, bucket, by } = query;
      const view = callerView(request, past);
      const accounting = accountingAsked(view, query);
      const factors = new Map<string, FactorRow>();
      const seen = new Set<Factor>();
      const places = await readPlaces(past, view, query, accounting);
      const span = { from: places.boundaries[0] ?? from, to: places.boundaries.at(-1) ?? from };
      const covers = await readCovers(past, past.estate(), span, past.clock());
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            bucket,
            by,
            register_version: view.version,
            ...accountingSaid(accounting, query),
          },
          name: 'figures',
          rows: carbonRows({ ...places, covers }, query, accounting, (factor) => note(factors, seen, factor)),
          // Known when the rows are sent; rows that wait for it would be garbage of the old kind.
          tail: {
            get factors() {
              return [...factors.values()];
            },
          },
          columns: Object.keys(carbonRowSchema.shape),
          file: `carbon-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function note(factors: Map<string, FactorRow>, seen: Set<Factor>, factor: Factor): void {
  // The same few stand behind every row.
  if (seen.has(factor)) return;
  seen.add(factor);
  factors.set(`${factor.utility} ${factor.activity} ${factor.set} ${factor.standing}`, {
    utility: factor.utility,
    activity: factor.activity,
    scope: factor.scope,
    set: factor.set,
    factor_kgco2e: factor.value,
    per: factor.per,
    valid_from: factor.validFrom,
    valid_to: factor.validTo,
    standing: factor.standing,
    source: factor.source,
  });
}

import type { z } from 'zod';
import { type AnswerBucket, answerBuckets, cutsOf } from '../../domain/energy/buckets.ts';
import type { EnergyPart } from '../../domain/energy/site-energy.ts';
import { limits } from '../../domain/limits.ts';
import { toIso } from '../../domain/time.ts';
import { checkSize, type Energy, readEnergy } from '../../store/energy.ts';
import { callerView } from '../caller-view.ts';
import { consumptionAnswerSchema, consumptionQuerySchema, consumptionRowSchema } from '../contract/consumption.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { endUseRows } from '../end-use.ts';
import { type EnergyInParts, groupRows } from '../group-consumption.ts';
import { type ConsumptionRow, halfHourRows, longerRows } from '../meter-consumption.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sitesAsked } from '../place-figures.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf, type View } from '../view.ts';

type Query = z.output<typeof consumptionQuerySchema>;

/** `/v1/consumption` */
export function addConsumptionRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/consumption',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Energy and water used, by local half-hour, day, month or year',
      description:
        'By meter: what each counted. By building, site, organisation or utility: what was bought and the own ' +
        'renewable energy used, each kWh once, by utility; of an organisation what it reports, wherever the site is. By end use: what the sub-meters that say so counted, and the ' +
        'rest. Nothing is answered for time that is not over.',
      querystring: consumptionQuerySchema,
      response: tableAnswersOf(consumptionAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const { from, to, bucket, by } = query;
      const view = callerView(request, past);
      const buckets = answerBuckets({ from, to }, bucket, past.clock());
      const rows = await rowsOf(past, view, query, buckets);
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            bucket,
            by,
            register_version: view.version,
          },
          name: 'figures',
          rows,
          columns: Object.keys(consumptionRowSchema.shape),
          file: `consumption-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

async function rowsOf(
  parts: ApiParts,
  view: View,
  query: Query,
  buckets: readonly AnswerBucket[],
): Promise<Iterable<ConsumptionRow>> {
  const { by } = query;
  const halfHours = query.bucket === 'half_hour';
  const meters = metersOf(view, query);
  if (by === 'meter') {
    return halfHours
      ? await halfHourRows(parts, meters, buckets)
      : await longerRows(parts, meters, buckets, parts.clock());
  }
  // Which meters count is judged on the whole register: a main of another site may feed this one.
  const estate = parts.estate();
  const { sites, isOf } = sitesAsked(estate, view, query);
  checkSize(sites.length * buckets.length, limits.halfHoursPerAnswer);
  const whole = await readEnergy(parts, {
    estate,
    sites,
    cuts: cutsOf(buckets),
    halfHours,
    of: by === 'building' ? 'buildings' : 'sites',
  });
  const energy = wanted(whole, query, isOf);
  if (by === 'end_use')
    return await endUseRows(parts, { estate, meters, energy, buckets, halfHours, now: parts.clock() });
  return groupRows(by, energy, buckets, halfHours);
}

function wanted(
  energy: Energy,
  { from, to, utility, building }: Query,
  isOf: (part: EnergyPart) => boolean = () => true,
): EnergyInParts {
  const parts = energy
    .within({ from, to })
    .filter(
      (part) =>
        isOf(part) &&
        (utility?.includes(part.utility) ?? true) &&
        (building === undefined || building.includes(part.building ?? '')),
    );
  return { boundaries: energy.boundaries, parts };
}

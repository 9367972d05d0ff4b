import type { z } from 'zod';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { lacks } from '../../domain/energy/flow.ts';
import { type IntensityFigure, intensitiesOfParts } from '../../domain/energy/intensity.ts';
import type { EnergyPart } from '../../domain/energy/site-energy.ts';
import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { intensityAnswerSchema, intensityQuerySchema, intensityRowSchema } from '../contract/intensity.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known, standing, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { type PlacesAsked, readPlaces } from '../place-figures.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Query = z.output<typeof intensityQuerySchema>;
type IntensityRow = z.output<typeof intensityRowSchema>;

/** `/v1/intensity` */
export function addIntensityRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/intensity',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'kWh per m² of gross internal area',
      description:
        'Purchased fuels, electricity and heat, and own renewable energy used on site, each kWh once, over the area ' +
        'that was valid, weighted by days.',
      querystring: intensityQuerySchema,
      response: tableAnswersOf(intensityAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const { from, to, bucket, by } = query;
      const view = callerView(request, past);
      const places = await readPlaces(past, view, query);
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
          rows: rowsOf(places, query),
          columns: Object.keys(intensityRowSchema.shape),
          file: `intensity-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

const listOf = { site: 'sites', building: 'buildings', organisation: 'organisations' } as const;

function* rowsOf(places: PlacesAsked, { by, split }: Query): Generator<IntensityRow> {
  const { estate, sites, buckets } = places;
  const organisations = new Set(places.organisations);
  for (const { bucket, parts } of buckets) {
    const figures = intensitiesOfParts({ estate, sites, organisations, period: bucket, ...ofPlaces(by, parts) });
    const wanted: readonly IntensityFigure[] = by === 'estate' ? [figures.estate] : figures[listOf[by]];
    for (const figure of wanted) {
      if (split === 'none') yield totalRow(figure, bucket);
      else yield* fuelRows(figure, bucket);
    }
  }
}

/** A query is either of buildings or of sites; the figures of the other kind are not looked at. */
function ofPlaces(by: Query['by'], parts: readonly EnergyPart[]) {
  return by === 'building' ? { parts: [], inBuildings: parts } : { parts, inBuildings: [] };
}

function totalRow(figure: IntensityFigure, bucket: AnswerBucket): IntensityRow {
  return {
    place: figure.place.id,
    place_name: figure.place.name,
    utility: null,
    source: null,
    ...when(bucket),
    energy_kwh: known(figure.energy),
    gross_internal_area_m2: known(figure.area.area),
    intensity_kwh_per_m2: known(figure.value),
    ...standing({
      bucket,
      ...figure.measuredShare,
      missing: figure.energy === undefined || lacks(figure.total, false),
      warnings: figure.warnings,
    }),
  };
}

function fuelRows(figure: IntensityFigure, bucket: AnswerBucket): IntensityRow[] {
  return figure.byFuel.map(({ utility, source, energy, intensity, measuredShare, total }) => {
    return {
      place: figure.place.id,
      place_name: figure.place.name,
      utility,
      source,
      ...when(bucket),
      energy_kwh: known(energy),
      gross_internal_area_m2: known(figure.area.area),
      intensity_kwh_per_m2: known(intensity),
      ...standing({
        bucket,
        ...measuredShare,
        missing: energy === undefined || lacks(total, false),
        warnings: [...total.warnings, ...figure.warnings.filter(({ about }) => about === figure.place.id)],
      }),
    };
  });
}

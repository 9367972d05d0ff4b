import type { z } from 'zod';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { lacks } from '../../domain/energy/flow.ts';
import { intensitiesOfParts } from '../../domain/energy/intensity.ts';
import type { IntensityFigure } from '../../domain/energy/place-intensity.ts';
import type { EnergyPart } from '../../domain/energy/site-energy.ts';
import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { intensityAnswerSchema, intensityQuerySchema, intensityRowSchema } from '../contract/intensity.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known, share, standing, when } from '../outside.ts';
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
        'that was valid, weighted by days; with split=utility also water. Beside it the same per occupied m² and, as ' +
        'delivered, per 100 m³ of heated volume, and how much of the area has a meter.',
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
      else {
        yield* fuelRows(figure, bucket);
        yield* waterRows(figure, bucket);
      }
    }
  }
}

/** A query is either of buildings or of sites; the figures of the other kind are not looked at. */
function ofPlaces(by: Query['by'], parts: readonly EnergyPart[]) {
  return by === 'building' ? { parts: [], inBuildings: parts } : { parts, inBuildings: [] };
}

/** What a row says of the place, whatever the fuel. */
function placeOf(figure: IntensityFigure, bucket: AnswerBucket) {
  return {
    place: figure.place.id,
    place_name: figure.place.name,
    ...when(bucket),
    gross_internal_area_m2: known(figure.area.area),
    occupied_area_m2: known(figure.occupiedArea),
    heated_volume_m3: known(figure.heatedVolume),
    water_m3: null,
    water_m3_per_m2: null,
  };
}

function totalRow(figure: IntensityFigure, bucket: AnswerBucket): IntensityRow {
  return {
    ...placeOf(figure, bucket),
    utility: null,
    source: null,
    energy_kwh: known(figure.energy),
    intensity_kwh_per_m2: known(figure.value),
    intensity_kwh_per_occupied_m2: known(figure.perOccupiedArea),
    delivered_gj_per_100m3: known(figure.perHeatedVolume),
    metered_area_share: share(figure.meteredShare),
    ...standing({
      bucket,
      ...figure.measuredShare,
      missing: figure.energy === undefined || lacks(figure.total, false),
      warnings: figure.warnings,
    }),
  };
}

function fuelRows(figure: IntensityFigure, bucket: AnswerBucket): IntensityRow[] {
  const ofPlace = figure.warnings.filter(({ about }) => about === figure.place.id);
  return figure.byFuel.map(({ utility, source, energy, total, ...fuel }) => ({
    ...placeOf(figure, bucket),
    utility,
    source,
    energy_kwh: known(energy),
    intensity_kwh_per_m2: known(fuel.intensity),
    intensity_kwh_per_occupied_m2: known(fuel.perOccupiedArea),
    delivered_gj_per_100m3: known(fuel.perHeatedVolume),
    metered_area_share: share(fuel.meteredShare),
    ...standing({
      bucket,
      ...fuel.measuredShare,
      missing: energy === undefined || lacks(total, false),
      warnings: [...total.warnings, ...ofPlace],
    }),
  }));
}

function waterRows(figure: IntensityFigure, bucket: AnswerBucket): IntensityRow[] {
  const { water } = figure;
  if (!water) return [];
  const ofPlace = figure.warnings.filter(({ about }) => about === figure.place.id);
  return [
    {
      ...placeOf(figure, bucket),
      utility: 'water',
      source: 'purchased',
      energy_kwh: null,
      intensity_kwh_per_m2: null,
      intensity_kwh_per_occupied_m2: null,
      delivered_gj_per_100m3: null,
      water_m3: known(water.volume),
      water_m3_per_m2: known(water.intensity),
      metered_area_share: share(water.meteredShare),
      ...standing({
        bucket,
        ...water.measuredShare,
        missing: water.volume === undefined || lacks(water.total, true),
        warnings: [...water.total.warnings, ...ofPlace],
      }),
    },
  ];
}

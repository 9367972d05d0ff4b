import type { z } from 'zod';
import { accountingOf } from '../../domain/carbon/accounting.ts';
import { boundaries as boundaryTable } from '../../domain/carbon/boundaries.ts';
import { type CarbonFigure, carbonOf } from '../../domain/carbon/carbon.ts';
import type { Utility } from '../../domain/estate/estate.ts';
import type { Factor } from '../../domain/carbon/factors.ts';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { isKnown, lacks } from '../../domain/energy/flow.ts';
import { addParts, type EnergyPart } from '../../domain/energy/site-energy.ts';
import { toIso } from '../../domain/time.ts';
import { type PlaceFigures, placesOf } from '../../store/place-figures.ts';
import { callerView } from '../caller-view.ts';
import { carbonAnswerSchema, carbonQuerySchema, carbonRowSchema } from '../contract/carbon.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known, standing, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { readPlaces } from '../place-figures.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Query = z.output<typeof carbonQuerySchema>;
type CarbonRow = z.output<typeof carbonRowSchema>;
type FactorRow = z.output<typeof carbonAnswerSchema>['factors'][number];

/** `/v1/carbon` */
export function addCarbonRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/carbon',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Emissions of scope 1 and 2, location-based',
      description:
        'Fuel burnt and electricity and heat bought, with the factor set of the calendar year of use. A factor that ' +
        'is not known leaves the figure null; one carried forward is named.',
      querystring: carbonQuerySchema,
      response: tableAnswersOf(carbonAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const { from, to, bucket, by } = query;
      const view = callerView(request, past);
      const accounting = accountingOf(view);
      const factors = new Map<string, FactorRow>();
      const rows = [...rowsOf(await readPlaces(past, view, query, 'sites'), query, factors)];
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            bucket,
            by,
            register_version: view.version,
            boundary: boundaryTable[accounting.boundary].name,
            factor_year_method: accounting.factorYear,
            factors: [...factors.values()],
          },
          name: 'figures',
          rows,
          columns: Object.keys(carbonRowSchema.shape),
          file: `carbon-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function* rowsOf(
  { estate, sites, boundaries, buckets }: PlaceFigures,
  { by, split }: Query,
  factors: Map<string, FactorRow>,
): Generator<CarbonRow> {
  const places = placesOf(estate, sites, by);
  const placeOfSite = new Map(places.flatMap((place) => [...place.sites].map((site) => [site, place] as const)));
  for (const { bucket, parts } of buckets) {
    const bought = parts.filter((part) => part.source === 'purchased');
    const byPlace = Map.groupBy(bought, (part) => placeOfSite.get(part.site));
    for (const place of places) {
      const own = byPlace.get(place) ?? [];
      const groups = split === 'none' ? [[null, own] as const] : [...Map.groupBy(own, (part) => part.utility)];
      for (const [utility, list] of groups) {
        if (utility === 'water') continue;
        const figure = carbonOf(estate, list, { boundaries }, accountingOf(estate));
        for (const factor of figure.byActivity.flatMap((one) => one.factors)) note(factors, factor);
        yield { place: place.id, place_name: place.name, ...carbonRow(figure, utility, bucket, list) };
      }
    }
  }
}

function carbonRow(
  figure: CarbonFigure,
  utility: Utility | null,
  bucket: AnswerBucket,
  parts: readonly EnergyPart[],
): Omit<CarbonRow, 'place' | 'place_name'> {
  const total = addParts(parts.filter((part) => part.utility !== 'water'));
  const said = isKnown(total);
  return {
    utility,
    ...when(bucket),
    energy_kwh: said ? known(total.energy) : null,
    emissions_kgco2e: known(figure.value),
    scope_1_kgco2e: said ? known(figure.byScope[1]) : null,
    scope_2_kgco2e: said ? known(figure.byScope[2]) : null,
    factor_sets: [...figure.versions.factorSets],
    factor_standing: figure.versions.standing ?? null,
    ...standing({
      bucket,
      ...figure.measuredShare,
      missing: !said || lacks(total, false),
      warnings: figure.warnings,
    }),
  };
}

function note(factors: Map<string, FactorRow>, factor: Factor): void {
  factors.set(`${factor.utility} ${factor.activity} ${factor.set} ${factor.standing}`, {
    utility: factor.utility,
    activity: factor.activity,
    scope: factor.scope,
    set: factor.set,
    factor_kgco2e_per_kwh: factor.value,
    valid_from: factor.validFrom,
    valid_to: factor.validTo,
    standing: factor.standing,
    source: factor.source,
  });
}

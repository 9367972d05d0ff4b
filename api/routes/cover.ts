import type { z } from 'zod';
import { type BatchCover, coverRule, type PointCover, type YearCover } from '../../domain/certificates/cover.ts';
import { exclusionReasons } from '../../domain/certificates/criteria.ts';
import { disclosurePeriodOf, disclosureYear } from '../../domain/certificates/disclosure-period.ts';
import {
  type Cover,
  coverAmounts,
  isInside,
  ownConsequences,
  ownMeters,
  whyNotCovered,
} from '../../domain/certificates/place-cover.ts';
import { coverOfPlace } from '../../domain/certificates/year-of-place.ts';
import { ownUses } from '../../domain/certificates/uses.ts';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { lacks, measuredShareOf } from '../../domain/energy/flow.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { dateOf } from '../../domain/time.ts';
import { readSupplyYear, type SupplyYear } from '../../store/supply-years.ts';
import { callerView } from '../caller-view.ts';
import { coverAnswerSchema, coverQuerySchema, coverRowSchema } from '../contract/cover.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { partsKnownOn } from '../known-on.ts';
import { known, share, standing, when } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf, type View } from '../view.ts';

type Query = z.output<typeof coverQuerySchema>;
type Row = z.output<typeof coverRowSchema>;
type Answer = z.output<typeof coverAnswerSchema>;

/** `/v1/cover` */
export function addCoverRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/cover',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Which electricity of a disclosure period is covered by certificates and contracts',
      description:
        'By organisation the electricity that it reports, wherever the site is. Only what is retired with evidence is ' +
        'in the market-based figure. A surplus is told and not carried on; exports are taken off no figure.',
      querystring: coverQuerySchema,
      response: tableAnswersOf(coverAnswerSchema),
    },
    handler: async (request, reply) => {
      const past = partsKnownOn(parts, request.query.known_on);
      const view = callerView(request, past);
      const estate = past.estate();
      const now = past.clock();
      const period = request.query.period ?? disclosurePeriodOf(dateOf(now));
      const year = await readSupplyYear(past, estate, period, now);
      const places = coverPlacesOf(view, estate, request.query);
      const rows = places.map((place) => coverRow(estate, year, place));
      const { by } = request.query;
      return await sendTable(
        reply,
        {
          head: {
            period,
            by,
            known_on: request.query.known_on ?? null,
            register_version: view.version,
            rule: coverRule,
            points: pointsOf(year.cover, places),
            evidence: evidenceOf(estate, year.cover, places),
            own_generation: ownOf(estate, year, places),
          },
          name: 'figures',
          rows,
          columns: Object.keys(coverRowSchema.shape),
          file: `cover-${period}-by-${by}`,
        },
        wantedFormat(request, request.query.format),
      );
    },
  });
}

/** A place of the answer: what it is called, and which electricity is its own. */
interface CoverPlaceNamed {
  readonly id: string;
  readonly name: string;
  readonly sites: ReadonlySet<string> | undefined;
  readonly organisations: ReadonlySet<string> | undefined;
}

/**
 * The places of an answer. Of an organisation everything is seen that it reports, also elsewhere; a key that is limited
 * sees its own sites alone.
 */
function coverPlacesOf(view: View, estate: Estate, { by, organisation, site }: Query): CoverPlaceNamed[] {
  const visible = sitesOf(view, { site });
  const whole = view.sites.size === estate.sites.size && site === undefined;
  const sites = whole ? undefined : new Set(visible.map(({ id }) => id));
  // Throws for an organisation that is not there.
  sitesOf(view, { organisation });
  const organisations = organisation && new Set(organisation);
  if (by === 'estate') return [{ id: 'estate', name: estate.name, sites, organisations }];
  if (by === 'site') return visible.map(({ id, name }) => ({ id, name, sites: new Set([id]), organisations }));
  return [...view.organisations.values()]
    .filter(({ id }) => organisations?.has(id) ?? true)
    .map(({ id, name }) => ({ id, name, sites, organisations: new Set([id]) }));
}

function coverRow(estate: Estate, year: SupplyYear, place: CoverPlaceNamed): Row {
  const of = coverOfPlace(estate, year, place);
  const { cover, flow, market, location, exportReduction } = of;
  const said = of.isKnown;
  const { from, to } = disclosureYear(year.cover.period);
  const because: AnswerBucket['because'] = year.cover.until < to ? ['not-over'] : [];
  const bucket = { from, to: year.cover.until, because };
  return {
    place: place.id,
    place_name: place.name,
    period: year.cover.period,
    from: when(bucket).from,
    to: when(bucket).to,
    ...numbersOf(cover, said),
    emissions_market_kgco2e: said ? known(market.evidenced.emissions) : null,
    emissions_market_expected_kgco2e: said ? known(market.expected.emissions) : null,
    emissions_location_kgco2e: said ? known(location) : null,
    residual_mix_unavailable: market.residualMixUnavailable,
    export_reduction_kgco2e: said ? known(exportReduction) : null,
    because: whyNotCovered(year.cover, cover, place),
    ...standing({
      bucket,
      ...measuredShareOf(flow),
      missing: !said || lacks(flow, false),
      warnings: [...market.warnings, ...flow.warnings],
    }),
  };
}

/** Nothing known is not the same as nothing used. */
function numbersOf(cover: Cover, said: boolean) {
  const energy = (value: number): number | null => (said ? value : null);
  const of = coverAmounts(cover);
  return {
    use_kwh: energy(of.use),
    bought_kwh: energy(of.bought),
    own_kept_kwh: energy(of.ownKept),
    own_sold_kwh: energy(of.ownSold),
    own_unknown_kwh: energy(of.ownUnknown),
    exported_kwh: energy(of.exported),
    exported_sold_kwh: energy(of.exportedSold),
    covered_retired_kwh: energy(of.retired),
    covered_allocated_kwh: energy(of.allocated),
    covered_contracted_kwh: energy(of.contracted),
    uncovered_kwh: energy(of.uncovered),
    surplus_kwh: known(cover.surplus),
    cover_share: said ? share(of.coverShare) : null,
    renewable_share: said ? share(cover.renewableShare) : null,
    renewable_share_expected: said ? share(cover.renewableShareExpected) : null,
  };
}

function pointsOf({ points }: YearCover, places: readonly CoverPlaceNamed[]): Answer['points'] {
  return points
    .filter((point) => point.use > 0 && places.some((place) => isInside(place, point)))
    .sort((a, b) => (a.point < b.point ? -1 : 1))
    .map(({ point, site, organisation, supply, use, parts }) => ({
      point,
      site,
      organisation,
      supply: supply ?? null,
      bought_kwh: use,
      parts: parts.map(({ energy, ...part }) => ({ ...part, energy_kwh: energy })),
    }));
}

function ownOf(
  estate: Estate,
  { parts, boundaries }: SupplyYear,
  places: readonly CoverPlaceNamed[],
): Answer['own_generation'] {
  const own = ownUses(parts, boundaries).filter((use) => places.some((place) => isInside(place, use)));
  return ownMeters(own, listed(estate, 'own_generation')).map(
    ({ meter, site, certificates, made, used, due, evidence }) => ({
      meter,
      site,
      certificates,
      says: ownConsequences[certificates],
      made_kwh: made,
      used_kwh: used,
      exported_kwh: Math.max(0, made - used),
      certificates_due_mwh: due,
      evidence: evidence ?? null,
    }),
  );
}

/** What stands behind the cover of the places: their organisations' batches, and the contracts of their points. */
function evidenceOf(estate: Estate, { points, batches, period }: YearCover, places: readonly CoverPlaceNamed[]) {
  const here = points.filter((point) => places.some((place) => isInside(place, point)));
  const organisations = new Set(here.map(({ organisation }) => organisation));
  for (const place of places) for (const id of place.organisations ?? []) organisations.add(id);
  const theirs = batches.filter(({ certificate }) => organisations.has(certificate.organisation));
  return [
    ...theirs.map((batch): Answer['evidence'][number] => batchEvidence(batch, here)),
    ...listed(estate, 'supplies').flatMap((supply): Answer['evidence'] => {
      const own = here.filter((point) => point.supply === supply.id);
      if (own.length === 0 || supply.claim === 'none') return [];
      const confirmed = supply.confirmed.find((one) => one.period === period);
      return [
        {
          by: 'contract',
          id: supply.id,
          organisation: null,
          says: `${supply.supplier}: ${supply.claim}`,
          state: supply.claim === 'supplier_fuel_mix' ? null : confirmed ? 'retired' : 'contracted',
          matched_kwh: sumOf(own, 'contract', supply.id),
          surplus_kwh: null,
          excluded: [],
          evidence: confirmed ? `${confirmed.on}: ${confirmed.evidence}` : supply.source,
        },
      ];
    }),
  ];
}

function batchEvidence(batch: BatchCover, here: readonly PointCover[]): Answer['evidence'][number] {
  const { certificate, state, excluded, surplus } = batch;
  const { id, organisation, station, technology, mwh, retired, source } = certificate;
  const output = certificate.output_month ?? certificate.output_year ?? '';
  return {
    by: 'certificates',
    id,
    organisation,
    says: `${mwh} MWh of ${station}, ${technology ?? 'technology not stated'}, made in ${output}`,
    state,
    matched_kwh: sumOf(here, 'certificates', id),
    surplus_kwh: surplus,
    excluded: excluded.map((reason) => exclusionReasons[reason]),
    evidence: retired ? `${retired.on}, for ${retired.for}: ${retired.evidence}` : source,
  };
}

function sumOf(points: readonly PointCover[], by: 'certificates' | 'contract', id: string): number {
  const parts = points.flatMap((point) => point.parts.filter((part) => part.by === by && part.of === id));
  return parts.reduce((sum, { energy }) => sum + energy, 0);
}

import type { z } from 'zod';
import { accountingOf } from '../../domain/carbon/accounting.ts';
import { factorOn } from '../../domain/carbon/carbon.ts';
import { type BatchCover, coverRule, type PointCover, type YearCover } from '../../domain/certificates/cover.ts';
import { exclusionReasons } from '../../domain/certificates/criteria.ts';
import { disclosurePeriodOf, disclosureYear } from '../../domain/certificates/disclosure-period.ts';
import { exportReduction } from '../../domain/certificates/market-based.ts';
import { marketFigure } from '../../domain/certificates/market-figure.ts';
import {
  type Cover,
  coverOf,
  isInside,
  ownConsequences,
  ownMeters,
  whyNotCovered,
} from '../../domain/certificates/place-cover.ts';
import { ownUses, supplyUses } from '../../domain/certificates/uses.ts';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { isKnown, lacks, measuredShareOf } from '../../domain/energy/flow.ts';
import { addParts } from '../../domain/energy/site-energy.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { dateOf, type LocalDate } from '../../domain/time.ts';
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
  const { cover, boundaries } = year;
  const parts = year.parts.filter(({ site, reporter }) => isInside(place, { site, organisation: reporter }));
  const own = ownUses(parts, boundaries);
  const ownGeneration = listed(estate, 'own_generation');
  const sum = coverOf(cover, own, ownGeneration, place);
  const total = addParts(parts);
  const accounting = accountingOf(estate);
  const said = isKnown(total);
  const gridAverage = (date: LocalDate): number | undefined =>
    factorOn('electricity', 'generation', date, accounting).value;
  const market = marketFigure(estate, parts, boundaries, new Map([[cover.period, cover]]), accounting);
  const location = locationOf(supplyUses(parts, boundaries), gridAverage);
  const { from, to } = disclosureYear(cover.period);
  const because: AnswerBucket['because'] = cover.until < to ? ['not-over'] : [];
  const bucket = { from, to: cover.until, because };
  const row = {
    place: place.id,
    place_name: place.name,
    period: cover.period,
    from: when(bucket).from,
    to: when(bucket).to,
    ...numbersOf(sum, said),
    emissions_market_kgco2e: said ? known(market.evidenced.emissions) : null,
    emissions_market_expected_kgco2e: said ? known(market.expected.emissions) : null,
    emissions_location_kgco2e: said ? known(location) : null,
    residual_mix_unavailable: market.residualMixUnavailable,
    export_reduction_kgco2e: said ? known(exportReduction(own, gridAverage, location)) : null,
    because: whyNotCovered(cover, sum, place),
  };
  return {
    ...row,
    ...standing({
      bucket,
      ...measuredShareOf(total),
      missing: !said || lacks(total, false),
      warnings: [...market.warnings, ...total.warnings],
    }),
  };
}

/** Nothing known is not the same as nothing used. */
function numbersOf(sum: Cover, said: boolean) {
  const energy = (value: number): number | null => (said ? value : null);
  const { own, exported, covered } = sum;
  return {
    use_kwh: energy(sum.use),
    bought_kwh: energy(sum.bought),
    own_kept_kwh: energy(own.kept + own.not_issued),
    own_sold_kwh: energy(own.sold),
    own_unknown_kwh: energy(own.unknown),
    exported_kwh: energy(exported.kept + exported.not_issued + exported.sold + exported.unknown),
    exported_sold_kwh: energy(exported.sold),
    covered_retired_kwh: energy(covered.retired),
    covered_allocated_kwh: energy(covered.allocated),
    covered_contracted_kwh: energy(covered.contracted),
    uncovered_kwh: energy(sum.uncovered),
    surplus_kwh: sum.surplus ?? null,
    cover_share: said ? share(sum.bought > 0 ? covered.retired / sum.bought : undefined) : null,
    renewable_share: said ? share(sum.renewableShare) : null,
    renewable_share_expected: said ? share(sum.renewableShareExpected) : null,
  };
}

function locationOf(
  bought: ReturnType<typeof supplyUses>,
  gridAverage: (date: LocalDate) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const { energy, period } of bought) {
    const factor = energy === 0 ? 0 : gridAverage(dateOf(period.from));
    if (factor === undefined) return undefined;
    sum += energy * factor;
  }
  return sum;
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

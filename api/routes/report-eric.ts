import type { z } from 'zod';
import { type Estate, isValidOn, type Site } from '../../domain/estate/estate.ts';
import { dataQualityOf } from '../../domain/energy/figure.ts';
import { measuredShareOf } from '../../domain/energy/flow.ts';
import { addParts, type EnergyPart, withFigureChanges } from '../../domain/energy/site-energy.ts';
import { ericRow } from '../../domain/reports/eric.ts';
import { collectionYear, type EricLayout, ericReasons, layoutFor } from '../../domain/reports/eric-layout.ts';
import { ericFactsOf, plantMeters } from '../../domain/reports/eric-site.ts';
import { areaOn } from '../../domain/energy/area.ts';
import { dateOf, halfHourOf, type Period, toIso } from '../../domain/time.ts';
import { readDays, readEnergy } from '../../store/energy.ts';
import { callerView } from '../caller-view.ts';
import { readDemands } from '../maximum-demand.ts';
import { ericAnswerSchema, ericQuerySchema, type ericRowSchema } from '../contract/reports.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { partsKnownOn } from '../known-on.ts';
import { share } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf } from '../view.ts';

type Note = z.output<typeof ericAnswerSchema>['notes'][number];
type Quality = z.output<typeof ericAnswerSchema>['quality'][number];
type SiteRow = z.output<typeof ericRowSchema>;

/** `/v1/reports/eric` */
export function addEricRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/reports/eric',
    config: { role: 'read' },
    schema: {
      tags: ['reports'],
      summary: 'A row of the ERIC collection for each site',
      description:
        'April to March, under the headers of the collection year, or of the newest year before it whose headers are ' +
        'known. Sources of electricity exclude one another and sum to what the site used. What is not known is empty, ' +
        'and `notes` says why.',
      querystring: ericQuerySchema,
      response: tableAnswersOf(ericAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const estate = past.estate();
      const { from, to } = collectionYear(query.year);
      const over = halfHourOf(past.clock());
      const year = { from, to: Math.max(from, Math.min(to, over)) };
      const sites = sitesOf(callerView(request, past), query).filter(
        (site) => isOpenIn(site, year) && (query.type?.includes(site.type) ?? true),
      );
      const layout = layoutFor(query.layout ?? query.year);
      const answers = await rowsOf(past, estate, { sites, year, isOver: to <= over, layout });
      return await sendTable(
        reply,
        {
          head: {
            year: query.year,
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            layout: layout.year,
            layout_title: layout.title,
            layout_standing: layout.standing,
            layout_source: `${layout.source}; ${layout.licence}`,
            areas: 'as on the last day of the collection year that is over',
            register_version: estate.version,
            notes: answers.flatMap(({ notes }) => notes),
            quality: answers.map(({ quality }) => quality),
          },
          name: 'sites',
          rows: answers.map(({ row }) => row),
          columns: ['site', 'organisation', 'site_type', ...layout.fields.map(({ header }) => header)],
          file: `eric-${query.year}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function isOpenIn(site: Site, year: Period): boolean {
  if (year.to <= year.from) return false;
  const [first, last] = [dateOf(year.from), dateOf(year.to - 1)];
  return isValidOn(site, first) || isValidOn(site, last) || (site.valid_from ?? '') > first;
}

interface Wanted {
  readonly sites: readonly Site[];
  /** What of the collection year is over. */
  readonly year: Period;
  readonly isOver: boolean;
  readonly layout: EricLayout;
}

async function rowsOf(
  parts: ApiParts,
  estate: Estate,
  { sites, year, isOver, layout }: Wanted,
): Promise<{ readonly row: SiteRow; readonly notes: readonly Note[]; readonly quality: Quality }[]> {
  const ids = sites.map(({ id }) => id);
  if (ids.length === 0) return [];
  const cuts = [year.from, year.to];
  const energy = await readEnergy(parts, { estate, sites: ids, cuts, halfHours: false, of: 'sites' });
  const sums = await readDays(parts, plantMeters(estate, ids, year), withFigureChanges(estate, cuts));
  const bySite = Map.groupBy(energy.within(year), (part) => part.site);
  const demands = await readDemands(parts.store, estate, ids, { ...year, isOver });
  const list = [];
  for (const site of sites) {
    const own = bySite.get(site.id) ?? [];
    const maximumDemand = demands.get(site.id) ?? {};
    const facts = ericFactsOf({ estate, site, year, isOver, parts: own, sums, maximumDemand });
    const { cells, notes } = ericRow(layout, facts);
    const row = { site: site.id, organisation: site.organisation, site_type: site.type, ...cells };
    const told = notes.map(({ header, why, says, detail = null }) => ({
      site: site.id,
      column: header,
      why,
      says,
      detail,
    }));
    list.push({ row, notes: [...smallAmbulance(site, year), ...told], quality: qualityOf(site, own) });
  }
  return list;
}

function qualityOf({ id }: Site, parts: readonly EnergyPart[]): Quality {
  const measured = measuredShareOf(addParts(parts));
  return {
    site: id,
    measured_share: share(measured.byAmount),
    measured_time_share: share(measured.byTime),
    data_quality: dataQualityOf(measured) ?? null,
  };
}

/** An ambulance trust returns its larger sites one by one. */
function smallAmbulance(site: Site, year: Period): Note[] {
  const area = areaOn(site.gross_internal_area_m2, dateOf(year.to - 1), site);
  if (site.type !== 'ambulance_station' || area === undefined || area > 999) return [];
  const why = 'small-ambulance';
  return [{ site: site.id, column: 'site', why, says: ericReasons[why], detail: `${area} m²` }];
}

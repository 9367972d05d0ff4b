import type { z } from 'zod';
import { isValidOn, type Site, validOn } from '../../domain/estate/estate.ts';
import { dateOf, type LocalDate } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  siteAnswerSchema,
  siteParamsSchema,
  type siteSummarySchema,
  sitesAnswerSchema,
  sitesQuerySchema,
} from '../contract/sites.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { pageOf } from '../page.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen, sitesOf, type View } from '../view.ts';

/** `/v1/sites` and `/v1/sites/:site` */
export function addSiteRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/sites',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'Sites, and how many meters hang on each',
      querystring: sitesQuerySchema,
      response: answersOf(sitesAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const { type } = request.query;
      const all = sitesOf(view, request.query).filter((site) => type?.includes(site.type) ?? true);
      const { page, next_cursor } = pageOf(all, request.query);
      const counts = meterCounts(view);
      const today = dateOf(parts.clock());
      return { sites: page.map((site) => summaryOf(site, counts.get(site.id) ?? 0, today)), next_cursor };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/sites/:site',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'One site with its buildings and areas',
      params: siteParamsSchema,
      response: answersOf(siteAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const site = seen(view.sites, request.params.site, 'path site');
      return siteAnswer(view, site, dateOf(parts.clock()));
    },
  });
}

function meterCounts(view: View): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { site } of view.meters.values()) counts.set(site, (counts.get(site) ?? 0) + 1);
  return counts;
}

function summaryOf(site: Site, meters: number, today: LocalDate): z.output<typeof siteSummarySchema> {
  return {
    id: site.id,
    name: site.name,
    organisation: site.organisation,
    type: site.type,
    valid_from: site.valid_from ?? null,
    valid_to: site.valid_to ?? null,
    gross_internal_area_m2: isValidOn(site, today)
      ? (validOn(site.gross_internal_area_m2, today)?.value ?? null)
      : null,
    postcode_area: site.postcode_area ?? null,
    latitude: site.coordinates?.latitude ?? null,
    longitude: site.coordinates?.longitude ?? null,
    meters,
  };
}

function siteAnswer(view: View, site: Site, today: LocalDate): z.output<typeof siteAnswerSchema> {
  const meters = [...view.meters.values()].filter((meter) => meter.site === site.id);
  return {
    ...summaryOf(site, meters.length, today),
    gross_internal_areas: areasOf(site.gross_internal_area_m2),
    occupied_areas: areasOf(site.occupied_area_m2),
    buildings: site.buildings.map((building) => ({
      id: building.id,
      name: building.name,
      gross_internal_areas: areasOf(building.gross_internal_area_m2),
      meters: meters.filter((meter) => meter.building === building.id).map((meter) => meter.id),
    })),
  };
}

function areasOf(list: Site['gross_internal_area_m2'] | undefined): { from: string; value_m2: number }[] {
  return (list ?? []).map(({ from, value }) => ({ from, value_m2: value }));
}

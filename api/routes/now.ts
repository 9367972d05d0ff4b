import type { z } from 'zod';
import type { SiteLoad } from '../../domain/energy/site-now.ts';
import type { Utility } from '../../domain/estate/estate.ts';
import { toIso } from '../../domain/time.ts';
import { siteMinutes } from '../../store/site-minutes.ts';
import { callerView } from '../caller-view.ts';
import { nowAnswerSchema, nowQuerySchema, siteNowSchema } from '../contract/now.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf, type View } from '../view.ts';

/** `/v1/now`: the live picture that `site_now` gives to dashboards, by the same code, when it is asked for. */
export function addNowRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/now',
    config: { role: 'read' },
    schema: {
      tags: ['live'],
      summary: 'What each site uses now, beside what it usually uses at this time of the week',
      querystring: nowQuerySchema,
      response: tableAnswersOf(nowAnswerSchema),
    },
    handler: async (request, reply) => {
      const view = callerView(request, parts);
      const { format, ...query } = request.query;
      const asked = sitesOf(view, query).map(({ id }) => id);
      const at = Math.floor(parts.clock());
      // What counts for a site is a matter of the whole estate, whoever asks.
      const loads = await siteMinutes(parts.estate(), parts.store, parts.state, at, (site) => asked.includes(site));
      const bySite = Map.groupBy(loads, ({ site }) => site);
      return sendTable(
        reply,
        {
          head: { at: toIso(at), register_version: view.version },
          name: 'sites',
          rows: asked.flatMap((site) => bySite.get(site) ?? []).map((load) => siteNowRow(view, load)),
          columns: Object.keys(siteNowSchema.shape),
          file: 'now',
        },
        wantedFormat(request, format),
      );
    },
  });
}

function siteNowRow(view: View, load: SiteLoad): z.output<typeof siteNowSchema> {
  const isWater = load.utility === 'water';
  const [rate, usual] = [known(load.rate), known(load.usual)];
  return {
    site: load.site,
    utility: load.utility as Utility,
    power_kw: isWater ? null : rate,
    usual_power_kw: isWater ? null : usual,
    flow_m3_per_h: isWater ? rate : null,
    usual_flow_m3_per_h: isWater ? usual : null,
    oldest: load.oldest === undefined ? null : toIso(load.oldest),
    heard_meters: load.heardMeters,
    silent_meters: load.silentMeters,
    unknown_meters: load.unknownMeters.filter((id) => view.meters.has(id)),
  };
}

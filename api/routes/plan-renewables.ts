import { type Problem, ProblemError } from '../../domain/problems.ts';
import { dateOf } from '../../domain/time.ts';
import { type OptionAsked, readRenewables } from '../../store/plan-renewables.ts';
import { callerView } from '../caller-view.ts';
import {
  renewablesAnswers,
  type RenewablesBody,
  renewablesBodySchema,
  renewablesQuerySchema,
  renewablesRows,
} from '../contract/plan-renewables.ts';
import { chartType } from '../contract/tariff-comparisons.ts';
import { drawChart } from '../draw-chart.ts';
import type { Api, ApiParts } from '../parts.ts';
import { renewablesChart } from '../renewables-chart.ts';
import { renewablesHead, renewablesTablesOf } from '../renewables-rows.ts';
import { seesPrices } from '../sees-prices.ts';
import { studiedPlace } from '../studied-place.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import type { View } from '../view.ts';

/** `/v1/renewable-options`: what panels and batteries would do at a site. A question in a body; nothing is kept. */
export function addRenewableOptionsRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/renewable-options',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'Panels and batteries of several sizes at a site: self-consumption, export, costs, carbon, certificates',
      description:
        'The half-hours of a year of the site against a yield profile scaled to each size: what is used at once, kept in ' +
        'a battery, exported and still drawn; by the present contract and each tariff that can hold; in carbon by ' +
        'location, and by the market with the certificates kept and sold. £ need the role procurement. Nothing is kept.',
      querystring: renewablesQuerySchema,
      body: renewablesBodySchema,
      response: renewablesAnswers,
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      const view = callerView(request, parts);
      const now = parts.clock();
      const seesRates = seesPrices(request);
      checkYield(view, body);
      const { meter, series, of_kwp: ofKwp, kwh_per_kwp: perYear } = body.yield;
      const read = await readRenewables(parts, view, parts.estate(), {
        ...studiedPlace(view, body, now),
        yield: { meter, series, ofKwp, perYear },
        options: body.options.map(optionOf),
        exportPence: body.export_p_per_kwh,
        submitted: body.submitted,
        tariffs: body.tariffs,
        carry: body.carry,
        seesRates,
        now,
      });
      const head = { ...renewablesHead(view, body, read, seesRates), register_version: view.version };
      const tables = renewablesTablesOf(read);
      const file = `renewables-${body.site}-${dateOf(read.year.from)}`;
      if (query.format === 'svg') {
        void reply.header('content-disposition', `attachment; filename="${file}.svg"`);
        return reply.type(chartType).send(await drawChart(renewablesChart({ ...head, options: tables.options })));
      }
      const { [query.table]: rows, ...others } = tables;
      const columns = Object.keys(renewablesRows[query.table].shape);
      return await sendTable(
        reply,
        { head, name: query.table, rows, tail: others, columns, file: `${file}-${query.table}` },
        wantedFormat(request, query.format),
      );
    },
  });
}

function optionOf({ name, kwp, battery }: RenewablesBody['options'][number]): OptionAsked {
  const stored = battery && { capacity: battery.kwh, power: battery.kw, efficiency: battery.round_trip_efficiency };
  const usual = battery ? `${kwp} kWp, ${battery.kwh} kWh` : `${kwp} kWp`;
  return { name: name ?? usual, kwp, battery: stored };
}

/** What the yield is taken from must be there, and be what it is taken for. */
function checkYield(view: View, { yield: { meter, series } }: RenewablesBody): void {
  const problems: Problem[] = [];
  if (meter !== undefined && view.meters.get(meter)?.role !== 'generation') {
    const expected = 'a generation meter';
    problems.push({ code: 'request.unknown-id', where: 'body yield meter', found: meter, expected });
  }
  if (series !== undefined && view.observed?.get(series)?.quantity !== 'energy') {
    const expected = 'an observed series of energy';
    problems.push({ code: 'request.unknown-id', where: 'body yield series', found: series, expected });
  }
  if (problems.length > 0) throw new ProblemError(problems);
}

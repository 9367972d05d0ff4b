import { ProblemError } from '../../domain/problems.ts';
import { byPoints, byRegression, flowBy, type PerformanceOf } from '../../domain/readiness/performance.ts';
import type { StudyAsked } from '../../domain/readiness/study.ts';
import { dateOf } from '../../domain/time.ts';
import { readReadiness } from '../../store/plan-readiness.ts';
import { callerView } from '../caller-view.ts';
import {
  readinessAnswers,
  type ReadinessBody,
  readinessBodySchema,
  readinessQuerySchema,
  readinessRows,
} from '../contract/plan-readiness.ts';
import { chartType } from '../contract/tariff-comparisons.ts';
import { drawChart } from '../draw-chart.ts';
import type { Api, ApiParts } from '../parts.ts';
import { readinessChart } from '../readiness-chart.ts';
import { readinessHead, readinessTablesOf } from '../readiness-rows.ts';
import { seesPrices } from '../sees-prices.ts';
import { studiedPlace } from '../studied-place.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

/** `/v1/readiness-studies`: whether a place is ready for electric heating. A question in a body; nothing is kept. */
export function addReadinessRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/readiness-studies',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'Whether a site or a building is ready for a heat pump: light, reasons, capacity, costs, carbon',
      description:
        'The half-hourly heat of a year, from heat meters or from fuel, becomes the half-hourly electricity of a heat ' +
        'pump by how cold it was. That goes on top of what the site draws: against its agreed capacity, by its present ' +
        'contract and each tariff that can hold, and in carbon. £ need the role procurement. Nothing is kept.',
      querystring: readinessQuerySchema,
      body: readinessBodySchema,
      response: readinessAnswers,
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      const view = callerView(request, parts);
      const now = parts.clock();
      const seesRates = seesPrices(request);
      const read = await readReadiness(parts, view, {
        ...studiedPlace(view, body, now),
        heatFrom: body.heat.from,
        boilerEfficiency: body.heat.boiler_efficiency,
        fuelPence: body.heat.fuel_p_per_kwh,
        study: studyOf(body),
        tariffs: body.tariffs,
        carry: body.carry,
        seesRates,
        now,
      });
      const head = { ...readinessHead(view, body, read, seesRates), register_version: view.version };
      const file = `readiness-${body.building ?? body.site}-${dateOf(read.year.from)}`;
      if (query.format === 'svg') {
        void reply.header('content-disposition', `attachment; filename="${file}.svg"`);
        return reply.type(chartType).send(await drawChart(readinessChart(head)));
      }
      const { [query.table]: rows, ...others } = readinessTablesOf(read);
      const columns = Object.keys(readinessRows[query.table].shape);
      return await sendTable(
        reply,
        { head, name: query.table, rows, tail: others, columns, file: `${file}-${query.table}` },
        wantedFormat(request, query.format),
      );
    },
  });
}

/** The plant and the what-ifs of a question. */
export function studyOf({
  heat_pump: plant,
  heat,
  design_outside_degc: design,
  flows_degc: flows,
}: ReadinessBody): StudyAsked {
  const { flow, size_kw: size, backup, source_degc: source, power_factor: powerFactor } = plant;
  const points =
    typeof flow === 'number'
      ? [{ outside: 0, flow }]
      : flow.map((one) => ({ outside: one.outside_degc, flow: one.flow_degc }));
  return {
    plant: {
      performance: performanceOf(plant),
      source: plant.source === 'air' ? undefined : source,
      flow: flowBy(points),
      size,
      backup,
    },
    fabricShare: heat.fabric_saving_share,
    powerFactor,
    designTemperature: design,
    flows,
  };
}

function performanceOf({ performance, source }: ReadinessBody['heat_pump']): PerformanceOf {
  if (typeof performance !== 'string') {
    return byPoints(
      performance.map((one) => ({ source: one.source_degc, flow: one.flow_degc, performance: one.performance })),
    );
  }
  const by = byRegression(performance, source);
  if (by) return by;
  throw new ProblemError([{ code: 'request.invalid', where: 'body heat_pump performance', found: performance }]);
}

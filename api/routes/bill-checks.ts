import { readBillChecks } from '../bill-check.ts';
import { billCheckTables } from '../bill-check-rows.ts';
import { callerView } from '../caller-view.ts';
import {
  billCheckAnswerSchema,
  billCheckBodySchema,
  billCheckQuerySchema,
  billCheckRows,
} from '../contract/bill-checks.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

/** `/v1/bill-checks`: suppliers' invoices against our half-hours and contracts. Nothing is kept. */
export function addBillCheckRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/bill-checks',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'Invoices recomputed line by line: the variance in £, its causes, and the claims worth making',
      description:
        'Invoices of one supply point are checked against each other too. What cannot be checked is listed with what ' +
        'is missing, and the rest is checked; where half-hours are missing only what lies beyond them is claimed. ' +
        'Nothing is kept.',
      querystring: billCheckQuerySchema,
      body: billCheckBodySchema,
      response: tableAnswersOf(billCheckAnswerSchema),
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      const view = callerView(request, parts);
      const checks = await readBillChecks(parts, view, body.invoices, parts.clock());
      const { totals, ...tables } = billCheckTables(checks, body.claim_from_gbp);
      const { [query.table]: rows, ...others } = tables;
      return await sendTable(
        reply,
        {
          head: { register_version: view.version, claim_from_gbp: body.claim_from_gbp, totals },
          name: query.table,
          rows,
          tail: others,
          columns: Object.keys(billCheckRows[query.table].shape),
          file: `bill-check-${query.table}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}
